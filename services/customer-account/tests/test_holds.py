"""Legal holds: what is held of somebody stays as long as a matter needs it, the person knows, and somebody looks again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx
import pytest
from common.runtime.periods import Period
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
NAME = "customer-account"
MAY = ["holds:write", "persons:read", "persons:merge", "secrecy:write"]


@pytest.fixture
def holder(town: Platform) -> dict[str, str]:
    """Headers of an officer who may place holds."""
    return town.officer(permissions=MAY)


@pytest.fixture
async def person(register: Registers) -> str:
    return str((await register())["person_id"])


def in_days(town: Platform, days: int) -> str:
    return str((town.clock.now() + timedelta(days=days)).date())


def hold(town: Platform, *, days: int = 90, **told: Any) -> dict[str, Any]:
    return {"because": "claim", "reference": "NBC-LEG-2026/14", "review_on": in_days(town, days), **told}


async def placed(town: Platform, person: str, headers: dict[str, str], **told: Any) -> dict[str, Any]:
    client = town[NAME].client
    answer = await client.post(f"/persons/{person}/legal-holds", json=hold(town, **told), headers=headers)
    assert answer.status_code == 201, answer.text
    await town.heard(answer)
    made: dict[str, Any] = answer.json()
    return made


async def end(town: Platform, held: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
    client, match = town[NAME].client, {"If-Match": f'"{held["version"]}"'}
    return await client.post(f"/legal-holds/{held['hold_id']}/end", headers=headers | match)


async def mine(town: Platform, person: str) -> list[dict[str, Any]]:
    answer = await town[NAME].client.get("/me/legal-holds", headers=town.resident(person))
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


async def test_a_hold_is_placed_reviewed_and_lifted_and_every_service_would_hear_of_it(
    town: Platform, client: httpx.AsyncClient, person: str, holder: dict[str, str]
) -> None:
    held = await placed(town, person, holder)
    assert (held["because"], held["reference"], held["lifted_at"]) == ("claim", "NBC-LEG-2026/14", None)
    match = {"If-Match": f'"{held["version"]}"'}
    review = {"review_on": in_days(town, 200)}
    answer = await client.post(f"/legal-holds/{held['hold_id']}/reviews", json=review, headers=holder | match)
    assert (answer.status_code, answer.json()["review_on"]) == (200, review["review_on"])
    assert problem(await end(town, held, holder)) == (412, "/problems/changed-meanwhile")
    ended = await end(town, answer.json(), holder)
    assert ended.status_code == 200
    assert problem(await end(town, ended.json(), holder)) == (409, "/problems/no-longer-held")
    listed = await client.get(f"/persons/{person}/legal-holds", headers=holder)
    assert listed.json() == {"items": [ended.json()]}
    said = await town.sql(
        NAME,
        "SELECT name, data FROM onedoor.said WHERE aggregate = 'legal_hold' AND person_id = $1 ORDER BY version",
        person,
    )
    assert [(row["name"], sorted(row["data"])) for row in said] == [
        ("legal_hold.placed", ["review_on"]),
        ("legal_hold.reviewed", ["review_on"]),
        ("legal_hold.lifted", []),
    ]


async def test_the_person_sees_that_it_is_kept_and_for_what_kind_of_matter_but_not_which(
    town: Platform, person: str, holder: dict[str, str]
) -> None:
    held = await placed(town, person, holder)
    [shown] = await mine(town, person)
    assert shown == {name: held[name] for name in ("council", "because", "placed_at", "review_on", "lifted_at")}
    assert await mine(town, str((await registered(town))["person_id"])) == []


async def registered(town: Platform) -> dict[str, Any]:
    told = {"full_name": "Ade Okoro", "channel": "phone"}
    answer = await town[NAME].client.post("/persons", json=told, headers=town.officer())
    made: dict[str, Any] = answer.json()
    return made


async def test_a_hold_placed_in_secrecy_is_shown_when_that_ends(
    town: Platform, client: httpx.AsyncClient, person: str, holder: dict[str, str]
) -> None:
    until = (town.clock.now() + timedelta(days=30)).isoformat()
    told = {"until": until, "legal_basis": "serious_harm", "reference": "OP-7"}
    secret = await client.post(f"/persons/{person}/secrecies", json=told, headers=holder)
    await placed(town, person, holder, because="investigation")
    assert await mine(town, person) == []
    match = {"If-Match": f'"{secret.json()["version"]}"'}
    await client.post(f"/secrecies/{secret.json()['secrecy_id']}/end", headers=holder | match)
    assert [each["because"] for each in await mine(town, person)] == ["investigation"]


async def test_nothing_of_it_is_on_the_timeline(
    town: Platform, client: httpx.AsyncClient, person: str, holder: dict[str, str]
) -> None:
    await end(town, await placed(town, person, holder), holder)
    events = (await client.get("/me/timeline", headers=town.resident(person))).json()["items"]
    assert not [each for each in events if each["event"].startswith("legal_hold")]


async def test_two_records_are_not_joined_while_either_is_held(
    town: Platform, client: httpx.AsyncClient, register: Registers, holder: dict[str, str]
) -> None:
    one, other = [str((await register())["person_id"]) for _ in range(2)]
    held = await placed(town, one, holder)
    for alias, into in ((one, other), (other, one)):
        answer = await client.post(f"/persons/{alias}/merge", json={"into": into}, headers=holder)
        assert problem(answer) == (409, "/problems/under-legal-hold")
    await town.heard(await end(town, held, holder))
    answer = await client.post(f"/persons/{one}/merge", json={"into": other}, headers=holder)
    assert (answer.status_code, answer.json()["merged_into"]) == (200, other)


async def test_a_hold_on_a_record_that_was_joined_is_on_the_other_until_they_are_parted(
    town: Platform, client: httpx.AsyncClient, register: Registers, holder: dict[str, str]
) -> None:
    alias, other, third = [str((await register())["person_id"]) for _ in range(3)]
    merge = f"/persons/{alias}/merge"
    await town.heard(await client.post(merge, json={"into": other}, headers=holder))
    held = await placed(town, alias, holder)
    assert [each["placed_at"] for each in await mine(town, other)] == [held["placed_at"]]
    listed = await client.get(f"/persons/{other}/legal-holds", headers=holder)
    assert [each["hold_id"] for each in listed.json()["items"]] == [held["hold_id"]]
    again = await client.post(f"/persons/{other}/merge", json={"into": third}, headers=holder)
    assert problem(again) == (409, "/problems/under-legal-hold")
    await town.heard(await client.delete(merge, headers=holder))
    assert await mine(town, other) == []
    assert (await client.post(f"/persons/{other}/merge", json={"into": third}, headers=holder)).status_code == 200


async def test_what_is_kept_secret_under_one_record_is_not_given_away_by_a_hold_on_the_other(
    town: Platform, client: httpx.AsyncClient, register: Registers, holder: dict[str, str]
) -> None:
    alias, other = [str((await register())["person_id"]) for _ in range(2)]
    await town.heard(await client.post(f"/persons/{alias}/merge", json={"into": other}, headers=holder))
    until = (town.clock.now() + timedelta(days=30)).isoformat()
    told = {"until": until, "legal_basis": "serious_harm", "reference": "OP-8"}
    secret = (await client.post(f"/persons/{other}/secrecies", json=told, headers=holder)).json()
    held = await placed(town, alias, holder, because="investigation")
    assert await mine(town, other) == []
    match = {"If-Match": f'"{secret["version"]}"'}
    await client.post(f"/secrecies/{secret['secrecy_id']}/end", headers=holder | match)
    assert [each["placed_at"] for each in await mine(town, other)] == [held["placed_at"]]


async def test_on_its_day_a_hold_asks_to_be_looked_at_again_and_goes_on(
    town: Platform, client: httpx.AsyncClient, person: str, holder: dict[str, str]
) -> None:
    held = await placed(town, person, holder, days=30)
    later = await placed(town, person, holder, days=300)
    town.step(days=31)

    async def due() -> Any:
        items = (await client.get("/legal-holds", headers=town.officer(permissions=MAY))).json()["items"]
        return [each for each in items if each["person_id"] == person and each["review_due"]]

    [shown] = await town.until(due)
    assert (shown["hold_id"], shown["lifted_at"]) == (held["hold_id"], None)
    running = (await client.get("/legal-holds", headers=holder)).json()["items"]
    assert [each["hold_id"] for each in running if each["person_id"] == person] == [held["hold_id"], later["hold_id"]]
    match = {"If-Match": f'"{shown["version"]}"'}
    review = {"review_on": in_days(town, 100)}
    answer = await client.post(f"/legal-holds/{held['hold_id']}/reviews", json=review, headers=holder | match)
    assert (answer.json()["review_due"], answer.json()["review_on"]) == (False, review["review_on"])


@pytest.mark.parametrize("days", [-1, 0, 367])
async def test_a_hold_is_looked_at_again_within_a_year(
    town: Platform, client: httpx.AsyncClient, person: str, holder: dict[str, str], days: int
) -> None:
    answer = await client.post(f"/persons/{person}/legal-holds", json=hold(town, days=days), headers=holder)
    assert problem(answer) == (422, "/problems/wrong-review")


async def test_holds_are_for_officers_with_that_permission_of_a_council_that_knows_the_person(
    town: Platform, client: httpx.AsyncClient, person: str, holder: dict[str, str]
) -> None:
    held = await placed(town, person, holder)
    path = f"/persons/{person}/legal-holds"
    assert (await client.post(path, json=hold(town), headers=town.officer())).status_code == 403
    assert (await client.post(path, json=hold(town), headers=town.resident(person))).status_code == 403
    assert (await client.post(path, json=hold(town))).status_code == 401
    elsewhere = town.officer("southholt", permissions=MAY)
    assert (await client.post(path, json=hold(town), headers=elsewhere)).status_code == 404
    assert (await client.get(path, headers=elsewhere)).status_code == 404
    assert (await client.get("/legal-holds", headers=elsewhere)).json() == {"items": [], "next": None}
    assert (await end(town, held, elsewhere)).status_code == 404
    assert (await client.post(path, json=hold(town, colour="red"), headers=holder)).status_code == 422


async def test_a_hold_is_kept_six_years_after_it_was_lifted(
    town: Platform, person: str, holder: dict[str, str]
) -> None:
    held = await placed(town, person, holder)
    lifted = (await end(town, held, holder)).json()
    there = "SELECT 1 FROM legal_hold WHERE id = $1"
    over = Period(years=6).over_on(datetime.fromisoformat(lifted["lifted_at"]).date())
    town.clock.set(datetime.combine(over - timedelta(days=1), time(12), UTC))
    await all_runs_over(town)
    assert await town.sql(NAME, there, held["hold_id"])
    town.step(days=1)

    async def gone() -> bool:
        return not await town.sql(NAME, there, held["hold_id"])

    await town.until(gone)


async def all_runs_over(town: Platform) -> None:
    async def over() -> bool:
        due = "SELECT 1 FROM onedoor.timer WHERE name = 'retention' AND due_at <= $1"
        return not await town.sql(NAME, due, town.clock.now())

    await town.until(over, seconds=30)


async def test_holds_on_a_protected_person_are_for_whoever_is_cleared(
    town: Platform, client: httpx.AsyncClient, person: str, holder: dict[str, str]
) -> None:
    held = await placed(town, person, holder)
    cleared = town.officer(permissions=[*MAY, "protection:read", "protection:write"])
    marked = {"reason": "domestic_abuse", "asked_by": "person", "review_on": in_days(town, 30)}
    await town.heard(await client.post(f"/persons/{person}/protections", json=marked, headers=cleared))
    assert held["hold_id"] not in await running(client, holder)
    assert held["hold_id"] in await running(client, cleared)
    review = {"review_on": in_days(town, 200)}
    reviewed = await client.post(f"/legal-holds/{held['hold_id']}/reviews", json=review, headers=holder)
    assert problem(reviewed) == problem(await end(town, held, holder)) == (403, "/problems/record-restricted")
    assert (await end(town, held, cleared)).status_code == 200


async def test_every_hold_is_on_a_page_what_is_reviewed_first_on_the_first(
    town: Platform, client: httpx.AsyncClient, person: str, holder: dict[str, str]
) -> None:
    days = [40, 20, 30, 20]
    held = [(await placed(town, person, holder, days=each))["hold_id"] for each in days]
    listed = [each for each in await running(client, holder, limit=1) if each in held]
    assert listed == [held[1], held[3], held[2], held[0]]


async def running(client: httpx.AsyncClient, headers: dict[str, str], *, limit: int = 50) -> list[str]:
    """The holds of the officer's council, page by page."""
    found: list[str] = []
    asked: dict[str, Any] = {"limit": limit}
    while True:
        page = (await client.get("/legal-holds", params=asked, headers=headers)).json()
        found += [each["hold_id"] for each in page["items"]]
        if page["next"] is None:
            return found
        asked["cursor"] = page["next"]
