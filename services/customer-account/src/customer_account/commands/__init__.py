"""What changes in customer-account: load, decide, write."""

from customer_account.commands.facts import keep_told, record_fact, record_my_fact
from customer_account.commands.looks import answer_access_question, ask_about_access, keep_look
from customer_account.commands.persons import register_person, share_person
from customer_account.commands.secrecies import declare_secrecy, end_secrecy

__all__ = [
    "answer_access_question",
    "ask_about_access",
    "declare_secrecy",
    "end_secrecy",
    "keep_look",
    "keep_told",
    "record_fact",
    "record_my_fact",
    "register_person",
    "share_person",
]
