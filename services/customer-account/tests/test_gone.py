"""With what is held no longer goes what was said of it, although it was said in a longer story: facts, and what people share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
from common.runtime.periods import Period
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
NAME = "customer-account"
SIX_YEARS = Period(years=6)
STORY = "SELECT version, person_id, data FROM onedoor.said WHERE aggregate = $1 AND aggregate_id = $2 ORDER BY version"


async def post(town: Platform, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer: httpx.Response = await town[NAME].client.post(path, json=body, headers=town.officer())
    assert answer.is_success, answer.text
    await town.heard(answer)
    made: dict[str, Any] = answer.json()
    return made


async def six_years_later(town: Platform) -> None:
    """It is noon of the day on which goes what ended today, and every schedule has run."""
    town.clock.set(datetime.combine(SIX_YEARS.over_on(town.clock.now().date()) + timedelta(days=1), time(12), UTC))

    async def done() -> bool:
        due = "SELECT 1 FROM onedoor.timer WHERE name = 'retention' AND due_at <= $1"
        return not await town.sql(NAME, due, town.clock.now())

    await town.until(done, seconds=60)


async def test_what_was_said_of_it_goes_with_the_last_that_is_held_of_it(town: Platform, register: Registers) -> None:
    peg, ravi, priya = [str((await register())["person_id"]) for _ in range(3)]
    known_as = {"kind": "known_as", "channel": "phone"}
    for value, corrects in (("Peg", False), ("Peggy", True), ("Meg", False)):
        await post(town, f"/persons/{peg}/facts", known_as | {"value": value, "corrects": corrects})
    shares = {"kind": "council_tax", "role": "holder", "effective_from": str(town.clock.now().date())}
    household = str((await post(town, "/households", shares | {"person_id": ravi}))["household_id"])
    del shares["kind"]
    await post(town, f"/households/{household}/members", shares | {"person_id": priya})
    for person in (ravi, priya):
        await post(town, f"/households/{household}/departures", {"person_id": person})
    tomorrow = shares | {"effective_from": str(town.clock.now().date() + timedelta(days=1))}
    town.step(days=1)
    await post(town, f"/households/{household}/members", tomorrow | {"person_id": priya})
    said = {
        story: await town.sql(NAME, STORY, *story) for story in (("facts", UUID(peg)), ("household", UUID(household)))
    }

    await six_years_later(town)
    facts, shared = [await town.sql(NAME, STORY, *story) for story in said]
    assert [each["version"] for each in (*facts, *shared)] == [each["version"] for old in said.values() for each in old]
    names = [each["data"]["value"] for each in facts if each["data"].get("kind") == "known_as"]
    assert names == ["Peggy", "Meg"]  # it was so for a while, and is held to have been
    assert {each["person_id"] for each in shared if each["data"] != {"erased": True}} == {UUID(priya)}
    assert len([each for each in shared if each["data"] == {"erased": True}]) == len(
        [each for each in said["household", UUID(household)] if each["person_id"] == UUID(ravi)]
    )
