"""Saying again: rebuilt tables are the same, a wiped stream and a lost message are made good, on real servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import nats as driver
import pytest
from common.contracts.base import Event
from common.embedded import Nats
from common.runtime.envelope import EVENTS_STREAM, Heard
from common.runtime.hearing import rebuilding
from common.runtime.hearing.hearing import Hearing
from common.runtime.ids import new_id
from common.runtime.schema.migrations import migrate
from common.runtime.subscribers import collect, subscribes
from common.runtime.transaction import Transaction
from common.testing.databases import owner_address
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.hearer.app import service as hearer
from common.testing.toy.speaker.app import service as speaker

CONSUMER = "toy-hearer-keep-copies"


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [speaker, hearer]) as running:
        yield running


async def tally(town: Platform, additions: int) -> UUID:
    """A tally of somebody's with so many additions; heard by everybody."""
    client, me = town["toy-speaker"].client, {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    answer = await client.post("/tallies", json={"amount": 1}, headers=me)
    made = answer.json()["id"]
    for _ in range(additions):
        answer = await client.post(f"/tallies/{made}/additions", json={"amount": 1}, headers=me)
    await town.heard(answer)
    return UUID(made)


async def copies(town: Platform) -> list[Any]:
    return [tuple(row) for row in await town.sql("toy-hearer", "SELECT * FROM copy ORDER BY id")]


async def rebuilt(town: Platform) -> bool:
    return not await town.sql("toy-hearer", "SELECT 1 FROM onedoor.rebuild")


async def wipe(nats: Nats) -> None:
    client = await driver.connect(nats.url(), allow_reconnect=False)
    await client.jsm().delete_stream(EVENTS_STREAM)
    await client.close()


async def test_rebuilt_tables_are_what_they_were(town: Platform) -> None:
    for additions in range(6):
        await tally(town, additions)
    before = await copies(town)
    await town.make_anew("toy-hearer", CONSUMER)
    assert await copies(town) == before


async def test_a_rebuild_waits_for_nothing_that_only_an_earlier_release_heard(town: Platform) -> None:
    await tally(town, 1)
    heard_then = "INSERT INTO onedoor.mark (consumer, aggregate, aggregate_id, version) VALUES ($1, 'given_up', $2, 7)"
    await town.sql("toy-hearer", heard_then, CONSUMER, new_id())
    await town.make_anew("toy-hearer", CONSUMER)
    assert await town.sql("toy-hearer", "SELECT 1 FROM onedoor.mark WHERE aggregate = 'given_up'") == []


@pytest.mark.parametrize("mischance", ["lost", "failed"])
async def test_a_rebuild_goes_on_where_something_was_lost_on_its_way_to_it_or_failed(
    town: Platform, monkeypatch: pytest.MonkeyPatch, mischance: str
) -> None:
    for additions in range(3):
        await tally(town, additions)
    before, again = await copies(town), town["toy-hearer"].inner.again
    shadow, missed = again.shadows[CONSUMER], []

    async def miss(messages: Any, **more: Any) -> None:
        if not missed:
            missed.extend(messages)
            if mischance == "failed":
                for message in messages:
                    await shadow._put_aside(message, ValueError())
            return
        await really(messages, **more)

    really = shadow._act
    monkeypatch.setattr(shadow, "_act", miss)
    monkeypatch.setattr(rebuilding, "ASK_AGAIN", 1.0)
    await town.make_anew("toy-hearer", CONSUMER, seconds=30)
    assert missed
    assert await copies(town) == before


async def test_of_what_every_service_says_nothing_is_awaited_from_before_the_newest_era_of_any(town: Platform) -> None:
    rebuilds = town["toy-hearer"].inner.again.rebuilds
    await rebuilds.start(CONSUMER)
    for speaker_, era in (("customer-account", 1), ("case-crm", 2), ("feedback", 0)):
        await rebuilds.finished(CONSUMER, speaker_, era)
    [row] = await town.sql("toy-hearer", "SELECT eras FROM onedoor.rebuild")
    assert [row["eras"][aggregate] for aggregate in ("person", "case", "feedback", "limit_part")] == [1, 2, 0, 2]


async def test_what_is_put_aside_holds_up_nobody(town: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = asyncio.Event()

    async def takes_long(*_: Any, **more: Any) -> int:
        tried.set()
        await asyncio.sleep(3600)
        return 0

    monkeypatch.setattr(Hearing, "try_parked", takes_long)
    inner = town["toy-hearer"].inner
    for part in ("healing", "parked messages"):
        inner.parts.restart(part)
    await tried.wait()
    await asyncio.sleep(rebuilding.ASK_AFTER)
    await tally(town, 1)


def test_who_hears_all_there_is_may_leave_some_out() -> None:
    @subscribes(Event, but=["tally"])
    async def hear_others(tx: Transaction, heard: Heard) -> None: ...

    [subscriber] = collect(SimpleNamespace(hear_others=hear_others))  # type: ignore[arg-type]  # as good as a module
    assert "tally" in {event.aggregate for event in Event.catalogue.values()}
    assert "tally" not in subscriber.aggregates
    assert "evt.tally.>" not in subscriber.subjects("toy")


async def test_a_rebuild_makes_good_what_was_damaged_and_loses_nothing_said_meanwhile(town: Platform) -> None:
    made = [await tally(town, additions) for additions in range(3)]
    await town.sql("toy-hearer", "UPDATE copy SET total = 999, versions = '[]'")
    await town["toy-hearer"].inner.again.rebuilds.start(CONSUMER)
    meanwhile = [await tally(town, 2) for _ in range(5)]
    await town.until(lambda: rebuilt(town), seconds=30)
    rows = {row["id"]: row for row in await town.sql("toy-hearer", "SELECT * FROM copy")}
    for number, each in enumerate(made):
        assert (rows[each]["total"], rows[each]["versions"]) == (number + 1, list(range(1, number + 2)))
    for each in meanwhile:
        assert (rows[each]["total"], rows[each]["versions"]) == (3, [1, 2, 3])
    later = await tally(town, 1)
    assert later in {row["id"] for row in await town.sql("toy-hearer", "SELECT id FROM copy")}


async def test_a_wiped_stream_loses_nothing(town: Platform, nats: Nats) -> None:
    before = await tally(town, 1)
    await wipe(nats)
    after = await tally_unheard(town)
    await town.heard(f"tally/{after}@1", seconds=30)
    assert {before, after} <= {row["id"] for row in await town.sql("toy-hearer", "SELECT id FROM copy")}


async def tally_unheard(town: Platform) -> UUID:
    me = {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    answer = await town["toy-speaker"].client.post("/tallies", json={"amount": 1}, headers=me)
    return UUID(answer.json()["id"])


async def test_an_event_lost_on_its_way_is_asked_for(town: Platform) -> None:
    made = await tally(town, 2)
    await town.sql("toy-hearer", "UPDATE onedoor.mark SET version = 1 WHERE aggregate_id = $1", made)
    await town.sql("toy-hearer", "UPDATE copy SET total = 1, versions = '[1]' WHERE id = $1", made)
    again = town["toy-hearer"].inner.again
    await again.ask(CONSUMER, ["tally"], aggregate_id=made)
    await town.heard(f"tally/{made}@3")
    rows = await town.sql("toy-hearer", "SELECT total, versions FROM copy WHERE id = $1", made)
    assert [(row["total"], row["versions"]) for row in rows] == [(3, [1, 2, 3])]


async def test_what_was_committed_and_never_published_is_swept(town: Platform) -> None:
    inner = town["toy-speaker"].inner
    swallowed: list[Any] = []
    for writer in inner.writers.values():
        writer.published = swallowed.extend  # as if the process had died between the commit and the publishing
    made = await tally_unheard(town)
    assert [row["aggregate_id"] for row in swallowed] == [made]
    inner.publisher.sweep_now()
    await town.heard(f"tally/{made}@1", seconds=30)


async def test_what_one_hearer_was_told_again_is_still_to_be_said_to_all(
    town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = town["toy-speaker"].inner
    for writer in inner.writers.values():
        monkeypatch.setattr(
            writer, "published", list
        )  # as if the process had died between the commit and the publishing
    made = await tally_unheard(town)
    await inner.again.ask("nobody-else", ["tally"], aggregate_id=made)
    await town.until(lambda: said_to(inner, "again.nobody-else.>"))
    assert await town.sql("toy-hearer", "SELECT 1 FROM copy WHERE id = $1", made) == []
    inner.publisher.sweep_now()
    await town.heard(f"tally/{made}@1", seconds=30)


async def said_to(inner: Any, subject: str) -> int:
    """How many messages the stream holds on a subject."""
    state = (await inner.stream.client.jsm().stream_info(EVENTS_STREAM, subjects_filter=subject)).state
    return len(state.subjects or {})


async def test_a_migration_gives_up_a_rebuild_under_way_and_the_live_tables_keep_what_they_have(
    town: Platform, servers: Servers
) -> None:
    await tally(town, 2)
    before = await copies(town)
    again = town["toy-hearer"].inner.again
    await again.rebuilds.start(CONSUMER)
    database = town.databases["toy-hearer"].rpartition("/")[2]
    migrate(owner_address(servers, hearer, database), hearer)
    assert await rebuilt(town)
    await again.rebuilds.swap(again.hearings[CONSUMER])  # as a replica would that has not looked since
    assert await copies(town) == before


async def test_who_joins_late_hears_what_the_stream_has_forgotten(town: Platform, nats: Nats) -> None:
    """The consumer is new, and the stream has aged: what it no longer holds is asked of the owners."""
    for additions in range(3):
        await tally(town, additions)
    before = await copies(town)
    client = await driver.connect(nats.url(), allow_reconnect=False)
    await client.jsm().purge_stream(EVENTS_STREAM)
    await town.sql("toy-hearer", "DELETE FROM onedoor.mark")
    await town.sql("toy-hearer", "DELETE FROM copy")
    await client.jsm().delete_consumer(EVENTS_STREAM, CONSUMER)
    await client.close()

    async def all_there() -> bool:
        return await copies(town) == before

    await town.until(all_there, seconds=30)


async def test_each_owner_is_asked_from_where_it_was_last_heard(town: Platform, nats: Nats) -> None:
    """One aggregate was heard a moment ago, the other days before its last events: those are not missed."""
    long_ago = await tally(town, 1)
    hearing = town["toy-hearer"].inner.again.hearings[CONSUMER]
    asked: list[dict[str, Any]] = []
    old, young = _minted(days=30), _minted(days=0)
    for aggregate, last in (("tally", old), ("other", young)):
        await town.sql(
            "toy-hearer",
            "INSERT INTO onedoor.mark (consumer, aggregate, aggregate_id, version, last_id) "
            f"VALUES ('{CONSUMER}', '{aggregate}', '{new_id()}', 1, '{last}')",
        )
    await town.sql("toy-hearer", f"DELETE FROM onedoor.mark WHERE aggregate_id = '{long_ago}'")
    client = await driver.connect(nats.url(), allow_reconnect=False)

    async def note(message: Any) -> None:
        asked.append(json.loads(message.data))

    await client.subscribe("ask.again.toy-speaker", cb=note)
    await client.flush()
    await town["toy-hearer"].inner.again.after_a_wipe(hearing)

    async def was_asked() -> bool:
        return bool(asked)

    await town.until(was_asked)
    await client.close()
    assert UUID(asked[0]["after"]) < old


def _minted(*, days: int) -> UUID:
    """An id that was minted so many days ago."""
    return UUID(int=new_id().int - (days * 86_400_000 << 80))
