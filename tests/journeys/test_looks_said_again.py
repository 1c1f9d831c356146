"""No look is lost with the stream: whoever recorded it says it again, also a service that says nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import nats as driver
import pytest
from common.contracts.base import Event, PersonId, View
from common.embedded import Nats
from common.runtime.envelope import ACCESS_STREAM
from common.runtime.hearing import again
from common.runtime.ids import new_id
from common.runtime.routes import Api, Read
from common.runtime.rules import reviewers
from common.testing.databases import prepared
from common.testing.platform import Platform, platform, serving, settings
from common.testing.servers import Servers
from customer_account.app import service as customer_account
from nats.js.errors import NotFoundError
from onedoor import asking
from onedoor.running import Running
from review_engine.app import service as review_engine

REVIEWING = "review-engine"
more = Api(tag="looks")


class Looked(View):
    """Somebody, as a reviewer may be shown them one day."""

    person_id: PersonId


@more.read("/looks/{person_id}", allow=reviewers("evidence:read"))
async def look(person_id: UUID, read: Read) -> Looked:
    """Look at somebody."""
    read.saw([person_id], "reviewed what happened to them")
    return Looked(person_id=person_id)


LOOKING = replace(review_engine, api=(*review_engine.api, more))


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [customer_account, LOOKING]) as running:
        yield running


async def looked_at(town: Platform, person: UUID) -> None:
    reviewer = town.bearer("reviewer", "rowan", ["northmere"])
    answer = await town[REVIEWING].client.get(f"/looks/{person}", headers=reviewer)
    assert answer.status_code == 200, answer.text


async def kept(town: Platform, *persons: UUID) -> list[Any]:
    """Who looked at these people, as customer-account keeps it."""
    rows = await town.sql(
        "customer-account",
        "SELECT person_id, role, system, reason FROM access_entry WHERE person_id = ANY($1) ORDER BY entry_id",
        list(persons),
    )
    return [tuple(row) for row in rows]


def entry(person: UUID) -> tuple[Any, ...]:
    return person, "reviewer", REVIEWING, "reviewed what happened to them"


async def looked_at_and_lost(town: Platform, person: UUID) -> None:
    """A look whose entry was in the stream and is no more, as after a wipe: only the log of who recorded it has it."""
    lost: list[Any] = []
    for writer in town[REVIEWING].inner.writers.values():
        writer.published, honest = lost.extend, writer.published
    await looked_at(town, person)
    for writer in town[REVIEWING].inner.writers.values():
        writer.published = honest
    assert [row["aggregate"] for row in lost] == ["access"]
    await town.sql(REVIEWING, "DELETE FROM onedoor.to_say WHERE id = $1", lost[0]["id"])


async def wipe(nats: Nats) -> None:
    client = await driver.connect(nats.url(), allow_reconnect=False)
    await client.jsm().delete_stream(ACCESS_STREAM)
    await client.close()


def test_review_engine_says_no_event_of_its_own() -> None:
    assert REVIEWING not in {event.speaker for event in Event.catalogue.values()}  # else this file proves less


async def test_looks_in_a_wiped_stream_are_said_again_once_each_by_who_recorded_them(
    town: Platform, nats: Nats
) -> None:
    heard, lost, later = new_id(), new_id(), new_id()

    async def all_kept() -> bool:
        return set(await kept(town, heard, lost, later)) >= {entry(heard), entry(lost), entry(later)}

    await looked_at(town, heard)
    await town.until(lambda: kept(town, heard))
    await looked_at_and_lost(town, lost)
    await wipe(nats)
    await looked_at(town, later)
    await town.until(all_kept, seconds=30)
    assert sorted(await kept(town, heard, lost, later)) == sorted([entry(heard), entry(lost), entry(later)])


async def test_who_recorded_looks_and_was_away_when_the_stream_was_wiped_says_them_again_when_it_is_back(
    servers: Servers, nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "ASKED_AGAIN_AFTER", (2.0, 4.0))
    heard, lost = new_id(), new_id()
    async with platform(servers, nats, [customer_account]) as town:
        town.databases[REVIEWING] = prepared(servers, LOOKING, suffix="away")
        told = settings(servers, nats, town.home, town.issuer, suffix="away")
        async with serving(LOOKING, told) as town.services[REVIEWING]:
            await looked_at(town, heard)
            await town.until(lambda: kept(town, heard))
            await looked_at_and_lost(town, lost)
        await wipe(nats)
        await town.until(lambda: made_anew(nats))
        async with serving(LOOKING, told) as town.services[REVIEWING]:
            await town.until(lambda: kept(town, lost), seconds=15)
        assert await kept(town, heard, lost) == [entry(heard), entry(lost)]


async def made_anew(nats: Nats) -> bool:
    """Whether customer-account has found its consumer gone, and has asked."""
    client = await driver.connect(nats.url(), allow_reconnect=False)
    try:
        return bool(await client.jsm().consumers_info(ACCESS_STREAM))
    except NotFoundError:
        return False
    finally:
        await client.close()


async def test_an_operator_has_looks_said_again(town: Platform, nats: Nats) -> None:
    began = datetime.now(UTC) - timedelta(minutes=1)
    heard, lost = new_id(), new_id()
    await looked_at(town, heard)
    await town.until(lambda: kept(town, heard))
    await looked_at_and_lost(town, lost)
    running = Running(dict.fromkeys(town.services, ""), "", nats.url())
    asked = await asyncio.to_thread(asking.say_again, running, since=began)
    assert asked == ["customer-account", REVIEWING]
    await town.until(lambda: kept(town, lost), seconds=15)
    assert await kept(town, heard, lost) == [entry(heard), entry(lost)]
