"""What customer-account reads, and the views that are made of it."""

from customer_account.queries import named
from customer_account.queries.facts import (
    current_facts,
    fact_history_for_council,
    facts_for_council,
    facts_home,
    known_facts,
    my_fact_history,
    my_facts,
    shown_fact,
)
from customer_account.queries.views import (
    found,
    my_access_entries,
    my_record,
    my_timeline,
    record_for_council,
    shown_person,
    timeline_for_council,
)

__all__ = [
    "current_facts",
    "fact_history_for_council",
    "facts_for_council",
    "facts_home",
    "found",
    "known_facts",
    "my_access_entries",
    "my_fact_history",
    "my_facts",
    "my_record",
    "my_timeline",
    "named",
    "record_for_council",
    "shown_fact",
    "shown_person",
    "timeline_for_council",
]
