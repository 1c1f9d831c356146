"""What changes in customer-account: load, decide, write."""

from customer_account.commands.facts import keep_told, record_fact, record_my_fact
from customer_account.commands.persons import register_person, share_person
from customer_account.commands.protection import lift_protection, mark_protected, review_protection

__all__ = [
    "keep_told",
    "lift_protection",
    "mark_protected",
    "record_fact",
    "record_my_fact",
    "register_person",
    "review_protection",
    "share_person",
]
