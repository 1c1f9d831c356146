"""What one service needs to keep things sealed, put together from its settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from common.contracts.base import Event
from common.runtime.keeping.erasures import Erasures
from common.runtime.keeping.fields import sealed_columns, sealed_fields
from common.runtime.keeping.keeper import Keeper
from common.runtime.keeping.key_database import KeyDatabase
from common.runtime.keeping.keyring import Keyring, Keys, Wanted
from common.runtime.keeping.resealing import Resealing
from common.runtime.keeping.secrets import Secrets
from common.runtime.keeping.tables_of_keys import KEEPER, package_of_keys
from common.runtime.settings import CannotServe, Settings
from common.runtime.store.database import Database
from common.runtime.store.ground import Keeps, NothingSealed

Part = tuple[str, Callable[[], Coroutine[Any, Any, None]]]


class Keeping:
    """One service's keeper and where its keys come from. Raises CannotServe where it seals and was given no secrets."""

    def __init__(self, service: str, told: Settings, *, tables: Sequence[Table], owns_keys: bool) -> None:
        self.tables = tables
        self.keys: KeyDatabase | None = None
        self.erasures: Erasures | None = None
        self.resealing: Resealing | None = None
        self.keeper: Keeps = NothingSealed()
        if told.key_file is not None:
            secrets = Secrets.of(told.key_file)
            if owns_keys:
                self.keys = KeyDatabase(told.database(service=package_of_keys(service), role=KEEPER), secrets)
            self.keeper = Keeper(Keyring(self.keys or _Nobodys()), secrets)
        elif _seals(service, tables):
            raise CannotServe(f"{service} keeps what is sensitive sealed: set ONEDOOR_KEY_FILE")

    async def open(self, database: Database) -> None:
        """Connect, destroy what was erased, and seal what lies open, before anything is served."""
        if self.keys:
            await self.keys.open()
            self.erasures = Erasures(database, self.keys)
            await self.erasures.replay()
            self.resealing = Resealing(database, self.keeper, self.tables)
            await self.resealing.seal_all()

    async def close(self) -> None:
        if self.keys:
            await self.keys.close()

    def parts(self) -> Iterator[Part]:
        """What runs as long as the service does."""
        if self.erasures:
            yield "erasures", self.erasures.run
        if self.resealing:
            yield "sealing what lies open", self.resealing.run


class _Nobodys:
    """Of a service that is given no keys: it opens nothing, and seals nothing that is somebody's."""

    async def fetch(self, persons: Collection[UUID]) -> dict[UUID, Keys]:
        return {}

    async def make(self, wanted: Collection[Wanted]) -> None:
        raise RuntimeError("this service is given no keys")


def _seals(service: str, tables: Iterable[Table]) -> bool:
    says = (event for event in Event.catalogue.values() if event.speaker == service)
    return any(map(sealed_columns, tables)) or any(map(sealed_fields, says))
