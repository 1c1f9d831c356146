"""The keys that a service is given, or makes before it can be: kept in its own database, wrapped, never backed up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from common.contracts.keys import KeyClass, KeyGranted, KeyRequested
from common.runtime.keeping.key_database import about_key, people_of, unwrapped
from common.runtime.keeping.keyring import Keys, Wanted
from common.runtime.keeping.sealing import Key, KeyName, new_secret, new_version
from common.runtime.keeping.secrets import Secrets
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.work import Work

PATIENCE = 0.5  # seconds that somebody who reads waits for keys that were asked for

_KEYS = """
SELECT person_id, class, version, wrapped FROM onedoor.granted_key WHERE person_id = ANY($1)
UNION ALL SELECT person_id, NULL, NULL, NULL FROM onedoor.erased WHERE person_id = ANY($1)
"""
_KEEP = """
INSERT INTO onedoor.granted_key (person_id, class, version, wrapped, known_to_owner)
SELECT new.*, $5 FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]) new (person_id, class, version, wrapped)
WHERE NOT EXISTS (SELECT FROM onedoor.erased WHERE erased.person_id = new.person_id)
ON CONFLICT (person_id, class, version) DO UPDATE SET known_to_owner = true WHERE excluded.known_to_owner
"""
_COLUMNS = ("person_id", "class", "version", "wrapped")
_TO_TELL = """
SELECT person_id, class, version, wrapped FROM onedoor.granted_key
WHERE NOT known_to_owner AND at <= now() - interval '5 seconds' ORDER BY at LIMIT 500
"""
_GONE = (
    "INSERT INTO onedoor.erased (person_id) VALUES ($1) ON CONFLICT DO NOTHING",
    "DELETE FROM onedoor.granted_key WHERE person_id = $1",
)


class Granted:
    """One service's. `send` takes what is to be told to the owner."""

    def __init__(self, database: Database, secrets: Secrets, classes: Collection[KeyClass]) -> None:
        self.database = database
        self.secrets = secrets
        self.classes = classes
        self.send: Callable[[KeyRequested, bytes | None], None] = lambda request, secret: None
        self._arrived = asyncio.Event()

    async def fetch(self, persons: Collection[UUID]) -> dict[UUID, Keys]:
        """What there is of these people."""
        rows = await self.database.read("hearer", on_behalf_of(council=None), _KEYS, [list(persons)])
        return people_of(rows, self.secrets)

    async def make(self, wanted: Collection[Wanted], work: Work) -> dict[UUID, Keys]:
        """Make keys of people whom this service is the first to hear something sensitive of, kept with what they seal.

        The owner is told at once, and adopts them: if `work` is not kept after all, they have sealed nothing.
        """
        if refused := {under for _, under in wanted} - set(self.classes):
            raise RuntimeError(f"this service has no purpose for {sorted(refused)}")
        made: dict[UUID, dict[KeyName, Key]] = {}
        for person, under in wanted:
            key = Key(KeyName(under, new_version()), new_secret())
            made.setdefault(person, {})[key.name] = key
            row = dict(zip(_COLUMNS, (person, under.value, key.name.version, self._wrapped(person, key)), strict=True))
            work.keys.append(row | {"known_to_owner": False})
            self._tell(person, key)
        return {person: Keys(keys) for person, keys in made.items()}

    async def ask(self, missing: Collection[tuple[UUID, KeyName]]) -> None:
        """Ask the owner, and wait a moment."""
        asked = {(person, name.under) for person, name in missing if name.under in self.classes}
        if not asked:
            return
        self._arrived.clear()
        for person, under in asked:
            self.send(KeyRequested(person_id=person, under=under), None)
        try:
            async with asyncio.timeout(PATIENCE):
                while not await self._are_here(missing):
                    await self._arrived.wait()
                    self._arrived.clear()
        except TimeoutError:
            return

    async def tell_again(self) -> int:
        """Tell the owner of the keys that it should have by now, and is not known to. Gives how many."""
        async with self._begin(reading=True) as connection:
            rows = await connection.fetch(_TO_TELL)
        for row in rows:
            self._tell(UUID(int=row["person_id"].int), unwrapped(row, self.secrets))
        return len(rows)

    async def take(self, given: Collection[tuple[KeyGranted, bytes | None]]) -> None:
        """Keep what the owner granted; of who is erased, nothing."""
        keys = {
            (granted.person_id, granted.under, granted.version): secret
            for granted, secret in given
            if secret is not None and granted.version is not None
        }
        kept = [(person, Key(KeyName(under, version), secret)) for (person, under, version), secret in keys.items()]
        async with self._begin() as connection:
            for person in {granted.person_id for granted, _ in given if granted.erased}:
                for statement in _GONE:
                    await connection.execute(statement, person)
            if kept:
                await connection.execute(_KEEP, *self._columns(kept), True)
        self._arrived.set()

    async def _are_here(self, missing: Collection[tuple[UUID, KeyName]]) -> bool:
        found = await self.fetch({person for person, _ in missing})
        return all(
            (keys := found.get(person, Keys())).erased or name in keys.by_name
            for person, name in missing
            if name.under in self.classes
        )

    def _tell(self, person: UUID, key: Key) -> None:
        self.send(KeyRequested(person_id=person, under=key.name.under, version=key.name.version), key.secret)

    def _columns(self, keys: Collection[tuple[UUID, Key]]) -> list[list[Any]]:
        rows = ((person, key.name.under.value, key.name.version, self._wrapped(person, key)) for person, key in keys)
        return [*map(list, zip(*rows, strict=True))]

    def _wrapped(self, person: UUID, key: Key) -> str:
        return self.secrets.wrap(key.secret, about=about_key(person, key.name))

    def _begin(self, *, reading: bool = False) -> Any:
        return self.database.begin("hearer", on_behalf_of(council=None), reading=reading)
