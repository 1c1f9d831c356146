"""What partner-gateway reads, and the views that are made of it."""

from partner_gateway.queries.deliveries import delivery_view, told_to_partner
from partner_gateway.queries.directory import find_services, service, shown_service, signposts
from partner_gateway.queries.partners import every_partner
from partner_gateway.queries.referrals import Box, box, referral_view, referrals_of_person
from partner_gateway.queries.withdrawals import withdrawals

__all__ = [
    "Box",
    "box",
    "delivery_view",
    "every_partner",
    "find_services",
    "referral_view",
    "referrals_of_person",
    "service",
    "shown_service",
    "signposts",
    "told_to_partner",
    "withdrawals",
]
