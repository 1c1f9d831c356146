"""The reads of who looked, as the person sees it and as it is kept and asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.runtime.query import EVERY_ID, ME, mine, of_person, query
from common.runtime.tables import as_read
from sqlalchemy import (
    ARRAY,
    Integer,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    or_,
    tuple_,
)
from sqlmodel import col, select

from customer_account.queries.named.seen import for_cleared, guarded, with_guard
from customer_account.tables import (
    AccessEntry,
    AccessQuestion,
    AccessSeal,
    Disclosure,
    Secrecy,
    TimelineEntry,
    UnsealedEntry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An access entry as its person reads it: whether the case is theirs, and what they asked about it."""

    entry_id: UUID
    person_id: UUID
    at: datetime
    role: str
    organisation: str | None
    system: str
    reason: str
    case_id: UUID | None
    hidden_until: datetime | None
    own_case: bool
    question_id: UUID | None
    asked_at: datetime | None
    text: str | None
    answered_at: datetime | None
    answer: str | None


# -- looks, as the person sees them

_THEIR_QUESTION = and_(
    col(AccessQuestion.person_id) == AccessEntry.person_id, col(AccessQuestion.entry_id) == AccessEntry.entry_id
)
# Whose the case is, by the case: the planner would rather go through all that ever happened to the person.
_OWN_CASE = col(AccessEntry.person_id).in_(
    select(TimelineEntry.person_id).where(col(TimelineEntry.case_id) == AccessEntry.case_id)
)
_DISCLOSED = exists().where(col(Disclosure.secrecy_id) == AccessEntry.secrecy_id, mine(Disclosure.person_id))
_NOT_HIDDEN = or_(
    col(AccessEntry.hidden_until).is_(None), col(AccessEntry.hidden_until) <= bindparam("now"), _DISCLOSED
)
_COLUMNS_OF_LOOK: list[Any] = [
    *(
        getattr(AccessEntry, name)
        for name in (
            "entry_id",
            "person_id",
            "at",
            "role",
            "organisation",
            "system",
            "reason",
            "case_id",
            "hidden_until",
        )
    ),
    _OWN_CASE.label("own_case"),
    col(AccessQuestion.id).label("question_id"),
    *(getattr(AccessQuestion, name) for name in ("asked_at", "text", "answered_at", "answer")),
]
_LOOK: Any = select(*_COLUMNS_OF_LOOK).outerjoin(AccessQuestion, _THEIR_QUESTION).where(_NOT_HIDDEN)

MY_ACCESS_ENTRIES = query(
    _LOOK.where(
        col(AccessEntry.person_id) == EVERY_ID,
        tuple_(col(AccessEntry.at), col(AccessEntry.entry_id)) < tuple_(bindparam("at"), bindparam("row")),
    )
    .order_by(col(AccessEntry.at).desc(), col(AccessEntry.entry_id).desc())
    .limit(bindparam("most")),
    into=Look,
    whose=ME,
)
MY_ACCESS_ENTRY = query(
    _LOOK.where(AccessEntry.entry_id == bindparam("entry_id"), mine(AccessEntry.person_id))
    .order_by(col(AccessEntry.person_id))  # one look at two records of one person is two entries
    .limit(1),
    into=Look,
)

# -- looks, as they are kept and asked about

UNSEALED = query(
    select(AccessEntry)
    .join(
        UnsealedEntry,
        and_(
            col(UnsealedEntry.entry_id) == AccessEntry.entry_id, col(UnsealedEntry.person_id) == AccessEntry.person_id
        ),
    )
    .order_by(col(UnsealedEntry.entry_id), col(UnsealedEntry.person_id))
    .limit(bindparam("most", type_=Integer()))
)
LAST_SEAL = query(select(AccessSeal).order_by(col(AccessSeal.number).desc()).limit(1))
_looked_at = func.unnest(bindparam("persons", type_=ARRAY(Uuid))).table_valued("id").render_derived(name="looked").c.id
SECRECIES_ABOUT = query(
    select(Secrecy, _looked_at.label("looked_at")).where(
        of_person(Secrecy.about_person, _looked_at),
        Secrecy.council == bindparam("council"),
        col(Secrecy.until) > bindparam("at"),
    ),
    into=lambda looked_at, **row: (looked_at, as_read(Secrecy, row)),
)
SECRECIES_OF_PERSON = query(
    select(Secrecy)
    .where(col(Secrecy.about_person) == EVERY_ID, Secrecy.council == bindparam("council"))
    .order_by(col(Secrecy.declared_at).desc())
    .limit(200),
    whose="person_id",
)
SECRECY = query(
    with_guard(Secrecy, Secrecy.about_person).where(
        Secrecy.id == bindparam("secrecy_id"), Secrecy.council == bindparam("council")
    ),
    into=guarded(Secrecy),
)
QUESTION = query(
    with_guard(AccessQuestion, AccessQuestion.person_id).where(
        AccessQuestion.id == bindparam("question_id"), AccessQuestion.council == bindparam("council")
    ),
    into=guarded(AccessQuestion),
)
QUESTIONS = query(
    select(AccessQuestion)
    .where(
        AccessQuestion.council == bindparam("council"),
        tuple_(col(AccessQuestion.asked_at), col(AccessQuestion.id)) < tuple_(bindparam("at"), bindparam("row")),
        for_cleared(AccessQuestion.person_id),
    )
    .order_by(col(AccessQuestion.asked_at).desc(), col(AccessQuestion.id).desc())
    .limit(bindparam("most"))
)
