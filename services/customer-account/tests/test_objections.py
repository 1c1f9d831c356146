"""Objections by purpose: kept to at a word or decided by an officer, and taken back by whoever made them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.messages import MessageRequested
from common.contracts.people.limits import LimitConfirmed
from common.contracts.people.rights import HOLDERS
from common.embedded import Nats
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

Releases = Callable[..., Awaitable[tuple[str, str | None]]]
Registers = Callable[..., Awaitable[dict[str, Any]]]
DECIDES = [*PERMISSIONS["officer"].split(), "rights:decide"]


class Someone:
    """Somebody who objects to something."""

    def __init__(self, town: Platform, person: str) -> None:
        self.town, self.person = town, person
        self.client: httpx.AsyncClient = town["customer-account"].client
        self.me = town.resident(person, councils=["northmere"])
        self.officer = town.officer(permissions=DECIDES)

    async def tries(self, **said: Any) -> httpx.Response:
        return await self.client.post("/me/rights-requests", json={"right": "objection"} | said, headers=self.me)

    async def objects(self, purpose: str) -> dict[str, Any]:
        answer = await self.tries(purpose=purpose)
        assert answer.status_code == 201, answer.text
        request: dict[str, Any] = answer.json()
        return request

    async def decided(self, request_id: str, **decision: Any) -> httpx.Response:
        path = f"/rights-requests/{request_id}/decision"
        return await self.client.post(path, json={"granted": True} | decision, headers=self.officer)

    async def until(self, so: Callable[[dict[str, Any]], bool], request_id: str) -> dict[str, Any]:
        async def is_so() -> Any:
            found = (await self.client.get(f"/me/rights-requests/{request_id}", headers=self.me)).json()
            return found if so(found) else None

        found: dict[str, Any] = await self.town.until(is_so)
        return found

    async def kept_to(self, purpose: str, *, now: bool = True) -> None:
        async def so() -> bool:
            row = "SELECT until IS NULL AS now FROM onedoor.limited WHERE person_id = $1 AND purpose = $2"
            found = await self.town.sql("customer-account", row, UUID(self.person), purpose)
            return [each["now"] for each in found] == [now]

        await self.town.until(so)

    async def became_of_a_message(self, nats: Nats, **wanted: Any) -> str:
        asked = MessageRequested(template="request_received", values={"reference": "NBC-1234-5678"}, **wanted)
        row = said(asked, new_id(), 1, person_id=UUID(self.person))
        await publish(nats, [row], speaker="case-crm")

        async def became() -> Any:
            status = "SELECT because FROM message WHERE id = $1 AND status = 'suppressed'"
            return await self.town.sql("customer-account", status, row["aggregate_id"])

        [found] = await self.town.until(became)
        return str(found["because"])


@pytest.fixture
async def priya(town: Platform, register: Registers) -> Someone:
    return Someone(town, (await register(phone=None))["person_id"])


@pytest.mark.parametrize("purpose", ["contact_me", "service_review", "equality_analysis", "tell_us_once"])
async def test_some_are_kept_to_at_a_word(priya: Someone, nats: Nats, purpose: str) -> None:
    request = await priya.objects(purpose)
    assert (request["status"], request["holds"]) == ("under_way", True)
    await priya.kept_to(purpose)
    for service in sorted(set(HOLDERS) - {"customer-account"}):
        confirmed = LimitConfirmed(request_id=UUID(request["id"]), service=service)
        await publish(nats, [said(confirmed, new_id(), 1)], speaker=service)
    done = await priya.until(lambda found: found["status"] == "done", request["id"])
    assert (done["holds"], done["ended_at"]) == (True, None)


async def test_others_are_decided_by_an_officer_who_says_why_not(priya: Someone) -> None:
    request = await priya.objects("provide_service")
    assert (request["status"], request["holds"]) == ("received", False)
    short = await priya.decided(request["id"], granted=False, because="public_task")
    assert (short.status_code, short.json()["type"]) == (422, "/problems/say-why-not")
    because = {"because": "public_task", "explanation": "We cannot pay council tax support without it."}
    refused = (await priya.decided(request["id"], granted=False, **because)).json()
    assert (refused["status"], refused["holds"]) == ("refused", False)
    assert refused["explanation"] == because["explanation"]


async def test_whoever_wants_no_messages_gets_those_alone_that_the_law_requires(priya: Someone, nats: Nats) -> None:
    assert await priya.became_of_a_message(nats) == "no_way_to_reach"
    await priya.objects("contact_me")
    await priya.kept_to("contact_me")
    assert await priya.became_of_a_message(nats) == "not_wanted"
    assert await priya.became_of_a_message(nats, legally_required=True) == "no_way_to_reach"


async def test_what_is_objected_to_under_one_record_is_kept_to_under_the_other_while_they_are_joined(
    priya: Someone, register: Registers, nats: Nats
) -> None:
    other = Someone(priya.town, (await register(phone=None))["person_id"])
    await other.objects("contact_me")
    await other.kept_to("contact_me")
    merge = f"/persons/{priya.person}/merge"
    joined = await priya.client.post(merge, json={"into": other.person}, headers=priya.officer)
    assert joined.is_success, joined.text
    await priya.town.heard(joined)
    assert await priya.became_of_a_message(nats) == "not_wanted"
    await priya.town.heard(await priya.client.delete(merge, headers=priya.officer))
    assert await priya.became_of_a_message(nats) == "no_way_to_reach"


async def test_it_is_taken_back_by_who_made_it_and_by_nobody_else(
    priya: Someone, register: Registers, nats: Nats
) -> None:
    request = await priya.objects("contact_me")
    await priya.kept_to("contact_me")
    path = f"/me/rights-requests/{request['id']}/withdrawal"
    stranger = priya.town.resident((await register())["person_id"], councils=["northmere"])
    assert (await priya.client.post(path, headers=stranger)).status_code == 404
    back = (await priya.client.post(path, headers=priya.me)).json()
    assert (back["status"], back["holds"]) == ("withdrawn", False)
    await priya.kept_to("contact_me", now=False)
    assert await priya.became_of_a_message(nats) == "no_way_to_reach"
    again = await priya.client.post(path, headers=priya.me)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-to-decide")


async def test_what_was_agreed_before_is_shared_no_more_for_a_purpose_that_is_objected_to(
    priya: Someone, release: Releases
) -> None:
    assert await release(priya.person) == ("release.granted", None)
    request = await priya.objects("referral")
    assert (await priya.decided(request["id"])).status_code == 200
    await priya.kept_to("referral")
    assert (await release(priya.person, given=False))[0] == "release.refused"


@pytest.mark.parametrize("purpose", [None, "poetry", "other"])
async def test_what_we_use_nothing_for_cannot_be_objected_to(priya: Someone, purpose: str | None) -> None:
    answer = await priya.tries(purpose=purpose)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/say-for-what")


async def test_each_purpose_is_objected_to_once(priya: Someone) -> None:
    await priya.objects("contact_me")
    again = await priya.tries(purpose="contact_me")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/right-asked-already")
    await priya.objects("service_review")


async def test_an_officer_writes_about_somebody_who_objects_all_the_same(priya: Someone) -> None:
    await priya.objects("contact_me")
    await priya.kept_to("contact_me")
    share = {"council": "southholt", "wording": "May Southholt see what you told us?"}
    answer = await priya.client.post(f"/persons/{priya.person}/councils", json=share, headers=priya.officer)
    assert answer.is_success, answer.text
