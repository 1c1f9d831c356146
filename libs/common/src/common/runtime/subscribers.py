"""Marking a function as a subscriber. Marking does nothing else: `create_app` collects from the module it is given."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import Table

from common.contracts.base import ANY, Event
from common.contracts.people.rights import HOLDERS
from common.runtime.envelope import ACCESS_AGGREGATE, ACCESS_STREAM, EVENTS_STREAM, Heard
from common.runtime.store.work import table_of
from common.runtime.transaction import Transaction

Handle = Callable[[Transaction, Heard], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One function that hears every event of its aggregates, in order, once. `but` names aggregates that it does not hear.

    `rebuilds` names the tables that it alone fills: they can be made again from the owners' said logs. `opens`: it acts on
    sealed values, and so waits for the keys; else it hears and keeps them as they are sealed. `of_erased`: it hears what is said of
    people who were erased too; no other does. `from_the_beginning`: it must know all there ever was, and asks for it where it is
    new and the stream has forgotten that; what `rebuilds` does so anyway.
    """

    name: str
    handle: Handle
    families: tuple[type[Event], ...]
    rebuilds: tuple[Table, ...]
    opens: bool = False
    but: frozenset[str] = frozenset()
    of_erased: bool = False
    from_the_beginning: bool = False

    @property
    def aggregates(self) -> frozenset[str]:
        heard = {event.aggregate for family in self.families for event in family.family()}
        return frozenset(heard - self.but - {ACCESS_AGGREGATE} if Event in self.families else heard)

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
    *families: type[Event],
    rebuilds: tuple[Any, ...] = (),
    opens: bool = False,
    but: Iterable[str] = (),
    from_the_beginning: bool = False,
) -> Callable[[Handle], Handle]:
    """Hear every event of these families. `subscribes(Event)` hears all there is, access entries excepted, and aggregates in
    `but`: to hear an event and do nothing costs nearly as much as to act on it."""

    def mark(handle: Handle) -> Handle:
        name = getattr(handle, "__name__", "")
        tables = tuple(table_of(row) for row in rebuilds)
        handle.subscriber = Subscriber(  # type: ignore[attr-defined]  # a mark on a function
            name,
            handle,
            families,
            tables,
            opens,
            frozenset(but),
            from_the_beginning=from_the_beginning or bool(tables),
        )
        return handle

    return mark


def subscriber_of(handle: Handle) -> Subscriber:
    """What a function was marked as."""
    return handle.subscriber  # type: ignore[attr-defined,no-any-return]  # `subscribes` set it


def collect(module: ModuleType | None) -> list[Subscriber]:
    """The subscribers of a module (or of a package's modules, where it imports them), by name."""
    found = {
        value.subscriber.name: value.subscriber
        for value in vars(module or object).values()
        if hasattr(value, "subscriber")
    }
    return [found[name] for name in sorted(found)]
