"""Partners, their systems and agreements, the directory, signposts, referrals and deliveries: tables private to this service."""

from partner_gateway.tables.agreements import Agreement
from partner_gateway.tables.deliveries import Delivery
from partner_gateway.tables.directory import DirectoryService, ServiceReach, Signpost
from partner_gateway.tables.partners import ClientKey, Partner, PartnerClient, UsedAssertion
from partner_gateway.tables.referrals import KnownCase, Protection, Referral, Withdrawal
from partner_gateway.tables.registry import PartnerGateway

__all__ = [
    "Agreement",
    "ClientKey",
    "Delivery",
    "DirectoryService",
    "KnownCase",
    "Partner",
    "PartnerClient",
    "PartnerGateway",
    "Protection",
    "Referral",
    "ServiceReach",
    "Signpost",
    "UsedAssertion",
    "Withdrawal",
]
