"""What makes a service: its name, its doors, its tables. The runtime does the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

from common.contracts.cases.restricting import RestrictionEvent
from common.contracts.keys import KEY_OWNER
from common.contracts.people.representations import RepresentationEvent
from common.runtime import people, restricting
from common.runtime import timers as marked
from common.runtime.holdings import Holdings, check_holdings, read_holdings
from common.runtime.reading import Reading
from common.runtime.rights.part import our_part
from common.runtime.rights.schedules import Schedule, schedules
from common.runtime.routes import Api
from common.runtime.rules import Rule
from common.runtime.settings import Council, Settings
from common.runtime.store.work import table_of
from common.runtime.subscribers import Subscriber, collect, consumer_of, subscriber_of
from common.runtime.tables import case_column
from common.runtime.timers import Ring, Ringing
from common.runtime.transaction import Transaction


@dataclass(frozen=True)
class Service:
    """One service. `subscribers`, `timers` and `tables` are its modules (or packages that import all of theirs).

    `prepares` writes, at each start, the published data that came with the release and with this installation. `admits` is
    asked in the session of every request, before its route, and raises the refusal of whom it does not let in: a resident
    whose account is locked, whatever their token says. `erases` takes somebody who is erased out of what is of others, where
    holdings cannot say it; it writes no row that they can. `destroys` is given the rows that are destroyed as their time is over,
    before they go: what it writes is written with it.

    What it follows of people comes by itself: open to residents, or with something of theirs, it hears which ids are one
    person's; open to whoever acts for one, who may.
    """

    name: str
    title: str
    api: tuple[Api, ...]
    tables: ModuleType
    subscribers: ModuleType | None = None
    timers: ModuleType | None = None
    prepares: Callable[[Transaction, Settings], Awaitable[None]] | None = None
    admits: Callable[[Reading], Awaitable[None]] | None = None
    erases: Callable[[Transaction, Collection[UUID]], Awaitable[None]] | None = None
    destroys: Callable[[Transaction, Sequence[Any]], Awaitable[None]] | None = None

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")

    @property
    def owns_keys(self) -> bool:
        """Whether it is the one that makes everybody's keys."""
        return self.name == KEY_OWNER

    @property
    def folder(self) -> Path:
        """Where its package lies, with its tables (a module, or a package)."""
        file = Path(self.tables.__file__ or "")
        return file.parent.parent if file.stem == "__init__" else file.parent

    @property
    def migrations(self) -> Path:
        return self.folder / "migrations"

    def holdings(self) -> Holdings:
        """What it holds of people. Raises CannotServe where its `holdings.yaml` leaves out a table."""
        own = read_holdings(self.folder / "holdings.yaml")
        if own == Holdings():
            return own
        found = Holdings(of_people=own.of_people | people.HELD, of_nobody=own.of_nobody | restricting.HELD)
        check_holdings(found, [*map(table_of, self.rows())])
        return found

    def schedules(self, councils: Mapping[str, Council]) -> list[Schedule]:
        """Which of its rows go by themselves, after how long. Raises CannotServe where a council says what it may not."""
        return schedules(self.name, self.rows(), self.holdings(), councils)

    def rules(self) -> Iterator[Rule]:
        """Who is let in, route by route."""
        return (route.endpoint.rule for api in self.api for route in api.paths())  # type: ignore[attr-defined]  # Api sets it

    @property
    def hears_who_acts(self) -> bool:
        """Whether it is open to whoever acts for a resident, and knows who does by hearing it."""
        return self.name != RepresentationEvent.speaker and any(rule.acting for rule in self.rules())

    @property
    def serves_residents(self) -> bool:
        """Whether a resident, or an officer who looks at one, is to see a person's rows under every id that leads to them."""
        return any(role == "resident" for rule in self.rules() for role, _ in rule.roles)

    def gates(self) -> list[Callable[[Reading], Awaitable[None]]]:
        """What is asked in the session of every request, before its route."""
        return [*([people.still_acting] if self.hears_who_acts else []), *([self.admits] if self.admits else [])]

    def heard_by(self) -> list[Subscriber]:
        """Its own subscribers, and the runtime's."""
        own = collect(self.subscribers)
        own += [subscriber_of(people.keep_who_acts)] if self.hears_who_acts else []
        holds = self.holdings().of_people
        own += [subscriber_of(people.keep_who_is_the_same)] if self.serves_residents or holds else []
        if self.name != RestrictionEvent.speaker and any(map(case_column, self.rows())):
            own.append(subscriber_of(restricting.keep_restricted_cases))
        ours = [our_part(self.name, own)] if holds else []
        return sorted([*own, *ours], key=lambda each: each.name)

    def rings(self) -> dict[str, Ring]:
        """What each of its timers brings about."""
        return marked.collect(self.timers)

    def errands(self) -> dict[str, Ringing]:
        """Those of its timers that ask something of a system that is not ours."""
        return marked.errands(self.timers)

    def consumers(self) -> dict[str, str]:
        """The names under which its subscribers hear, and the stream that each hears from."""
        return {consumer_of(self.name, subscriber): subscriber.stream for subscriber in self.heard_by()}

    def rows(self) -> list[type[SQLModel]]:
        """The row classes that are its tables: its own in the order they are declared, and the runtime's."""
        classes = [
            value for value in vars(self.tables).values() if isinstance(value, type) and issubclass(value, SQLModel)
        ]
        return [*(row for row in classes if hasattr(row, "__table__")), *people.ROWS, restricting.RestrictedCase]

    def metadata(self) -> MetaData:
        """The metadata that all its own tables share."""
        return table_of(self.rows()[0]).metadata

    def rebuilt(self) -> list[Table]:
        """Tables that subscribers can make again, each of which has a twin in the schema `shadow`."""
        return [table for subscriber in self.heard_by() for table in subscriber.rebuilds]
