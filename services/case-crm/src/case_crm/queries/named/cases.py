"""The reads of cases. Row-level security is the net; these are the filters."""

from __future__ import annotations

from typing import Any

from common.runtime.query import EVERY_ID, mine, query
from sqlalchemy import Uuid, bindparam, or_, text, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from case_crm.queries.named.clocks import clocks_of
from case_crm.queries.named.facts import protected_kinds
from case_crm.tables import OPEN, Case, DefinitionVersion, ImportedRow, Interaction

OLDER = tuple_(col(Case.opened_at), col(Case.id)) < tuple_(bindparam("at"), bindparam("row"))
NEWEST = (col(Case.opened_at).desc(), col(Case.id).desc())
# An officer asks for a council, a resident for themselves.
THEIRS = or_(col(Case.council) == bindparam("for_council"), mine(Case.person_id))
LISTED = (Case, clocks_of(Case.id))


def listed(clocks: list[Any] | None, **case: Any) -> tuple[Case, list[Any] | None]:
    return Case.model_construct(**case), clocks


CASE = query(select(Case).where(Case.id == bindparam("case_id"), THEIRS))


def cases_with_definition() -> Any:
    """Cases with the definition they run on, the kinds in which their person is protected, and their clocks."""
    return select(Case, col(DefinitionVersion.document), protected_kinds(Case.person_id), clocks_of(Case.id)).join(
        DefinitionVersion,
        (col(DefinitionVersion.council) == Case.council)
        & (col(DefinitionVersion.service) == Case.service)
        & (col(DefinitionVersion.definition_version) == Case.definition_version),
    )


CASE_WITH_DEFINITION = query(
    cases_with_definition().where(Case.id == bindparam("case_id"), THEIRS),
    into=lambda document, protected_kinds, clocks, **case: (
        Case.model_construct(**case),
        document,
        protected_kinds,
        clocks,
    ),
)
CASES_OF_PERSON_HERE = query(
    select(*LISTED)
    .where(col(Case.person_id) == EVERY_ID, Case.council == bindparam("council"), OLDER)
    .order_by(*NEWEST)
    .limit(bindparam("most")),
    into=listed,
    whose="person_id",
)
QUEUE = query(
    select(*LISTED)
    .where(Case.council == bindparam("council"), text(OPEN), OLDER)  # as the partial index says it
    .order_by(*NEWEST)
    .limit(bindparam("most")),
    into=listed,
)
_touch = aliased(Interaction, name="touch")
_NEWEST_TOUCHES = (
    select(_touch.id)
    .where(_touch.case_id == bindparam("case_id", type_=Uuid))
    .order_by(col(_touch.at).desc())
    .limit(200)
)
INTERACTIONS = query(
    select(Interaction)
    .where(col(Interaction.id).in_(_NEWEST_TOUCHES))
    .order_by(col(Interaction.at), col(Interaction.id))
)
IMPORTED = query(
    select(ImportedRow).where(
        ImportedRow.council == bindparam("council"),
        ImportedRow.source == bindparam("source"),
        ImportedRow.source_id == bindparam("source_id"),
    )
)
