"""New keys for everybody: everything is sealed anew under them, whoever is killed meanwhile, and reads as before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
from common.runtime.keeping import sealing
from common.runtime.sealed import token_of
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
NAME = "customer-account"
SEALED = """
SELECT value ->> 'sealed' AS token FROM fact UNION ALL SELECT points ->> 'sealed' FROM contact_of_person
UNION ALL SELECT postcode_shown FROM find_by UNION ALL SELECT data #>> '{value,sealed}' FROM onedoor.said
"""


async def versions(town: Platform) -> set[int]:
    rows = await town.sql(NAME, f"SELECT token FROM ({SEALED}) all_there_is WHERE token IS NOT NULL")
    return {sealing.name_of(row["token"]).version for row in rows}


async def shown(town: Platform, client: httpx.AsyncClient, person: str) -> Any:
    record = (await client.get(f"/persons/{person}", headers=town.officer())).json()
    return record["facts"], record["contact_points"]


async def test_everything_lies_under_the_new_keys_and_reads_as_before(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    people = [(await register(postcode="ZZ99 7QQ"))["person_id"] for _ in range(3)]
    me = {**town.resident(people[0]), "Onedoor-Council": "northmere"}
    await client.post("/me/contact-points", json={"kind": "mobile", "value": "07700 900777"}, headers=me)
    before = [await shown(town, client, person) for person in people]
    version = sealing.new_version()
    await town[NAME].inner.keeping.rotating.rotate(version)
    assert await versions(town) == {version}
    assert [await shown(town, client, person) for person in people] == before
    await town[NAME].inner.keeping.keys.retire(version)
    for person in people:
        town[NAME].inner.ground.keeper.ring.forget(UUID(person))
    assert [await shown(town, client, person) for person in people] == before


async def test_a_rotation_that_was_broken_off_goes_on_and_ends(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    before = await shown(town, client, person)
    rotating, version = town[NAME].inner.keeping.rotating, sealing.new_version()
    begun = asyncio.ensure_future(rotating._table(rotating.tables[0], version))
    await asyncio.sleep(0.005)
    begun.cancel()
    await asyncio.gather(begun, return_exceptions=True)
    await town.sql(NAME, "INSERT INTO onedoor.rotation (version) VALUES ($1)", version)
    rotating._wake.set()

    async def finished() -> bool:
        [row] = await town.sql(NAME, "SELECT finished FROM onedoor.rotation WHERE version = $1", version)
        return bool(row["finished"])

    await town.until(finished, seconds=20)
    assert await versions(town) == {version}
    assert await shown(town, client, person) == before


async def test_what_is_told_during_a_rotation_is_sealed_under_the_new_key(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    version = sealing.new_version()
    while await town[NAME].inner.keeping.keys.renew(version):
        town[NAME].inner.ground.keeper.ring.forget(UUID(person))
    body = {"kind": "phone", "value": "07700 900778", "channel": "phone"}
    fact = (await client.post(f"/persons/{person}/facts", json=body, headers=town.officer())).json()
    [row] = await town.sql(NAME, "SELECT value FROM fact WHERE fact_id = $1", UUID(fact["id"]))
    assert sealing.name_of(token_of(row["value"]) or "").version == version
