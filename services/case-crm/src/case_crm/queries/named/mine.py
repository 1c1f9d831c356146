"""The read of the cases of whoever asks: each with what its line in a list shows of who deals with it and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from common.runtime.query import EVERY_ID, ME, query
from sqlalchemy import ARRAY, Integer, Text, bindparam, func, tuple_
from sqlalchemy import select as columns
from sqlmodel import col, select

from case_crm.queries.named.appointments import APPOINTMENT
from case_crm.queries.named.cases import NEWEST, OLDER, listed
from case_crm.queries.named.clocks import clocks_of
from case_crm.queries.named.parties import PARTIES
from case_crm.tables import Case, DefinitionVersion, Task


@dataclass(frozen=True, slots=True)
class MyCase:
    """A case with its clocks, appointment and parties as PostgreSQL gave them, and what is checked of its stage's checklist."""

    case: Case
    clocks: list[Any] | None
    appointment: dict[str, Any] | None
    parties: list[dict[str, Any]]
    checked: list[str] | None


def _mine(appointment: Any, parties: Any, checked: Any, **case: Any) -> MyCase:
    return MyCase(*listed(**case), appointment, parties, checked)


_checked = (
    columns(func.array_agg(Task.item))
    .where(col(Task.case_id) == Case.id, col(Task.item).is_not(None), col(Task.ended_at) >= Case.changed_at)
    .correlate(Case)
    .scalar_subquery()
    .label("checked")
)
MY_CASES = query(
    columns(Case, clocks_of(Case.id), APPOINTMENT, PARTIES, _checked)
    .where(col(Case.person_id) == EVERY_ID, OLDER)
    .order_by(*NEWEST)
    .limit(bindparam("most")),
    into=_mine,
    whose=ME,
)
_wanted = (
    func.unnest(
        bindparam("councils", type_=ARRAY(Text)),
        bindparam("services", type_=ARRAY(Text)),
        bindparam("versions", type_=ARRAY(Integer)),
    )
    .table_valued("council", "service", "definition_version")
    .render_derived(name="wanted")
)
VERSIONS_OF = query(
    select(DefinitionVersion).join(
        _wanted,
        tuple_(DefinitionVersion.council, DefinitionVersion.service, DefinitionVersion.definition_version)
        == tuple_(_wanted.c.council, _wanted.c.service, _wanted.c.definition_version),
    )
)
