"""What one service needs to keep things sealed, put together from its settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from common.contracts.base import Event
from common.contracts.keys import KEY_OWNER, PURPOSES
from common.runtime.keeping.erasures import Erasures
from common.runtime.keeping.exchange import Asking, Exchange, Owning
from common.runtime.keeping.granted import Granted
from common.runtime.keeping.keeper import Keeper
from common.runtime.keeping.key_database import KeyDatabase
from common.runtime.keeping.keyring import Keyring, Keys, Wanted
from common.runtime.keeping.parcels import SealedObjects
from common.runtime.keeping.resealing import Resealing
from common.runtime.keeping.rotating import Rotating
from common.runtime.keeping.sealing import KeyName
from common.runtime.keeping.secrets import Secrets
from common.runtime.keeping.shelf import SealedShelf
from common.runtime.keeping.tables_of_keys import KEEPER, package_of_keys
from common.runtime.objects import NoObjects, Objects, Shelf
from common.runtime.saying.stream import Stream
from common.runtime.sealed import sealed_columns, sealed_fields
from common.runtime.settings import CannotServe, Settings
from common.runtime.store.database import Database
from common.runtime.store.ground import Keeps, NothingSealed
from common.runtime.store.work import Work

Part = tuple[str, Callable[[], Coroutine[Any, Any, None]]]


class Keeping:
    """One service's keeper, and where its keys come from. Raises CannotServe where it seals and was given no secrets."""

    def __init__(
        self, service: str, told: Settings, *, tables: Sequence[Table], database: Database, stream: Stream
    ) -> None:
        self.keys: KeyDatabase | None = None
        self.keeper: Keeps = NothingSealed()
        self.objects: Objects = NoObjects()
        self.shelf: Shelf = SealedShelf.of(stream, told)
        self._parts: list[Part] = []
        if told.key_file is None:
            if _seals(service, tables):
                raise CannotServe(f"{service} keeps what is sensitive sealed: set ONEDOOR_KEY_FILE")
            return
        secrets = Secrets.of(told.key_file)
        exchange = Exchange(service, stream, secrets, told.public_keys)
        if told.public_keys:
            self.objects = SealedObjects(stream, secrets, told.public_keys)
        if service == KEY_OWNER:
            self.keys = KeyDatabase(told.database(service=package_of_keys(service), role=KEEPER), secrets)
            ring = self._owning(self.keys, exchange, database)
        elif service in PURPOSES:
            ring = self._asking(Granted(database, secrets, PURPOSES[service]), exchange)
        else:
            ring = Keyring(_Nobodys())
        self.keeper = keeper = Keeper(ring, secrets)
        self.rotating = Rotating(service, stream=stream, database=database, keeper=keeper, tables=tables)
        self.rotating.keys = self.keys
        self._parts.append(("rotating keys", self.rotating.run))
        self.resealing = Resealing(database, self.keeper, tables)
        self._parts.append(("sealing what lies open", self.resealing.run))

    async def open(self) -> None:
        """Connect, destroy what was erased, and seal what lies open, before anything is served."""
        if self.keys:
            await self.keys.open()
            await self.erasures.replay()
            await self.resealing.seal_all()

    async def close(self) -> None:
        if self.keys:
            await self.keys.close()

    def parts(self) -> Iterable[Part]:
        """What runs as long as the service does."""
        return self._parts

    def _owning(self, keys: KeyDatabase, exchange: Exchange, database: Database) -> Keyring:
        ring = Keyring(keys)
        owning = Owning(exchange, keys, ring)
        self.erasures = Erasures(database, keys, erased=owning.erased)
        self._parts += [
            ("erasures", self.erasures.run),
            ("granting keys", owning.hear),
            ("sending keys", exchange.send),
        ]
        return ring

    def _asking(self, granted: Granted, exchange: Exchange) -> Keyring:
        ring = Keyring(granted)
        asking = Asking(exchange, granted, ring)
        self._parts += [
            ("taking keys", asking.hear),
            ("offering keys", asking.tell_again),
            ("asking for keys", exchange.send),
        ]
        return ring


class _Nobodys:
    """Of a service that has no purpose for any key: it opens nothing, and seals nothing that is somebody's."""

    async def fetch(self, persons: Collection[UUID]) -> dict[UUID, Keys]:
        return {}

    async def make(self, wanted: Collection[Wanted], work: Work) -> dict[UUID, Keys]:
        raise RuntimeError("this service has no purpose for people's keys")

    async def ask(self, missing: Collection[tuple[UUID, KeyName]]) -> None:
        return None


def _seals(service: str, tables: Iterable[Table]) -> bool:
    says = (event for event in Event.catalogue.values() if event.speaker == service)
    return any(map(sealed_columns, tables)) or any(map(sealed_fields, says))
