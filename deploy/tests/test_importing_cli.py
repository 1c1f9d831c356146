"""`onedoor import` as people use it: over real HTTP, with the local issuer's token, killed and started again."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import uvicorn
from case_crm.app import service
from common.embedded import Nats, free_port
from common.testing.platform import Platform, platform
from common.testing.servers import Servers

REPOSITORY = Path(__file__).parents[2]
MAPPING = REPOSITORY / "deploy/mappings/stlouis_csb.yaml"
FILE = REPOSITORY / "deploy/tests/data/requests.csv"
ONEDOOR = "from onedoor.cli import main; main()"


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service]) as running:
        yield running


@pytest.fixture(scope="module")
async def url(town: Platform) -> AsyncIterator[str]:
    """case-crm on a port of its own. Its lifespan is the platform's already."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(town["case-crm"].app, port=port, lifespan="off", log_level="warning"))
    serving = asyncio.create_task(server.serve())
    await town.until(lambda: asyncio.sleep(0, server.started))
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


async def onedoor(town: Platform, folder: Path, *arguments: str, home: Path | None = None) -> Process:
    environment = {**os.environ, "ONEDOOR_HOME": str(home or town.home)}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", ONEDOOR, "import", *arguments, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE
    )


async def ended(process: Process) -> tuple[int | None, str, str]:
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode(), err.decode()


async def test_a_file_is_imported_and_everything_is_told(town: Platform, url: str, tmp_path: Path) -> None:
    given = [str(FILE), "--mapping", str(MAPPING), "--council", "northmere", "--url", url]
    code, out, err = await ended(await onedoor(town, tmp_path, *given))
    assert (code, err) == (0, "")
    told = out.splitlines()
    assert told[0].startswith(
        "21 rows = 11 opened + 5 repeated (3 the same again, 2 by another channel, kept as a second interaction) "
        "+ 5 rejected, in "
    )
    assert told[1:] == [
        "1 without a channel stay unknown.",
        "1 odd and kept as they are: channel not listed.",
        "1 odd and kept as they are: differs from an earlier row.",
        "2 odd and kept as they are: done before it began.",
        "2 odd and kept as they are: steps out of order.",
        "The report is requests.report.json, the rejected rows are requests.rejects.csv.",
    ]
    with (tmp_path / "requests.rejects.csv").open(newline="") as stream:
        reasons = [row["rejected_because"] for row in csv.DictReader(stream)]
    assert reasons == [
        "line 20: it has 7 columns, and the heading 17",
        "line 21: datetimeinit: '08/01/2018' is not a moment (%Y-%m-%d %H:%M:%S.%f)",
        "line 22: requestid is empty",
        "line 23: no step of the mapping fits: status is 'PENDING'",
        "line 24: it became cancelled, and does not say when: datecancelled empty",
    ]
    kept = json.loads((tmp_path / "requests.report.json").read_text())
    assert (kept["finished"], kept["rejected"], [odd["line"] for odd in kept["odd_rows"]]) == (
        True,
        5,
        [7, 12, 15, 18, 19],
    )


async def test_killed_in_the_middle_it_goes_on_where_it_was(town: Platform, url: str, tmp_path: Path) -> None:
    head, *rows = (REPOSITORY / "deploy/tests/data/requests.csv").read_text().splitlines()
    many = tmp_path / "many.csv"
    many.write_text("\n".join([head, *(f"{number}{rows[0][4:]}" for number in range(100_000, 101_000))]))
    given = [str(many), "--mapping", str(MAPPING), "--council", "southholt", "--url", url]

    async def cases() -> int:
        counted = "SELECT count(*) FROM case_file WHERE council = 'southholt'"
        return int((await town.sql("case-crm", counted))[0]["count"])

    async def hundred_more(than: int) -> bool:
        return await cases() >= than + 100

    for stop, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)):
        wait = partial(hundred_more, await cases())
        process = await onedoor(town, tmp_path, *given)
        await town.until(wait, seconds=30)
        process.send_signal(stop)
        stopped = await ended(process)
        assert stopped[0] == code
    assert stopped[1].endswith("of 1,000 rows: the same command again goes on.\n")
    some = await cases()
    assert 200 <= some < 1000
    assert (await ended(await onedoor(town, tmp_path, *given)))[0] == 0
    kept = json.loads((tmp_path / "many.report.json").read_text())
    assert (await cases(), kept["opened"] + kept["repeated"], kept["rejected"]) == (1000, 1000, 0)
    assert 0 < kept["opened"] <= 1000 - some


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--council", "eastmere"], "there is no council eastmere: there are northmere, southholt\n"),
        (["--url", "case-crm:8002"], "case-crm:8002 is no address: write it as http://127.0.0.1:8002\n"),
        (["--url", "http://case-crm:80o2"], "http://case-crm:80o2 is no address: write it as http://127.0.0.1:8002\n"),
        (["--token", "nonsense"], "Please sign in, or sign in again. Run it again with "),
        (["--mapping", "none.yaml"], "none.yaml: No such file or directory\n"),
        (["--rejects", str(FILE)], f"{FILE} is the file to import: say another one for --rejects\n"),
        (["--report", "/no/where.json"], "/no/where.json: No such file or directory\n"),
    ],
)
async def test_what_cannot_be_done_is_one_sentence_and_nothing_is_sent(
    town: Platform, url: str, tmp_path: Path, arguments: list[str], said: str
) -> None:
    given = [str(FILE), "--mapping", str(MAPPING), "--council", "northmere", "--url", url, *arguments]
    code, out, err = await ended(await onedoor(town, tmp_path, *given))
    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


async def test_where_nothing_was_ever_started_it_says_what_to_do(town: Platform, tmp_path: Path) -> None:
    given = [str(FILE), "--mapping", str(MAPPING), "--council", "northmere"]
    process = await onedoor(town, tmp_path, *given, home=tmp_path / "empty")
    code, _, err = await ended(process)
    assert (code, err) == (1, f"nothing was ever started from {tmp_path}/empty: run onedoor up, or say --token\n")
