"""How a person is reached, what they prefer and need: load, decide, write.

`whose` is the person an officer writes for; None where residents write for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.people import (
    ContactEvent,
    ContactPointAdded,
    ContactPointChanged,
    ContactPointRemoved,
    ContactPointsView,
    ContactPointVerified,
    KeptContactPointView,
    PreferenceChanged,
    PreferencesView,
    SetContactPoint,
    SetPreferences,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands.persons import adopt
from customer_account.domain import contact, preferences
from customer_account.domain.contact import ContactPoint
from customer_account.queries import named
from customer_account.queries.choices import preference_choices
from customer_account.tables import ContactOfPerson, FindBy

REACH = "noted how to reach a person"


@dataclass
class Card:
    """How a person is reached, while it changes: its home, what they told as facts, and what they are found by."""

    home: ContactOfPerson
    found_by: FindBy
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def points(self) -> list[ContactPoint]:
        return contact.points_of(self.home.points)

    def point(self, point_id: UUID) -> ContactPoint:
        """One of them. Raises NotFound."""
        for point in self.points:
            if point.id == point_id:
                return point
        raise NotFound


async def add_contact_point(tx: Transaction, whose: UUID | None, command: SetContactPoint) -> KeptContactPointView:
    """Keep one more way to reach a person."""
    card = await opened(tx, whose, REACH, with_facts=True)
    zone = queries.time_zone_of(tx, card.home)
    new = contact.point(command, point_id=new_id(), time_zone=zone, now=tx.now)
    _keep(tx, card, contact.put(card.points, new), ContactPointAdded(**_flags(card, new)))
    return _shown(tx, card, new)


async def change_contact_point(
    tx: Transaction, whose: UUID | None, point_id: UUID, command: SetContactPoint
) -> KeptContactPointView:
    """Keep a contact point as it is told now."""
    card = await opened(tx, whose, REACH, with_facts=True)
    old = card.point(point_id)
    tx.edits(card.home)
    zone = queries.time_zone_of(tx, card.home)
    new = contact.point(command, point_id=point_id, time_zone=zone, now=tx.now, was=old)
    points = contact.put(card.points, new)
    if points != card.points:
        _keep(tx, card, points, ContactPointChanged(**_flags(card, new)))
    return _shown(tx, card, new)


async def verify_contact_point(tx: Transaction, whose: UUID, point_id: UUID) -> KeptContactPointView:
    """Note that the person was reached there."""
    card = await opened(tx, whose, REACH, with_facts=True)
    new = card.point(point_id).model_copy(update={"verified_at": tx.now})
    tx.edits(card.home)
    said = ContactPointVerified(contact_point_id=new.id, kind=new.kind, visible_to=card.home.visible_to)
    _keep(tx, card, contact.put(card.points, new), said)
    return _shown(tx, card, new)


async def remove_contact_point(tx: Transaction, whose: UUID | None, point_id: UUID) -> ContactPointsView:
    """Keep a contact point no longer."""
    card = await opened(tx, whose, REACH, with_facts=True)
    gone = card.point(point_id)
    tx.edits(card.home)
    said = ContactPointRemoved(contact_point_id=gone.id, kind=gone.kind, visible_to=card.home.visible_to)
    _keep(tx, card, [point for point in card.points if point.id != point_id], said)
    return ContactPointsView(version=card.home.version, items=queries.shown_points(card.points, now=tx.now))


async def set_preferences(tx: Transaction, whose: UUID | None, command: SetPreferences) -> PreferencesView:
    """Keep what a person prefers and needs, as a whole. The same again changes nothing."""
    card = await opened(tx, whose, "noted what a person prefers and needs")
    tx.edits(card.home)
    kept = preferences.checked(preference_choices(), command)
    if changed := preferences.changed(card.home.preferences, kept):
        tx.change(card.home, preferences=kept)
        say(tx, card, PreferenceChanged(changed=changed, adjustments=[], visible_to=card.home.visible_to))
    return queries.shown_preferences(card.home)


async def opened(tx: Transaction, whose: UUID | None, why: str, *, with_facts: bool = False) -> Card:
    """A person's card. Residents with a token but no record become known; for an officer a stranger is NotFound."""
    if whose is None:
        found = await tx.one(named.MY_CONTACT, person_id=tx.person)
    else:
        found = await tx.one(named.CONTACT_FOR_COUNCIL, person_id=whose, council=tx.council)
    if found is None:
        return _adopted(tx, whose)
    if whose is not None:
        queries.look(tx, whose, why, protected=found.protected)
    home = found.home
    told = await queries.current_facts(tx, home.id) if with_facts else []
    if not found.was_there:
        tx.add(home)
    values = {fact.kind: fact.value for fact in told}
    return Card(home, FindBy.model_construct(person_id=home.id), values)


def say(tx: Transaction, card: Card, event: ContactEvent) -> None:
    """Say what changed for somebody."""
    tx.say(event, on=card.home, about=card.home.id)


def _adopted(tx: Transaction, whose: UUID | None) -> Card:
    if whose is not None:
        raise NotFound
    visible_to = [tx.me.council] if tx.me.council else []
    known = adopt(tx, tx.person, Channel.ONLINE, visible_to=visible_to)
    return Card(known.contact, tx.add(FindBy(person_id=known.contact.id, visible_to=visible_to)))


def _keep(tx: Transaction, card: Card, points: list[ContactPoint], said: ContactEvent) -> None:
    """Keep these points, and let the person be found by them where they told no number or e-mail address as a fact."""
    by = contact.findable(points, card.told)
    if by != contact.findable(card.points, card.told):
        tx.change(card.found_by, **by)
    tx.change(card.home, points=contact.as_kept(points))
    say(tx, card, said)


def _flags(card: Card, point: ContactPoint) -> dict[str, Any]:
    """What others hear of a contact point: never its value."""
    return {
        "contact_point_id": point.id,
        "kind": point.kind,
        "preferred": point.preferred,
        "safe_to_leave_message": point.safe_to_leave_message,
        "has_safe_hours": bool(point.safe_hours),
        "visible_to": card.home.visible_to,
    }


def _shown(tx: Transaction, card: Card, point: ContactPoint) -> KeptContactPointView:
    return KeptContactPointView(**dict(queries.shown_point(point, now=tx.now)), version=card.home.version)
