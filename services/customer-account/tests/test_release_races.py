"""A withdrawal and releases that meet: whatever the order, nothing is released behind it, and who was told is to stop."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from common.contracts.people.releases import CapturedWithIt, ReleaseRequested
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers
from common.testing.stream import publish, said
from customer_account.app import service

NAME, GATEWAY, COUNCIL = "customer-account", "partner-gateway", "southholt"


@dataclass
class Race:
    """One person who takes back their agreement while referrals are asking."""

    person: UUID
    consent: CapturedWithIt
    asks: list[ReleaseRequested]
    moments: list[float]  # after which each asks, and the person takes it back; in seconds


@pytest.fixture(scope="module")
async def two_replicas(servers: Servers, nats: Nats) -> AsyncIterator[tuple[Platform, AsyncExitStack]]:
    async with platform(servers, nats, [service]) as town, AsyncExitStack() as second:
        await second.enter_async_context(serving(service, town.told[NAME]))
        yield town, second


async def test_a_withdrawal_that_meets_a_release_has_one_winner(two_replicas: Any) -> None:
    town, second = two_replicas
    chance = random.Random(20261218)  # noqa: S311 - a fair coin will do
    races = []
    for _ in range(60):
        given_with_it = captured()
        asks = [requested(given_with_it if n % 2 else None) for n in range(3)]
        races.append(
            Race(new_id(), given_with_it, asks, [chance.uniform(0, until) for until in (0.06, 0.06, 0.06, 0.15)])
        )
    for race in races:
        await asked_before(town, race)
    for at in range(0, len(races), 12):
        await asyncio.gather(*(run(town, race) for race in races[at : at + 12]))
        if at == 24:
            await second.aclose()  # one replica goes away in the middle of it
    lost = won = 0
    for race in races:
        granted, refused = await judged(town, race)
        won, lost = won + granted, lost + refused
    assert won > 5, "releases that came first"
    assert lost > 5, "releases that came too late"


async def run(town: Platform, race: Race) -> None:
    """Ask and take back, each at its moment; then wait until all is answered."""

    async def asks(one: ReleaseRequested, after: float) -> str:
        await asyncio.sleep(after)
        release = new_id()
        await publish(town.nats, [said(one, release, 1, person_id=race.person)], speaker=GATEWAY)
        return f"release/{release}@1"

    async def takes_back(after: float) -> None:
        await asyncio.sleep(after)
        await withdrawn(town, race)

    *marks, _ = await asyncio.gather(
        *(asks(one, after) for one, after in zip(race.asks, race.moments[:3], strict=True)), takes_back(race.moments[3])
    )
    for mark in marks:
        await town.heard(mark, seconds=30)


async def judged(town: Platform, race: Race) -> tuple[int, int]:
    """How many were granted and refused; raises where one is on the wrong side of the withdrawal, or was not told to stop."""
    rows = await said_of(town, race.person)
    (withdrawal,) = [row for row in rows if row["name"] == "consent.withdrawn"]
    wanted = {str(one.subject_id) for one in race.asks}
    answers = [row for row in rows if row["data"].get("subject_id") in wanted]
    assert {row["data"]["subject_id"] for row in answers} == wanted
    assert len(answers) == len(wanted), "each has one answer"
    granted = {row["data"]["subject_id"]: row["version"] for row in answers if row["name"] == "release.granted"}
    assert all(version < withdrawal["version"] for version in granted.values()), "released behind the withdrawal"
    assert set(granted) == set(withdrawal["data"]["stops"]) & wanted, (
        "told to stop: whoever was released to, and no other"
    )
    refused = [row for row in answers if row["name"] == "release.refused"]
    assert all(row["data"]["because"] == "consent_withdrawn" for row in refused)
    return len(granted), len(refused)


async def asked_before(town: Platform, race: Race) -> None:
    """The consent is there: something was released to its recipient already."""
    first = requested(race.consent)
    await publish(town.nats, [said(first, first.subject_id, 1, person_id=race.person)], speaker=GATEWAY)
    await town.heard(f"release/{first.subject_id}@1")


def requested(consent: CapturedWithIt | None) -> ReleaseRequested:
    return ReleaseRequested(
        subject="referral",
        subject_id=new_id(),
        purpose="referral",
        recipient=COUNCIL,
        field_groups=["identity"],
        consent=consent,
    )


def captured() -> CapturedWithIt:
    return CapturedWithIt(
        consent_id=new_id(),
        purpose="referral",
        recipient=COUNCIL,
        field_groups=["identity"],
        wording_version="1",
        given_via="phone",
        given_at=datetime.now(UTC),
    )


async def withdrawn(town: Platform, race: Race) -> None:
    path = f"/me/consents/{race.consent.consent_id}/withdrawal"
    answer = await town[NAME].client.post(path, json={"channel": "online"}, headers=town.resident(race.person))
    assert answer.status_code == 200, answer.text


async def said_of(town: Platform, person: UUID) -> list[Any]:
    sql = "SELECT name, version, data FROM onedoor.said WHERE aggregate = 'consents' AND aggregate_id = $1 ORDER BY version"
    return await town.sql(NAME, sql, person)
