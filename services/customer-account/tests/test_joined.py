"""Two records of one person are joined: under the one that is gone on with they read and settle what is kept under either."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.partners.withdrawals import WithdrawalAcknowledged
from common.contracts.people.releases import CapturedWithIt, ReleaseRequested
from common.embedded import Nats
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

Registers = Callable[..., Awaitable[dict[str, Any]]]
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write", "persons:merge"]


class Two:
    """The record that is joined with another, and that other."""

    def __init__(self, town: Platform, a: str, b: str) -> None:
        self.town, self.client, self.a, self.b = town, town["customer-account"].client, a, b
        self.cleared = town.officer(permissions=CLEARED)

    async def join(self, one: str = "", into: str = "") -> None:
        path, body = f"/persons/{one or self.a}/merge", {"into": into or self.b}
        await self._heard(await self.client.post(path, json=body, headers=self.cleared))

    async def part(self) -> None:
        await self._heard(await self.client.delete(f"/persons/{self.a}/merge", headers=self.cleared))

    async def protect(self, person: str) -> None:
        in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
        mark = {"reason": "stalking", "review_on": in_spring, "asked_by": "person"}
        await self._heard(await self.client.post(f"/persons/{person}/protections", json=mark, headers=self.cleared))

    async def _heard(self, answer: httpx.Response) -> None:
        assert answer.is_success, answer.text
        await self.town.heard(answer)

    async def mine(self, path: str, whose: str) -> Any:
        answer = await self.client.get(path, headers=self.town.resident(whose))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def record(self, person: str, **officer: Any) -> httpx.Response:
        return await self.client.get(f"/persons/{person}", headers=officer or self.town.officer())


@pytest.fixture
async def two(town: Platform, register: Registers) -> Two:
    return Two(town, *[str((await register())["person_id"]) for _ in range(2)])


async def test_an_officer_who_opens_the_first_is_led_to_the_other(two: Two) -> None:
    await two.join()
    assert [(await two.record(each)).json()["leads_to"] for each in (two.a, two.b)] == [two.b, None]
    await two.part()
    assert (await two.record(two.a)).json()["leads_to"] is None


async def test_they_read_what_happened_and_who_looked_under_either_until_they_are_parted(two: Two) -> None:
    await two.record(two.a)  # a look at the first

    async def read(whose: str) -> tuple[int, int]:
        happened, looked = [await two.mine(f"/me/{each}", whose) for each in ("timeline", "access-entries")]
        registered = [entry for entry in happened["items"] if entry["event"] == "person.registered"]
        return len(registered), len([entry for entry in looked["items"] if entry["reason"].startswith("looked at")])

    async def looked() -> bool:
        return (await read(two.a))[1] == 1

    await two.town.until(looked)
    assert await read(two.b) == (1, 0)
    await two.join()
    assert (await read(two.b), await read(two.a)) == ((2, 1), (1, 1))
    times = [entry["at"] for entry in (await two.mine("/me/timeline", two.b))["items"]]
    assert times == sorted(times, reverse=True)
    await two.part()
    assert await read(two.b) == (1, 0)


async def test_they_ask_about_a_look_of_before(two: Two) -> None:
    await two.record(two.a)
    await two.join()

    async def entry() -> Any:
        items = (await two.mine("/me/access-entries", two.b))["items"]
        return next((each for each in items if each["reason"] == "looked at a person's record"), None)

    path = f"/me/access-entries/{(await two.town.until(entry))['entry_id']}/questions"
    asked = await two.client.post(path, json={"text": "Why?"}, headers=two.town.resident(two.b))
    assert asked.status_code == 201, asked.text
    assert (await entry())["question"]["text"] == "Why?"
    rows = await two.town.sql("customer-account", "SELECT person_id FROM access_question WHERE text = 'Why?'")
    assert [str(row["person_id"]) for row in rows] == [two.a]


# -- consents


def _release(**consent: Any) -> ReleaseRequested:
    told = {"purpose": "referral", "recipient": "southholt", "field_groups": ["money"]}
    with_it = {"consent_id": new_id(), "wording_version": "1", "given_via": "phone", "given_at": datetime.now(UTC)}
    captured = CapturedWithIt(**told | with_it | consent) if consent.pop("captured", True) else None
    return ReleaseRequested(**told, subject="referral", subject_id=new_id(), consent=captured)


async def _asked(two: Two, person: str, asks: ReleaseRequested) -> tuple[str, str]:
    """What a release that is asked for is answered with, and of whose consents that is said."""
    release = new_id()
    row = said(asks, release, 1, person_id=UUID(person))
    await publish(two.town.nats, [row], speaker="partner-gateway")
    await two.town.heard(f"release/{release}@1")
    sql = "SELECT name, aggregate_id FROM onedoor.said WHERE aggregate = 'consents' AND data->>'subject_id' = $1"
    [answer] = await two.town.sql("customer-account", sql, str(asks.subject_id))
    return answer["name"], str(answer["aggregate_id"])


async def test_they_take_back_what_they_agreed_to_under_the_first_and_read_that_it_was_stopped(two: Two) -> None:
    asks = _release()
    assert await _asked(two, two.a, asks) == ("release.granted", two.a)
    assert asks.consent
    consent, path = asks.consent.consent_id, f"/me/consents/{asks.consent.consent_id}/withdrawal"
    headers = two.town.resident(two.b)
    assert (await two.client.post(path, json={"channel": "online"}, headers=headers)).status_code == 404
    await two.join()
    shown = await two.mine("/me/consents", two.b)
    assert [each["consent_id"] for each in shown["items"]] == [str(consent)]
    stale = headers | {"If-Match": f'"{shown["version"] - 1}"'}
    assert (await two.client.post(path, json={"channel": "online"}, headers=stale)).status_code == 412
    right = headers | {"If-Match": f'"{shown["version"]}"'}
    withdrawn = await two.client.post(path, json={"channel": "online"}, headers=right)
    assert withdrawn.status_code == 200, withdrawn.text
    assert [each["state"] for each in withdrawn.json()["items"]] == ["withdrawn"]
    stopped = said(WithdrawalAcknowledged(consent_id=consent, recipient="southholt"), consent, 1, person_id=UUID(two.a))
    await publish(two.town.nats, [stopped], speaker="partner-gateway")
    await two.town.heard(f"withdrawal/{consent}@1")
    [kept] = (await two.mine("/me/consents", two.b))["items"]
    assert kept["confirmed_at"] is not None
    await two.part()
    assert (await two.mine("/me/consents", two.b))["items"] == []
    assert [each["state"] for each in (await two.mine("/me/consents", two.a))["items"]] == ["withdrawn"]


async def test_what_is_asked_of_the_first_is_decided_by_the_last_word_of_the_other(two: Two) -> None:
    await two.join()
    refuses = {"purpose": "referral", "recipient": "southholt", "field_groups": ["money"], "answer": "refused"}
    words = {"wording_version": "1", "channel": "online"}
    no = await two.client.post("/me/consents", json=refuses | words, headers=two.town.resident(two.b))
    assert no.status_code == 201, no.text
    assert await _asked(two, two.a, _release(captured=False)) == ("release.refused", two.b)
    assert await _asked(two, two.a, _release()) == ("release.granted", two.b)
    await two.part()
    assert await _asked(two, two.a, _release(captured=False)) == ("release.refused", two.a)


async def test_of_whoever_is_protected_under_one_id_no_word_of_before_counts_under_the_other(two: Two) -> None:
    before = datetime.now(UTC) - timedelta(hours=1)
    await two.join()
    await two.protect(two.a)
    assert (await _asked(two, two.b, _release(given_at=before)))[0] == "release.refused"


# -- protection


@pytest.mark.parametrize("which", [0, 1])
async def test_whoever_is_protected_under_one_id_is_under_the_other_once_joined_and_stays_so(
    two: Two, which: int
) -> None:
    ids = (two.a, two.b)
    await two.protect(ids[which])
    assert (await two.record(ids[1 - which])).status_code == 200
    await two.join()
    assert [(await two.record(each)).status_code for each in ids] == [403, 403]
    await two.part()
    assert [(await two.record(each)).status_code for each in ids] == [403, 403]
    rows = "SELECT reason FROM protection WHERE person_id::text = ANY($1) AND lifted_at IS NULL"
    assert [row["reason"] for row in await two.town.sql("customer-account", rows, [*ids])] == ["stalking"] * 2


async def test_whoever_is_protected_later_is_under_every_id_that_leads_to_them(two: Two, register: Registers) -> None:
    c = str((await register())["person_id"])
    await two.join()
    await two.join(two.b, into=c)
    await two.protect(two.b)

    async def hidden() -> bool:
        return [(await two.record(each)).status_code for each in (two.a, two.b, c)] == [403, 403, 403]

    await two.town.until(hidden)


async def test_that_another_subscriber_is_late_leaves_nobody_unprotected(two: Two) -> None:
    await two.join()
    await two.town.sql(
        "customer-account", "DELETE FROM also_known_as WHERE alias::text = $1", two.a
    )  # it has not heard yet
    await two.protect(two.b)
    assert [(await two.record(each)).status_code for each in (two.a, two.b)] == [403, 403]


# -- a login of which nothing was known


async def test_what_a_login_that_claims_an_account_did_elsewhere_is_said_to_be_the_persons(
    town: Platform, nats: Nats, register: Registers
) -> None:
    person = str((await register(date_of_birth="1995-04-11"))["person_id"])
    path, client = f"/persons/{person}/account/claim-references", town["customer-account"].client
    given = (await client.post(path, json={}, headers=town.officer())).json()["reference"]
    login = new_id()
    claim = {"reference": given, "date_of_birth": "1995-04-11"}
    await town.heard(await client.post("/me/claims", json=claim, headers=town.resident(login)))
    rows = (
        "SELECT name, version, data->>'into' AS into FROM onedoor.said WHERE aggregate = 'person' AND aggregate_id = $1"
    )
    found = [tuple(row) for row in await town.sql("customer-account", rows, login)]
    assert found == [("person.merged", 1, person)]
