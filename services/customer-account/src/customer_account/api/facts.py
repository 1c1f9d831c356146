"""What people told us, the kinds there are, and how sure we are of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from common.contracts.base import Code, Page, View, When
from common.contracts.people import (
    AlreadySure,
    BeliefView,
    DisputeFact,
    FactKindView,
    FactsView,
    ImpossibleDates,
    KeptFactView,
    NotInDispute,
    RecordFact,
    RecordRestricted,
    SettleDispute,
    UnknownFactKind,
    VerifyFact,
    WrongShape,
)
from common.contracts.people.protection import AddressInText
from common.runtime.limits import though_restricted
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import May, everybody, officers, represented, residents
from fastapi import Path, Query

from customer_account import commands, queries
from customer_account.domain.kinds import views_of
from customer_account.queries.kinds import fact_kinds

routes = Api(tag="facts")
may_read = officers("persons:read")
may_write = officers("persons:write")
RECORDING = [UnknownFactKind, WrongShape, ImpossibleDates]
RESTRICTED = [RecordRestricted]

TrueOn = Annotated[date | None, Query(description="What is held to be so on this day. Unsaid: today.")]
KnownAt = Annotated[When | None, Query(description="What was held at this moment. Unsaid: now.")]
Kind = Annotated[Code, Path(description="A kind of fact, as listed at /fact-kinds.")]


class FactKindsView(View):
    """Every kind of fact that is kept."""

    items: list[FactKindView]


@routes.read("/fact-kinds", allow=everybody)
async def kinds_of_facts(read: Read) -> FactKindsView:
    """The kinds of facts we keep, what residents call them, and how each is written."""
    return FactKindsView(items=views_of(fact_kinds()))


# -- officers


@routes.read("/persons/{person_id}/facts", allow=may_read, refuses=RESTRICTED)
async def facts_of_person(person_id: UUID, read: Read, true_on: TrueOn = None, known_at: KnownAt = None) -> FactsView:
    """What we know of a person, each with where it came from: now, or as it was known then to be on that day."""
    return await queries.facts_for_council(read, person_id, true_on=true_on, known_at=known_at)


@routes.read("/persons/{person_id}/facts/{kind}/history", allow=may_read, refuses=[NoSuchCursor, *RESTRICTED])
async def fact_history(
    person_id: UUID, kind: Kind, read: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[BeliefView]:
    """All that we ever held of a person of one kind, newest knowledge first."""
    return await queries.fact_history_for_council(read, person_id, kind, limit=limit, cursor=cursor)


@routes.edit("/persons/{person_id}/facts", allow=may_write, refuses=[*RECORDING, *RESTRICTED])
@though_restricted("it keeps what the person brings")
async def record_fact(person_id: UUID, command: RecordFact, tx: Tx) -> KeptFactView:
    """Note what a person told us. It takes the place of what was held of that kind; the same again changes nothing."""
    return await commands.record_fact(tx, person_id, command)


@routes.edit(
    "/persons/{person_id}/facts/{fact_id}/verification",
    allow=may_write,
    refuses=[*RESTRICTED, AlreadySure, AddressInText],
)
@though_restricted("whether it is right may be what the person contests")
async def verify_fact(person_id: UUID, fact_id: UUID, command: VerifyFact, tx: Tx) -> KeptFactView:
    """Say what was seen, or checked at its source, that shows a fact to be right."""
    return await commands.verify_fact(tx, person_id, fact_id, command)


@routes.edit(
    "/persons/{person_id}/facts/{fact_id}/dispute", allow=may_write, refuses=[*RESTRICTED, AlreadySure, AddressInText]
)
@though_restricted("it keeps what the person brings")
async def dispute_fact(person_id: UUID, fact_id: UUID, command: DisputeFact, tx: Tx) -> KeptFactView:
    """Note that somebody says a fact is not right."""
    return await commands.dispute_fact(tx, person_id, fact_id, command)


@routes.edit(
    "/persons/{person_id}/facts/{fact_id}/settlement",
    allow=may_write,
    refuses=[*RESTRICTED, NotInDispute, WrongShape, ImpossibleDates, AddressInText],
)
@though_restricted("whether it is right may be what the person contests")
async def settle_dispute(person_id: UUID, fact_id: UUID, command: SettleDispute, tx: Tx) -> KeptFactView:
    """End a dispute: the fact stands, or this is what is right."""
    return await commands.settle_dispute(tx, person_id, fact_id, command)


@routes.edit("/persons/{person_id}/facts/{fact_id}", allow=may_write, refuses=[*RESTRICTED], method="DELETE")
async def withdraw_fact(person_id: UUID, fact_id: UUID, tx: Tx) -> FactsView:
    """Hold something no longer. That it was held stays on record, and everybody who keeps a copy is told to let go of it."""
    return await commands.withdraw_fact(tx, person_id, fact_id)


# -- residents


@routes.read("/me/facts", allow=represented(May.SEE))
async def my_facts(read: Read, true_on: TrueOn = None, known_at: KnownAt = None) -> FactsView:
    """What the councils know of me and whom I told it: now, or as they knew it then to be on that day."""
    return await queries.my_facts(read, true_on=true_on, known_at=known_at)


@routes.read("/me/facts/{kind}/history", allow=represented(May.SEE), refuses=[NoSuchCursor])
async def my_fact_history(kind: Kind, read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[BeliefView]:
    """All that the councils ever held of me of one kind, newest knowledge first."""
    return await queries.my_fact_history(read, kind, limit=limit, cursor=cursor)


@routes.edit("/me/facts", allow=represented(May.TELL), refuses=RECORDING)
async def record_my_fact(command: RecordFact, tx: Tx) -> KeptFactView:
    """Tell the councils something once. It takes the place of what they held; the same again changes nothing."""
    return await commands.record_my_fact(tx, command)


@routes.edit("/me/facts/{fact_id}/dispute", allow=represented(May.TELL), refuses=[NotFound, AlreadySure])
async def dispute_my_fact(fact_id: UUID, command: DisputeFact, tx: Tx) -> KeptFactView:
    """Say that something the councils hold of me is not right. An officer looks into it."""
    return await commands.dispute_my_fact(tx, fact_id, command)


@routes.edit("/me/facts/{fact_id}", allow=residents, refuses=[NotFound], method="DELETE")
async def withdraw_my_fact(fact_id: UUID, tx: Tx) -> FactsView:
    """Ask the councils to hold something no longer."""
    return await commands.withdraw_my_fact(tx, fact_id)
