"""What customer-account reads, and the views that are made of it."""

from customer_account.queries import named
from customer_account.queries.clearance import cleared, look, refuse
from customer_account.queries.contact import (
    addresses,
    contact_points,
    my_protected,
    person_preferences,
    shown_address,
    shown_addresses,
    shown_point,
    shown_points,
    shown_preferences,
    time_zone_of,
    today_of,
)
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
from customer_account.queries.protection import protection_of_person, shown_protection
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
    "addresses",
    "cleared",
    "contact_points",
    "current_facts",
    "fact_history_for_council",
    "facts_for_council",
    "facts_home",
    "found",
    "known_facts",
    "look",
    "my_access_entries",
    "my_fact_history",
    "my_facts",
    "my_protected",
    "my_record",
    "my_timeline",
    "named",
    "person_preferences",
    "protection_of_person",
    "record_for_council",
    "refuse",
    "shown_address",
    "shown_addresses",
    "shown_fact",
    "shown_person",
    "shown_point",
    "shown_points",
    "shown_preferences",
    "shown_protection",
    "time_zone_of",
    "timeline_for_council",
    "today_of",
]
