"""What changes in customer-account: load, decide, write."""

from customer_account.commands.book import FACTS_END
from customer_account.commands.certainty import (
    dispute_fact,
    dispute_my_fact,
    expire_facts,
    settle_dispute,
    verify_fact,
    withdraw_fact,
    withdraw_my_fact,
)
from customer_account.commands.facts import keep_told, record_fact, record_my_fact
from customer_account.commands.persons import register_person, share_person

__all__ = [
    "FACTS_END",
    "dispute_fact",
    "dispute_my_fact",
    "expire_facts",
    "keep_told",
    "record_fact",
    "record_my_fact",
    "register_person",
    "settle_dispute",
    "share_person",
    "verify_fact",
    "withdraw_fact",
    "withdraw_my_fact",
]
