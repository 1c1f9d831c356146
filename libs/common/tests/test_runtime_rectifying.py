"""A service says that it holds what was put right once its own subscribers have heard it, and not while one has it parked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from common.contracts.base import Channel
from common.contracts.people import FactRecorded, FactsEvent, Verification
from common.contracts.people.rectifying import RectificationPartEvent, RectificationRequested
from common.contracts.people.rights import HOLDERS, Right, RightsRequestDone
from common.embedded import Nats
from common.runtime.envelope import Heard
from common.runtime.ids import new_id
from common.runtime.rights.part import our_part
from common.runtime.service import Service
from common.runtime.subscribers import Subscriber, collect, subscribes
from common.runtime.transaction import Transaction
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from common.testing.toy.hearer.app import service as hearer

STUCK: set[UUID] = set()


@subscribes(FactsEvent)
async def keep_facts(tx: Transaction, heard: Heard) -> None:
    """Keep a copy, but for whose it cannot."""
    if heard.aggregate_id in STUCK:
        raise LookupError


class Keeper(Service):
    """The toy hearer, as a service that holds something of people."""

    def heard_by(self) -> list[Subscriber]:
        own = collect(self.subscribers)
        return [*own, our_part(self.name, own)]


def keeping(**subscribers: Any) -> Service:
    module = ModuleType("subscribers")
    vars(module).update(subscribers)
    return Keeper(**vars(replace(hearer, subscribers=module)))


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [keeping(keep_facts=keep_facts)]) as running:
        yield running
    STUCK.clear()


def fact(person: UUID, version: int) -> Any:
    recorded = FactRecorded(
        fact_id=new_id(),
        kind="household_size",
        value=version,
        asserted_by="person",
        channel=Channel.PHONE,
        told_at=datetime.now(UTC),
        told_to="northmere",
        told_to_service="customer-account",
        verification=Verification.ASSERTED,
        visible_to=["northmere"],
    )
    return said(recorded, person, version, person_id=person)


def asks(person: UUID, version: int) -> Any:
    asked = RectificationRequested(facts_of=person, facts_version=version, visible_to=["northmere"])
    return said(asked, new_id(), 1, person_id=person)


async def answers(town: Platform, person: UUID) -> list[dict[str, Any]]:
    confirmed = "SELECT data FROM onedoor.said WHERE name = 'rectification.confirmed' AND person_id = $1"
    return [row["data"] for row in await town.sql("toy-hearer", confirmed, person)]


async def parked(town: Platform) -> set[str]:
    return {row["reason"] for row in await town.sql("toy-hearer", "SELECT reason FROM onedoor.parked")}


async def test_it_is_confirmed_once_it_was_heard_however_late(town: Platform, nats: Nats) -> None:
    person = new_id()
    await publish(nats, [fact(person, 1), asks(person, 2)], speaker="customer-account")

    async def waits() -> bool:
        return await parked(town) == {"waits until what was put right is heard here"}

    await town.until(waits)
    assert await answers(town, person) == []
    await publish(nats, [fact(person, 2)], speaker="customer-account")
    [answer] = await town.until(lambda: answers(town, person), seconds=20)
    assert (answer["service"], answer["keeps"]) == ("toy-hearer", True)
    assert await parked(town) == set()


async def test_who_has_it_parked_does_not_confirm_it_until_that_is_mended(town: Platform, nats: Nats) -> None:
    person = new_id()
    STUCK.add(person)
    await publish(nats, [fact(person, 1), asks(person, 1)], speaker="customer-account")

    async def both() -> bool:
        return len(await parked(town)) == 2

    await town.until(both)
    assert await answers(town, person) == []
    STUCK.clear()
    again = town["toy-hearer"].inner.again
    assert await again.retry("toy-hearer-keep-facts") == 1
    assert len(await town.until(lambda: answers(town, person), seconds=20)) == 1


async def test_asked_twice_it_answers_once(town: Platform, nats: Nats) -> None:
    person = new_id()
    await publish(nats, [fact(person, 1), asked := asks(person, 1), asked], speaker="customer-account")
    await town.until(lambda: answers(town, person), seconds=20)
    await publish(nats, [asked, later := asks(person, 1)], speaker="customer-account")

    async def second() -> bool:
        return len(await answers(town, person)) == 2

    await town.until(second, seconds=20)
    asked_by = [UUID(answer["request_id"]) for answer in await answers(town, person)]
    assert asked_by == [asked["aggregate_id"], later["aggregate_id"]]


async def test_an_event_that_is_named_done_is_heard_like_any_other(town: Platform, nats: Nats) -> None:
    request_id = new_id()
    done = RightsRequestDone(right=Right.ACCESS, visible_to=["northmere"])
    await publish(nats, [said(done, request_id, 1, person_id=new_id())], speaker="customer-account")

    async def heard() -> bool:
        mark = "SELECT version FROM onedoor.mark WHERE consumer = 'toy-hearer-do-our-part' AND aggregate_id = $1"
        return [row["version"] for row in await town.sql("toy-hearer", mark, request_id)] == [1]

    await town.until(heard)


def test_what_every_service_says_is_owned_by_each_of_them() -> None:
    part = Subscriber("hears_parts", keep_facts, (RectificationPartEvent,), ())  # type: ignore[arg-type]  # marked as one
    assert part.speakers == HOLDERS.keys()


async def test_who_keeps_nothing_of_what_people_tell_says_so(servers: Servers, nats: Nats) -> None:
    async with platform(servers, nats, [keeping()]) as town:
        person = new_id()
        await publish(nats, [asks(person, 7)], speaker="customer-account")
        [answer] = await town.until(lambda: answers(town, person))
        assert answer["keeps"] is False
