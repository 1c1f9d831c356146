"""What partner-gateway reads, and the views that are made of it."""

from partner_gateway.queries.agreements import agreement, every_agreement, shown_agreement
from partner_gateway.queries.clients import authorization_server, clients_of
from partner_gateway.queries.contacts import contacts_of
from partner_gateway.queries.deliveries import delivery_view, told_to_partner
from partner_gateway.queries.directory import find_services, service, shown_service, signposts
from partner_gateway.queries.partners import every_partner
from partner_gateway.queries.referrals import Box, alternatives, box, referral_view, referrals_of_person
from partner_gateway.queries.withdrawals import withdrawals

__all__ = [
    "Box",
    "agreement",
    "alternatives",
    "authorization_server",
    "box",
    "clients_of",
    "contacts_of",
    "delivery_view",
    "every_agreement",
    "every_partner",
    "find_services",
    "referral_view",
    "referrals_of_person",
    "service",
    "shown_agreement",
    "shown_service",
    "signposts",
    "told_to_partner",
    "withdrawals",
]
