"""Views of what people told us: what is held now, what was held when, and for which days; for themselves and for officers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.people import BeliefView, FactsView, FactView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain.days import day_of
from customer_account.domain.kinds import sensitivity_of
from customer_account.queries import named
from customer_account.queries.clearance import look
from customer_account.queries.kinds import fact_kinds
from customer_account.tables import Fact, FactsOfPerson


async def my_facts(read: Reading, *, true_on: date | None, known_at: datetime | None) -> FactsView:
    """What is known of the resident; of somebody who told nothing yet: nothing."""
    home = await read.one(named.FACTS, person_id=read.person)
    if home is None:
        return FactsView(version=0, items=[])
    if true_on is None and known_at is None:
        facts = await current_facts(read, read.person)
    else:
        facts = await read.all(named.MY_FACTS_AS_OF, person_id=read.person, **_then(read, true_on, known_at))
    return _shown(home, facts)


async def facts_for_council(
    read: Reading, person_id: UUID, *, true_on: date | None, known_at: datetime | None
) -> FactsView:
    """What is known of a person, as an officer's council may see it."""
    home = await facts_home(read, person_id)
    look(read, person_id, "looked at what a person told us", protected=home.protected)
    if true_on is None and known_at is None:
        facts = await current_facts(read, person_id)
    else:
        asked = {"person_id": person_id, "council": read.council, **_then(read, true_on, known_at)}
        facts = await read.all(named.FACTS_AS_OF_FOR_COUNCIL, **asked)
    return _shown(home, facts)


async def my_fact_history(read: Reading, kind: str, *, limit: int, cursor: str | None) -> Page[BeliefView]:
    """All that was ever held of the resident of one kind."""
    at, row = place(cursor)
    home = await read.one(named.FACTS, person_id=read.person)
    asked = {"person_id": read.person, "kind": kind, "at": at, "row": row, "most": limit + 1}
    rows = await read.all(named.MY_FACT_HISTORY, **asked)
    return _history(rows, limit, protected=home is not None and home.protected)


async def fact_history_for_council(
    read: Reading, person_id: UUID, kind: str, *, limit: int, cursor: str | None
) -> Page[BeliefView]:
    """All that was ever held of a person of one kind, as an officer's council may see it."""
    home = await facts_home(read, person_id)
    look(read, person_id, "looked at what a person told us before", protected=home.protected)
    at, row = place(cursor)
    asked = {"person_id": person_id, "kind": kind, "council": read.council, "at": at, "row": row, "most": limit + 1}
    rows = await read.all(named.FACT_HISTORY_FOR_COUNCIL, **asked)
    return _history(rows, limit, protected=home.protected)


async def facts_home(session: Reading, person_id: UUID) -> FactsOfPerson:
    """The home of a person's facts, if the officer's council may see them."""
    home = await session.one(named.FACTS_FOR_COUNCIL, person_id=person_id, council=session.council)
    if home is None:
        raise NotFound
    return home


async def current_facts(session: Reading, person_id: UUID) -> list[Fact]:
    """What is current of a person, one fact of a kind."""
    return await session.all(named.CURRENT_FACTS, person_id=person_id)


async def known_facts(session: Reading, person_id: UUID, *kinds: str) -> list[Fact]:
    """What is current of a person and, of these kinds, what is known of days that are over."""
    past = await session.all(named.PAST_FACTS, person_id=person_id, kinds=kinds) if kinds else []
    return [*await current_facts(session, person_id), *past]


def shown_fact(fact: Fact, *, protected: bool) -> FactView:
    """A fact with its label and where it came from, of somebody who is `protected` or is not."""
    return FactView(**_labelled(fact, protected), **columns_of(fact, FactView))


def columns_of(row: Any, view: Any) -> dict[str, Any]:
    """The columns of a row that a view shows under the same names."""
    return {name: getattr(row, name) for name in view.model_fields if hasattr(row, name)}


def _then(read: Reading, true_on: date | None, known_at: datetime | None) -> dict[str, Any]:
    """What is not said is now."""
    return {"true_on": true_on or day_of(read.now), "known_at": known_at or read.now}


def _shown(home: FactsOfPerson, facts: list[Fact]) -> FactsView:
    return FactsView(version=home.version, items=[shown_fact(fact, protected=home.protected) for fact in facts])


def _history(rows: list[Fact], limit: int, *, protected: bool) -> Page[BeliefView]:
    shown, following = cut(rows, limit, at=lambda fact: (fact.known_from, fact.fact_id))
    items = [BeliefView(**_labelled(fact, protected), **columns_of(fact, BeliefView)) for fact in shown]
    return Page(items=items, next=following)


def _labelled(fact: Fact, protected: bool) -> dict[str, Any]:
    kind = fact_kinds().get(fact.kind)
    label = kind.label if kind else fact.kind.replace("_", " ")
    sensitivity = sensitivity_of(fact_kinds(), fact.kind, protected=protected)
    return {"id": fact.fact_id, "label": label, "sensitivity": sensitivity.value}
