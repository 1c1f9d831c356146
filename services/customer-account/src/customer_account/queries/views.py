"""Views of people, their facts and what happened to them; for themselves and for officers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.people import (
    FactsView,
    FactView,
    FindPersons,
    FoundPerson,
    FoundPersons,
    PersonView,
    TimelineEntryView,
)
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain import finding
from customer_account.queries import named
from customer_account.queries.kinds import fact_kinds
from customer_account.tables import Fact, FactsOfPerson, FindBy, Person, TimelineEntry

MOST_FOUND = 20


async def my_record(read: Reading) -> PersonView:
    """The resident's own record."""
    found = await read.one(named.MY_RECORD, person_id=read.person)
    if found is None:
        raise NotFound
    return shown_person(*found, await current_facts(read, read.person))


async def record_for_council(read: Reading, person_id: UUID) -> PersonView:
    """A person's record as an officer's council may see it."""
    found = await read.one(named.RECORD_FOR_COUNCIL, person_id=person_id, council=read.council)
    if found is None:
        raise NotFound
    read.saw([person_id], "looked at a person's record")
    return shown_person(*found, await current_facts(read, person_id))


async def my_facts(read: Reading) -> FactsView:
    """What is known of the resident; of somebody who told nothing yet: nothing."""
    home = await read.one(named.FACTS, person_id=read.person)
    return FactsView(version=home.version if home else 0, items=await _shown_facts(read, read.person))


async def facts_for_council(read: Reading, person_id: UUID) -> FactsView:
    """What is known of a person, as an officer's council may see it."""
    home = await facts_home(read, person_id)
    read.saw([person_id], "looked at what a person told us")
    return FactsView(version=home.version, items=await _shown_facts(read, person_id))


async def my_timeline(read: Reading, *, limit: int, cursor: str | None) -> Page[TimelineEntryView]:
    """What happened to and for the resident, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.MY_TIMELINE, person_id=read.person, at=at, row=row, most=limit + 1)
    return _timeline(rows, limit)


async def timeline_for_council(
    read: Reading, person_id: UUID, *, limit: int, cursor: str | None
) -> Page[TimelineEntryView]:
    """What happened with an officer's council and what it may see besides, newest first."""
    at, row = place(cursor)
    if await read.one(named.PERSON_FOR_COUNCIL, person_id=person_id, council=read.council) is None:
        raise NotFound
    asked = {"person_id": person_id, "council": read.council, "at": at, "row": row}
    rows = await read.all(named.TIMELINE_FOR_COUNCIL, **asked, most=limit + 1)
    read.saw([person_id], "looked at what happened to a person")
    return _timeline(rows, limit)


async def found(read: Reading, asked: FindPersons) -> FoundPersons:
    """The people an officer's council may see who fit all that was said of them."""
    keys = finding.keys_of(asked)
    which = named.BY[finding.led_by(keys)]
    rows = await read.all(which, council=read.council, **keys, most=MOST_FOUND + 1)
    shown = sorted(rows[:MOST_FOUND], key=lambda row: (row.name_key or "", row.person_id))
    read.saw([row.person_id for row in shown], "looked for a person")
    return FoundPersons(items=[_shown_found(row) for row in shown], more=len(rows) > MOST_FOUND)


async def facts_home(session: Reading, person_id: UUID) -> FactsOfPerson:
    """The home of a person's facts, if the officer's council may see them."""
    home = await session.one(named.FACTS_FOR_COUNCIL, person_id=person_id, council=session.council)
    if home is None:
        raise NotFound
    return home


async def current_facts(session: Reading, person_id: UUID) -> list[Fact]:
    """What is current of a person, one fact of a kind."""
    return await session.all(named.CURRENT_FACTS, person_id=person_id)


def shown_person(person: Person, version: int, facts: Sequence[Fact]) -> PersonView:
    """A person with their facts; `version` is that of the facts."""
    names = [fact.value for fact in facts if fact.kind == "full_name"]
    return PersonView(
        person_id=person.id,
        version=version,
        kind=person.kind,
        assisted=person.assisted,
        registered_at=person.registered_at,
        visible_to=person.visible_to,
        full_name=names[0] if names else None,
        facts=[shown_fact(fact) for fact in facts],
    )


def shown_fact(fact: Fact) -> FactView:
    """A fact with its label and where it came from."""
    kind = fact_kinds().get(fact.kind)
    label = kind.label if kind else fact.kind.replace("_", " ")
    return FactView(id=fact.fact_id, label=label, **_columns(fact, FactView))


async def _shown_facts(read: Reading, person_id: UUID) -> list[FactView]:
    return [shown_fact(fact) for fact in await current_facts(read, person_id)]


def _shown_found(row: FindBy) -> FoundPerson:
    postcode = finding.postcode_written(row.postcode) if row.postcode else None
    return FoundPerson(**{**_columns(row, FoundPerson), "postcode": postcode})


def _timeline(rows: list[TimelineEntry], limit: int) -> Page[TimelineEntryView]:
    shown, following = cut(rows, limit, at=lambda entry: (entry.at, entry.id))
    return Page(items=[TimelineEntryView(**_columns(entry, TimelineEntryView)) for entry in shown], next=following)


def _columns(row: Any, view: Any) -> dict[str, Any]:
    """The columns of a row that a view shows under the same names."""
    return {name: getattr(row, name) for name in view.model_fields if hasattr(row, name)}
