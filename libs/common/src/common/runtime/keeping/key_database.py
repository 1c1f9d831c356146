"""The owner's keys, in a database of their own: made, fetched, destroyed. What is in it is wrapped with the service's secret."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from common.contracts.keys import KeyClass
from common.runtime.keeping.keyring import Keys, Wanted
from common.runtime.keeping.sealing import Key, KeyName, new_secret
from common.runtime.keeping.secrets import Secrets
from common.runtime.store.work import Work

_KEYS = """
SELECT person_id, class, version, wrapped FROM person_key WHERE person_id = ANY($1)
UNION ALL SELECT person_id, NULL, NULL, NULL FROM erased WHERE person_id = ANY($1)
"""
_MAKE = """
INSERT INTO person_key (person_id, class, version, wrapped)
SELECT new.* FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]) new (person_id, class, version, wrapped)
WHERE NOT EXISTS (SELECT FROM erased WHERE erased.person_id = new.person_id) ON CONFLICT DO NOTHING
"""
# Taken before it is looked who is erased: no key is made beside an erasure that is under way.
_NO_ERASURE_MEANWHILE = "LOCK TABLE person_key IN ROW EXCLUSIVE MODE"
_NO_KEY_MEANWHILE = "LOCK TABLE person_key IN SHARE ROW EXCLUSIVE MODE"
_OLDER = """
SELECT person_id, class FROM person_key GROUP BY person_id, class HAVING max(version) < $1 LIMIT 500
"""
_WRAPPED_BEFORE = "SELECT person_id, class, version, wrapped FROM person_key WHERE wrapped NOT LIKE $1 LIMIT 500"
_WRAP_ANEW = """
UPDATE person_key SET wrapped = new.wrapped FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[])
    new (person_id, class, version, wrapped)
WHERE (person_key.person_id, person_key.class, person_key.version) = (new.person_id, new.class, new.version)
"""
_RETIRE = """
DELETE FROM person_key old WHERE version < $1
    AND EXISTS (SELECT FROM person_key new WHERE (new.person_id, new.class) = (old.person_id, old.class) AND new.version >= $1)
"""
_ERASE = (
    "INSERT INTO erased (person_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING",
    "DELETE FROM person_key WHERE person_id = ANY($1)",
)


class KeyDatabase:
    """Where customer-account keeps everybody's keys."""

    def __init__(self, address: str, secrets: Secrets) -> None:
        self.address = address
        self.secrets = secrets
        self.pool: asyncpg.Pool[Any] | None = None
        self.made: Callable[[Collection[Wanted]], None] = lambda wanted: None

    async def open(self) -> None:
        self.pool = await asyncpg.create_pool(
            self.address,
            min_size=1,
            max_size=2,
            timeout=5,
            command_timeout=10,
            server_settings={"lock_timeout": "2000"},
        )

    async def close(self) -> None:
        if self.pool:
            self.pool.terminate()

    async def fetch(self, persons: Collection[UUID]) -> dict[UUID, Keys]:
        """Everything there is of these people."""
        async with self._connected() as connection:
            rows = await connection.fetch(_KEYS, list(persons))
        return people_of(rows, self.secrets)

    async def make(self, wanted: Collection[Wanted], work: Work) -> dict[UUID, Keys]:
        """Make the first version of each, and keep it at once: another database cannot be part of `work`.

        Of two who make the same one, one is first and the other takes it.
        """
        await self._insert([(person, KeyName(under, 1), new_secret()) for person, under in wanted])
        self.made(wanted)
        return await self.fetch({person for person, _ in wanted})

    async def adopt(self, keys: Collection[tuple[UUID, KeyName, bytes]]) -> None:
        """Keep keys that another service had to make."""
        await self._insert(keys)

    async def ask(self, missing: Collection[tuple[UUID, KeyName]]) -> None:
        """What is not here is nowhere."""

    async def renew(self, version: int) -> list[Wanted]:
        """Make this version of some keys that have none as late, which seals from now on. Older ones stay, to open what they
        sealed. Gives those; none once every key is as late."""
        async with self._connected() as connection:
            rows = await connection.fetch(_OLDER, version)
        wanted = [(_plain(row["person_id"]), KeyClass(row["class"])) for row in rows]
        if wanted:
            await self._insert([(person, KeyName(under, version), new_secret()) for person, under in wanted])
            self.made(wanted)
        return wanted

    async def wrap_anew(self) -> int:
        """Wrap some keys with the secret that is used now. Gives how many; none once all are."""
        async with self._connected() as connection:
            rows = await connection.fetch(_WRAPPED_BEFORE, f"{self.secrets.current}.%")
            if rows:
                await connection.execute(_WRAP_ANEW, *self._columns(map(self._whole, rows)))
        return len(rows)

    async def retire(self, version: int) -> None:
        """Destroy what is older than this version, wherever it has taken its place."""
        async with self._connected() as connection:
            await connection.execute(_RETIRE, version)

    async def _insert(self, keys: Iterable[tuple[UUID, KeyName, bytes]]) -> None:
        async with self._connected() as connection, connection.transaction():
            await connection.execute(_NO_ERASURE_MEANWHILE)
            await connection.execute(_MAKE, *self._columns(keys))

    def _columns(self, keys: Iterable[tuple[UUID, KeyName, bytes]]) -> list[list[Any]]:
        rows = (
            (person, name.under.value, name.version, self.secrets.wrap(secret, about=about_key(person, name)))
            for person, name, secret in sorted(keys, key=lambda key: (key[0].bytes, key[1]))
        )
        return [*map(list, zip(*rows, strict=True))]

    def _whole(self, row: Mapping[str, Any]) -> tuple[UUID, KeyName, bytes]:
        key = unwrapped(row, self.secrets)
        return _plain(row["person_id"]), key.name, key.secret

    async def erase(self, persons: Iterable[UUID]) -> None:
        """Destroy every key of these people, and make none for them again."""
        async with self._connected() as connection, connection.transaction():
            await connection.execute(_NO_KEY_MEANWHILE)
            for statement in _ERASE:
                await connection.execute(statement, list(persons))

    async def erased(self) -> set[UUID]:
        """Everybody who was erased."""
        async with self._connected() as connection:
            return {_plain(row["person_id"]) for row in await connection.fetch("SELECT person_id FROM erased")}

    def _connected(self) -> Any:
        if self.pool is None:
            raise RuntimeError("the key database is not open")
        return self.pool.acquire(timeout=5)


def people_of(rows: Iterable[Mapping[str, Any]], secrets: Secrets) -> dict[UUID, Keys]:
    """Whose keys these rows are; a row without a class says that its person is erased."""
    found: dict[UUID, dict[KeyName, Key]] = {}
    erased: set[UUID] = set()
    for row in rows:
        person = _plain(row["person_id"])
        if row["class"] is None:
            erased.add(person)
        else:
            key = unwrapped(row, secrets)
            found.setdefault(person, {})[key.name] = key
    return {person: Keys(keys) for person, keys in found.items()} | {person: Keys(erased=True) for person in erased}


def unwrapped(row: Mapping[str, Any], secrets: Secrets) -> Key:
    """The key in a row. Raises NotOurs where it was wrapped by another service, or put with another person."""
    name = KeyName(KeyClass(row["class"]), row["version"])
    return Key(name, secrets.unwrap(row["wrapped"], about=about_key(row["person_id"], name)))


def about_key(person: UUID, name: KeyName) -> str:
    """What a wrapped key is bound to: put in another row, it is not unwrapped."""
    return f"person_key|{person}|{name.under}|{name.version}"


def _plain(person: Any) -> UUID:
    """The driver has a UUID of its own, which is equal to ours."""
    return UUID(int=person.int)
