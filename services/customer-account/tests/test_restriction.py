"""Data that is kept and not used: granted on a ground, known to every service, binding on officers, lifted after notice."""

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
OTHERS = sorted(set(HOLDERS) - {"customer-account"})
DECIDES = [*PERMISSIONS["officer"].split(), "rights:decide", "duplicates:decide"]
SHARE = {"council": "southholt", "wording": "May Southholt see what you told us?"}
CLOSED = (409, "/problems/processing-restricted")


class Someone:
    """Somebody who asks us not to use what we know of them."""

    def __init__(self, town: Platform, person: str) -> None:
        self.town, self.person = town, person
        self.client: httpx.AsyncClient = town["customer-account"].client
        self.me = town.resident(person, councils=["northmere"])
        self.officer = town.officer(permissions=DECIDES)

    async def asks(self, right: str, **said: Any) -> dict[str, Any]:
        answer = await self.client.post("/me/rights-requests", json={"right": right} | said, headers=self.me)
        assert answer.status_code == 201, answer.text
        request: dict[str, Any] = answer.json()
        return request

    async def decided(self, request_id: str, **decision: Any) -> httpx.Response:
        path = f"/rights-requests/{request_id}/decision"
        return await self.client.post(path, json={"granted": True} | decision, headers=self.officer)

    async def restricted(self) -> str:
        """Restricted, and known to be; gives the request."""
        request_id: str = (await self.asks("restriction"))["id"]
        answer = await self.decided(request_id, because="accuracy_contested")
        assert answer.status_code == 200, answer.text
        await self.until(lambda found: _answered(found, "customer-account"), request_id)
        return request_id

    async def request(self, request_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/me/rights-requests/{request_id}", headers=self.me)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def until(self, so: Callable[[dict[str, Any]], bool], request_id: str) -> dict[str, Any]:
        async def is_so() -> Any:
            found = await self.request(request_id)
            return found if so(found) else None

        found: dict[str, Any] = await self.town.until(is_so)
        return found

    async def known_to_be(self, *, restricted: bool) -> None:
        async def so() -> bool:
            row = "SELECT until IS NULL AS now FROM onedoor.limited WHERE person_id = $1 AND purpose IS NULL"
            found = await self.town.sql("customer-account", row, UUID(self.person))
            return [each["now"] for each in found] == [restricted]

        await self.town.until(so)

    async def does(self, method: str, path: str, body: Any) -> httpx.Response:
        return await self.client.request(method, f"/persons/{self.person}{path}", json=body, headers=self.officer)

    async def asked_for(self, nats: Nats, **wanted: Any) -> str:
        """A service asks that they are written to. Gives why they were not, or nothing yet."""
        asked = MessageRequested(template="request_received", values={"reference": "NBC-1234-5678"}, **wanted)
        row = said(asked, new_id(), 1, person_id=UUID(self.person))
        await publish(self.town.nats, [row], speaker="case-crm")

        async def became() -> Any:
            status = "SELECT status, because FROM message WHERE id = $1 AND status <> 'queued'"
            return await self.town.sql("customer-account", status, row["aggregate_id"])

        [found] = await self.town.until(became)
        return f"{found['status']} {found['because'] or ''}".strip()


def _answered(found: dict[str, Any], *by: str) -> bool:
    return {*by} <= {each["service"] for each in found["holders"] if each["answered_at"]}


async def confirm(nats: Nats, request_id: str) -> None:
    for service in OTHERS:
        confirmed = LimitConfirmed(request_id=UUID(request_id), service=service)
        await publish(nats, [said(confirmed, new_id(), 1)], speaker=service)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


@pytest.fixture
async def priya(town: Platform, register: Registers) -> Someone:
    return Someone(town, (await register())["person_id"])


async def test_it_is_granted_on_a_ground_of_the_law_and_holds_until_it_is_lifted(priya: Someone, nats: Nats) -> None:
    request_id = (await priya.asks("restriction"))["id"]
    assert problem(await priya.decided(request_id, because="we_like_to")) == (422, "/problems/say-on-what-ground")
    assert problem(await priya.decided(request_id)) == (422, "/problems/say-on-what-ground")
    granted = (await priya.decided(request_id, because="unlawful", explanation="We had no reason to ask.")).json()
    assert (granted["status"], granted["holds"], granted["because"]) == ("under_way", True, "unlawful")
    await confirm(nats, request_id)
    done = await priya.until(lambda found: found["status"] == "done", request_id)
    assert (done["holds"], done["ended_at"], done["explanation"]) == (True, None, "We had no reason to ask.")
    listed = await priya.client.get("/rights-requests", headers=priya.officer)
    assert request_id not in {each["id"] for each in listed.json()["items"]}
    again = await priya.client.post("/me/rights-requests", json={"right": "restriction"}, headers=priya.me)
    assert problem(again) == (409, "/problems/right-asked-already")


async def test_officers_may_not_use_it_and_may_keep_what_the_person_brings(priya: Someone) -> None:
    fact = {"kind": "household_size", "value": 4, "channel": "phone"}
    told = (await priya.does("POST", "/facts", fact)).json()
    await priya.restricted()
    assert problem(await priya.does("POST", "/councils", SHARE)) == CLOSED
    assert problem(await priya.does("DELETE", f"/facts/{told['id']}", None)) == CLOSED
    assert (await priya.does("POST", "/facts", fact | {"value": 5})).status_code == 200
    disputed = await priya.does("POST", f"/facts/{told['id']}/dispute", {"why": "It is another number"})
    assert disputed.status_code == 404  # it was told anew
    assert (await priya.does("GET", "/facts", None)).status_code == 200


async def test_nothing_of_what_was_refused_is_written_and_that_it_was_tried_is_an_entry(priya: Someone) -> None:
    await priya.restricted()
    curious = priya.town.officer(id="officer-who-tries", permissions=DECIDES)
    path = f"/persons/{priya.person}/councils"
    answer = await priya.client.post(path, json=SHARE, headers=curious | {"Idempotency-Key": "a-try"})
    assert problem(answer) == CLOSED
    again = await priya.client.post(path, json=SHARE, headers=curious | {"Idempotency-Key": "a-try"})
    assert problem(again) == CLOSED
    shared = "SELECT 1 FROM onedoor.said WHERE name = 'person.shared' AND person_id = $1"
    assert await priya.town.sql("customer-account", shared, UUID(priya.person)) == []

    async def noted() -> bool:
        entries = (await priya.client.get("/me/access-entries", headers=priya.me)).json()["items"]
        return "let another council see a person" in {each["reason"] for each in entries}

    await priya.town.until(noted)


async def test_the_person_sees_everything_and_tells_more(priya: Someone) -> None:
    await priya.restricted()
    fact = {"kind": "household_size", "value": 3, "channel": "online"}
    assert (await priya.client.post("/me/facts", json=fact, headers=priya.me)).status_code == 200
    items = (await priya.client.get("/me/facts", headers=priya.me)).json()["items"]
    assert "household_size" in {each["kind"] for each in items}
    entries = (await priya.client.get("/me/timeline", headers=priya.me)).json()["items"]
    assert "person.restricted" in {each["event"] for each in entries}


async def test_nothing_is_sent_but_what_the_law_requires(priya: Someone, nats: Nats) -> None:
    await priya.restricted()
    assert await priya.asked_for(nats) == "suppressed restricted"
    assert await priya.asked_for(nats, legally_required=True) != "suppressed restricted"


async def test_nothing_goes_to_a_partner_on_what_was_agreed_before(priya: Someone, release: Releases) -> None:
    assert await release(priya.person) == ("release.granted", None)
    await priya.restricted()
    assert await release(priya.person, given=False) == ("release.refused", "ask_again")
    assert await release(priya.person) == ("release.granted", None)  # they agreed since: the law lets that go


async def test_who_may_be_the_same_is_not_looked_for(town: Platform, register: Registers) -> None:
    same = {"full_name": "Aled Pryce", "date_of_birth": "1971-03-09", "phone": "07700 900881"}
    aled = Someone(town, (await register(**same))["person_id"])
    request_id = await aled.restricted()
    other = (await register(**same | {"phone": "07700 900882"}))["person_id"]
    third = (await register(**same | {"phone": "07700 900883"}))["person_id"]

    async def pairs() -> list[set[str]]:
        rows = await town.sql("customer-account", "SELECT one_person, other_person FROM possible_duplicate")
        return [{str(row["one_person"]), str(row["other_person"])} for row in rows]

    town.step(seconds=5)

    async def found() -> bool:
        return {other, third} in await pairs()

    await town.until(found)
    assert [pair for pair in await pairs() if aled.person in pair] == []
    await aled.client.post(f"/me/rights-requests/{request_id}/withdrawal", headers=aled.me)
    await aled.known_to_be(restricted=False)


async def test_it_is_lifted_a_week_after_the_person_was_told(town: Platform, priya: Someone, nats: Nats) -> None:
    request_id = await priya.restricted()
    lifting = {"because": "checked", "explanation": "The address was checked and is right."}
    path = f"/rights-requests/{request_id}/lifting"
    lifted = await priya.client.post(path, json=lifting, headers=priya.officer)
    assert lifted.status_code == 200, lifted.text
    told = await priya.request(request_id)
    assert (told["holds"], told["explanation"]) == (True, lifting["explanation"])
    wrote = "SELECT template, required FROM message WHERE person_id = $1"

    async def written() -> Any:
        return await town.sql("customer-account", wrote, UUID(priya.person))

    assert [tuple(row) for row in await town.until(written)] == [("restriction_ending", True)]
    again = await priya.client.post(path, json=lifting, headers=priya.officer)
    assert problem(again) == (409, "/problems/not-restricted")
    town.step(days=6)
    assert problem(await priya.does("POST", "/councils", SHARE)) == CLOSED
    town.step(days=2)
    over = await priya.until(lambda found: not found["holds"], request_id)
    assert over["ended_at"] is not None
    await priya.known_to_be(restricted=False)
    assert (await priya.does("POST", "/councils", SHARE)).is_success


async def test_under_the_record_that_was_joined_it_holds_under_the_other_as_long_as_it_is_joined(
    town: Platform, priya: Someone, register: Registers, release: Releases, nats: Nats
) -> None:
    online = Someone(town, (await register(channel="online"))["person_id"])
    assert await release(online.person) == ("release.granted", None)
    assert (await priya.does("POST", "/merge", {"into": online.person})).is_success
    asked = await priya.does("POST", "/rights-requests", {"right": "restriction", "channel": "phone"})
    request_id = asked.json()["id"]
    assert (await priya.decided(request_id, because="unlawful")).is_success
    await priya.known_to_be(restricted=True)
    assert problem(await online.does("POST", "/councils", SHARE)) == CLOSED
    assert await online.asked_for(nats) == "suppressed restricted"
    assert await release(online.person, given=False) == ("release.refused", "ask_again")
    assert (await online.request(request_id))["holds"]
    parted = await priya.does("DELETE", "/merge", None)
    assert parted.is_success, parted.text
    await town.heard(parted)
    assert (await online.does("POST", "/councils", SHARE)).is_success
    assert problem(await priya.does("POST", "/councils", SHARE)) == CLOSED


async def test_whoever_is_restricted_under_the_record_that_was_joined_takes_it_back_under_the_other(
    town: Platform, priya: Someone, register: Registers
) -> None:
    online, stranger = [Someone(town, (await register())["person_id"]) for _ in range(2)]
    assert (await priya.does("POST", "/merge", {"into": online.person})).is_success
    asked = await priya.does("POST", "/rights-requests", {"right": "restriction", "channel": "phone"})
    path = f"/me/rights-requests/{asked.json()['id']}"
    assert (await priya.decided(asked.json()["id"], because="unlawful")).is_success
    await priya.known_to_be(restricted=True)
    listed = (await online.client.get("/me/rights-requests", headers=online.me)).json()["items"]
    assert [each["id"] for each in listed] == [asked.json()["id"]]
    assert (await stranger.client.post(f"{path}/withdrawal", headers=stranger.me)).status_code == 404
    assert (await online.client.post(f"{path}/withdrawal", headers=online.me)).is_success
    await priya.known_to_be(restricted=False)
    assert (await online.does("POST", "/councils", SHARE)).is_success


async def test_what_is_over_stays_over_whoever_answers_later(town: Platform, priya: Someone, nats: Nats) -> None:
    request_id = await priya.restricted()  # nobody else has answered
    lifting = {"because": "checked", "explanation": "The address was checked and is right."}
    lifted = await priya.client.post(f"/rights-requests/{request_id}/lifting", json=lifting, headers=priya.officer)
    assert lifted.status_code == 200, lifted.text
    town.step(days=8)
    over = await priya.until(lambda found: not found["holds"], request_id)
    assert (over["status"], over["ended_at"] is not None) == ("done", True)
    for service in OTHERS:
        late = said(LimitConfirmed(request_id=UUID(request_id), service=service), new_id(), 1)
        await publish(nats, [late], speaker=service)
        await town.heard(f"{late['aggregate']}/{late['aggregate_id']}@1")
    found = await priya.request(request_id)
    assert (found["holds"], found["ended_at"]) == (False, over["ended_at"])
    assert (await priya.asks("restriction"))["status"] == "received"


async def test_whoever_asked_for_it_takes_it_back_at_once(priya: Someone) -> None:
    request_id = await priya.restricted()
    back = await priya.client.post(f"/me/rights-requests/{request_id}/withdrawal", headers=priya.me)
    assert (back.json()["status"], back.json()["holds"]) == ("withdrawn", False)
    await priya.known_to_be(restricted=False)
    assert (await priya.does("POST", "/councils", SHARE)).is_success


async def test_what_is_refused_restricts_nothing(priya: Someone) -> None:
    request_id = (await priya.asks("restriction"))["id"]
    refused = await priya.decided(request_id, granted=False, because="not_contested", explanation="It is right.")
    assert refused.json()["status"] == "refused"
    path = f"/rights-requests/{request_id}/lifting"
    lifting = {"because": "checked", "explanation": "It is right."}
    assert problem(await priya.client.post(path, json=lifting, headers=priya.officer)) == (
        409,
        "/problems/not-restricted",
    )
    assert (await priya.does("POST", "/councils", SHARE)).is_success


async def test_a_plain_officer_and_another_council_lift_nothing(priya: Someone) -> None:
    request_id = await priya.restricted()
    path = f"/rights-requests/{request_id}/lifting"
    lifting = {"because": "checked", "explanation": "It is right."}
    plain = await priya.client.post(path, json=lifting, headers=priya.town.officer(permissions=["persons:write"]))
    assert plain.status_code == 403
    elsewhere = priya.town.officer("southholt", permissions=DECIDES)
    assert (await priya.client.post(path, json=lifting, headers=elsewhere)).status_code == 404


async def test_what_is_asked_otherwise_is_answered_with_words(priya: Someone) -> None:
    request = await priya.asks("other", says="May I speak to somebody about my data?")
    assert request["says"] == "May I speak to somebody about my data?"
    assert problem(await priya.decided(request["id"])) == (422, "/problems/say-what-the-answer-is")
    answered = (await priya.decided(request["id"], explanation="Yes: call us any day.")).json()
    assert (answered["status"], answered["explanation"], answered["holders"]) == ("done", "Yes: call us any day.", [])
