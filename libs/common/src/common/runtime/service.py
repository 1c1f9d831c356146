"""What makes a service: its name, its doors, its tables. The runtime does the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

from common.contracts.keys import KEY_OWNER
from common.runtime import timers as marked
from common.runtime.holdings import Holdings, check_holdings, read_holdings
from common.runtime.reading import Reading
from common.runtime.rights.part import our_part
from common.runtime.routes import Api
from common.runtime.settings import Settings
from common.runtime.store.work import table_of
from common.runtime.subscribers import Subscriber, collect, consumer_of
from common.runtime.timers import Ring, Ringing
from common.runtime.transaction import Transaction


@dataclass(frozen=True)
class Service:
    """One service. `subscribers`, `timers` and `tables` are its modules (or packages that import all of theirs).

    `prepares` writes, at each start, the published data that came with the release and with this installation. `admits` is
    asked in the session of every request, before its route, and raises the refusal of whom it does not let in: a resident
    whose account is locked, or somebody who acts for a resident no more, whatever their token says.
    """

    name: str
    title: str
    api: tuple[Api, ...]
    tables: ModuleType
    subscribers: ModuleType | None = None
    timers: ModuleType | None = None
    prepares: Callable[[Transaction, Settings], Awaitable[None]] | None = None
    admits: Callable[[Reading], Awaitable[None]] | None = None

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
        found = read_holdings(self.folder / "holdings.yaml")
        if found != Holdings():
            check_holdings(found, [*map(table_of, self.rows())])
        return found

    def heard_by(self) -> list[Subscriber]:
        """Its subscribers; where it holds something of people, also the runtime's, that does its part in what they ask."""
        own = collect(self.subscribers)
        return [*own, our_part(self.name, own)] if self.holdings().of_people else own

    def rings(self) -> dict[str, Ring]:
        """What each of its timers brings about."""
        return marked.collect(self.timers)

    def errands(self) -> dict[str, Ringing]:
        """Those of its timers that ask something of a system that is not ours."""
        return marked.errands(self.timers)

    def consumers(self) -> list[str]:
        """The names under which its subscribers hear."""
        return [consumer_of(self.name, subscriber) for subscriber in self.heard_by()]

    def rows(self) -> list[type[SQLModel]]:
        """Its row classes that are tables, in the order they are declared."""
        classes = [
            value for value in vars(self.tables).values() if isinstance(value, type) and issubclass(value, SQLModel)
        ]
        return [row for row in classes if hasattr(row, "__table__")]

    def metadata(self) -> MetaData:
        """The metadata that all its tables share."""
        return table_of(self.rows()[0]).metadata

    def rebuilt(self) -> list[Table]:
        """Tables that subscribers can make again, each of which has a twin in the schema `shadow`."""
        return [table for subscriber in self.heard_by() for table in subscriber.rebuilds]
