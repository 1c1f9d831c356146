"""What a service holds of somebody is read by its holdings: all of theirs, page by page, and nothing that is not to be shown."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.contracts.keys import KeyClass, Sealed
from common.embedded import Nats
from common.runtime.holdings import Disclosed, Holding, Holdings
from common.runtime.ids import new_id
from common.runtime.rights import collecting
from common.runtime.rights.collecting import Collecting
from common.runtime.sealed import ERASED, INFO, Blind
from common.runtime.store.ground import NothingSealed
from common.runtime.tables import Moment
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.hearer.app import service
from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

NAME = "toy-hearer"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MARK = Sealed("held.said", row="id", under=KeyClass.SPECIAL)
HELD = Table(
    "held",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("person_id", Uuid),
    Column("other_id", Uuid),
    Column("said", JSONB, info={INFO: MARK}),
    Column("words", Text, info={INFO: MARK}),
    Column("found_by", Text, info={INFO: Blind("held.found_by")}),
    Column("version", Integer),
    Column("until", Moment),
)
MAKE = """
CREATE TABLE public.held (id int, part text, person_id uuid, other_id uuid, said jsonb, words text, found_by text, version int,
    until timestamptz, PRIMARY KEY (id, part))
"""
ITS_PERSON = "It goes when its person does."
PLAIN = Holding(called="What we hold", hidden=["until"], goes_with=ITS_PERSON)


class Opens(NothingSealed):
    """Opens some values, has no key for others, and knows who was erased."""

    async def open(self, columns: Sequence[Any], records: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        known = {"v1.open": "oxygen", "v1.gone": ERASED, "v1.closed": {"sealed": "v1.closed"}}
        texts = {"v1.open": "oxygen", "v1.closed": None}
        return [
            {
                **row,
                "said": known[(row["said"] or {"sealed": "v1.open"})["sealed"]],
                "words": texts.get(row["words"], row["words"]),
            }
            for row in records
        ]


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service]) as running:
        await running.sql(NAME, MAKE)
        await running.sql(NAME, "CREATE TABLE public.disclosure (other_id uuid PRIMARY KEY)")
        await running.sql(NAME, "GRANT SELECT ON public.held, public.disclosure TO toy_hearer_hearer")
        yield running


async def hold(town: Platform, number: int, person: UUID, *, part: str = "a", **more: Any) -> None:
    values = {"other_id": None, "said": {"sealed": "v1.open"}, "words": "v1.open", "until": None} | more
    sql = "INSERT INTO public.held VALUES ($1, $2, $3, $4, $5, $6, 'b1.digest', 3, $7)"
    await town.sql(NAME, sql, number, part, person, *(values[name] for name in ("other_id", "said", "words", "until")))


async def collected(town: Platform, person: UUID, holding: Holding = PLAIN, *, told: bool = False) -> Any:
    holdings, count = Holdings(of_people={"held": holding}), [0][:0]
    reads = Collecting(holdings, [HELD], town[NAME].inner.database, Opens())
    found = [json.loads(line) async for line in reads.lines(person, told=told, now=NOW, count=count)]
    records = [line["record"] for line in found if "record" in line]
    assert sum(count) == len(records)
    return records if found else None


async def test_every_page_is_read_once_and_nobody_elses_rows(town: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "PAGE", 7)
    person, other = new_id(), new_id()
    for number in range(100, 125):
        await hold(town, number, person)
        await hold(town, number, other, part="b")
        await hold(town, number, person, part="c")
    found = await collected(town, person)
    assert [(each["id"], each["part"]) for each in found] == [(n, part) for n in range(100, 125) for part in "ac"]
    assert await collected(town, new_id()) == []


async def test_workings_digests_and_what_is_hidden_are_left_out(town: Platform) -> None:
    person = new_id()
    await hold(town, 1, person)
    [record] = await collected(town, person)
    assert record == {"id": 1, "part": "a", "other_id": None, "said": "oxygen", "words": "oxygen"}
    assert await collected(town, person, Holding(called="Workings", shown=False, goes_with=ITS_PERSON)) is None


async def test_a_row_of_two_people_is_given_to_both_with_who_is_who(town: Platform) -> None:
    person, other = new_id(), new_id()
    await hold(town, 2, person, other_id=other)
    both = Holding(called="Who acts for whom", people=["person_id", "other_id"], hidden=["until"], goes_with=ITS_PERSON)
    [for_one], [for_other] = await collected(town, person, both), await collected(town, other, both)
    assert for_one == for_other
    assert (for_one["person_id"], for_one["other_id"]) == (str(person), str(other))


async def test_whom_a_row_only_concerns_is_not_given_it_nor_named_in_it(town: Platform) -> None:
    person, other = new_id(), new_id()
    await hold(town, 12, person, other_id=other)
    told = Holding(called="What you told us", others=["other_id"], hidden=["until"], goes_with=ITS_PERSON)
    assert await collected(town, other, told) == []
    assert await collected(town, person, told) == [{"id": 12, "part": "a", "said": "oxygen", "words": "oxygen"}]


async def test_what_is_kept_from_them_for_a_while_is_not_in_it_yet(town: Platform) -> None:
    person = new_id()
    for number, until in ((3, None), (4, NOW - timedelta(hours=1)), (5, NOW + timedelta(hours=1))):
        await hold(town, number, person, until=until)
    later = Holding(called="Who looked", shown_after="until", goes_with=ITS_PERSON)
    assert [each["id"] for each in await collected(town, person, later)] == [3, 4]
    assert [each["id"] for each in await collected(town, person)] == [3, 4, 5]


async def test_what_was_disclosed_before_its_time_is_in_it(town: Platform) -> None:
    person, kept, disclosed = new_id(), new_id(), new_id()
    for number, secrecy in ((9, kept), (10, disclosed), (11, None)):
        await hold(town, number, person, other_id=secrecy, until=NOW + timedelta(hours=1))
    await town.sql(NAME, "INSERT INTO public.disclosure VALUES ($1)", disclosed)
    table = Disclosed(table="disclosure", by="other_id")
    later = Holding(called="Who looked", shown_after="until", disclosed=table, goes_with=ITS_PERSON)
    assert [each["id"] for each in await collected(town, person, later)] == [10]


async def test_what_is_kept_under_any_id_of_theirs_is_in_it_until_the_records_are_parted(
    town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "PAGE", 2)
    person, alias, before = new_id(), new_id(), new_id()
    for number in (20, 21, 22):
        await hold(town, number, person)
        await hold(town, number, alias, part="b")
        await hold(town, number, before, part="c")
    await town.sql(NAME, "INSERT INTO also_known_as VALUES ($1, $2), ($3, $1)", alias, person, before)
    found = [(each["id"], each["part"]) for each in await collected(town, person)]
    assert found == [(number, part) for number in (20, 21, 22) for part in "abc"]
    assert [each["part"] for each in await collected(town, alias)] == ["b", "c"] * 3
    await town.sql(NAME, "DELETE FROM also_known_as WHERE alias = $1", alias)
    assert [each["part"] for each in await collected(town, person)] == ["a"] * 3


async def test_what_cannot_be_opened_is_named_so_and_never_shown_as_it_lies(town: Platform) -> None:
    person = new_id()
    await hold(town, 6, person, said={"sealed": "v1.closed"}, words="v1.closed")
    await hold(town, 7, person, said={"sealed": "v1.gone"}, words=None)
    closed, gone = await collected(town, person)
    assert (closed["said"], closed["words"]) == ("sealed", "sealed")
    assert (gone["said"], gone["words"]) == ("sealed", None)


async def test_only_what_they_told_us_goes_elsewhere(town: Platform) -> None:
    person = new_id()
    await hold(town, 8, person)
    assert await collected(town, person, told=True) is None
    assert len(await collected(town, person, Holding(called="Told", told=True, goes_with=ITS_PERSON), told=True)) == 1


async def test_a_page_is_read_by_whose_it_is_before_it_is_put_in_order(town: Platform) -> None:
    """However many rows others have: never along the key of the whole table."""
    sql = collecting.page_of(HELD, PLAIN, begins=False)
    plan = await town.sql(NAME, f"EXPLAIN {sql}", 1, "a")
    lines = [row[0].strip() for row in plan]
    assert any("CTE Scan on theirs" in line for line in lines), lines
