"""An import goes on through lost answers, outages and expired tokens, stops where it must, and loses no row."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
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
from onedoor.importing.sending import CannotGoOn, Door

MAPPING = """
source: {source}
id: ref
service: street_problem
channel: {{column: how, values: {{p: phone, w: online}}}}
opened_at: made
steps: [{{when: {{state: [open]}}}}, {{when: {{state: [done]}}, stage: {stage}, result: fixed, at: [made]}}]
"""
HEADING = "ref,how,made,state\n"
TWENTY = HEADING + "".join(f"{number},p,2026-03-02T09:00:00Z,done\n" for number in range(20))
Fault = Callable[[httpx.Request], httpx.Response | None]
Answer = Callable[[httpx.Request], httpx.Response | Awaitable[None] | None]


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service]) as running:
        yield running


@dataclass
class Line(httpx.AsyncBaseTransport):
    """The way to case-crm. `before` may answer in its stead or raise; `after` may lose its answer."""

    inner: httpx.AsyncBaseTransport
    before: Answer = lambda _: None
    after: Fault = lambda _: None
    sent: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(await request.aread())
        self.sent.append(f"{body['source_id']} {body['channel']}")
        instead = self.before(request)
        if isinstance(instead, Awaitable):
            instead = await instead
        if instead is not None:
            return instead
        answer = await self.inner.handle_async_request(request)
        self.after(request)
        return answer


@dataclass
class Run:
    """One import to be, of a source of its own."""

    town: Platform
    folder: Path
    source: str
    content: str = TWENTY
    stage: str = "done"
    token: str = ""
    renew: Callable[[], str] | None = None
    patience: float = 20
    told: list[str] = field(default_factory=list)
    report: Report = field(init=False)

    def __post_init__(self) -> None:
        self.token = self.token or self.officer()

    def officer(self, *, seconds: int = 300, permissions: tuple[str, ...] = ("history:write",)) -> str:
        issuer = self.town.issuer
        return issuer.token(
            "officer", subject="import", councils=["northmere"], permissions=permissions, seconds=seconds
        )

    async def through(self, *, before: Answer = lambda _: None, after: Fault = lambda _: None) -> Line:
        """Import by a line that has these faults."""
        file = self.folder / "requests.csv"
        file.write_text(self.content)
        mapping = read_mapping(MAPPING.format(source=self.source, stage=self.stage), name="x")
        table = Table(file, mapping)
        self.report = Report(file=file.name, council="northmere", source=self.source, rows=table.count)
        made = Line(httpx.ASGITransport(self.town["case-crm"].app, raise_app_exceptions=False), before, after)
        async with httpx.AsyncClient(transport=made, base_url="http://case-crm") as client:
            door = Door(
                client,
                council="northmere",
                token=self.token,
                renew=self.renew,
                patience=self.patience,
                tell=self.told.append,
            )
            with rejects_file(self.folder / "rejects.csv", table) as rejects:
                await Import(mapping, ZoneInfo("Europe/London"), door, self.report, rejects, Lines(table.count)).of(
                    table, concurrency=8
                )
        return made

    @property
    def outcomes(self) -> tuple[int, int, int, int]:
        said = self.report.as_json()
        return said["opened"], said["repeated"], said["second_interaction"], said["rejected"]

    @property
    def rejects(self) -> list[str]:
        return (self.folder / "rejects.csv").read_text().splitlines()

    async def cases(self) -> int:
        counted = "SELECT count(*) FROM imported_row WHERE source = $1"
        return int((await self.town.sql("case-crm", counted, self.source))[0]["count"])


def times(count: int, fault: Fault) -> Fault:
    """The fault so many times for each row, then none."""
    seen: dict[str, int] = {}

    def answer(request: httpx.Request) -> httpx.Response | None:
        key = request.headers["Idempotency-Key"]
        seen[key] = seen.get(key, 0) + 1
        return fault(request) if seen[key] <= count else None

    return answer


def lost(request: httpx.Request) -> httpx.Response | None:
    raise httpx.ReadError("cut off", request=request)


def away(_: httpx.Request) -> httpx.Response | None:
    return httpx.Response(503, json={"title": "We cannot save anything."}, headers={"Retry-After": "0"})


async def test_a_row_whose_answer_was_lost_is_opened_once_and_counted_as_opened(town: Platform, tmp_path: Path) -> None:
    run = Run(town, tmp_path, "lost_answers")
    line = await run.through(after=times(1, lost))
    assert len(line.sent) == 40
    assert (run.outcomes, await run.cases()) == ((20, 0, 0, 0), 20)


async def test_an_outage_is_waited_for_and_told_once(town: Platform, tmp_path: Path) -> None:
    run = Run(town, tmp_path, "an_outage", HEADING + "1,p,2026-03-02T09:00:00Z,open\n")
    await run.through(before=times(2, away))
    assert run.outcomes == (1, 0, 0, 0)
    assert run.told == ["Waiting for case-crm, at most 20 s: We cannot save anything.", "case-crm is back."]


async def test_an_outage_without_end_stops_the_import_and_the_next_one_goes_on(town: Platform, tmp_path: Path) -> None:
    run = Run(town, tmp_path, "gone_for_good", patience=0.3)
    let_through: list[str] = []

    async def after_ten(request: httpx.Request) -> None:
        let_through.append(request.headers["Idempotency-Key"])
        if len(let_through) > 10:
            # An answer that is still on its way when the import stops is told of next time.
            await town.until(lambda: asyncio.sleep(0, run.report.accounted == 10))
            lost(request)

    with pytest.raises(CannotGoOn, match=r"did not come back within 0.3 s: it does not answer \(ReadError\)"):
        await run.through(before=after_ten)
    assert (run.outcomes, run.report.as_json()["finished"]) == ((10, 0, 0, 0), False)
    await run.through()
    assert (run.outcomes, await run.cases()) == ((10, 10, 0, 0), 20)


async def test_an_expired_token_is_renewed_once_for_all_rows_under_way(town: Platform, tmp_path: Path) -> None:
    run = Run(town, tmp_path, "short_token")
    made: list[str] = []
    run.token = run.officer(seconds=-600)
    run.renew = lambda: made.append(run.officer()) or made[-1]  # type: ignore[func-returns-value] # append, then give it
    await run.through()
    assert (run.outcomes, len(made)) == ((20, 0, 0, 0), 1)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ({"seconds": -600}, "Please sign in, .* Run it again with a new token"),
        ({"permissions": ()}, "Your role does not allow this"),
    ],
)
async def test_who_may_not_import_is_told_at_the_first_row(
    town: Platform, tmp_path: Path, token: dict[str, int], said: str
) -> None:
    run = Run(town, tmp_path, "not_allowed")
    run.token = run.officer(**token)  # type: ignore[arg-type] # each case names its own argument
    with pytest.raises(CannotGoOn, match=said):
        await run.through()
    assert (run.report.accounted, await run.cases()) == (0, 0)


async def test_renewed_tokens_that_are_refused_too_end_it(town: Platform, tmp_path: Path) -> None:
    run = Run(town, tmp_path, "never_signed_in", token="no-token")
    run.renew = lambda: "no-token-either"
    with pytest.raises(CannotGoOn, match="Please sign in"):
        await run.through()


async def test_what_the_service_refuses_is_rejected_with_its_words(town: Platform, tmp_path: Path) -> None:
    run = Run(town, tmp_path, "no_such_stage", stage="mended", content=TWENTY + "21,w,2026-03-02T09:00:00Z,open\n")
    await run.through()
    assert run.outcomes == (1, 0, 0, 20)
    said = '7,p,2026-03-02T09:00:00Z,done,"line 9: The service has no such stage. stage: mended possible: '
    assert [line.startswith(said) for line in run.rejects].count(True) == 1


async def test_a_row_that_the_service_always_fails_on_does_not_hold_up_the_others(
    town: Platform, tmp_path: Path
) -> None:
    def poison(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(500) if b'"source_id":"7"' in request.content else None

    run = Run(town, tmp_path, "poison")
    line = await run.through(before=poison)
    assert (run.outcomes, line.sent.count("7 phone")) == ((19, 0, 0, 1), 3)
    assert run.rejects[1:] == ["7,p,2026-03-02T09:00:00Z,done,line 9: http://case-crm/imported-cases answers 500."]


async def test_mended_rejects_are_imported_as_they_are(town: Platform, tmp_path: Path) -> None:
    run = Run(town, tmp_path, "mended", HEADING + "1,p,2026-03-02T09:00:00Z,open\n2,p,2.3.26,open\n3,x,,open\n")
    await run.through()
    assert run.outcomes == (1, 0, 0, 2)
    run.content = "\n".join(run.rejects).replace("2.3.26", "2026-03-02").replace("3,x,,", "3,w,2026-03-02,")
    await run.through()
    assert (run.outcomes, await run.cases()) == ((2, 0, 0, 0), 3)


async def test_rows_of_one_id_go_in_the_files_order_and_others_do_not_wait(town: Platform, tmp_path: Path) -> None:
    again = "".join(f"{number % 2},{'pw'[number // 2 % 2]},2026-03-02T09:00:00Z,open\n" for number in range(12))
    run = Run(town, tmp_path, "in_order", HEADING + again)
    first = times(1, away)
    line = await run.through(before=lambda request: first(request) if b'"source_id":"0"' in request.content else None)
    assert run.outcomes == (2, 8, 2, 0)
    for ref in "01":
        mine = [sent for sent in line.sent if sent.startswith(ref)]
        assert list(dict.fromkeys(mine)) == [f"{ref} phone", f"{ref} online"]
    assert line.sent.index("1 online") < len(line.sent) - line.sent[::-1].index("0 phone") - 1


async def test_an_address_that_is_not_case_crm_is_found_out(town: Platform, tmp_path: Path) -> None:
    run = Run(town, tmp_path, "elsewhere")
    with pytest.raises(CannotGoOn, match="does not answer as case-crm does: is the address right"):
        await run.through(before=lambda _: httpx.Response(200, json={"hello": "world"}))
    with pytest.raises(CannotGoOn, match="answers 404"):
        await run.through(before=lambda _: httpx.Response(404, text="nothing here"))
