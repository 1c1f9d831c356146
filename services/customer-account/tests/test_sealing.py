"""Entries are sealed within seconds, in an unbroken chain; nobody who serves may change one; without a key nothing starts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from common.contracts.access import AccessRecorded
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.settings import CannotServe
from common.runtime.store.roles import ROLES
from common.testing.databases import prepared
from common.testing.platform import Platform, serving, settings
from common.testing.servers import Servers
from common.testing.stream import publish, said
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from customer_account.app import service
from customer_account.commands import sealing
from customer_account.domain import seals

Registers = Callable[..., Awaitable[dict[str, Any]]]
HERE = "customer-account"


async def looked_at(town: Platform, nats: Nats, *persons: UUID) -> None:
    """Another service says that an officer looked at these people."""
    look = AccessRecorded(persons=[*persons], reason="looked at a case", system="case-crm", role="officer")
    await publish(nats, [said(look, new_id(), 1)], speaker="case-crm")


async def sealed(town: Platform) -> bool:
    return not await town.sql(HERE, "SELECT FROM access_unsealed") and bool(await town.sql(HERE, ALL_SEALED))


ALL_SEALED = """
SELECT count(*) AS entries FROM access_entry
HAVING count(*) = (SELECT coalesce(sum(jsonb_array_length(entries)), 0) FROM access_seal)
"""


async def chain_of(town: Platform) -> list[dict[str, Any]]:
    return [dict(row) for row in await town.sql(HERE, "SELECT * FROM access_seal ORDER BY number")]


def public_key(town: Platform) -> Any:
    return load_pem_public_key((town.home / "audit-public.pem").read_bytes())


async def test_a_look_is_sealed_within_seconds_in_a_chain_that_the_public_key_verifies(
    town: Platform, nats: Nats
) -> None:
    people = [new_id() for _ in range(3)]
    await looked_at(town, nats, people[0])
    await town.until(lambda: has_entries(town, people[0]))
    await town.until(lambda: sealed(town), seconds=5)
    await looked_at(town, nats, *people[1:])
    await town.until(lambda: has_entries(town, *people[1:]))
    await town.until(lambda: sealed(town), seconds=5)
    chain = await chain_of(town)
    assert [seal["number"] for seal in chain] == [*range(1, len(chain) + 1)]
    assert len(chain) >= 2
    before = seals.BEFORE_THE_FIRST
    for seal in chain:
        assert seal["previous"] == before
        told = {name: seal[name] for name in ("number", "previous", "entries", "sealed_at", "key_id")}
        assert seal["chain"] == seals.chain(**told)
        assert seals.is_signed(public_key(town), seal["chain"], seal["signature"])
        before = seal["chain"]


async def has_entries(town: Platform, *persons: UUID) -> bool:
    rows = await town.sql(HERE, "SELECT FROM access_entry WHERE person_id = ANY($1)", [*persons])
    return len(rows) == len(persons)


async def test_every_listed_digest_is_that_of_its_entry(town: Platform, nats: Nats) -> None:
    person = new_id()
    await looked_at(town, nats, person)
    await town.until(lambda: has_entries(town, person))
    await town.until(lambda: sealed(town))
    listed = [entry for seal in await chain_of(town) for entry in seal["entries"]]
    rows = await town.sql(HERE, "SELECT * FROM access_entry")
    assert sorted(listed) == sorted(seals.listed(map(dict, rows)))
    assert listed


async def test_a_backlog_is_sealed_batch_by_batch_without_waiting_for_another_look(
    town: Platform, nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.until(lambda: sealed(town))
    monkeypatch.setattr(sealing, "MOST", 2)
    people = [new_id() for _ in range(5)]
    await looked_at(town, nats, *people)
    await town.until(lambda: has_entries(town, *people))
    await town.until(lambda: sealed(town), seconds=10)
    assert [len(seal["entries"]) for seal in (await chain_of(town))[-3:]] == [2, 2, 1]

    async def at_rest() -> bool:
        return not await town.sql(HERE, "SELECT FROM onedoor.timer WHERE name = 'access_seal'")

    await town.until(at_rest)


@pytest.mark.parametrize("days", [400, -800])
async def test_looks_are_sealed_wherever_the_clock_is_set(town: Platform, nats: Nats, days: int) -> None:
    town.step(days=days)
    person = new_id()
    await looked_at(town, nats, person)
    await town.until(lambda: has_entries(town, person))
    await town.until(lambda: sealed(town), seconds=5)
    town.step(days=-days)


async def test_looks_and_sealing_at_the_same_time_lose_nothing(town: Platform, nats: Nats) -> None:
    people = [new_id() for _ in range(300)]
    for start in range(0, len(people), 10):
        await asyncio.gather(*(looked_at(town, nats, person) for person in people[start : start + 10]))
    await town.until(lambda: has_entries(town, *people), seconds=30)
    await town.until(lambda: sealed(town), seconds=10)
    assert await town.sql(HERE, "SELECT FROM onedoor.parked") == []


async def test_a_look_that_is_said_again_is_one_entry(town: Platform, nats: Nats) -> None:
    person, other = new_id(), new_id()
    look = AccessRecorded(persons=[person], reason="looked at a case", system="case-crm", role="officer")
    row = said(look, new_id(), 1)
    await publish(nats, [row], speaker="case-crm")
    await town.until(lambda: has_entries(town, person))
    await publish(nats, [row], speaker="case-crm")
    await looked_at(town, nats, other)
    await town.until(lambda: has_entries(town, person, other))
    assert await town.sql(HERE, "SELECT FROM onedoor.parked") == []


async def test_no_seal_can_be_made_twice(town: Platform, nats: Nats) -> None:
    await looked_at(town, nats, person := new_id())
    await town.until(lambda: has_entries(town, person))
    await town.until(lambda: sealed(town))
    with pytest.raises(asyncpg.UniqueViolationError):
        await town.sql(HERE, "INSERT INTO access_seal SELECT * FROM access_seal ORDER BY number DESC LIMIT 1")


@pytest.mark.parametrize("table", ["access_entry", "access_seal"])
@pytest.mark.parametrize("role", ROLES)
async def test_no_serving_role_may_change_an_entry_or_a_seal_or_take_it_away(
    town: Platform, servers: Servers, nats: Nats, role: str, table: str
) -> None:
    await looked_at(town, nats, person := new_id())
    await town.until(lambda: has_entries(town, person))
    await town.until(lambda: sealed(town))
    address = town.told[HERE].database(service=HERE, role=role)
    connection = await asyncpg.connect(address)
    column = {"access_entry": "reason", "access_seal": "chain"}[table]
    for statement in (f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    may_add = await connection.fetchval("SELECT has_table_privilege($1, 'INSERT')", table)
    await connection.close()
    assert may_add == (role == "hearer")


async def refused(servers: Servers, nats: Nats, town: Platform, key: Path | None) -> str:
    """The sentence with which the service does not start."""
    prepared(servers, service, suffix=(suffix := new_id().hex[-12:]))
    told = settings(servers, nats, town.home, town.issuer, suffix=suffix).model_copy(update={"audit_key_file": key})
    with pytest.raises(CannotServe) as reason:
        async with serving(service, told):
            pass
    return str(reason.value)


async def test_without_a_key_to_seal_with_it_does_not_start(
    servers: Servers, nats: Nats, town: Platform, tmp_path: Path
) -> None:
    assert await refused(servers, nats, town, None) == (
        "who looked at people's data is sealed with a key of its own: set ONEDOOR_AUDIT_KEY_FILE"
    )
    (tmp_path / "text.pem").write_text("a key, I promise")
    assert "text.pem holds no private key in PEM" in await refused(servers, nats, town, tmp_path / "text.pem")
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "other.pem").write_bytes(other)
    assert (await refused(servers, nats, town, tmp_path / "other.pem")).endswith("is not of Ed25519")


async def test_the_local_key_is_made_once_and_its_private_half_is_private(
    town: Platform, client: httpx.AsyncClient
) -> None:
    private = town.home / "audit-private.pem"
    assert private.stat().st_mode & 0o777 == 0o600
    key = load_pem_private_key(private.read_bytes(), password=None)
    assert key.public_key() == public_key(town)
