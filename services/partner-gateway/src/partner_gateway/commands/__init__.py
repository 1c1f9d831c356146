"""What changes in partner-gateway: load, decide, write."""

from partner_gateway.commands.directory import edit_service, give_signpost, publish_service
from partner_gateway.commands.partners import apply_as_partner, move_partner
from partner_gateway.commands.referrals import expire_referral, move_referral, send_referral

__all__ = [
    "apply_as_partner",
    "edit_service",
    "expire_referral",
    "give_signpost",
    "move_partner",
    "move_referral",
    "publish_service",
    "send_referral",
]
