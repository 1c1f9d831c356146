"""Views of people, what happened to them and who looked; for themselves and for officers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from common.contracts.base import Page
from common.contracts.people import (
    FindPersons,
    FoundPerson,
    FoundPersons,
    PersonView,
    TimelineEntryView,
)
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain import finding, preferences
from customer_account.domain.contact import points_of
from customer_account.queries import named
from customer_account.queries.choices import preference_choices
from customer_account.queries.clearance import cleared, look
from customer_account.queries.contact import shown_points
from customer_account.queries.facts import columns_of, current_facts, facts_home, shown_fact
from customer_account.queries.finding import blinded
from customer_account.queries.named import Record
from customer_account.queries.representations import acting_for
from customer_account.tables import Fact, FindBy, TimelineEntry

MOST_FOUND = 20


async def my_record(read: Reading) -> PersonView:
    """The resident's own record."""
    found = await read.one(named.MY_RECORD, person_id=read.person)
    if found is None:
        raise NotFound
    return shown_person(found, await current_facts(read, read.person), now=read.now)


async def record_for_council(read: Reading, person_id: UUID) -> PersonView:
    """A person's record as an officer's council may see it."""
    found = await read.one(named.RECORD_FOR_COUNCIL, person_id=person_id, council=read.council)
    if found is None:
        raise NotFound
    look(read, person_id, "looked at a person's record", protected=found.protected)
    return shown_person(found, await current_facts(read, person_id), now=read.now)


async def my_timeline(read: Reading, *, limit: int, cursor: str | None) -> Page[TimelineEntryView]:
    """What happened to and for the resident, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.MY_TIMELINE, at=at, row=row, most=limit + 1)
    acted = await acting_for(read, read.person, rows)
    return _timeline(rows, limit, acted)


async def newest_entries(read: Reading, acting: Mapping[UUID, str], *, limit: int) -> Page[TimelineEntryView]:
    """The first page of what happened, where who acted for the resident is known."""
    at, row = place(None)
    return _timeline(await read.all(named.MY_TIMELINE, at=at, row=row, most=limit + 1), limit, acting)


async def timeline_for_council(
    read: Reading, person_id: UUID, *, limit: int, cursor: str | None
) -> Page[TimelineEntryView]:
    """What happened with an officer's council and what it may see besides, newest first."""
    at, row = place(cursor)
    home = await facts_home(read, person_id)
    look(read, person_id, "looked at what happened to a person", protected=home.protected)
    asked = {"person_id": person_id, "council": read.council, "at": at, "row": row}
    rows = await read.all(named.TIMELINE_FOR_COUNCIL, **asked, most=limit + 1)
    acted = await acting_for(read, person_id, rows)
    return _timeline(rows, limit, acted)


async def found(read: Reading, asked: FindPersons) -> FoundPersons:
    """The people an officer's council may see who fit all that was said of them.

    A restricted record is shown to the uncleared where the name and the date of birth fit, as being there and no more.
    Asked for by phone, e-mail or postcode it is left out: that it is hers would be said. Either way an entry is left.
    """
    keys, clear = finding.keys_of(asked), cleared(read)
    led_by = finding.led_by(keys)
    by = blinded(read, keys)
    rows = await read.all(named.BY[led_by], council=read.council, cleared=clear, **by, most=MOST_FOUND + 1)
    read.saw([row.person_id for row in rows[:MOST_FOUND]], "looked for a person")
    hidden = not clear and led_by != finding.TELLS_NOTHING_NEW
    shown = [row for row in rows[:MOST_FOUND] if not (row.protected and hidden)]
    shown.sort(key=lambda row: (row.name_key or "", row.person_id))
    items = [_shown_found(row, restricted=row.protected and not clear) for row in shown]
    return FoundPersons(items=items, more=len(rows) > MOST_FOUND)


def shown_person(found: Record, facts: Sequence[Fact], *, now: datetime) -> PersonView:
    """A person with how they are reached and their facts; `version` is that of the facts."""
    person = found.person
    names = [fact.value for fact in facts if fact.kind == "full_name"]
    return PersonView(
        person_id=person.id,
        version=found.facts_version,
        kind=person.kind,
        assisted=person.assisted,
        registered_at=person.registered_at,
        visible_to=person.visible_to,
        full_name=names[0] if names else None,
        protected=found.protected,
        leads_to=found.leads_to,
        needs=preferences.needs(preference_choices(), found.preferences),
        contact_points=shown_points(points_of(found.points), now=now),
        has_protected_address=found.protected_addresses > 0,
        facts=[shown_fact(fact, protected=found.protected) for fact in facts],
    )


def _shown_found(row: FindBy, *, restricted: bool) -> FoundPerson:
    if restricted:
        return FoundPerson(person_id=row.person_id, full_name=None, date_of_birth=None, postcode=None, restricted=True)
    return FoundPerson(**{**columns_of(row, FoundPerson), "postcode": row.postcode_shown})


def _timeline(rows: list[TimelineEntry], limit: int, acted: Mapping[UUID, str]) -> Page[TimelineEntryView]:
    shown, following = cut(rows, limit, at=lambda entry: (entry.at, entry.id))
    return Page(items=[_shown_entry(entry, acted) for entry in shown], next=following)


def _shown_entry(entry: TimelineEntry, acted: Mapping[UUID, str]) -> TimelineEntryView:
    by = acted.get(entry.representation_id, "Somebody, acting for them") if entry.representation_id else None
    return TimelineEntryView(**columns_of(entry, TimelineEntryView), by=by)
