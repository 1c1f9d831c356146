"""Files of another system are imported whole: every figure against a direct count of the file, synthetic and real."""

from __future__ import annotations

import asyncio
import csv
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from case_crm.app import service
from common.embedded import Nats
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from onedoor.importing.doing import Import
from onedoor.importing.mapping import read_mapping
from onedoor.importing.progress import Lines
from onedoor.importing.report import Report
from onedoor.importing.rows import Table, rejects_file
from onedoor.importing.sending import Door

REPOSITORY = Path(__file__).parents[2]
MAPPING = REPOSITORY / "deploy/mappings/stlouis_csb.yaml"
DATA = Path(os.environ.get("ONEDOOR_TEST_DATA") or REPOSITORY / "../shared/data")
CHANNELS = {"PHONE": "phone", "WEB": "online", "EMAIL": "email", "TWITTER": "social", "DEPT_REF": "partner"} | {
    "NA": "unknown"
}
STATUSES = {
    "NEW": "submitted",
    "CLOSED": "closed",
    "Closed": "closed",
    "CANCEL": "cancelled",
    "Disptch": "in_progress",
    "Inspect": "in_progress",
    "FieldCrw": "in_progress",
    "SCHEDULED": "scheduled",
    "ON HOLD": "awaiting_partner",
    "Letter": "awaiting_partner",
}


@dataclass(frozen=True)
class Given:
    """A file, and what is expected of it."""

    file: Path
    outcomes: dict[str, int]
    unknown_channel: int
    oddities: dict[str, int]

    def good(self) -> list[dict[str, str]]:
        """The rows that are to be imported, read without any code of ours."""
        with self.file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        return [row for row in rows if row["status"] in STATUSES and row["requestid"] not in {"NA", "9013", "9016"}]


SYNTHETIC = Given(
    Path(__file__).parent / "data/requests.csv",
    {"rows": 21, "opened": 11, "repeated": 3, "second_interaction": 2, "rejected": 5},
    unknown_channel=1,
    oddities={
        "channel_not_listed": 1,
        "differs_from_an_earlier_row": 1,
        "done_before_it_began": 2,
        "steps_out_of_order": 2,
    },
)
REAL = Given(
    DATA / "open311/stlouis_csb_january_2018.csv",
    {"rows": 1554, "opened": 1532, "repeated": 13, "second_interaction": 9, "rejected": 0},
    unknown_channel=131,
    oddities={"done_before_it_began": 13, "steps_out_of_order": 15},
)


@pytest.fixture(scope="module", params=[SYNTHETIC, REAL], ids=["synthetic", "real"])
def given(request: pytest.FixtureRequest) -> Given:
    found: Given = request.param
    if not found.file.exists():
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(f"{found.file} is absent, and this is CI: set ONEDOOR_TEST_DATA")
        pytest.skip(f"{found.file} is absent: only the synthetic requests were imported")
    return found


@pytest.fixture(scope="module")
async def town(given: Given, servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service]) as running:
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


def in_london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))


CASES = "SELECT channel, status, count(*) FROM case_file WHERE council = $1 GROUP BY channel, status"
TOUCHES = """SELECT i.channel, count(*) FROM interaction i JOIN case_file c ON c.id = i.case_id
             WHERE c.council = $1 GROUP BY i.channel"""
EVENTS = "SELECT name, count(*) FROM onedoor.said WHERE council = $1 AND aggregate = 'case' GROUP BY name"


def cases_in(given: Given) -> Counter[Any]:
    """The file's requests by channel and status: the first row of each id counts."""
    first: dict[str, dict[str, str]] = {}
    for row in given.good():
        first.setdefault(row["requestid"], row)
    return Counter((CHANNELS.get(row["callertype"], "other"), STATUSES[row["status"]]) for row in first.values())


def touches_in(given: Given) -> Counter[Any]:
    """The ways each of the file's requests was reported."""
    ways = {(row["requestid"], CHANNELS.get(row["callertype"], "other")) for row in given.good()}
    return Counter((channel,) for _, channel in ways)


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
