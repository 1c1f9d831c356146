"""What case-crm reads, and the views that are made of it."""

from case_crm.queries import named
from case_crm.queries.protection import cleared, reader_of
from case_crm.queries.views import (
    case_view,
    case_with_definition,
    cases_of_person,
    definition_of,
    form_for,
    held_facts,
    my_cases,
    queue,
    services_of,
    shown_case,
    shown_interaction,
    theirs,
)

__all__ = [
    "case_view",
    "case_with_definition",
    "cases_of_person",
    "cleared",
    "definition_of",
    "form_for",
    "held_facts",
    "my_cases",
    "named",
    "queue",
    "reader_of",
    "services_of",
    "shown_case",
    "shown_interaction",
    "theirs",
]
