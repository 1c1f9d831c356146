"""Putting right what is held: asked for by its person, settled by an officer, and confirmed by everybody who keeps a copy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.partners.consents import FieldGroup
from common.contracts.people.rectifying import RectificationConfirmed
from common.contracts.people.rights import HOLDERS
from common.embedded import Nats
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

Releases = Callable[..., Awaitable[tuple[str, str | None]]]
Registers = Callable[..., Awaitable[dict[str, Any]]]
OTHERS = sorted(set(HOLDERS) - {"customer-account"})
DECIDES = [*PERMISSIONS["officer"].split(), "rights:decide"]


class Margaret:
    """Somebody of whom the councils hold a rent that is not right."""

    def __init__(self, town: Platform, client: httpx.AsyncClient, person: str) -> None:
        self.town, self.client, self.person = town, client, person
        self.me = town.resident(person, councils=["northmere"])
        self.fact = ""

    async def told(self, kind: str, value: Any, **more: Any) -> None:
        body = {"kind": kind, "value": value, "channel": "phone"} | more
        answer = await self.client.post(f"/persons/{self.person}/facts", json=body, headers=self.town.officer())
        assert answer.status_code == 200, answer.text
        self.fact = answer.json()["id"]

    async def asks(self, **said: Any) -> httpx.Response:
        body = {"right": "rectification", "fact_id": self.fact} | said
        return await self.client.post("/me/rights-requests", json=body, headers=self.me)

    async def request(self, request_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/me/rights-requests/{request_id}", headers=self.me)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def until(self, request_id: str, **so: Any) -> dict[str, Any]:
        async def is_so() -> Any:
            found = await self.request(request_id)
            return found if so.items() <= found.items() else None

        found: dict[str, Any] = await self.town.until(is_so)
        return found

    async def until_answered(self, request_id: str, *by: str) -> dict[str, Any]:
        async def is_so() -> Any:
            found = await self.request(request_id)
            return found if {*by} <= {each["service"] for each in found["holders"] if each["answered_at"]} else None

        found: dict[str, Any] = await self.town.until(is_so)
        return found

    async def held(self) -> dict[str, Any]:
        items = (await self.client.get("/me/facts", headers=self.me)).json()["items"]
        [found] = [each for each in items if each["kind"] == "weekly_rent"]
        fact: dict[str, Any] = found
        return fact

    async def settled(self, **outcome: Any) -> None:
        path = f"/persons/{self.person}/facts/{self.fact}/settlement"
        answer = await self.client.post(path, json=outcome, headers=self.town.officer())
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def margaret(town: Platform, client: httpx.AsyncClient, register: Registers) -> Margaret:
    known = Margaret(town, client, (await register())["person_id"])
    await known.told("weekly_rent", 960)
    return known


def confirmed(request_id: str, by: str, *, keeps: bool = True) -> Any:
    return said(RectificationConfirmed(request_id=UUID(request_id), service=by, keeps=keeps), new_id(), 1)


async def test_what_somebody_says_is_right_is_held_at_once_and_confirmed_by_every_service(
    margaret: Margaret, nats: Nats
) -> None:
    asked = await margaret.asks(value=96, says="A nought too many")
    assert asked.status_code == 201, asked.text
    request_id = asked.json()["id"]
    held = await margaret.held()
    assert held["value"] == 96
    waits = await margaret.until_answered(request_id, "customer-account")
    assert waits["status"] == "under_way"
    assert [each["service"] for each in waits["holders"] if not each["answered_at"]] == OTHERS
    for service in OTHERS:
        await publish(nats, [confirmed(request_id, service, keeps=service != "feedback")], speaker=service)
    done = await margaret.until(request_id, status="done")
    assert done["ended_at"] is not None
    assert all(each["answered_at"] for each in done["holders"])
    assert [each["service"] for each in done["holders"] if not each["keeps"]] == ["feedback"]


@pytest.mark.parametrize("by", ["its person", "an officer"])
async def test_what_was_told_up_to_a_day_is_put_right_up_to_that_day_and_then_goes(
    town: Platform, margaret: Margaret, by: str
) -> None:
    last = str((town.clock.now() + timedelta(days=9)).date())
    await margaret.told("weekly_rent", 720, effective_to=last)
    if by == "its person":
        assert (await margaret.asks(value=72)).status_code == 201
    else:
        assert (await margaret.asks()).status_code == 201
        await margaret.settled(outcome="corrected", value=72, evidence="The tenancy agreement")
    held = await margaret.held()
    assert (held["value"], held["effective_to"]) == (72, last)
    town.step(days=11)

    async def gone() -> bool:
        shown = await margaret.client.get("/me/facts", headers=margaret.me)
        return "weekly_rent" not in {each["kind"] for each in shown.json()["items"]}

    await town.until(gone)


async def test_it_is_asked_for_at_the_version_of_the_facts_that_put_it_right(margaret: Margaret) -> None:
    request_id = (await margaret.asks(value=96)).json()["id"]
    await margaret.until_answered(request_id, "customer-account")
    [asked] = await margaret.town.sql(
        "customer-account",
        "SELECT r.data, f.version FROM onedoor.said r JOIN onedoor.said f ON f.aggregate_id = r.person_id AND f.aggregate = 'facts'"
        " WHERE r.name = 'rectification.requested' AND r.aggregate_id = $1 AND f.data->>'supersedes' = $2",
        UUID(request_id),
        margaret.fact,
    )
    assert (asked["data"]["facts_of"], asked["data"]["facts_version"]) == (margaret.person, asked["version"])


async def test_confirmations_that_come_at_one_moment_are_all_kept(margaret: Margaret, nats: Nats) -> None:
    request_id = (await margaret.asks(value=96)).json()["id"]
    await margaret.until_answered(request_id, "customer-account")
    await publish(nats, [confirmed(request_id, service) for service in OTHERS * 2], speaker="case-crm")
    done = await margaret.until(request_id, status="done")
    assert all(each["answered_at"] for each in done["holders"])


async def test_what_is_only_said_to_be_wrong_is_in_dispute_until_an_officer_settles_it(margaret: Margaret) -> None:
    request_id = (await margaret.asks(says="It is less")).json()["id"]
    held = await margaret.held()
    assert (held["verification"], held["evidence"]) == ("disputed", "It is less")
    assert (await margaret.request(request_id))["holders"] == []
    await margaret.settled(outcome="corrected", value=96, evidence="The tenancy agreement")
    found = await margaret.until_answered(request_id, "customer-account")
    assert (found["status"], found["receivers"]) == ("under_way", [])
    assert ((await margaret.held())["value"], (await margaret.held())["verification"]) == (96, "evidenced")


async def test_what_stands_is_refused_with_what_the_officer_saw(margaret: Margaret) -> None:
    request_id = (await margaret.asks()).json()["id"]
    await margaret.settled(outcome="upheld", evidence="The tenancy agreement")
    found = await margaret.until(request_id, status="refused")
    assert (found["because"], found["explanation"]) == ("upheld", "The tenancy agreement")
    assert found["holders"] == []


async def test_what_becomes_of_a_dispute_decides_nothing_else_that_was_asked_about_it(margaret: Margaret) -> None:
    path, fact = "/me/rights-requests", "UPDATE rights_request SET fact_id = $1 WHERE id = $2"
    answer = await margaret.client.post(path, json={"right": "erasure"}, headers=margaret.me)
    erasure = answer.json()["id"]  # noted before a fact was named with putting right alone
    await margaret.town.sql("customer-account", fact, UUID(margaret.fact), UUID(erasure))
    request_id = (await margaret.asks()).json()["id"]
    await margaret.settled(outcome="upheld", evidence="The tenancy agreement")
    await margaret.until(request_id, status="refused")
    assert (await margaret.request(erasure))["status"] == "received"


async def test_what_is_in_dispute_already_is_asked_for_all_the_same(margaret: Margaret) -> None:
    path = f"/me/facts/{margaret.fact}/dispute"
    disputed = await margaret.client.post(path, json={"why": "It is less"}, headers=margaret.me)
    assert disputed.status_code == 200
    request_id = (await margaret.asks()).json()["id"]
    await margaret.settled(outcome="corrected", value=96, evidence="The tenancy agreement")
    await margaret.until_answered(request_id, "customer-account")


async def test_whoever_was_told_something_before_is_named(margaret: Margaret, release: Releases) -> None:
    assert (await release(margaret.person, FieldGroup.MONEY))[0] == "release.granted"
    request_id = (await margaret.asks(value=96)).json()["id"]
    [told] = (await margaret.until_answered(request_id, "customer-account"))["receivers"]
    assert (told["recipient"], told["field_groups"], told["stopped"]) == ("warm-homes", ["money"], False)


async def test_an_officer_notes_it_for_somebody_on_the_phone(margaret: Margaret) -> None:
    body = {"right": "rectification", "fact_id": margaret.fact, "value": 96, "channel": "phone"}
    path = f"/persons/{margaret.person}/rights-requests"
    answer = await margaret.client.post(path, json=body, headers=margaret.town.officer())
    assert answer.status_code == 201, answer.text
    assert (await margaret.held())["channel"] == "phone"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"fact_id": None}, (422, "/problems/say-what-is-not-right")),
        ({"fact_id": str(new_id())}, (404, "/problems/not-found")),
        ({"value": 960}, (409, "/problems/held-already")),
        ({"value": "a lot"}, (422, "/problems/wrong-shape")),
    ],
)
async def test_what_cannot_be_put_right_is_refused_and_changes_nothing(
    margaret: Margaret, said: dict[str, Any], problem: tuple[int, str]
) -> None:
    answer = await margaret.asks(**said)
    assert (answer.status_code, answer.json()["type"]) == problem
    assert (await margaret.held())["value"] == 960
    assert (await margaret.client.get("/me/rights-requests", headers=margaret.me)).json() == {"items": []}


async def test_the_same_is_not_asked_twice_but_something_else_is(margaret: Margaret) -> None:
    assert (await margaret.asks()).status_code == 201
    again = await margaret.asks()
    assert (again.status_code, again.json()["type"]) == (409, "/problems/right-asked-already")
    await margaret.told("employer", "Northmere Mills")
    assert (await margaret.asks(says="Never worked there")).status_code == 201


async def test_nobody_puts_right_what_is_somebody_elses(margaret: Margaret, register: Registers) -> None:
    other = Margaret(margaret.town, margaret.client, (await register())["person_id"])
    other.fact = margaret.fact
    assert (await other.asks(value=1)).status_code == 404
    unknown = await margaret.client.post(
        "/me/rights-requests",
        json={"right": "rectification", "fact_id": margaret.fact, "value": 1},
        headers=margaret.town.resident(councils=["northmere"]),
    )
    assert unknown.status_code == 404
