"""What customer-account hears."""

from customer_account.subscribers.people import (
    add_to_timeline,
    answer_for_the_person,
    keep_access_entries,
    keep_apart,
    keep_partner_names,
    keep_representations_in_step,
    keep_told_facts,
    note_who_stopped,
    protect_every_id,
    queue_messages,
    settle_claims,
    show_organisations_to_contacts,
    show_rights_requests,
    sign_out_who_died,
    stop_mail,
)
from customer_account.subscribers.rights import (
    gather_answers,
    gather_packages,
    go_on_with_what_is_put_right,
    take_in_erasures,
)

__all__ = [
    "add_to_timeline",
    "answer_for_the_person",
    "gather_answers",
    "gather_packages",
    "go_on_with_what_is_put_right",
    "keep_access_entries",
    "keep_apart",
    "keep_partner_names",
    "keep_representations_in_step",
    "keep_told_facts",
    "note_who_stopped",
    "protect_every_id",
    "queue_messages",
    "settle_claims",
    "show_organisations_to_contacts",
    "show_rights_requests",
    "sign_out_who_died",
    "stop_mail",
    "take_in_erasures",
]
