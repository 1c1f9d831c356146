"""Files of another system are imported whole: every figure against a direct count of the file, synthetic and real."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from case_crm.app import service as case_crm
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.servers import nats as a_broker
from onedoor.importing.doing import Import
from onedoor.importing.mapping import read_mapping
from onedoor.importing.progress import Lines
from onedoor.importing.report import Report
from onedoor.importing.rows import Table, rejects_file
from onedoor.importing.sending import Door
from review_engine.app import service as review_engine

from deploy.tests.direct import (
    CHANNELS,
    REAL,
    STATUSES,
    SYNTHETIC,
    Given,
    cases_in,
    edges_of,
    in_london,
    numbers_of,
    touches_in,
    waits_of,
    within,
)

REPOSITORY = Path(__file__).parents[2]
MAPPING = REPOSITORY / "deploy/mappings/stlouis_csb.yaml"


@pytest.fixture(scope="module", params=[SYNTHETIC, REAL], ids=["synthetic", "real"])
def given(request: pytest.FixtureRequest) -> Given:
    found: Given = request.param
    if not found.file.exists():
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(f"{found.file} is absent, and this is CI: set ONEDOOR_TEST_DATA")
        pytest.skip(f"{found.file} is absent: only the synthetic requests were imported")
    return found


@pytest.fixture(scope="module")
async def town(given: Given, servers: Servers) -> AsyncIterator[Platform]:
    """With a broker for each file: what one platform had still to hear, the next would hear in its place."""
    with a_broker(servers.home) as nats:
        async with platform(servers, nats, [case_crm, review_engine]) as running:
            yield running


async def imported(
    town: Platform,
    given: Given,
    folder: Path,
    *,
    council: str = "northmere",
    concurrency: int = 8,
    advanced: Callable[[int], None] = lambda _: None,
) -> Report:
    """Import the file over HTTP. `advanced` is told after every row how many are done."""
    table = Table(given.file, read_mapping(MAPPING.read_text(), name=MAPPING.name))
    report = Report(file=given.file.name, council=council, source=table.mapping.source, rows=table.count)
    token = town.officer(council, permissions=["history:write"])["Authorization"].removeprefix("Bearer ")
    door = Door(town["case-crm"].client, council=council, token=token)
    with rejects_file(folder / "rejects.csv", table) as rejects:
        progress = _Watched(table.count, advanced)
        run = Import(table.mapping, ZoneInfo("Europe/London"), door, report, rejects, progress)
        await run.of(table, concurrency=concurrency)
    return report


class _Watched(Lines):
    def __init__(self, total: int, advanced: Callable[[int], None]) -> None:
        super().__init__(total)
        self.advanced = advanced

    def advance(self, rejected: int) -> None:
        super().advance(rejected)
        self.advanced(self.done)


def outcomes(report: Report) -> dict[str, Any]:
    said = report.as_json()
    return {name: said[name] for name in ("rows", "opened", "repeated", "second_interaction", "rejected")}


async def counted(town: Platform, statement: str, council: str = "northmere") -> Counter[Any]:
    rows = await town.sql("case-crm", statement, council)
    return Counter({tuple(row.values())[:-1]: row["count"] for row in rows})


CASES = "SELECT channel, status, count(*) FROM case_file WHERE council = $1 GROUP BY channel, status"
TOUCHES = """SELECT i.channel, count(*) FROM interaction i JOIN case_file c ON c.id = i.case_id
             WHERE c.council = $1 GROUP BY i.channel"""
EVENTS = "SELECT name, count(*) FROM onedoor.said WHERE council = $1 AND aggregate = 'case' GROUP BY name"


@pytest.fixture(scope="module")
async def first(town: Platform, given: Given, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return await imported(town, given, tmp_path_factory.mktemp("first"))


async def test_every_row_has_one_outcome(first: Report, given: Given) -> None:
    assert outcomes(first) == given.outcomes
    assert first.as_json()["finished"] is True
    assert first.channels["unknown"] == given.unknown_channel
    assert first.oddities == given.oddities


async def test_cases_by_channel_and_status_are_those_of_the_file(first: Report, town: Platform, given: Given) -> None:
    assert await counted(town, CASES) == cases_in(given)
    assert cases_in(given).total() == given.outcomes["opened"]


async def test_another_channel_is_a_touch_on_the_same_case(first: Report, town: Platform, given: Given) -> None:
    assert await counted(town, TOUCHES) == touches_in(given)
    assert touches_in(given).total() == given.outcomes["opened"] + given.outcomes["second_interaction"]


async def test_cases_keep_their_own_dates_in_the_councils_zone(first: Report, town: Platform, given: Given) -> None:
    closed = "SELECT opened_at, changed_at, recorded_at FROM case_file WHERE council = $1 AND status = 'closed'"
    rows = await town.sql("case-crm", closed, "northmere")
    dates = {
        row["requestid"]: (in_london(row["datetimeinit"]), in_london(row["datetimeclosed"]))
        for row in reversed(given.good())
        if STATUSES[row["status"]] == "closed"
    }
    assert sorted((row["opened_at"], row["changed_at"]) for row in rows) == sorted(dates.values())
    assert min(row["recorded_at"] for row in rows).year > 2018


async def test_history_says_so_and_no_result_is_made_up(first: Report, town: Platform) -> None:
    history = "SELECT data ->> 'history' AS history, count(*) FROM onedoor.said WHERE aggregate = 'case' GROUP BY 1"
    assert {row["history"] for row in await town.sql("case-crm", history)} == {"true"}
    results = "SELECT result, status, count(*) FROM case_file GROUP BY result, status"
    found = {(row["status"], row["result"]) for row in await town.sql("case-crm", results)}
    assert {result for status, result in found if status == "closed"} == {"other"}
    assert {result for status, result in found if status != "closed"} == {None}


# -- what reviewers count of it

PERIODS = [("2017-06-01", "2022-06-01"), ("2018-01-08", "2018-01-20"), ("2018-02-01", "2018-08-01")]


async def measured(town: Platform, measure: str, begins: str, ends: str, **asked: str) -> Any:
    """What a reviewer is answered, once all that was said was heard."""
    said = "SELECT count(*) FROM onedoor.said WHERE aggregate = 'case'"
    [row] = await town.sql("case-crm", said)

    async def heard() -> bool:
        [kept] = await town.sql("review-engine", "SELECT count(*) FROM evidence")
        return bool(kept["count"] == row["count"])

    await town.until(heard, seconds=60)
    period = {"service": "street_problem", "from": begins, "to": ends}
    reviewer = town.bearer("reviewer", "ada", ["northmere"])
    answer = await town["review-engine"].client.get(f"/measures/{measure}", params=period | asked, headers=reviewer)
    assert answer.status_code == 200, answer.text
    return answer.json()


NOT_OF_THE_FILE = {"channel", "month", "asked_again_because", "value_demand", "failure_demand", "failure_because"}


def numbers(row: dict[str, Any]) -> dict[str, Any]:
    """A row of counts without what it is of and without what the file knows nothing of; of results, those that there are."""
    plain = {name: value for name, value in row.items() if name not in NOT_OF_THE_FILE}
    return plain | {"resolved_by_result": {r["result"]: r["count"] for r in row["resolved_by_result"] if r["count"]}}


@pytest.mark.parametrize(("begins", "ends"), PERIODS)
async def test_reviewers_count_what_a_direct_count_of_the_file_gives(
    first: Report, town: Platform, given: Given, begins: str, ends: str
) -> None:
    steps, found = within(given, begins, ends), await measured(town, "counts", begins, ends)
    assert numbers(found["total"]) == numbers_of(steps)
    assert {*CHANNELS.values(), "other"} < {row["channel"] for row in found["by_channel"]}
    for row in found["by_channel"]:
        assert numbers(row) == numbers_of([step for step in steps if step.came_by == row["channel"]])
    months = Counter(f"{step.at:%Y-%m}" for step in steps)
    assert months.keys() <= {row["month"] for row in found["by_month"]}
    for row in found["by_month"]:
        assert numbers(row) == numbers_of([step for step in steps if f"{step.at:%Y-%m}" == row["month"]])


@pytest.mark.parametrize(("begins", "ends"), PERIODS)
async def test_what_came_next_is_counted_from_the_file_too_and_small_cells_alone_are_withheld(
    first: Report, town: Platform, given: Given, begins: str, ends: str
) -> None:
    steps, found = within(given, begins, ends), await measured(town, "directly-follows", begins, ends, by="channel")
    assert {(e["from_activity"], e["to_activity"]): e["count"] for e in found["edges"]} == edges_of(steps)
    for edge in found["edges"]:
        waits = waits_of(steps, (edge["from_activity"], edge["to_activity"]))
        assert edge["median_seconds"] == (pytest.approx(median(waits), abs=0.001) if waits else None)
    withheld: dict[tuple[str, str], list[int]] = {}
    for group in found["groups"]:
        direct = edges_of([step for step in steps if step.opened_by == group["group"]])
        for cell in group["edges"]:
            edge = (cell["from_activity"], cell["to_activity"])
            if cell["withheld"]:
                withheld.setdefault(edge, []).append(direct[edge])
            else:
                assert (cell["count"], cell["count"] >= 10) == (direct[edge], True)
    for hidden in withheld.values():  # a larger one is hidden only where it would give the small ones away
        assert min(hidden) < 10
        assert sum(hidden) - max(hidden) < 10 * len(hidden)


async def test_the_same_file_again_changes_nothing(first: Report, town: Platform, given: Given, tmp_path: Path) -> None:
    before = await counted(town, EVENTS)
    again = await imported(town, given, tmp_path)
    kept = given.outcomes["rows"] - given.outcomes["rejected"]
    assert outcomes(again) == given.outcomes | {"opened": 0, "second_interaction": 0, "repeated": kept}
    assert again.oddities == given.oddities
    assert await counted(town, EVENTS) == before


async def test_stopped_half_way_and_started_again_it_ends_the_same(
    first: Report, town: Platform, given: Given, tmp_path: Path
) -> None:
    half = given.outcomes["rows"] // 2

    def stop(done: int) -> None:
        if done == half:
            running.cancel()

    stopped = imported(town, given, tmp_path, council="southholt", concurrency=2, advanced=stop)
    running = asyncio.create_task(stopped)
    with pytest.raises(asyncio.CancelledError):
        await running
    some = (await counted(town, CASES, "southholt")).total()
    assert 0 < some < given.outcomes["opened"]
    rest = await imported(town, given, tmp_path, council="southholt")
    assert 0 < rest.as_json()["opened"] <= given.outcomes["opened"] - some
    assert rest.as_json()["rejected"] == given.outcomes["rejected"]
    assert rest.accounted == given.outcomes["rows"]
    for statement in (CASES, TOUCHES, EVENTS):
        assert await counted(town, statement, "southholt") == await counted(town, statement)
