"""What changes in partner-gateway: load, decide, write."""

from partner_gateway.commands.agreements import draft_agreement, end_agreement, move_agreement, note_review_due
from partner_gateway.commands.clients import (
    add_key,
    close_client,
    forget_assertions,
    give_token,
    register_client,
    revoke_key,
)
from partner_gateway.commands.contacts import describe_contact, register_contact, remove_contact
from partner_gateway.commands.directory import edit_service, give_signpost, publish_service
from partner_gateway.commands.partners import apply_as_partner, move_partner
from partner_gateway.commands.referrals import expire_referral, move_referral, send_referral
from partner_gateway.commands.releasing import act_on_answer, ask_again
from partner_gateway.commands.rerouting import hear_person, pass_on, person_silent, reroute
from partner_gateway.commands.withdrawals import confirm_stop, stop

__all__ = [
    "act_on_answer",
    "add_key",
    "apply_as_partner",
    "ask_again",
    "close_client",
    "confirm_stop",
    "describe_contact",
    "draft_agreement",
    "edit_service",
    "end_agreement",
    "expire_referral",
    "forget_assertions",
    "give_signpost",
    "give_token",
    "hear_person",
    "move_agreement",
    "move_partner",
    "move_referral",
    "note_review_due",
    "pass_on",
    "person_silent",
    "publish_service",
    "register_client",
    "register_contact",
    "remove_contact",
    "reroute",
    "revoke_key",
    "send_referral",
    "stop",
]
