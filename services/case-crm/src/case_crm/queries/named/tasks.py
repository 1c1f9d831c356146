"""The reads of tasks."""

from __future__ import annotations

from typing import Any

from common.runtime.query import query
from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, func, literal_column, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlmodel import col, select

from case_crm.queries.named.appointments import APPOINTMENT
from case_crm.queries.named.cases import THEIRS, cases_with_definition
from case_crm.queries.named.facts import protected_kinds
from case_crm.queries.named.parties import PARTIES
from case_crm.queries.named.relations import RELATED
from case_crm.queries.named.restricting import RESTRICTED_TO
from case_crm.tables import Case, Task

_IN_ORDER = (col(Task.due_at), col(Task.id))
_AFTER = tuple_(*_IN_ORDER) > tuple_(bindparam("at"), bindparam("row"))
_OPEN = text("state = 'open'")  # as the partial indexes say it
_HERE = Task.council == bindparam("council", type_=Text)

# What is to be done comes before what was, of which the newest comes first.
_of_case = (
    select(Task)
    .where(Task.case_id == Case.id)
    .order_by(col(Task.ended_at).desc().nulls_first(), col(Task.due_at), col(Task.id))
    .limit(200)
    .correlate(Case)
    .lateral("each_task")
)
_as_due = aggregate_order_by(func.to_jsonb(literal_column("each_task")), _of_case.c.due_at, _of_case.c.id)
_tasks = (
    select(func.coalesce(func.jsonb_agg(_as_due, type_=JSONB), text("'[]'::jsonb")))
    .select_from(_of_case)
    .scalar_subquery()
    .label("tasks")
)


def _whole(
    document: Any,
    protected_kinds: Any,
    clocks: Any,
    tasks: Any,
    related: Any,
    parties: Any,
    restricted_to: Any,
    appointment: Any,
    **case: Any,
) -> tuple[Any, ...]:
    parts = (tasks, related, parties, restricted_to, appointment)
    return Case.model_construct(**case), document, protected_kinds, clocks, *parts


_WITH_TASKS = cases_with_definition().add_columns(_tasks, RELATED, PARTIES, RESTRICTED_TO, APPOINTMENT)
CASE_WITH_TASKS = query(_WITH_TASKS.where(Case.id == bindparam("case_id"), THEIRS), into=_whole)
CASES_WITH_TASKS = query(
    _WITH_TASKS.where(col(Case.id) == any_(bindparam("cases", type_=ARRAY(Uuid))), THEIRS), into=_whole
)
TASK = query(select(Task).where(Task.id == bindparam("task_id"), Task.case_id == bindparam("case_id")))
TASKS_OF_COUNCIL = query(
    select(Task, protected_kinds(Task.person_id))
    .where(_HERE, _OPEN, _AFTER)
    .order_by(*_IN_ORDER)
    .limit(bindparam("most")),
    into=lambda protected_kinds, **task: (Task.model_construct(**task), protected_kinds),
)
TASKS_OF_OFFICER = query(
    select(Task, protected_kinds(Task.person_id))
    .where(_HERE, Task.officer_id == bindparam("officer_id"), _OPEN, _AFTER)
    .order_by(*_IN_ORDER)
    .limit(bindparam("most")),
    into=lambda protected_kinds, **task: (Task.model_construct(**task), protected_kinds),
)
