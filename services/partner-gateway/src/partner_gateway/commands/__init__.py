"""What changes in partner-gateway: load, decide, write."""

from partner_gateway.commands.directory import edit_service, give_signpost, publish_service
from partner_gateway.commands.partners import apply_as_partner, move_partner
from partner_gateway.commands.referrals import expire_referral, move_referral, send_referral
from partner_gateway.commands.releasing import act_on_answer, ask_again
from partner_gateway.commands.withdrawals import confirm_stop, stop

__all__ = [
    "act_on_answer",
    "apply_as_partner",
    "ask_again",
    "confirm_stop",
    "edit_service",
    "expire_referral",
    "give_signpost",
    "move_partner",
    "move_referral",
    "publish_service",
    "send_referral",
    "stop",
]
