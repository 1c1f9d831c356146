"""The bench of people: my account, telling something, finding somebody, matching them, and all that as people grow more."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

import load
import psycopg
from common.contracts.keys import FACT_VALUE, KeyClass
from common.embedded.service_keys import ServiceKeys
from common.runtime.ids import new_id
from common.runtime.keeping.keeper import Keeper
from common.runtime.keeping.key_database import KeyDatabase, about_key
from common.runtime.keeping.keyring import Keyring
from common.runtime.keeping.sealing import Key, KeyName, new_secret, seal
from common.runtime.keeping.secrets import Secrets
from common.runtime.keeping.tables_of_keys import KEEPER, package_of_keys
from common.runtime.query import Query
from common.runtime.settings import Settings
from common.runtime.store.database import Database, on_behalf_of
from customer_account import queries
from customer_account.domain.finding import email_key, name_key, phone_key, postcode_key
from customer_account.domain.matching import band, compared, match
from customer_account.queries import named
from customer_account.queries.weights import weights
from invented_people import Record, population
from same_sql import superuser
from world import World

OFFICER = on_behalf_of(council="northmere")
HELD = ("full_name", "date_of_birth", "postcode", "phone", "email")
HAPPENED = """
INSERT INTO timeline_entry (id, person_id, visible_to, at, event, label, council, service)
SELECT uuidv7(), p.id, '{northmere}', now() - random() * interval '1000 days', 'case.opened', 'You asked for something',
       'northmere', 'case-crm' FROM person p, generate_series(1, 8) WHERE p.id = ANY(%s)
"""
COPIES = {
    "person": ("id", "visible_to", "version", "kind", "assisted", "channel", "registered_at"),
    "facts_of_person": ("id", "visible_to", "version", "protected"),
    "find_by": ("person_id", "visible_to", "protected", "full_name", "name_key", "date_of_birth", "postcode", "phone", "email"),
    "match_key": ("key", "person_id", "visible_to"),
    "fact": (
        "fact_id", "known_from", "person_id", "visible_to", "kind", "value", "current", "asserted_by", "channel", "told_at",
        "told_to", "told_to_service", "verification",
    ),
}  # fmt: skip
BEGAN = "2025-01-01T00:00:00Z"
SEEN = ["northmere"]
OF_KEYS = package_of_keys("customer-account")
SEALED_UNDER = (KeyClass.ADDRESS, KeyClass.CONTACT)
KEYS = "COPY person_key (person_id, class, version, wrapped) FROM STDIN"


def people(world: World, keep: Any, *, seconds: int, sizes: list[int]) -> None:
    """The reads and writes of one person's record, then again among so many others."""
    ours = world.residents(200)
    port = world.port("customer-account")
    telling(port, ours, keep, seconds=seconds)
    lee = world.bearer("officer", "bench", "northmere")
    known: list[tuple[UUID, Record]] = []
    first = 0.0
    for size in sizes:
        known += grow(world, size - len(known), seed=size)
        asked = random.Random(size).sample(known, 500)  # noqa: S311 - the same people in each run
        p50 = timeline(world, port, asked, seconds=seconds)
        first = first or p50
        if size > sizes[0]:
            how = f"p50 of /me/timeline among {size:,} people to that among {sizes[0]:,}, 32 in flight"
            keep(f"read.timeline.growth_{_short(size)}", p50 / first, "×", how)
        finding(port, asked, lee, keep, size, seconds=seconds)
        asyncio.run(matching(world, asked, keep, size))


def telling(port: int, ours: list[tuple[str, dict[str, str]]], keep: Any, *, seconds: int) -> None:
    """Each tells a number that is another than before, and somebody looks at their account."""

    def tell(number: int) -> bytes:
        told = {"kind": "household_size", "value": number // 200 % 9 + 1, "channel": "online"}
        return load.request("POST", "/me/facts", ours[number % 200][1], told)

    def mine(number: int) -> bytes:
        return load.request("GET", "/me", ours[number % 200][1])

    asyncio.run(load.run(port, tell, in_flight=8, seconds=1))  # everybody is known
    run = asyncio.run(load.run(port, tell, in_flight=32, seconds=seconds))
    _all(run, 200, "telling")
    keep("fact.per_second", run.per_second, "1/s", "POST /me/facts at 32 in flight, each in place of another value")
    keep("fact.p50_ms", run.quantile(0.5), "ms", "the same")
    keep("fact.p99_ms", run.quantile(0.99), "ms", "the same")
    run = asyncio.run(load.run(port, mine, in_flight=32, seconds=seconds))
    _all(run, 200, "my account")
    keep("read.my_account.p50_ms", run.quantile(0.5), "ms", "GET /me at 32 in flight")
    keep("read.my_account.p99_ms", run.quantile(0.99), "ms", "the same")


def timeline(world: World, port: int, asked: list[tuple[UUID, Record]], *, seconds: int) -> float:
    """p50 of people's own timelines."""
    callers = [world.bearer("resident", str(person), "northmere") for person, _ in asked]
    run = asyncio.run(
        load.run(
            port,
            lambda number: load.request("GET", "/me/timeline", callers[number % len(callers)]),
            in_flight=32,
            seconds=seconds,
        )
    )
    _all(run, 200, "timeline")
    return run.quantile(0.5)


def finding(
    port: int, asked: list[tuple[UUID, Record]], lee: dict[str, str], keep: Any, size: int, *, seconds: int
) -> None:
    """An officer finds people by name, birth date and postcode."""
    known = [each for _, each in asked if each.date_of_birth and each.postcode]

    def find(number: int) -> bytes:
        each = known[number % len(known)]
        said = {"full_name": each.full_name, "date_of_birth": str(each.date_of_birth), "postcode": each.postcode}
        return load.request("POST", "/person-searches", lee, said)

    run = asyncio.run(load.run(port, find, in_flight=32, seconds=seconds))
    _all(run, 200, "finding")
    how = f"POST /person-searches by name, birth date and postcode among {size:,} people, 32 in flight"
    keep(f"find.{_short(size)}.p50_ms", run.quantile(0.5), "ms", how)
    keep(f"find.{_short(size)}.p99_ms", run.quantile(0.99), "ms", "the same")


@dataclass
class Blinding:
    """The part of a read that makes digests."""

    secrets: Secrets

    def blind(self, text: str, *, home: str) -> str:
        return self.secrets.blind(text, home=home)


@dataclass
class Asking(Blinding):
    """A read as an officer, without the service around it."""

    database: Database
    keeper: Keeper

    async def all(self, query: Query[Any], **given: Any) -> list[Any]:
        rows = await self.database.read("officer", OFFICER, query.sql, query.arguments(given))
        return [query.build(row) for row in await self.keeper.open(query.sealed, rows)]


async def matching(world: World, asked: list[tuple[UUID, Record]], keep: Any, size: int) -> None:
    """Everybody who may be somebody, to one row read by its key: both as an officer's role, with policies, one at a time."""
    secrets = secrets_of(world)
    told = Settings(profile="test", database_url=world.running.database, **NOWHERE)
    database = Database(told, service="customer-account")
    keys = KeyDatabase(told.database(service=OF_KEYS, role=KEEPER), secrets)
    keeper = Keeper(Keyring(keys), secrets)
    await database.open()
    await keys.open()
    asking: Any = Asking(secrets, database, keeper)
    matches, reads = [], []
    key_read = named.PERSON
    for person, record in asked:
        began = time.perf_counter()
        await database.read("officer", OFFICER, key_read.sql, key_read.arguments({"person_id": person}))
        reads.append(time.perf_counter() - began)
        one = compared(**{name: getattr(record, name) for name in HELD})
        began = time.perf_counter()
        found = await queries.like(asking, one, council="northmere")
        _ = [band(match(one, side.record, weights()), weights()) for side in found.values()]
        matches.append(time.perf_counter() - began)
        if queries.digests(asking, one) and person not in found:
            raise SystemExit("matching did not find whoever is there")
    await keys.close()
    await database.close()
    ratio = statistics.median(matches) / statistics.median(reads)
    how = f"everybody who may be somebody among {size:,}, found, opened with keys fetched for it, and weighed"
    keep(f"match.{_short(size)}.key_reads", ratio, "×", f"{how}: p50 to that of one row by its key, same role")
    keep(f"match.{_short(size)}.p95_ms", sorted(matches)[int(len(matches) * 0.95)] * 1000, "ms", how)


def grow(world: World, people: int, *, seed: int) -> list[tuple[UUID, Record]]:
    """So many invented people more, with what they are found and matched by and eight things that happened to each."""
    records = population(people, seed=seed)
    known = [(UUID(str(new_id())), record) for record in records]
    secrets = secrets_of(world)
    keys = {person: {under: Key(KeyName(under, 1), new_secret()) for under in SEALED_UNDER} for person, _ in known}
    with psycopg.connect(superuser(world, OF_KEYS), autocommit=True) as connection:
        with connection.cursor() as cursor, cursor.copy(KEYS) as copy:
            for person, theirs in keys.items():
                for name, key in ((key.name, key) for key in theirs.values()):
                    copy.write_row((person, *name, secrets.wrap(key.secret, about=about_key(person, name))))
        connection.execute("VACUUM ANALYZE")
    with psycopg.connect(superuser(world, "customer_account"), autocommit=True) as connection:
        for table, columns in COPIES.items():
            into = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
            with connection.cursor() as cursor, cursor.copy(into) as copy:
                for person, record in known:
                    for row in rows_of(table, person, record, secrets, keys[person]):
                        copy.write_row(row)
        following = iter(known)
        while some := [person for person, _ in islice(following, 50_000)]:
            connection.execute(HAPPENED, [some])
        connection.execute("VACUUM ANALYZE")
    return known


def secrets_of(world: World) -> Secrets:
    """What customer-account makes its digests with."""
    return Secrets.of(ServiceKeys(world.home).ensure("customer-account"))


def rows_of(
    table: str, person: UUID, record: Record, secrets: Secrets, keys: dict[KeyClass, Key]
) -> Iterator[tuple[Any, ...]]:
    """The rows of one person in a table, columns as in COPIES."""
    held = {name: value for name in HELD if (value := getattr(record, name)) is not None}
    match table:
        case "person":
            yield person, SEEN, 1, "person", True, "phone", BEGAN
        case "facts_of_person":
            yield person, SEEN, 1, False
        case "find_by":
            keys = {"postcode": postcode_key, "phone": phone_key, "email": email_key}
            found = [
                secrets.blind(key(held[name]), home=f"find_by.{name}") if name in held else None
                for name, key in keys.items()
            ]
            yield (
                *(person, SEEN, False, record.full_name, name_key(record.full_name), record.date_of_birth),
                *found,
            )
        case "match_key":
            blinding: Any = Blinding(secrets)
            yield from ((key, person, SEEN) for key in queries.digests(blinding, compared(**held)))
        case "fact":
            for kind, value in held.items():
                told = (BEGAN, "officer", "phone", "northmere", "customer-account", "asserted")
                fact = new_id()
                kept = json.dumps(_kept(str(value), {"fact_id": fact, "kind": kind}, keys))
                yield *(fact, told[0], person, SEEN, kind, kept, True, told[1], told[2], told[0]), *told[3:]


def _kept(value: str, beside: dict[str, Any], keys: dict[KeyClass, Key]) -> Any:
    """A value as it lies in its row: sealed, where its kind is."""
    under = FACT_VALUE.class_of(beside)
    return {"sealed": seal(keys[under], value, place=FACT_VALUE.place(beside))} if under else value


def _short(size: int) -> str:
    return f"{size // 10**6}m" if size >= 10**6 else f"{size // 1000}k"


def _all(run: load.Result, status: int, what: str) -> None:
    if set(run.statuses) != {status}:
        raise SystemExit(f"{what}: {run.statuses}")


NOWHERE: dict[str, Any] = {"nats_url": "nats://", "councils_file": "", "issuer": "", "issuer_keys": ""}
