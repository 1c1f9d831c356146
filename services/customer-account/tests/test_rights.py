"""What people ask us to do with their data: asked, noted, decided, taken back, and answered within a month."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from common.contracts.people.rights import (
    AskForRight,
    DecideRightsRequest,
    NotForThisRight,
    NotToDecide,
    Right,
    SayForWhat,
    SayWhyNot,
)
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from customer_account.domain import rights

from .conftest import Registers
from .test_told import told

MAY_DECIDE = ("persons:read", "persons:write", "rights:decide")
WHY = {"granted": False, "because": "public_task", "explanation": "We need it to run the service."}


def me(town: Platform, person: dict[str, Any]) -> dict[str, str]:
    return {**town.resident(person["person_id"]), "Onedoor-Council": "northmere"}


async def asked(client: httpx.AsyncClient, headers: dict[str, str], path: str = "/me", **body: Any) -> httpx.Response:
    return await client.post(f"{path}/rights-requests", json=body, headers=headers)


@pytest.mark.parametrize(
    ("day", "answered"),
    [
        (date(2026, 11, 22), date(2026, 12, 22)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2027, 8, 31), date(2027, 9, 30)),
    ],
)
def test_it_is_answered_within_a_month(day: date, answered: date) -> None:
    assert rights.due_on(day) == answered


@pytest.mark.parametrize("right", Right)
def test_what_the_law_knows_reasons_against_is_decided_by_an_officer(right: Right) -> None:
    decided = {Right.ERASURE, Right.RESTRICTION, Right.OBJECTION, Right.OTHER}
    more = {Right.OBJECTION: {"purpose": "provide_service"}, Right.RECTIFICATION: {"fact_id": new_id()}}
    asks = AskForRight(right=right, **more.get(right, {}))
    assert rights.begins_as(asks) == ("received" if right in decided else "under_way")


def test_an_objection_says_to_what_and_a_refusal_why() -> None:
    with pytest.raises(SayForWhat):
        rights.begins_as(AskForRight(right=Right.OBJECTION))
    for half in ({"because": "public_task"}, {"explanation": "We need it."}, {}):
        with pytest.raises(SayWhyNot):
            rights.check_decision(Right.ERASURE, "received", DecideRightsRequest(granted=False, **half))
    with pytest.raises(NotToDecide):
        rights.check_decision(Right.ERASURE, "refused", DecideRightsRequest(granted=True))


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize(
    ("said", "whose"),
    [
        ({"purpose": "referral"}, Right.OBJECTION),
        ({"fact_id": new_id()}, Right.RECTIFICATION),
        ({"value": 96}, Right.RECTIFICATION),
    ],
)
def test_what_belongs_to_one_right_is_taken_with_no_other(right: Right, said: dict[str, Any], whose: Right) -> None:
    if right is not whose:
        with pytest.raises(NotForThisRight):
            rights.begins_as(AskForRight(right=right, **said))


def test_its_reference_is_not_that_of_a_case() -> None:
    assert rights.reference_of("NBC-000001-1") == "NBC-R000001-1"


async def test_a_request_is_listed_for_its_person_and_for_officers_who_may_decide(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    officer = town.officer(permissions=MAY_DECIDE)
    mine = (await asked(client, me(town, person), right="restriction")).json()
    path = f"/persons/{person['person_id']}"
    noted = await asked(client, officer, path, right="objection", purpose="contact_me", channel="phone")
    assert noted.status_code == 201
    ids = [each["id"] for each in (await client.get("/me/rights-requests", headers=me(town, person))).json()["items"]]
    assert ids == [noted.json()["id"], mine["id"]]
    due = [each["id"] for each in (await client.get("/rights-requests", headers=officer)).json()["items"]]
    assert {*ids} <= {*due}
    elsewhere = town.officer("southholt", permissions=MAY_DECIDE)
    assert not {*ids} & {
        each["id"] for each in (await client.get("/rights-requests", headers=elsewhere)).json()["items"]
    }
    assert (await client.get(f"/rights-requests/{mine['id']}", headers=elsewhere)).status_code == 404
    assert (await client.get("/rights-requests", headers=town.officer())).status_code == 200
    without = town.officer(permissions=["persons:read"])
    assert (await client.get("/rights-requests", headers=without)).status_code == 403


async def test_what_is_refused_is_refused_with_a_reason_that_the_person_reads(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    officer = town.officer(permissions=MAY_DECIDE)
    request = (await asked(client, me(town, person), right="erasure")).json()
    path = f"/rights-requests/{request['id']}/decision"
    assert (await client.post(path, json={"granted": False}, headers=officer)).status_code == 422
    stale = {**officer, "If-Match": f'"{request["version"] + 1}"'}
    assert (await client.post(path, json=WHY, headers=stale)).status_code == 412
    refused = await client.post(path, json=WHY, headers=officer)
    assert refused.status_code == 200, refused.text
    shown = (await client.get(f"/me/rights-requests/{request['id']}", headers=me(town, person))).json()
    assert (shown["status"], shown["because"], shown["explanation"]) == ("refused", "public_task", WHY["explanation"])
    assert shown["ended_at"]
    assert (await client.post(path, json=WHY, headers=officer)).status_code == 409
    again = await asked(client, me(town, person), right="erasure")
    assert again.status_code == 201  # somebody may ask once more


async def test_what_nobody_has_decided_can_be_taken_back_by_its_person_alone(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person, other = await register(), await register()
    request = (await asked(client, me(town, person), right="other")).json()
    path = f"/me/rights-requests/{request['id']}/withdrawal"
    assert (await client.post(path, headers=me(town, other))).status_code == 404
    assert (await client.post(path, headers=me(town, person))).json()["status"] == "withdrawn"
    assert (await client.post(path, headers=me(town, person))).status_code == 409


@pytest.fixture
async def unseen(town: Platform, client: httpx.AsyncClient) -> dict[str, Any]:
    """Somebody who signed in, and whom no council sees yet."""
    person = new_id()
    fact = {"kind": "known_as", "value": "Zeb", "channel": "online"}
    told = await client.post("/me/facts", json=fact, headers=town.resident(person))
    assert told.status_code == 200, told.text
    [row] = await town.sql("customer-account", "SELECT visible_to FROM person WHERE id = $1", person)
    assert row["visible_to"] == []
    return {"person_id": str(person)}


async def due_in(town: Platform, client: httpx.AsyncClient, council: str, **page: Any) -> list[str]:
    officer = town.officer(council, permissions=MAY_DECIDE)
    found = (await client.get("/rights-requests", params=page, headers=officer)).json()
    following = await due_in(town, client, council, **page | {"cursor": found["next"]}) if found["next"] else []
    return [*(each["id"] for each in found["items"]), *following]


async def test_what_is_due_first_is_on_the_first_page_and_nothing_on_none(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    ids = [(await asked(client, me(town, person), right=right)).json()["id"] for right in ("other", "erasure")]
    town.step(days=3)
    ids.append((await asked(client, me(town, person), right="restriction")).json()["id"])
    assert [each for each in await due_in(town, client, "northmere", limit=1) if each in ids] == ids


async def test_whom_no_council_sees_is_answered_by_the_one_they_asked(
    town: Platform, client: httpx.AsyncClient, unseen: dict[str, Any]
) -> None:
    request = (await asked(client, me(town, unseen), right="erasure")).json()
    assert request["id"] in await due_in(town, client, "northmere")
    assert request["id"] not in await due_in(town, client, "southholt")
    path, officer = f"/rights-requests/{request['id']}/decision", town.officer(permissions=MAY_DECIDE)
    granted = await client.post(path, json={"granted": True}, headers=officer)
    assert (granted.status_code, granted.json()["status"]) == (200, "under_way")

    async def begun() -> bool:
        said = "SELECT 1 FROM onedoor.said WHERE name = 'erasure.requested' AND aggregate_id = $1"
        return bool(await town.sql("customer-account", said, request["id"]))

    await town.until(begun)


async def test_whoever_comes_to_see_a_person_decides_what_they_asked_before(
    town: Platform, client: httpx.AsyncClient, nats: Nats, unseen: dict[str, Any], register: Registers
) -> None:
    known = await register()
    asks = [(await asked(client, me(town, each), right="other")).json()["id"] for each in (unseen, known)]
    for person in (unseen, known):
        await told(town, nats, person["person_id"], council="southholt")

    async def seen() -> bool:
        return {*asks} <= {*await due_in(town, client, "southholt")}

    await town.until(seen)
    assert {*asks} & {*await due_in(town, client, "northmere")} == {asks[1]}


async def test_a_login_that_leads_to_another_record_by_now_is_not_erased_alone(
    town: Platform, client: httpx.AsyncClient, unseen: dict[str, Any], register: Registers
) -> None:
    request = (await asked(client, me(town, unseen), right="erasure")).json()
    claimed = "UPDATE account SET merged_into = $1, status = 'merged' WHERE id = $2"
    await town.sql("customer-account", claimed, (await register())["person_id"], unseen["person_id"])
    path, officer = f"/rights-requests/{request['id']}/decision", town.officer(permissions=MAY_DECIDE)
    assert (await client.post(path, json={"granted": True}, headers=officer)).status_code == 200

    async def refused() -> bool:
        shown = (await client.get(f"/rights-requests/{request['id']}", headers=officer)).json()
        return (shown["status"], shown["because"]) == ("refused", "not_now")

    await town.until(refused)


async def test_nothing_is_noted_for_somebody_whom_nobody_knows_nor_by_another_council(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    told = {"right": "access", "channel": "phone"}
    assert (await asked(client, town.officer(), f"/persons/{new_id()}", **told)).status_code == 404
    assert (
        await asked(client, town.officer("southholt"), f"/persons/{person['person_id']}", **told)
    ).status_code == 404
    assert (await asked(client, {**town.resident(), "Onedoor-Council": "northmere"}, right="access")).status_code == 404


async def test_of_two_that_ask_for_the_same_at_one_moment_one_is_at_it(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    answers = await asyncio.gather(*(asked(client, me(town, person), right="access") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {
        "/problems/right-asked-already"
    }
