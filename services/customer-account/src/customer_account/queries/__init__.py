"""What customer-account reads, and the views that are made of it."""

from customer_account.queries import named
from customer_account.queries.looks import (
    look_at_me,
    my_access_entries,
    question_for_council,
    questions_for_council,
    secrecies_for_council,
    secrecy_for_council,
    shown_question,
    shown_secrecy,
)
from customer_account.queries.views import (
    current_facts,
    facts_for_council,
    facts_home,
    found,
    my_facts,
    my_record,
    my_timeline,
    record_for_council,
    shown_fact,
    shown_person,
    timeline_for_council,
)

__all__ = [
    "current_facts",
    "facts_for_council",
    "facts_home",
    "found",
    "look_at_me",
    "my_access_entries",
    "my_facts",
    "my_record",
    "my_timeline",
    "named",
    "question_for_council",
    "questions_for_council",
    "record_for_council",
    "secrecies_for_council",
    "secrecy_for_council",
    "shown_fact",
    "shown_person",
    "shown_question",
    "shown_secrecy",
    "timeline_for_council",
]
