"""Messages to somebody who has several ids: whichever one is asked for, they are written to as the person they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.messages import MessageRequested
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

Registers = Callable[..., Awaitable[dict[str, Any]]]
HERE = "customer-account"
OFFICER = [*PERMISSIONS["officer"].split(), "persons:merge", "protection:read", "protection:write"]
MONDAY = "2027-03-01T09:29:00+00:00"
FROM_TEN = [{"days": ["mon"], "from": "10:00", "to": "17:00"}]
WILL = {"kind": "will", "reference": "TUO-7K4M-22Q"}


class Two:
    """Two records of one person, made by officers who did not know that."""

    def __init__(self, town: Platform, a: str, b: str) -> None:
        self.town, self.client, self.a, self.b = town, town[HERE].client, a, b
        self.officer = town.officer(permissions=OFFICER)

    async def asks(self, method: str, path: str, body: Any = None, **who: str) -> Any:
        answer: httpx.Response = await self.client.request(method, path, json=body, headers=who or self.officer)
        assert answer.is_success, answer.text
        await self.town.heard(answer)
        return answer.json()

    async def join(self) -> None:
        await self.asks("POST", f"/persons/{self.a}/merge", {"into": self.b})

    async def part(self) -> None:
        await self.asks("DELETE", f"/persons/{self.a}/merge")

    async def dies(self) -> None:
        await self.asks("POST", f"/persons/{self.b}/death", {"evidence": "certificate_seen"})

    async def reached(self, person: str, value: str, **more: Any) -> None:
        await self.asks("POST", f"/persons/{person}/contact-points", {"kind": "mobile", "value": value, **more})

    async def wanted(self, person: str) -> UUID:
        """Another service asks that they be written to."""
        request = MessageRequested(template="request_received", values={"reference": "NBC-00042-7"})
        message_id = new_id()
        await publish(self.town.nats, [said(request, message_id, 1, person_id=UUID(person))], speaker="case-crm")
        return message_id

    async def message(self, message_id: UUID, **has: Any) -> dict[str, Any]:
        """A message, once it is so."""
        return await self._row("id = $1", message_id, **has)

    async def told_instead(self, by: str) -> dict[str, Any]:
        """What went to whoever acts for them."""
        return await self._row("person_id = $1 AND on_behalf_of IS NOT NULL", UUID(by), status="sent")

    async def left(self, message_id: UUID) -> list[list[str]]:
        """To which numbers and addresses it left."""
        admin = self.town.bearer("administrator", "admin", ["northmere"])
        items = (await self.client.get("/outbox", headers=admin)).json()["items"]
        return [each["to"] for each in items if each["reference"].startswith(str(message_id))]

    async def acting(self) -> dict[str, str]:
        """Who acts under the first, and how that stands."""
        shown = await self.town.get(HERE, f"/persons/{self.a}/representations", self.officer)
        return {each["kind"]: each["state"] for each in shown["acting_for_them"]}

    async def _row(self, where: str, *arguments: Any, **has: Any) -> dict[str, Any]:
        async def there() -> Any:
            rows = await self.town.sql(HERE, f"SELECT * FROM message WHERE {where}", *arguments)
            return next((dict(row) for row in rows if dict(row).items() >= has.items()), None)

        found: dict[str, Any] = await self.town.until(there)
        return found


@pytest.fixture
async def two(town: Platform, register: Registers) -> Two:
    return Two(town, *[str((await register(phone=None))["person_id"]) for _ in range(2)])


async def test_what_waits_under_the_first_is_withdrawn_when_the_other_is_held_to_have_died(two: Two) -> None:
    two.town.at(MONDAY)
    await two.reached(two.a, "07700 900501", safe_hours=FROM_TEN)
    waiting = await two.wanted(two.a)
    await two.message(waiting, status="queued", channel="text")
    await two.join()
    await two.dies()
    await two.message(waiting, status="suppressed", because="deceased")
    await two.message(await two.wanted(two.a), status="suppressed", because="deceased")


async def test_what_is_asked_for_the_first_goes_as_the_other_is_reached_and_wants_it(two: Two) -> None:
    await two.reached(two.a, "07700 900502")
    await two.reached(two.b, "07700 900503")
    await two.join()
    asked = await two.wanted(two.a)
    await two.message(asked, status="sent")
    assert await two.left(asked) == [["+447700900503"]]
    off = [{"kind": "request_updates", "channel": each, "wanted": False} for each in ("text", "email")]
    await two.asks("PUT", f"/persons/{two.b}/preferences", {"messages": off})
    await two.message(await two.wanted(two.a), status="suppressed", because="not_wanted")
    await two.part()
    asked = await two.wanted(two.a)
    await two.message(asked, status="sent")
    assert await two.left(asked) == [["+447700900502"]]


async def test_where_only_the_first_is_reached_they_are_reached_so_in_its_hours_and_language(two: Two) -> None:
    two.town.at(MONDAY)
    await two.reached(two.a, "07700 900504", safe_hours=FROM_TEN)
    await two.asks("PUT", f"/persons/{two.a}/preferences", {"language": "pl"})
    await two.join()
    asked = await two.wanted(two.b)
    await two.message(asked, status="queued", channel="text")
    two.town.step(minutes=32)
    assert (await two.message(asked, status="sent"))["language"] == "pl"
    assert await two.left(asked) == [["+447700900504"]]


async def test_what_they_objected_to_under_the_first_is_objected_to_under_the_other(two: Two) -> None:
    await two.reached(two.b, "07700 900505")
    await two.asks(
        "POST",
        "/me/rights-requests",
        {"right": "objection", "purpose": "contact_me"},
        **two.town.resident(two.a, councils=["northmere"]),
    )

    async def kept_to() -> Any:
        return await two.town.sql(HERE, "SELECT FROM onedoor.limited WHERE person_id = $1", UUID(two.a))

    await two.town.until(kept_to)
    await two.join()
    await two.message(await two.wanted(two.b), status="suppressed", because="not_wanted")


async def test_a_login_that_claimed_a_record_is_written_to_as_its_person_is_reached(
    town: Platform, register: Registers
) -> None:
    person = str((await register(phone="07700 900506", date_of_birth="1995-04-11"))["person_id"])
    login = Two(town, str(new_id()), person)
    given = await login.asks("POST", f"/persons/{person}/account/claim-references", {})
    claim = {"reference": given["reference"], "date_of_birth": "1995-04-11"}
    await login.asks("POST", "/me/claims", claim, **town.resident(login.a))
    asked = await login.wanted(login.a)
    await login.message(asked, status="sent")
    assert await login.left(asked) == [["+447700900506"]]


async def test_who_acts_under_the_first_after_a_death_is_written_to_until_they_are_parted(
    two: Two, register: Registers
) -> None:
    joanne, simon = [str((await register())["person_id"]) for _ in range(2)]
    for who, kind, seen in ((joanne, "executor", WILL), (simon, "attorney", WILL | {"kind": "lasting_power"})):
        body = {"representative_id": who, "kind": kind, "evidence": seen}
        await two.asks("POST", f"/persons/{two.a}/representations", body)
    await two.join()
    await two.dies()
    await two.message(await two.wanted(two.b), status="suppressed", because="deceased")
    assert (await two.told_instead(joanne))["text"].startswith("This is about somebody you act for.")
    assert await two.acting() == {"executor": "current", "attorney": "ended"}
    await two.part()
    assert await two.acting() == {"executor": "not_begun", "attorney": "ended"}
    again = await two.wanted(two.b)
    await two.message(again, status="suppressed", because="deceased")
    told = "SELECT count(*) AS n FROM message WHERE person_id = $1"
    assert [row["n"] for row in await two.town.sql(HERE, told, UUID(joanne))] == [1]
