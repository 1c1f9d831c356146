"""What changes in customer-account: load, decide, write."""

from customer_account.commands.facts import keep_told, record_fact, record_my_fact
from customer_account.commands.persons import register_person, share_person

__all__ = ["keep_told", "record_fact", "record_my_fact", "register_person", "share_person"]
