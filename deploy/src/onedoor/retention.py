"""What goes by itself: what would go the next night and what is held, and what went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from common.runtime.query import Query
from common.runtime.rights.schedules import Schedule
from common.runtime.settings import read_councils
from common.runtime.store.clock import Clock

from onedoor.contracts import services
from onedoor.home import Home
from onedoor.ledgers import looking
from onedoor.running import Running

_WENT = """
SELECT at::date AS day, of, council, schedule, sum(records)::int AS records FROM onedoor.destruction
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class ToGo:
    """One schedule of one council: how many rows of a table go at the next run, and how many would but for a legal hold."""

    service: str
    table: str
    council: str
    kept: str
    because: str
    at: datetime
    go: int
    held: int


@dataclass(frozen=True)
class Went:
    """What went of one table of one council on one day. Rows that follow others are counted with them."""

    service: str
    day: date
    table: str
    council: str
    kept: str
    records: int


def to_go(home: Home) -> list[ToGo]:
    """Every schedule of every service that runs here, with what it would let go at its next run."""
    running, now = Running.of(home), Clock(home.clock).now()
    councils = read_councils(home.councils)
    found: list[ToGo] = []
    for service in (each for each in services() if each.name in running.services):
        with looking(running, service.name) as connection:
            found += [_counted(connection, service.name, each, now) for each in service.schedules(councils)]
    return found


def went(home: Home) -> list[Went]:
    """The destruction logs of every service that runs here, day by day."""
    running = Running.of(home)
    found: list[Went] = []
    for service in running.services:
        with looking(running, service) as connection:
            lines = connection.execute(_WENT).fetchall()
        found += [Went(service, day, table, council, kept, records) for day, table, council, kept, records in lines]
    return sorted(found, key=lambda each: each.day)


def told_to_go(found: Sequence[ToGo]) -> Iterator[str]:
    """A table of the schedules, with the reason of each that has something to let go or to keep."""
    cells = [
        (each.service, each.table, each.council, each.kept, f"{each.go} to go", f"{each.held} held") for each in found
    ]
    for each, line in zip(found, _aligned(cells), strict=True):
        yield line
        if each.go or each.held:
            yield f"    {each.because} Next run {each.at:%Y-%m-%d %H:%M}."
    yield f"{sum(each.go for each in found)} to go at the next run, {sum(each.held for each in found)} held."


def told_went(found: Sequence[Went]) -> Iterator[str]:
    """A table of what went."""
    yield from _aligned(
        [(str(each.day), each.service, each.table, each.council, each.kept, f"{each.records} gone") for each in found]
    )
    yield f"{sum(each.records for each in found)} gone." if found else "Nothing has gone by itself yet."


def _counted(connection: psycopg.Connection, service: str, schedule: Schedule, now: datetime) -> ToGo:
    at = schedule.next_run(now)
    given = schedule.given(at)

    def number(read: Query[int]) -> int:
        [count] = psycopg.RawCursor(connection).execute(read.sql.encode(), read.arguments(given)).fetchone() or (0,)
        return int(count)

    return ToGo(
        service=service,
        table=schedule.table.name,
        council=schedule.council,
        kept=schedule.kept.counted(schedule.period),
        because=schedule.kept.because,
        at=at,
        go=number(schedule.reads.over),
        held=number(schedule.reads.held),
    )


def _aligned(lines: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)
