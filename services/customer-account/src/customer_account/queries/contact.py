"""Views of how a person is reached, what they prefer and need, and where they live; for themselves and for officers.

`whose` is the person an officer looks at; None where the residents who ask look at their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.people import (
    AddressesView,
    AddressRole,
    AddressView,
    ContactPointsView,
    ContactPointView,
    PreferencesView,
)
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.settings import TIME_ZONE

from customer_account.domain import addresses as places
from customer_account.domain import contact, preferences
from customer_account.domain.addresses import Address
from customer_account.domain.contact import ContactPoint
from customer_account.queries import named
from customer_account.queries.choices import preference_choices
from customer_account.queries.clearance import look
from customer_account.tables import ContactOfPerson


async def contact_points(read: Reading, whose: UUID | None) -> ContactPointsView:
    """Every way to reach a person, and whether it may be used now."""
    home = await _home(read, whose, "looked at how to reach a person")
    points = contact.points_of(home.points) if home else []
    return ContactPointsView(version=home.version if home else 0, items=shown_points(points, now=read.now))


async def person_preferences(read: Reading, whose: UUID | None) -> PreferencesView:
    """What a person prefers and needs."""
    home = await _home(read, whose, "looked at what a person prefers and needs")
    return shown_preferences(home or ContactOfPerson(id=read.person, visible_to=[]))


async def addresses(read: Reading, whose: UUID | None) -> AddressesView:
    """A person's addresses; the protected ones for the person alone."""
    home = await _home(read, whose, "looked at a person's addresses")
    if home is None:
        return AddressesView(version=0, has_protected_address=False, items=[])
    found = places.addresses_of(home.addresses)
    if whose is None:
        found += await my_protected(read)
    return shown_addresses(read, home, found)


async def my_protected(session: Reading) -> list[Address]:
    """The addresses that only the resident who asks is shown."""
    rows = await session.all(named.MY_PROTECTED_ADDRESSES, person_id=session.person)
    return [Address(role=AddressRole.PROTECTED, **row.model_dump(exclude={"person_id", "visible_to"})) for row in rows]


def shown_points(points: Sequence[ContactPoint], *, now: datetime) -> list[ContactPointView]:
    """Contact points, the preferred one first."""
    return [shown_point(point, now=now) for point in sorted(points, key=lambda point: not point.preferred)]


def shown_point(point: ContactPoint, *, now: datetime) -> ContactPointView:
    """A contact point, and whether it may be used now."""
    may = contact.may_contact(point, now)
    return ContactPointView(
        **dict(point),
        may_contact_now=may,
        may_leave_message_now=may and point.safe_to_leave_message,
        next_safe_time=contact.next_safe_time(point, now),
    )


def shown_preferences(home: ContactOfPerson) -> PreferencesView:
    """What a person prefers and needs, with every message they can choose."""
    choices, kept = preference_choices(), home.preferences
    needs = preferences.needs(choices, kept)
    return PreferencesView(**dict(needs), version=home.version, messages=preferences.messages(choices, kept))


def shown_address(address: Address, today: date) -> AddressView:
    """An address, and what it is to the person today."""
    role = places.shown_role(address, today)
    return AddressView(**{**dict(address), "role": role, "current": places.is_current(address, today)})


def shown_addresses(session: Reading, home: ContactOfPerson, found: Sequence[Address]) -> AddressesView:
    """Addresses, the latest first."""
    today = today_of(session, home)
    return AddressesView(
        version=home.version,
        has_protected_address=home.protected_addresses > 0,
        items=[shown_address(each, today) for each in places.latest_first(found)],
    )


def time_zone_of(session: Reading, home: ContactOfPerson) -> str:
    """The time zone of the council this is done for; for residents who named none, of the first that sees them."""
    council = session.council if session.me.person_id is None else session.me.council or next(iter(home.visible_to), "")
    known = session.councils.get(council)
    return known.time_zone if known else TIME_ZONE


def today_of(session: Reading, home: ContactOfPerson) -> date:
    """The day it is there."""
    return session.now.astimezone(ZoneInfo(time_zone_of(session, home))).date()


async def _home(read: Reading, whose: UUID | None, why: str) -> ContactOfPerson | None:
    """The home of a person's contact; None for residents of whom nothing is known."""
    if whose is None:
        mine = await read.one(named.MY_CONTACT, person_id=read.person)
        return mine.home if mine else None
    found = await read.one(named.CONTACT_FOR_COUNCIL, person_id=whose, council=read.council)
    if found is None:
        raise NotFound
    look(read, whose, why, protected=found.protected)
    return found.home
