"""What was true when, and what was known when: changes, corrections, evidence, disputes and ends, over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from common.runtime.ids import new_id
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]


class Told:
    """What an officer of Northmere notes for one person, and reads again."""

    def __init__(self, town: Platform, client: httpx.AsyncClient, person: str) -> None:
        self.town, self.client, self.person = town, client, person
        self.path = f"/persons/{person}/facts"
        self.headers = town.officer()

    async def tell(self, kind: str, value: Any, **more: Any) -> dict[str, Any]:
        answer = await self.try_to_tell(kind, value, **more)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def try_to_tell(self, kind: str, value: Any, **more: Any) -> httpx.Response:
        body = {"kind": kind, "value": value, "channel": "phone", **more}
        return await self.client.post(self.path, json=body, headers=self.headers)

    async def held(self, kind: str, **then: Any) -> Any:
        answer = await self.client.get(self.path, params=then, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found = [fact["value"] for fact in answer.json()["items"] if fact["kind"] == kind]
        assert len(found) < 2
        return found[0] if found else None

    async def history(self, kind: str) -> list[dict[str, Any]]:
        answer = await self.client.get(f"{self.path}/{kind}/history", headers=self.headers)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def do(self, fact_id: str, what: str, body: Any) -> httpx.Response:
        return await self.client.post(f"{self.path}/{fact_id}/{what}", json=body, headers=self.headers)

    def now(self) -> str:
        return self.town.clock.now().isoformat()


@pytest.fixture
async def told(town: Platform, client: httpx.AsyncClient, register: Registers) -> Told:
    return Told(town, client, (await register())["person_id"])


async def test_a_change_leaves_what_was_so_before_on_the_days_it_was_so(told: Told) -> None:
    await told.tell("home_address", "14 Weavers Row", effective_from="2019-05-01")
    before = told.now()
    await told.tell("home_address", "3 Mill Lane", effective_from="2026-10-01")
    assert await told.held("home_address") == "3 Mill Lane"
    assert await told.held("home_address", true_on="2026-09-30") == "14 Weavers Row"
    assert await told.held("home_address", true_on="2026-10-01") == "3 Mill Lane"
    assert await told.held("home_address", true_on="2019-04-30") is None
    assert await told.held("home_address", true_on="2026-10-01", known_at=before) == "14 Weavers Row"


async def test_a_correction_was_never_so_and_that_we_thought_so_stays_known(told: Told) -> None:
    wrong = await told.tell("date_of_birth", "1988-05-17")
    before = told.now()
    await told.tell("date_of_birth", "1988-07-15")
    assert await told.held("date_of_birth", true_on="2000-01-01") == "1988-07-15"
    assert await told.held("date_of_birth", true_on="2000-01-01", known_at=before) == "1988-05-17"
    [new, old] = await told.history("date_of_birth")
    assert (new["value"], new["known_until"], new["until_because"]) == ("1988-07-15", None, None)
    assert (old["id"], old["until_because"], old["known_until"]) == (wrong["id"], "corrected", new["known_from"])


async def test_what_may_change_can_be_corrected_too(told: Told) -> None:
    await told.tell("weekly_rent", 960, effective_from="2026-04-01")
    right = await told.tell("weekly_rent", 96, corrects=True)
    assert right["effective_from"] == "2026-04-01"
    assert await told.held("weekly_rent", true_on="2026-05-01") == 96


async def test_what_is_told_late_takes_its_place_between(told: Told) -> None:
    await told.tell("tenancy", "private tenant", effective_from="2020-01-01")
    await told.tell("tenancy", "owner", effective_from="2024-01-01")
    before = told.now()
    await told.tell("tenancy", "council tenant", effective_from="2022-01-01")
    days = ["2019-12-31", "2021-06-01", "2022-01-01", "2025-01-01"]
    assert [await told.held("tenancy", true_on=day) for day in days] == [
        None,
        "private tenant",
        "council tenant",
        "council tenant",
    ]
    assert await told.held("tenancy", true_on="2025-01-01", known_at=before) == "owner"


async def test_a_change_without_a_day_is_so_from_today(told: Told) -> None:
    await told.tell("employer", "Northmere Mills", effective_from="2020-01-01")
    today = told.town.clock.now().date()
    new = await told.tell("employer", "Southholt Docks")
    assert new["effective_from"] == today.isoformat()
    assert await told.held("employer", true_on=(today - timedelta(days=1)).isoformat()) == "Northmere Mills"


@pytest.mark.parametrize(
    ("days", "pointer"),
    [
        ({"effective_from": "2026-10-02", "effective_to": "2026-10-01"}, "/effective_to"),
        ({"effective_to": "2026-10-01"}, "/effective_to"),
        ({"effective_from": "1899-12-31"}, "/effective_from"),
        ({"effective_from": "2999-01-01"}, "/effective_from"),
    ],
)
async def test_impossible_dates_are_refused_and_nothing_is_written(
    told: Told, days: dict[str, str], pointer: str
) -> None:
    refused = await told.try_to_tell("employer", "Northmere Mills", **days)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await told.history("employer") == []


async def test_a_fact_becomes_surer_by_what_was_seen_and_never_less(told: Told) -> None:
    fact = (await told.tell("date_of_birth", "1988-05-17"))["id"]
    seen = await told.do(fact, "verification", {"verification": "evidenced", "evidence": "Passport seen"})
    assert (seen.status_code, seen.json()["verification"], seen.json()["id"]) == (200, "evidenced", fact)
    checked = await told.do(fact, "verification", {"verification": "verified", "evidence": "Register office"})
    assert checked.json()["verification"] == "verified"
    again = await told.do(fact, "verification", {"verification": "evidenced", "evidence": "Passport seen"})
    assert again.status_code == 409
    less = await told.do(fact, "verification", {"verification": "asserted", "evidence": "Nothing"})
    assert less.status_code == 422
    assert [item["verification"] for item in await told.history("date_of_birth")] == [
        "verified",
        "evidenced",
        "asserted",
    ]
    said = await told.town.sql(
        "customer-account",
        "SELECT data FROM onedoor.said WHERE name = 'fact.verified' AND aggregate_id::text = $1 ORDER BY version",
        told.person,
    )
    assert [row["data"]["verification"] for row in said] == ["evidenced", "verified"]
    assert "Passport" not in str(said)


async def test_a_dispute_is_open_until_an_officer_settles_it(told: Told) -> None:
    fact = (await told.tell("household_size", 3))["id"]
    unasked = {"outcome": "upheld", "evidence": "Tenancy file"}
    assert (await told.do(fact, "settlement", unasked)).status_code == 409
    me = {**told.town.resident(told.person), "Onedoor-Council": "northmere"}
    wrong = {"why": "My son moved out"}
    disputed = await told.client.post(f"/me/facts/{fact}/dispute", json=wrong, headers=me)
    assert (disputed.status_code, disputed.json()["verification"]) == (200, "disputed")
    assert (await told.do(fact, "dispute", wrong)).status_code == 409
    sure = {"verification": "evidenced", "evidence": "Tenancy file"}
    assert (await told.do(fact, "verification", sure)).status_code == 409
    settled = await told.do(fact, "settlement", {"outcome": "corrected", "value": 2, "evidence": "Tenancy file"})
    assert (settled.json()["value"], settled.json()["verification"]) == (2, "evidenced")
    assert (await told.do(fact, "dispute", wrong)).status_code == 404  # it was never right
    assert await told.held("household_size") == 2


async def test_what_was_so_before_is_not_moved_any_more(told: Told) -> None:
    fact = (await told.tell("employer", "Northmere Mills", effective_from="2020-01-01"))["id"]
    await told.tell("employer", "Southholt Docks")
    refused = await told.do(fact, "dispute", {"why": "Wrong"})
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/not-found")


async def test_a_dispute_that_changes_nothing_leaves_the_fact_upheld(told: Told) -> None:
    fact = (await told.tell("household_size", 3))["id"]
    await told.do(fact, "dispute", {"why": "A neighbour says two"})
    settled = await told.do(fact, "settlement", {"outcome": "upheld", "evidence": "Seen on a visit"})
    assert (settled.json()["value"], settled.json()["verification"]) == (3, "upheld")


async def test_a_correction_is_written_as_its_kind_is(told: Told) -> None:
    fact = (await told.tell("household_size", 3))["id"]
    await told.do(fact, "dispute", {"why": "Wrong"})
    refused = await told.do(fact, "settlement", {"outcome": "corrected", "value": "two", "evidence": "Seen"})
    assert refused.status_code == 422
    assert (await told.history("household_size"))[0]["verification"] == "disputed"


async def test_what_is_withdrawn_is_held_no_longer_and_nobody_is_found_by_it(told: Told) -> None:
    fact = (await told.tell("phone", "07700 900777"))["id"]
    search = {"phone": "07700 900777"}
    found = await told.client.post("/person-searches", json=search, headers=told.headers)
    assert [item["person_id"] for item in found.json()["items"]] == [told.person]
    me = {**told.town.resident(told.person), "Onedoor-Council": "northmere"}
    gone = await told.client.delete(f"/me/facts/{fact}", headers=me)
    assert (gone.status_code, [f for f in gone.json()["items"] if f["kind"] == "phone"]) == (200, [])
    found = await told.client.post("/person-searches", json=search, headers=told.headers)
    assert found.json()["items"] == []
    assert await told.held("phone", true_on="2030-01-01") is None
    assert (await told.history("phone"))[0]["until_because"] == "withdrawn"
    assert (await told.client.delete(f"/me/facts/{fact}", headers=me)).status_code == 404


async def test_a_fact_with_a_last_day_ends_by_itself(told: Told) -> None:
    today = told.town.clock.now().date()
    last = today + timedelta(days=3)
    await told.tell("employer", "Northmere Mills", effective_from="2020-01-01", effective_to=last.isoformat())
    await told.tell("landlord", "Dale Homes", effective_to=(last + timedelta(days=4)).isoformat())
    told.town.step(days=5)
    told.headers = told.town.officer()

    async def ended() -> bool:
        return await told.held("employer") is None

    await told.town.until(ended)
    assert await told.held("landlord") == "Dale Homes"
    assert await told.held("employer", true_on=today.isoformat()) == "Northmere Mills"
    [expired, before] = await told.history("employer")
    assert (expired["verification"], before["until_because"]) == ("expired", "expired")
    told.town.step(days=5)

    async def both_ended() -> bool:
        return await told.held("landlord") is None

    await told.town.until(both_ended)
    told.town.step(days=-10)


async def test_a_change_of_the_last_day_is_a_change(told: Told) -> None:
    day = (told.town.clock.now().date() + timedelta(days=30)).isoformat()
    first = await told.tell("employer", "Northmere Mills")
    second = await told.tell("employer", "Northmere Mills", effective_to=day)
    assert (second["effective_to"], second["id"] != first["id"]) == (day, True)


async def test_strangers_and_other_councils_change_and_see_nothing(town: Platform, told: Told) -> None:
    fact = (await told.tell("employer", "Northmere Mills"))["id"]
    other, stranger = town.officer("southholt"), town.resident(new_id())
    client = told.client
    assert (await client.get(f"{told.path}/employer/history", headers=other)).status_code == 404
    for what, body in (("dispute", {"why": "Wrong"}), ("settlement", {"outcome": "upheld", "evidence": "Seen"})):
        assert (await client.post(f"{told.path}/{fact}/{what}", json=body, headers=other)).status_code == 404
    assert (await client.delete(f"{told.path}/{fact}", headers=other)).status_code == 404
    assert (await client.delete(f"/me/facts/{fact}", headers=stranger)).status_code == 404
    assert (await client.get("/me/facts/employer/history", headers=stranger)).json()["items"] == []
    assert await told.held("employer") == "Northmere Mills"


async def test_how_long_nobody_need_ask_again_is_said(told: Told) -> None:
    fact = await told.tell("weekly_income", 210)
    told_on = datetime.fromisoformat(fact["told_at"]).astimezone(UTC).date()
    assert date.fromisoformat(fact["fresh_until"]) == told_on + timedelta(days=180)
    assert (await told.tell("full_name", "Margaret Hartley"))["fresh_until"] is None
