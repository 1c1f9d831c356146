"""Partners, their people, systems and agreements; the directory, signposts, referrals, deliveries: tables of this service alone."""

from partner_gateway.tables.agreements import Agreement
from partner_gateway.tables.deliveries import Delivery
from partner_gateway.tables.directory import DirectoryService, ServiceReach, Signpost
from partner_gateway.tables.partners import ClientKey, Partner, PartnerClient, PartnerContact, UsedAssertion
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
    "PartnerContact",
    "PartnerGateway",
    "Protection",
    "Referral",
    "ServiceReach",
    "Signpost",
    "UsedAssertion",
    "Withdrawal",
]
