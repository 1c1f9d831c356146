"""What people told us, and the kinds there are."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import View
from common.contracts.people import (
    FactKindView,
    FactsView,
    KeptFactView,
    RecordFact,
    RecordRestricted,
    UnknownFactKind,
    WrongShape,
)
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import everybody, officers, residents

from customer_account import commands, queries
from customer_account.domain.kinds import views_of
from customer_account.queries.kinds import fact_kinds

routes = Api(tag="people")
may_read = officers("persons:read")
may_write = officers("persons:write")


class FactKindsView(View):
    """Every kind of fact that is kept."""

    items: list[FactKindView]


@routes.read("/fact-kinds", allow=everybody)
async def kinds_of_facts(read: Read) -> FactKindsView:
    """The kinds of facts we keep, what residents call them, and how each is written."""
    return FactKindsView(items=views_of(fact_kinds()))


@routes.read("/persons/{person_id}/facts", allow=may_read, refuses=[RecordRestricted])
async def facts_of_person(person_id: UUID, read: Read) -> FactsView:
    """What we know of a person now, each with where it came from."""
    return await queries.facts_for_council(read, person_id)


@routes.edit("/persons/{person_id}/facts", allow=may_write, refuses=[RecordRestricted, UnknownFactKind, WrongShape])
async def record_fact(person_id: UUID, command: RecordFact, tx: Tx) -> KeptFactView:
    """Note what a person told us. It takes the place of what was held of that kind; the same again changes nothing."""
    return await commands.record_fact(tx, person_id, command)


@routes.read("/me/facts", allow=residents)
async def my_facts(read: Read) -> FactsView:
    """What the councils know of me now, and whom I told it."""
    return await queries.my_facts(read)


@routes.edit("/me/facts", allow=residents, refuses=[UnknownFactKind, WrongShape])
async def record_my_fact(command: RecordFact, tx: Tx) -> KeptFactView:
    """Tell the councils something once. It takes the place of what they held; the same again changes nothing."""
    return await commands.record_my_fact(tx, command)
