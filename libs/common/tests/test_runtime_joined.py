"""Two records of one person are joined: what is not to be done with their data, and that it is held, is so under each id."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from common.contracts.base import Event
from common.contracts.people.holds import LegalHoldLifted, LegalHoldPlaced
from common.contracts.people.joining import PersonMerged, PersonUnmerged
from common.contracts.people.limits import ObjectionUpheld, PersonRestricted, PersonUnrestricted
from common.contracts.people.rights import ErasureRequested
from common.embedded import Nats
from common.runtime.holds import HELD
from common.runtime.ids import new_id
from common.runtime.limits import LIMITS_OF, RESTRICTED_AMONG
from common.runtime.store.database import on_behalf_of
from common.testing.killing import put_to_sleep
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from common.testing.toy.keeper.app import service as keeper
from common.testing.toy.speaker.app import service as speaker

NIGHT = "2026-11-22T02:00:00+00:00"  # an hour before things go
LONG_OVER = datetime(2019, 5, 1, tzinfo=UTC)
PLACED = LegalHoldPlaced(review_on=date(2027, 1, 1))
RESTRICTED = PersonRestricted(because="unlawful", visible_to=["northmere"])
PAPER = """
INSERT INTO paper (council, id, version, person_id, status, changed_at)
VALUES ('northmere', uuidv7(), 1, $1, 'closed', $2) RETURNING id
"""


class Records:
    """The ids that are of one person or not, and what is decided under each, as customer-account says it."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        self.versions: dict[tuple[str, UUID], int] = {}

    async def hear(self, event: Event, about: UUID, person: UUID) -> None:
        key = event.aggregate, about
        self.versions[key] = self.versions.get(key, 0) + 1
        row = said(event, about, self.versions[key], person_id=person)
        await publish(self.town.nats, [row], speaker="customer-account")
        await self.town.heard(f"{event.aggregate}/{about}@{self.versions[key]}")

    async def join(self, one: UUID, *, into: UUID) -> None:
        await self.hear(PersonMerged(into=into, because="same_person", visible_to=["northmere"]), one, one)

    async def part(self, one: UUID, *, out_of: UUID) -> None:
        await self.hear(PersonUnmerged(out_of=out_of, visible_to=["northmere"]), one, one)

    async def paper_of(self, person: UUID) -> UUID:
        [row] = await self.town.sql(keeper.name, PAPER, person, LONG_OVER)
        paper: UUID = row["id"]
        return paper

    async def until_left(self, *papers: UUID) -> None:
        async def left() -> bool:
            return {row["id"] for row in await self.town.sql(keeper.name, "SELECT id FROM paper")} == {*papers}

        await self.town.until(left, seconds=60)

    async def after_the_run(self) -> None:
        async def waits() -> bool:
            due = "SELECT 1 FROM onedoor.timer WHERE name = 'retention' AND due_at <= $1"
            return not await self.town.sql(keeper.name, due, self.town.clock.now())

        await self.town.until(waits, seconds=60)

    async def asked(self, role: str, person: UUID) -> tuple[int, bool, bool]:
        """As a role: how many limits there are of somebody, whether they are restricted, and held."""
        database, behalf = self.town[keeper.name].inner.database, on_behalf_of(council="northmere", persons=[person])
        limits = await database.read(role, behalf, LIMITS_OF.sql, [person])
        among = RESTRICTED_AMONG.arguments({"persons": [person, new_id()]})
        restricted = await database.read(role, behalf, RESTRICTED_AMONG.sql, among)
        assert [row["id"] for row in restricted] in ([], [person])
        held = await database.read(role, behalf, HELD.sql, HELD.arguments({"person_id": person})) if may(role) else []
        return len(limits), bool(restricted), bool(held)


def may(role: str) -> bool:
    """Whether a role asks who is held."""
    return role in {"hearer", "officer"}


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """It is an hour before things go by themselves."""
    async with platform(servers, nats, [keeper, speaker]) as running:
        running.at(NIGHT)
        soon = running.clock.now().replace(hour=3, minute=0, second=0)
        await running.sql(keeper.name, "UPDATE onedoor.timer SET due_at = $1 WHERE name = 'retention'", soon)
        yield running


@pytest.fixture
def records(town: Platform) -> Records:
    return Records(town)


async def test_what_is_known_of_one_id_is_known_of_all_that_are_the_same_persons_until_they_are_parted(
    records: Records,
) -> None:
    first, middle, last, request, stranger = (new_id() for _ in range(5))
    await records.hear(RESTRICTED, request, first)
    await records.hear(ObjectionUpheld(purpose="contact_me", visible_to=["northmere"]), new_id(), last)
    await records.hear(PLACED, new_id(), last)
    await records.join(first, into=middle)
    await records.join(middle, into=last)
    for role in ("hearer", "officer", "partner", "resident"):
        for each in (first, middle, last):
            assert await records.asked(role, each) == (2, True, may(role)), role
        assert await records.asked(role, stranger) == (0, False, False)
    await records.part(middle, out_of=last)
    assert [await records.asked("hearer", each) for each in (first, middle, last)] == [
        (1, True, False),
        (1, True, False),
        (1, False, True),
    ]
    await records.hear(PersonUnrestricted(visible_to=["northmere"]), request, first)
    assert await records.asked("hearer", middle) == (1, False, False)


@pytest.mark.parametrize("which", [0, 1])
async def test_nobody_else_writes_of_them_under_the_other_id(town: Platform, records: Records, which: int) -> None:
    ids, client = (new_id(), new_id()), town[speaker.name].client
    theirs = {**town.resident(ids[1 - which]), "Onedoor-Council": "northmere"}
    tally = (await client.post("/tallies", json={"amount": 1}, headers=theirs)).json()["id"]
    limit = "INSERT INTO onedoor.limited (request_id, person_id, since) VALUES (uuidv7(), $1, now())"
    await town.sql(speaker.name, limit, ids[which])

    async def adds(who: dict[str, str]) -> Any:
        answer = await client.post(f"/tallies/{tally}/additions", json={"amount": 1}, headers=who)
        return answer.json().get("type") or answer.status_code

    assert await adds(town.officer()) == 200
    await records.join(ids[0], into=ids[1])
    assert await adds(town.officer()) == "/problems/processing-restricted"
    assert await adds(theirs) == 200
    await records.part(ids[0], out_of=ids[1])
    assert await adds(town.officer()) == 200


@pytest.mark.parametrize("which", [0, 1])
async def test_held_under_one_id_what_is_kept_under_the_other_stays_too(
    town: Platform, records: Records, which: int
) -> None:
    ids, hold = (new_id(), new_id()), new_id()
    theirs = [await records.paper_of(each) for each in ids]
    other = await records.paper_of(new_id())
    await records.hear(PLACED, hold, ids[which])
    await records.join(ids[0], into=ids[1])
    await records.until_left(*theirs, other)
    town.step(hours=2)
    await records.until_left(*theirs)
    await records.after_the_run()
    await records.part(ids[0], out_of=ids[1])
    town.step(days=1)
    await records.until_left(theirs[which])
    await records.after_the_run()
    await records.hear(LegalHoldLifted(), hold, ids[which])
    town.step(days=1)
    await records.until_left()


async def test_nothing_goes_before_all_is_heard_that_was_said_of_joined_records(
    town: Platform, records: Records
) -> None:
    one, held = new_id(), new_id()
    theirs = await records.paper_of(one)
    other = await records.paper_of(new_id())
    await records.hear(PLACED, new_id(), held)
    put_to_sleep(town[keeper.name], "hearing keep_who_is_the_same")
    joined = said(PersonMerged(into=held, because="same_person", visible_to=[]), one, 1, person_id=one)
    await publish(town.nats, [joined], speaker="customer-account")
    town.step(hours=2)
    await asyncio.sleep(3)  # several looks for what is due
    await records.until_left(theirs, other)
    town[keeper.name].inner.parts.restart("hearing keep_who_is_the_same")
    await records.until_left(theirs)


FOR_NOW = "The law has us keep it for now."


async def test_erased_while_held_under_another_id_they_keep_everything(town: Platform, records: Records) -> None:
    one, other, request, hold = new_id(), new_id(), new_id(), new_id()
    theirs = await records.paper_of(one)
    await records.hear(PLACED, hold, other)
    await records.join(one, into=other)

    async def erased(round_: int) -> list[int]:
        """How many records are kept, and whether a legal matter keeps them."""
        await records.hear(ErasureRequested(round=round_, persons=[one]), request, one)
        answer = "SELECT data FROM onedoor.said WHERE name = 'erasure.confirmed' AND (data->>'round')::int = $1"

        async def answered() -> Any:
            return await town.sql(keeper.name, answer, round_)

        [row] = await town.until(answered, seconds=30)
        return sorted(each["records"] for each in row["data"]["kept"] if each["because"] == FOR_NOW)

    assert await erased(1) == [1, 1]  # the paper, and which record theirs was joined with
    await records.until_left(theirs)
    await records.hear(LegalHoldLifted(), hold, other)
    assert await erased(2) == []
    await records.until_left()


async def test_the_table_of_joined_records_is_planned_as_the_small_one_it_is(town: Platform) -> None:
    looked_at = "SELECT reltuples FROM pg_class WHERE oid = 'public.also_known_as'::regclass"
    assert [row["reltuples"] >= 0 for row in await town.sql(keeper.name, looked_at)] == [True]
