"""What partners are told of life events: each its own, exactly what was decided, answered once, taken back, put right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.contracts.people import ProtectionMarked
from common.contracts.tellings import DeliveryEvent, DeliverySent, DeliverySuppressed, TellsPartner
from common.runtime.ids import new_id
from common.runtime.sealed import token_of
from common.testing.stream import publish, said

FACTS = {"full_name": "Albert Edwin Hartley", "home_address": "14 Weavers Row, Northmere ZZ99 1AB"}
DONE = {"effect": "record_closed", "effective_date": "2026-12-18"}


@dataclass
class Matter:
    """A telling of which fire and rescue are told, and what comes of it, as case-crm says it."""

    desk: Any
    person: UUID = field(default_factory=new_id)
    id: UUID = field(default_factory=new_id)
    begun: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(minutes=30))

    async def sent(
        self, facts: dict[str, Any] = FACTS, *, sends: str = "telling", after: int = 0, partner: str = "frs-nsfr"
    ) -> str:
        """A delivery that is on its way, so many minutes after the telling."""
        delivery = new_id()
        tells = TellsPartner(
            delivery_id=delivery,
            council="northmere",
            matter_id=self.id,
            title="Fire and rescue, home safety",
            basis="agreement",
            fact_kinds=list(facts),
            facts=facts,
            acknowledge_by=self.begun + timedelta(days=2),
            act_by=self.begun + timedelta(days=14),
        )
        event = DeliverySent(**self._beside(partner), sends=sends, status="sent", tells=tells)
        await self._say(event, delivery, 1, at=self.begun + timedelta(minutes=after))
        return str(delivery)

    async def suppressed(self, delivery: str) -> None:
        event = DeliverySuppressed(**self._beside("frs-nsfr"), status="suppressed", reason="told_in_error")
        await self._say(event, UUID(delivery), 2, at=datetime.now(UTC))

    async def protected(self) -> None:
        protection, today = new_id(), datetime.now(UTC).date()
        marked = ProtectionMarked(since=today, review_on=today + timedelta(days=90), visible_to=["northmere"])
        await publish(
            self.desk.town.nats, [said(marked, protection, 1, person_id=self.person)], speaker="customer-account"
        )
        await self.desk.town.heard(f"protection/{protection}@1")

    def _beside(self, partner: str) -> dict[str, Any]:
        return {"telling_id": self.id, "interest": "fire_safety", "council": "northmere", "recipient": partner}

    async def _say(self, event: DeliveryEvent, delivery: UUID, version: int, *, at: datetime) -> None:
        row = said(event, delivery, version, person_id=self.person, occurred=at)
        await publish(self.desk.town.nats, [row], speaker="case-crm")
        await self.desk.town.heard(f"delivery/{delivery}@{version}")

    async def shown(self, delivery: str, who: Any = None) -> Any:
        answer = await self.desk.get(f"/deliveries/{delivery}", who or self.desk.fire)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def answer(
        self, delivery: str, move: str, who: Any = None, *, version: int | None = None, **more: Any
    ) -> Any:
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        return await self.desk.post(
            f"/deliveries/{delivery}/moves", {"move": move, **more}, who or self.desk.fire, **headers
        )


@pytest.fixture
def matter(desk: Any) -> Matter:
    return Matter(desk)


async def test_a_partner_finds_exactly_what_it_is_told_and_it_lies_sealed(matter: Matter) -> None:
    delivery = await matter.sent()
    shown = await matter.shown(delivery)
    assert (shown["facts"], shown["fact_kinds"]) == (FACTS, [*FACTS])
    assert (shown["basis"], shown["status"], shown["next_moves"]) == ("agreement", "delivered", ["acknowledge", "fail"])
    assert str(matter.person) not in str(shown)
    [row] = await matter.desk.town.sql("partner-gateway", "SELECT facts FROM delivery WHERE id = $1", UUID(delivery))
    assert (token_of(row["facts"]) or "").startswith("v1.telling.")
    looks = "SELECT data->>'reason' AS why FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1"
    [look] = await matter.desk.town.sql("partner-gateway", looks, str(matter.person))
    assert look["why"] == "looked at what somebody told once"


async def test_another_partner_cannot_tell_that_it_exists(matter: Matter) -> None:
    delivery = await matter.sent()
    for answer in (
        await matter.desk.get(f"/deliveries/{delivery}", matter.desk.advice),
        await matter.answer(delivery, "acknowledge", matter.desk.advice),
    ):
        assert answer.status_code == 404, answer.text
    listed = (await matter.desk.get("/deliveries", matter.desk.advice)).json()["items"]
    assert delivery not in {each["delivery_id"] for each in listed}
    assert await names(matter, delivery) == ["recipient.told"]


async def test_its_own_are_listed_newest_first_page_by_page(matter: Matter) -> None:
    made = [await matter.sent(after=minute) for minute in (1, 2, 3)]
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = (await matter.desk.get("/deliveries", matter.desk.fire, limit=1, **cursor)).json()
        found += [each["delivery_id"] for each in page["items"] if each["matter_id"] == str(matter.id)]
        cursor = {"cursor": page["next"]}
    assert found == made[::-1]
    assert "Weavers" not in str(page)


async def names(matter: Matter, delivery: str) -> list[str]:
    return [row["name"] for row in await matter.desk.said(delivery, "recipient_answer")]


async def test_what_it_answers_is_said_once_however_often_it_is_sent(matter: Matter) -> None:
    delivery = await matter.sent()
    first = (await matter.answer(delivery, "acknowledge")).json()
    again = await matter.answer(delivery, "acknowledge")
    assert (again.status_code, again.json()["version"]) == (200, first["version"])
    assert (await matter.answer(delivery, "match", version=first["version"] + 7)).status_code == 412
    assert (await matter.answer(delivery, "match", version=first["version"])).json()["status"] == "matched"
    for _ in range(2):
        done = await matter.answer(delivery, "action", **DONE)
        assert (done.status_code, done.json()["status"]) == (200, "actioned"), done.text
    assert (done.json()["effect"], done.json()["next_moves"], done.json()["facts"]) == ("record_closed", [], None)
    said = (await matter.desk.said(delivery, "recipient_answer"))[1:]
    assert [row["data"]["move"] for row in said] == ["acknowledge", "match", "action"]


@pytest.mark.parametrize(
    ("before", "move", "more", "refused"),
    [
        ([], "action", DONE, (409, "/problems/delivery-cannot-go-there")),
        (["acknowledge", "not_held"], "match", {}, (409, "/problems/delivery-cannot-go-there")),
        (["acknowledge", "match"], "action", {"effect": "record_closed"}, (422, "/problems/effect-needed")),
        (["acknowledge"], "reject", {}, (422, "/problems/reason-needed")),
        (["acknowledge"], "other", {}, (409, "/problems/delivery-cannot-go-there")),
    ],
)
async def test_what_cannot_be_answered_as_it_stands_is_refused(
    matter: Matter, before: list[str], move: str, more: dict[str, Any], refused: tuple[int, str]
) -> None:
    delivery = await matter.sent()
    for each in before:
        assert (await matter.answer(delivery, each)).status_code == 200
    answer = await matter.answer(delivery, move, **more)
    assert (answer.status_code, answer.json()["type"]) == refused
    assert len(await names(matter, delivery)) == 1 + len(before)


async def test_what_was_told_in_error_is_shown_no_more_and_its_partner_says_that_it_knows(matter: Matter) -> None:
    delivery = await matter.sent()
    assert (await matter.answer(delivery, "acknowledge")).status_code == 200
    await matter.suppressed(delivery)
    told = await matter.shown(delivery)
    assert (told["status"], told["facts"], told["next_moves"]) == ("suppressed", None, [])
    [row] = await matter.desk.town.sql("partner-gateway", "SELECT facts FROM delivery WHERE id = $1", UUID(delivery))
    assert row["facts"] == {}
    retraction = await matter.sent({}, sends="retraction", after=5)
    shown = await matter.shown(retraction)
    assert (shown["sends"], shown["matter_id"], shown["facts"]) == ("retraction", told["matter_id"], {})
    known = (await matter.answer(retraction, "acknowledge")).json()
    assert (known["status"], known["next_moves"]) == ("acknowledged", [])


async def test_a_retraction_that_is_heard_first_takes_back_all_the_same(matter: Matter) -> None:
    await matter.sent({}, sends="retraction", after=5)
    assert (await matter.shown(await matter.sent()))["facts"] is None


async def test_a_correction_takes_the_place_of_what_was_told_and_of_nothing_else(matter: Matter) -> None:
    right = {"home_address": "16 Weavers Row, Northmere ZZ99 1AB"}
    correction = await matter.sent(right, sends="correction", after=5)
    first = await matter.shown(await matter.sent())
    assert (first["facts"], first["corrected"]) == ({"full_name": FACTS["full_name"]}, ["home_address"])
    corrects = await matter.shown(correction)
    assert (corrects["facts"], corrects["corrected"], corrects["matter_id"]) == (right, [], first["matter_id"])


async def test_of_somebody_who_is_protected_since_it_is_not_shown_where_they_are(matter: Matter) -> None:
    delivery = await matter.sent()
    await matter.protected()
    shown = await matter.shown(delivery)
    assert (shown["facts"], shown["restricted"]) == ({"full_name": FACTS["full_name"]}, ["home_address"])


async def test_a_partner_that_is_not_active_is_shown_nothing(matter: Matter) -> None:
    delivery = await matter.sent(partner="newcomers")
    await matter.desk.applied("newcomers", "The Newcomers")
    newcomers = matter.desk.partner("newcomers")
    for answer in (
        await matter.desk.get("/deliveries", newcomers),
        await matter.desk.get(f"/deliveries/{delivery}", newcomers),
        await matter.answer(delivery, "acknowledge", newcomers),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-an-active-partner")
    assert await names(matter, delivery) == []
