"""Retention: each thing on its day and not a day before, once, in batches, whatever is killed or away; on real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import nats as driver
import pytest
from common.contracts.people.holds import LegalHoldLifted, LegalHoldPlaced
from common.embedded import Nats, Postgres, free_port
from common.embedded.postgres import FOR_TESTS
from common.runtime.envelope import EVENTS_STREAM, subject
from common.runtime.ids import new_id
from common.runtime.rights import retention, traces
from common.runtime.schema.migrations import begin_era
from common.runtime.sealed import ERASED
from common.runtime.store.database import on_behalf_of
from common.testing import plans
from common.testing.killing import killed_while_letting_go, put_to_sleep
from common.testing.platform import COUNCILS, Platform, platform, serving
from common.testing.servers import Servers
from common.testing.stream import publish, said
from common.testing.toy.keeper.app import service as keeper
from nats.js.errors import NotFoundError

NAME = keeper.name
NIGHT = "2026-11-22T02:00:00+00:00"  # an hour before things go
_PAPERS = """
INSERT INTO paper (council, id, version, person_id, status, changed_at)
SELECT $1, uuidv7(), 1, $2, $3, $4 FROM generate_series(1, $5) RETURNING id
"""
_WRITTEN = """
INSERT INTO onedoor.said (aggregate_id, aggregate, version, id, name, council, person_id, actor_kind, actor_id, correlation_id,
                          occurred, recorded, data)
VALUES ($1, 'paper', 1, uuidv7(), 'paper.written', 'northmere', $2, 'officer', 'sam', $1, now(), now(),
        '{"words": "I was not told."}')
"""


class Papers:
    """Puts papers into the keeper's table by the hundred, and sees which are left."""

    def __init__(self, town: Platform) -> None:
        self.town = town

    async def put(
        self,
        *,
        changed: str,
        number: int = 1,
        council: str = "northmere",
        person: UUID | None = None,
        status: str = "closed",
    ) -> list[UUID]:
        moment = datetime.fromisoformat(changed)
        return [row["id"] for row in await self.town.sql(NAME, _PAPERS, council, person, status, moment, number)]

    async def left(self) -> set[UUID]:
        return {row["id"] for row in await self.town.sql(NAME, "SELECT id FROM paper")}

    async def until_left(self, left: set[UUID]) -> None:
        async def gone() -> bool:
            return await self.left() == left

        await self.town.until(gone, seconds=60)

    async def after_the_run(self) -> None:
        """Every schedule has run, and waits for another night."""
        now = self.town.clock.now()

        async def waits() -> bool:
            due = await self.town.sql(
                NAME, "SELECT 1 FROM onedoor.timer WHERE name = 'retention' AND due_at <= $1", now
            )
            return not due

        await self.town.until(waits, seconds=60)

    async def destroyed(self) -> list[tuple[Any, ...]]:
        """The log of what went."""
        lines = await self.town.sql(
            NAME,
            "SELECT of, council, sum(records)::int, schedule FROM onedoor.destruction GROUP BY 1, 2, 4 ORDER BY 1, 2",
        )
        return [tuple(line) for line in lines]


OWN = COUNCILS.replace("calendar: southholt", f"calendar: southholt, keeps: {{{NAME}: {{paper: {{years: 10}}}}}}")


async def at_night(town: Platform) -> Papers:
    """Make it an hour before things go."""
    town.at(NIGHT)
    soon = town.clock.now().replace(hour=3, minute=0, second=0)
    await town.sql(NAME, "UPDATE onedoor.timer SET due_at = $1 WHERE name = 'retention'", soon)
    return Papers(town)


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """Two replicas on one database."""
    async with platform(servers, nats, [keeper], councils=OWN) as running, serving(keeper, running.told[NAME]):
        yield running


@pytest.fixture
async def papers(town: Platform) -> Papers:
    return await at_night(town)


async def test_a_paper_goes_on_its_day_and_not_a_day_before(town: Platform, papers: Papers) -> None:
    [over] = await papers.put(changed="2020-11-22T23:59:59+00:00")
    [tomorrow] = await papers.put(changed="2020-11-23T00:00:00+00:00")
    still_open = await papers.put(changed="2001-01-01T00:00:00+00:00", status="open")
    other_rule = await papers.put(changed="2016-11-23T00:00:00+00:00", council="southholt")
    left = {tomorrow, *still_open, *other_rule}
    town.step(minutes=59)
    await papers.after_the_run()
    assert await papers.left() == left | {over}
    town.step(minutes=2)
    await papers.until_left(left)
    await papers.after_the_run()
    town.step(days=1)
    await papers.until_left({*still_open})
    told = await town.sql(
        NAME, "SELECT name, aggregate_id, version FROM onedoor.said WHERE aggregate = 'paper' ORDER BY id"
    )
    assert [tuple(row) for row in told] == [
        ("paper.destroyed", each, 2)
        for each in (over, *sorted((tomorrow, *other_rule), key=lambda id: id != told[1][1]))
    ]


async def test_that_a_paper_is_gone_is_said_of_nobody_and_so_heard_though_its_person_was_erased(
    town: Platform, nats: Nats, papers: Papers
) -> None:
    [over] = await papers.put(changed="2020-01-01T00:00:00+00:00", person=new_id())
    town.step(hours=2)
    await papers.until_left(set())
    client = await driver.connect(nats.url())
    try:
        stream = client.jetstream()

        async def told() -> Any:
            with suppress(NotFoundError):
                headers = (await stream.get_last_msg(EVENTS_STREAM, subject("paper", "paper.destroyed"))).headers
                return headers if headers["ce-aggregateid"] == str(over) else None

        assert "ce-personid" not in await town.until(told)
    finally:
        await client.close()


async def test_what_follows_a_paper_goes_with_it_and_what_still_counts_is_emptied(
    town: Platform, papers: Papers
) -> None:
    person = new_id()
    [over] = await papers.put(changed="2020-01-01T00:00:00+00:00", person=person)
    [kept] = await papers.put(changed="2026-01-01T00:00:00+00:00", person=person)
    for paper in (over, over, kept):
        await town.sql(NAME, "INSERT INTO sheet VALUES ('northmere', uuidv7(), $1, $2, 'words')", paper, person)
    opinion = "INSERT INTO opinion VALUES ('{northmere}', uuidv7(), $1, $2, 4, 'I was not told.')"
    await town.sql(NAME, opinion, person, date(2026, 8, 24))
    await town.sql(NAME, opinion, person, date(2026, 8, 25))
    town.step(hours=2)
    await papers.until_left({kept})
    await papers.after_the_run()
    assert [row["paper_id"] for row in await town.sql(NAME, "SELECT paper_id FROM sheet")] == [kept]
    opinions = await town.sql(NAME, "SELECT mark, person_id, words FROM opinion ORDER BY given_on")
    assert [tuple(row) for row in opinions] == [(4, None, None), (4, person, "I was not told.")]
    assert await papers.destroyed() == [
        ("opinion", "partnership", 1, "90 days since given_on"),
        ("paper", "northmere", 3, "6 years since changed_at"),
    ]


async def test_with_a_paper_goes_what_was_said_of_it(town: Platform, papers: Papers) -> None:
    person = new_id()
    [over] = await papers.put(changed="2020-01-01T00:00:00+00:00", person=person)
    [kept] = await papers.put(changed="2026-01-01T00:00:00+00:00", person=person)
    for paper in (over, kept):
        await town.sql(NAME, _WRITTEN, paper, person)
    town.step(hours=2)
    await papers.until_left({kept})
    said = "SELECT person_id, data FROM onedoor.said WHERE name = 'paper.written' AND aggregate_id = $1"
    [[whose, data]] = await town.sql(NAME, said, over)
    assert (whose, data) == (None, ERASED)
    [[whose, data]] = await town.sql(NAME, said, kept)
    assert (whose, data) == (person, {"words": "I was not told."})


async def test_no_stored_answer_and_no_parked_message_is_looked_through_for_nobody(town: Platform) -> None:
    asked: list[str] = []
    async with town[NAME].inner.database.begin("hearer", on_behalf_of(council=None)) as connection:
        with connection.query_logger(lambda each: asked.append(each.query)):
            await traces.remove(connection, [], kept=(), gone=[new_id()])
    assert any("onedoor.said" in each for each in asked)
    assert not [each for each in asked if "onedoor.answer" in each or "onedoor.parked" in each]


async def test_two_replicas_let_hundreds_go_in_batches_each_once(
    town: Platform, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 100)
    gone = await papers.put(changed="2019-05-01T00:00:00+00:00", number=350)
    left = await papers.put(changed="2026-05-01T00:00:00+00:00", number=5)
    town.step(hours=2)
    await papers.until_left({*left})
    await papers.after_the_run()
    lines = await town.sql(NAME, "SELECT records FROM onedoor.destruction ORDER BY id")
    assert [line["records"] for line in lines] == [100, 100, 100, 50]
    told = await town.sql(NAME, "SELECT aggregate_id FROM onedoor.said WHERE name = 'paper.destroyed'")
    assert sorted(row["aggregate_id"] for row in told) == sorted(gone)


async def test_a_replica_killed_in_the_middle_of_a_batch_let_none_of_it_go(servers: Servers, nats: Nats) -> None:
    async with platform(servers, nats, [keeper]) as town:
        papers = await at_night(town)
        gone = await papers.put(changed="2019-05-01T00:00:00+00:00", number=50)
        await town.sql(NAME, "DELETE FROM onedoor.timer WHERE council <> 'northmere'")  # it is to die over the papers
        await killed_while_letting_go(town, NAME, hours=2)
        await papers.until_left(set())
        await papers.after_the_run()
        assert await papers.destroyed() == [("paper", "northmere", 50, "6 years since changed_at")]
        told = await town.sql(NAME, "SELECT count(*) AS n FROM onedoor.said WHERE name = 'paper.destroyed'")
        assert told[0]["n"] == len(gone)


async def test_a_database_that_goes_away_in_the_middle_is_waited_for(
    servers: Servers, nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 20)
    own = Postgres(servers.home / uuid4().hex, port=free_port(), settings=FOR_TESTS)
    own.home.mkdir(mode=0o711)
    own.start()
    try:
        async with platform(Servers(servers.home, own.url("postgres"), servers.password), nats, [keeper]) as town:
            papers = await at_night(town)
            await papers.put(changed="2019-05-01T00:00:00+00:00", number=90)
            town.step(hours=2)
            await town.until(lambda: _begun(papers), seconds=30)
            own.stop(grace=1)
            own.start()
            await papers.until_left(set())
            await papers.after_the_run()
            assert await papers.destroyed() == [("paper", "northmere", 90, "6 years since changed_at")]
    finally:
        own.remove()


async def _begun(papers: Papers) -> bool:
    return len(await papers.left()) < 90


async def test_whoever_is_held_keeps_everything_until_the_hold_is_lifted(town: Platform, papers: Papers) -> None:
    held, hold = new_id(), new_id()
    [theirs] = await papers.put(changed="2019-05-01T00:00:00+00:00", person=held)
    await papers.put(changed="2019-05-01T00:00:00+00:00", person=new_id())
    await _say(town, LegalHoldPlaced(review_on=date(2027, 1, 1)), hold, 1, held)
    town.step(hours=2)
    await papers.until_left({theirs})
    await papers.after_the_run()
    await _say(town, LegalHoldLifted(), hold, 2, held)
    assert await papers.left() == {theirs}
    town.step(days=1)
    await papers.until_left(set())


async def test_nothing_goes_before_all_is_heard_that_was_said_of_holds_meanwhile(servers: Servers, nats: Nats) -> None:
    async with platform(servers, nats, [keeper]) as town:
        papers, held, hold = await at_night(town), new_id(), new_id()
        [theirs] = await papers.put(changed="2019-05-01T00:00:00+00:00", person=held)
        [other] = await papers.put(changed="2019-05-01T00:00:00+00:00")
        put_to_sleep(town[NAME], "hearing do_our_part")
        row = said(LegalHoldPlaced(review_on=date(2027, 1, 1)), hold, 1, person_id=held)
        await publish(nats, [row], speaker="customer-account")
        town.step(hours=2)
        await asyncio.sleep(3)  # several looks for what is due
        assert await papers.left() == {theirs, other}
        town[NAME].inner.parts.restart("hearing do_our_part")
        await papers.until_left({theirs})


async def test_after_a_restore_nothing_goes_before_the_next_night(servers: Servers, nats: Nats) -> None:
    async with platform(servers, nats, [keeper]) as town:
        papers, inner = await at_night(town), town[NAME].inner
        put_to_sleep(town[NAME], "retention")
        gone = await papers.put(changed="2019-05-01T00:00:00+00:00")
        town.step(hours=2)
        begin_era(town.databases[NAME])
        await inner.retention.begin(inner.database, now=town.clock.now())  # as every start does
        inner.parts.restart("retention")
        await asyncio.sleep(3)  # several looks for what is due
        assert await papers.left() == {*gone}
        town.step(days=1)
        await papers.until_left(set())


async def _say(town: Platform, event: Any, hold: UUID, version: int, person: UUID) -> None:
    row = said(event, hold, version, person_id=person)
    await publish(town.nats, [row], speaker="customer-account")

    async def known() -> bool:
        return bool(await town.sql(NAME, "SELECT 1 FROM onedoor.held")) == (version == 1)

    await town.until(known)


async def test_a_hundred_thousand_are_looked_through_by_an_index(town: Platform, papers: Papers) -> None:
    await papers.put(changed="2026-05-01T00:00:00+00:00", number=100_000)
    await papers.put(changed="2019-05-01T00:00:00+00:00", number=300, council="southholt")
    await papers.put(changed="2019-05-01T00:00:00+00:00", number=300, status="open")
    await town.sql(NAME, "INSERT INTO onedoor.held SELECT uuidv7(), uuidv7() FROM generate_series(1, 1000)")
    await town.sql(NAME, "ANALYZE")
    now = town.clock.now()
    for schedule in keeper.schedules(town[NAME].inner.ground.councils):
        for read in (schedule.reads.rows, schedule.reads.over, schedule.reads.held):
            arguments = read.arguments(schedule.given(now) | {"most": retention.BATCH})
            async with town[NAME].inner.database.pools["hearer"].acquire() as connection:
                found = [
                    *plans.faults(await plans.planned(connection, read.sql, *arguments), small=("held", "opinion"))
                ]
            assert found == []
