"""What case-crm reads, and the views that are made of it."""

from case_crm.queries import named
from case_crm.queries.clocks import calendar_of, clocks_as_read, shown_clocks
from case_crm.queries.contacts import shown_interaction, shown_touch, touches_of_person
from case_crm.queries.days import today
from case_crm.queries.definitions import (
    check_definition,
    compare_definition,
    ledger,
    offered,
    shown_definition,
    sound,
    try_definition,
    versions_of,
)
from case_crm.queries.deliveries import dealt_with_in_case, delivery_of, delivery_queue, delivery_view, shown_delivery
from case_crm.queries.drafts import (
    answers_of,
    draft_of,
    draft_view,
    drafts_of_person,
    my_drafts,
    seen_of,
    shown_draft,
    turns_of,
)
from case_crm.queries.facts import held_facts, known_of
from case_crm.queries.files import (
    File,
    caller_of,
    case_file,
    case_files,
    case_view,
    councillor_case,
    find_file,
    shown_file,
    shown_party,
    shown_task,
    standing,
)
from case_crm.queries.forms import form_for, services_of
from case_crm.queries.left_out import left_out, left_out_of, reconciliation
from case_crm.queries.life_events import life_event, life_events
from case_crm.queries.mine import my_cases
from case_crm.queries.needs import need
from case_crm.queries.parties import cases_of_councillor
from case_crm.queries.protection import cleared, reader_for, reader_of
from case_crm.queries.shapes import check_written
from case_crm.queries.tasks import my_tasks, tasks_of_council
from case_crm.queries.tellings import (
    agreements_in_force,
    everything_told,
    my_tellings,
    parts_of,
    plan_of,
    preview,
    shown_preview,
    shown_telling,
    telling_of,
    telling_to_plan,
    telling_view,
    told_facts,
)
from case_crm.queries.timeline import shown_entry, timeline
from case_crm.queries.views import (
    case_with_definition,
    cases_of_person,
    definition_of,
    in_words,
    queue,
    shown_case,
    theirs,
    whom,
)

__all__ = [
    "File",
    "agreements_in_force",
    "answers_of",
    "calendar_of",
    "caller_of",
    "case_file",
    "case_files",
    "case_view",
    "case_with_definition",
    "cases_of_councillor",
    "cases_of_person",
    "check_definition",
    "check_written",
    "cleared",
    "clocks_as_read",
    "compare_definition",
    "councillor_case",
    "dealt_with_in_case",
    "definition_of",
    "delivery_of",
    "delivery_queue",
    "delivery_view",
    "draft_of",
    "draft_view",
    "drafts_of_person",
    "everything_told",
    "find_file",
    "form_for",
    "held_facts",
    "in_words",
    "known_of",
    "ledger",
    "left_out",
    "left_out_of",
    "life_event",
    "life_events",
    "my_cases",
    "my_drafts",
    "my_tasks",
    "my_tellings",
    "named",
    "need",
    "offered",
    "parts_of",
    "plan_of",
    "preview",
    "queue",
    "reader_for",
    "reader_of",
    "reconciliation",
    "seen_of",
    "services_of",
    "shown_case",
    "shown_clocks",
    "shown_definition",
    "shown_delivery",
    "shown_draft",
    "shown_entry",
    "shown_file",
    "shown_interaction",
    "shown_party",
    "shown_preview",
    "shown_task",
    "shown_telling",
    "shown_touch",
    "sound",
    "standing",
    "tasks_of_council",
    "telling_of",
    "telling_to_plan",
    "telling_view",
    "theirs",
    "timeline",
    "today",
    "told_facts",
    "touches_of_person",
    "try_definition",
    "turns_of",
    "versions_of",
    "whom",
]
