"""What customer-account reads, and the views that are made of it."""

from customer_account.queries import named
from customer_account.queries.clearance import cleared, look, refuse
from customer_account.queries.protection import protection_of_person, shown_protection
from customer_account.queries.views import (
    current_facts,
    facts_for_council,
    facts_home,
    found,
    my_access_entries,
    my_facts,
    my_record,
    my_timeline,
    record_for_council,
    shown_fact,
    shown_person,
    timeline_for_council,
)

__all__ = [
    "cleared",
    "current_facts",
    "facts_for_council",
    "facts_home",
    "found",
    "look",
    "my_access_entries",
    "my_facts",
    "my_record",
    "my_timeline",
    "named",
    "protection_of_person",
    "record_for_council",
    "refuse",
    "shown_fact",
    "shown_person",
    "shown_protection",
    "timeline_for_council",
]
