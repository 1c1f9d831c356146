"""What changes in customer-account: load, decide, write."""

from customer_account.commands.accounts import (
    close_account,
    close_my_account,
    confirm_death,
    record_identity_check,
    reinstate_account,
    retract_death,
    suspend_account,
)
from customer_account.commands.addresses import change_address, link_address, remove_address
from customer_account.commands.book import FACTS_END, LOOK_FOR_DUPLICATES
from customer_account.commands.certainty import (
    dispute_fact,
    dispute_my_fact,
    expire_facts,
    settle_dispute,
    verify_fact,
    withdraw_fact,
    withdraw_my_fact,
)
from customer_account.commands.claims import issue_claim_reference, make_claim, settle_claim, withdraw_claim_reference
from customer_account.commands.consents import (
    CONFIRMATION_DUE,
    CONSENT_ENDS,
    answer_consent,
    record_consent,
    withdraw_consent,
)
from customer_account.commands.contact import (
    add_contact_point,
    change_contact_point,
    remove_contact_point,
    set_preferences,
    verify_contact_point,
)
from customer_account.commands.duplicates import (
    decide_duplicate,
    look_for_duplicates,
)
from customer_account.commands.facts import keep_told, record_fact, record_my_fact
from customer_account.commands.joining import merge_person, unmerge_person
from customer_account.commands.looks import answer_access_question, ask_about_access, keep_look
from customer_account.commands.organisations import (
    add_contact_person,
    describe_organisation,
    end_contact_person,
    register_organisation,
    show_to_contacts,
)
from customer_account.commands.persons import register_person, share_person
from customer_account.commands.protection import lift_protection, mark_protected, protect_every_id, review_protection
from customer_account.commands.releases import (
    answer_release,
    ask_for,
    end_consents,
    flag_unconfirmed,
    keep_captured,
    note_stopped,
)
from customer_account.commands.secrecies import declare_secrecy, end_secrecy

__all__ = [
    "CONFIRMATION_DUE",
    "CONSENT_ENDS",
    "FACTS_END",
    "LOOK_FOR_DUPLICATES",
    "add_contact_person",
    "add_contact_point",
    "answer_access_question",
    "answer_consent",
    "answer_release",
    "ask_about_access",
    "ask_for",
    "change_address",
    "change_contact_point",
    "close_account",
    "close_my_account",
    "confirm_death",
    "decide_duplicate",
    "declare_secrecy",
    "describe_organisation",
    "dispute_fact",
    "dispute_my_fact",
    "end_consents",
    "end_contact_person",
    "end_secrecy",
    "expire_facts",
    "flag_unconfirmed",
    "issue_claim_reference",
    "keep_captured",
    "keep_look",
    "keep_told",
    "lift_protection",
    "link_address",
    "look_for_duplicates",
    "make_claim",
    "mark_protected",
    "merge_person",
    "note_stopped",
    "protect_every_id",
    "record_consent",
    "record_fact",
    "record_identity_check",
    "record_my_fact",
    "register_organisation",
    "register_person",
    "reinstate_account",
    "remove_address",
    "remove_contact_point",
    "retract_death",
    "review_protection",
    "set_preferences",
    "settle_claim",
    "settle_dispute",
    "share_person",
    "show_to_contacts",
    "suspend_account",
    "unmerge_person",
    "verify_contact_point",
    "verify_fact",
    "withdraw_claim_reference",
    "withdraw_consent",
    "withdraw_fact",
    "withdraw_my_fact",
]
