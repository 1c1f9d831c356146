"""Hearing: every event once and in order, whatever is late, doubled, failing or poisonous; two replicas on one database."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from uuid import UUID

import asyncpg
import pytest
from common.embedded import Nats
from common.runtime.envelope import Heard, to_headers
from common.runtime.hearing.hearing import Hearing
from common.runtime.hearing.marks import Key, lock_number
from common.runtime.hearing.message import Message
from common.runtime.ids import new_id
from common.runtime.serving.waiting import PATIENCE
from common.runtime.store.writer import Conflict
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers
from common.testing.stream import Row, forget_all, publish, publish_raw, said, shuffled_within
from common.testing.toy.contracts import TallyAdded, TallyStarted
from common.testing.toy.hearer import subscribers
from common.testing.toy.hearer.app import service as hearer

CONSUMER = "toy-hearer-keep-copies"


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """Two replicas of the hearer on one database and one durable consumer."""
    async with platform(servers, nats, [hearer]) as running, serving(hearer, running.told["toy-hearer"]):
        yield running
    await forget_all(nats)  # a repetition that nobody had taken yet would be parked in the next test's database


@pytest.fixture(autouse=True)
def no_mishaps() -> Iterator[None]:
    yield
    subscribers.mishaps.clear()


def story(length: int, *, person: UUID | None = None) -> list[Row]:
    """One tally that begins with 1 and has 1 added until it holds `length`."""
    tally = new_id()
    first = said(TallyStarted(amount=1), tally, 1, person_id=person)
    return [first, *(said(TallyAdded(amount=1), tally, version, person_id=person) for version in range(2, length + 1))]


async def copies(town: Platform) -> dict[UUID, tuple[int, list[int]]]:
    rows = await town.sql("toy-hearer", "SELECT id, total, versions FROM copy")
    return {row["id"]: (row["total"], row["versions"]) for row in rows}


async def parked(town: Platform) -> list[tuple[int, str]]:
    rows = await town.sql("toy-hearer", "SELECT version, reason FROM onedoor.parked ORDER BY aggregate_id, version")
    return [(row["version"], row["reason"]) for row in rows]


async def test_8000_events_late_doubled_and_failing_are_each_heard_once_and_in_order(
    town: Platform, nats: Nats
) -> None:
    luck = random.Random(20261121)  # noqa: S311 - a fixed seed, so that a failure can be repeated
    stories = [story(20) for _ in range(400)]
    rows = [row for turn in range(20) for each in stories for row in [each[turn]]]
    sent = shuffled_within(rows + luck.sample(rows, 800), 1500, luck)
    poison = {(each[0]["aggregate_id"], 7) for each in luck.sample(stories, 10)}
    clumsy = {row["id"] for row in luck.sample(rows, 400)}

    def mishap(heard: Heard) -> None:
        if (heard.aggregate_id, heard.version) in poison:
            raise ValueError("poison")
        if heard.id in clumsy:
            clumsy.discard(heard.id)
            raise RuntimeError("once only")

    subscribers.mishaps.append(mishap)
    await publish(nats, sent, speaker="toy-speaker")
    poisoned = {key for key, _ in poison}
    expected = {
        each[0]["aggregate_id"]: (6, list(range(1, 7)))
        if each[0]["aggregate_id"] in poisoned
        else (20, list(range(1, 21)))
        for each in stories
    }

    async def settled() -> bool:
        done = await town.sql("toy-hearer", "SELECT sum(version) AS heard FROM onedoor.mark")
        waiting = await town.sql("toy-hearer", "SELECT count(*) AS n FROM onedoor.parked")
        return bool(done[0]["heard"] == 390 * 20 + 10 * 6 and waiting[0]["n"] == 10 * 14)

    await town.until(settled, seconds=90)
    assert await copies(town) == expected
    blocked = await town.sql(
        "toy-hearer", "SELECT version FROM onedoor.parked WHERE reason LIKE 'failed: ValueError at %'"
    )
    assert [row["version"] for row in blocked] == [7] * 10

    subscribers.mishaps.clear()
    assert await town["toy-hearer"].inner.again.retry(CONSUMER) == 10
    assert await copies(town) == {each[0]["aggregate_id"]: (20, list(range(1, 21))) for each in stories}
    assert await parked(town) == []


async def test_what_waits_for_a_missing_version_says_so(town: Platform, nats: Nats) -> None:
    first, second, third = story(3)
    await publish(nats, [third, second], speaker="toy-speaker")

    async def both_parked() -> bool:
        return await parked(town) == [(2, "waits for an earlier version"), (3, "waits for an earlier version")]

    await town.until(both_parked)
    await publish(nats, [first], speaker="toy-speaker")
    await town.heard(f"tally/{first['aggregate_id']}@3")
    assert (await copies(town))[first["aggregate_id"]] == (3, [1, 2, 3])
    assert await parked(town) == []


async def test_what_cannot_be_read_is_parked_without_its_values_and_nobody_else_waits(
    town: Platform, nats: Nats
) -> None:
    broken, whole = story(1)[0], story(2)
    broken["data"] = {"amount": "Priya Nair"}
    await publish(nats, [broken, *whole], speaker="toy-speaker")
    await town.heard(f"tally/{whole[0]['aggregate_id']}@2")

    async def put_aside() -> list[tuple[int, str]]:
        return await parked(town)

    ((version, reason),) = await town.until(put_aside)
    assert version == 1
    assert reason.startswith("failed: ValidationError at ")
    assert "Priya" not in reason


async def test_an_event_of_tomorrow_is_counted_and_left_alone(town: Platform, nats: Nats) -> None:
    first, second = story(2)
    unknown = said(TallyAdded(amount=5), first["aggregate_id"], 3, name="tally.blessed")
    await publish(nats, [first, second, unknown], speaker="toy-speaker")
    await town.heard(f"tally/{first['aggregate_id']}@3")
    assert (await copies(town))[first["aggregate_id"]] == (2, [1, 2])


@pytest.mark.parametrize("lacks", ["all", "ce-id", "ce-type", "ce-sequence"])
async def test_a_message_that_is_no_event_stops_nobody(town: Platform, nats: Nats, lacks: str) -> None:
    whole = to_headers(story(1)[0], speaker="toy-speaker")
    headers = {"who": "knows"} if lacks == "all" else {name: value for name, value in whole.items() if name != lacks}
    await publish_raw(nats, "evt.tally.tally.added", b"\xff not json", headers)
    (only,) = story(1)
    await publish(nats, [only], speaker="toy-speaker")
    await town.heard(f"tally/{only['aggregate_id']}@1")
    assert await parked(town) == []


async def test_a_reader_who_brings_a_mark_waits_for_it(town: Platform, nats: Nats) -> None:
    import asyncio

    person = new_id()
    (only,) = story(1, person=person)
    me, client = town.resident(person), town["toy-hearer"].client
    place = f"/copies/{only['aggregate_id']}"
    reading = asyncio.create_task(client.get(place, headers=me | {"Onedoor-After": f"tally/{only['aggregate_id']}@1"}))
    await asyncio.sleep(0)  # the reader is under way before there is anything to read
    await publish(nats, [only], speaker="toy-speaker")
    answer = await reading
    assert (answer.status_code, answer.headers.get("Onedoor-Behind")) == (200, None)
    late = await client.get(place, headers=me | {"Onedoor-After": f"tally/{only['aggregate_id']}@2"})
    assert (late.status_code, late.headers["Onedoor-Behind"]) == (200, "true")


async def test_a_reader_without_a_mark_finds_what_is_on_its_way(town: Platform, nats: Nats) -> None:
    person = new_id()
    (only,) = story(1, person=person)
    client, headers = town["toy-hearer"].client, town.resident(person)
    holder = await asyncpg.connect(town.databases["toy-hearer"])
    await holder.execute(f"SELECT pg_advisory_lock({lock_number(CONSUMER)})")  # its batches wait meanwhile
    others = [row for _ in range(60) for row in story(1)]  # so that both replicas hear something
    await publish(nats, [*others, only], speaker="toy-speaker")
    hearing = town["toy-hearer"].inner.again.hearings[CONSUMER]

    async def begun() -> bool:
        return bool(hearing.heard_at)

    await town.until(begun)
    asked = asyncio.create_task(client.get(f"/copies/{only['aggregate_id']}", headers=headers))
    await asyncio.sleep(0.03)
    assert only["aggregate_id"] not in await copies(town), "it had arrived before it was asked for: this showed nothing"
    assert not asked.done()
    await holder.close()
    assert (await asked).status_code == 200


async def test_what_nobody_said_is_not_waited_for_long(town: Platform) -> None:
    began = time.monotonic()
    answer = await town["toy-hearer"].client.get(f"/copies/{new_id()}", headers=town.resident(new_id()))
    assert answer.status_code == 404
    assert time.monotonic() - began < PATIENCE


class InEachOthersWay(Hearing):
    """Messages that cannot be acted on together: the second says what the first has said."""

    def __init__(self) -> None:
        self.acted: list[Message] = []
        self.published = lambda said: None

    async def _in_one_transaction(self, batch: Sequence[Message], *, trust: bool) -> tuple[list[Row], list[Key]]:
        if len(batch) > 1:
            raise Conflict
        self.acted += batch
        return [], []


async def test_two_that_are_in_each_others_way_are_acted_on_one_after_the_other() -> None:
    hearing, batch = InEachOthersWay(), [Message({}, b"", _nothing) for _ in range(3)]
    await asyncio.wait_for(hearing.hear(batch), 5)
    assert hearing.acted == []  # without a place they are no events
    await asyncio.wait_for(hearing._act(batch), 5)
    assert hearing.acted == batch


async def _nothing() -> None:
    """Acknowledged."""
