"""Marking a function as a subscriber. Marking does nothing else: `create_app` collects from the module it is given."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import Table

from common.contracts.base import Event
from common.contracts.people.rights import HOLDERS
from common.runtime.envelope import ACCESS_AGGREGATE, ACCESS_STREAM, EVENTS_STREAM, Heard
from common.runtime.store.work import table_of
from common.runtime.transaction import Transaction

ANY = "any"  # the speaker of what every service says
Handle = Callable[[Transaction, Heard], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One function that hears every event of its aggregates, in order, once.

    `rebuilds` names the tables that it alone fills: they can be made again from the owners' said logs. `opens`: it acts on
    sealed values, and so waits for the keys; else it hears and keeps them as they are sealed.
    """

    name: str
    handle: Handle
    families: tuple[type[Event], ...]
    rebuilds: tuple[Table, ...]
    opens: bool = False

    @property
    def aggregates(self) -> frozenset[str]:
        heard = {event.aggregate for family in self.families for event in family.family()}
        return frozenset(heard - {ACCESS_AGGREGATE} if Event in self.families else heard)

    @property
    def speakers(self) -> frozenset[str]:
        """Who owns what it hears. What every service says has an owner in each of them."""
        owners = {event.speaker for event in Event.catalogue.values() if event.aggregate in self.aggregates}
        return frozenset(owners - {ANY} | (HOLDERS.keys() if ANY in owners else set()))

    @property
    def stream(self) -> str:
        return ACCESS_STREAM if ACCESS_AGGREGATE in self.aggregates else EVENTS_STREAM

    def subjects(self, consumer: str) -> list[str]:
        if self.stream == ACCESS_STREAM:
            return ["access.>"]
        return [*(f"evt.{aggregate}.>" for aggregate in sorted(self.aggregates)), f"again.{consumer}.>"]


def consumer_of(service: str, subscriber: Subscriber) -> str:
    """The name under which a service's subscriber is known to the broker, keeps its marks and is asked for by operators."""
    return f"{service}-{subscriber.name}".replace("_", "-")


def subscribes(
    *families: type[Event], rebuilds: tuple[Any, ...] = (), opens: bool = False
) -> Callable[[Handle], Handle]:
    """Hear every event of these families. `subscribes(Event)` hears all there is, access entries excepted."""

    def mark(handle: Handle) -> Handle:
        name = getattr(handle, "__name__", "")
        handle.subscriber = Subscriber(name, handle, families, tuple(table_of(row) for row in rebuilds), opens)  # type: ignore[attr-defined]
        return handle

    return mark


def collect(module: ModuleType | None) -> list[Subscriber]:
    """The subscribers of a module (or of a package's modules, where it imports them), by name."""
    found = {
        value.subscriber.name: value.subscriber
        for value in vars(module or object).values()
        if hasattr(value, "subscriber")
    }
    return [found[name] for name in sorted(found)]
