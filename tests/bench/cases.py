"""The bench of cases: the reads that people and officers wait for, a telling, and the reads again as cases grow more."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import load
import psycopg
from case_crm.app import service
from common.runtime.ids import new_id
from common.runtime.store.work import table_of
from common.testing.telling import HIS
from sqlalchemy import Table
from world import World, cpu_seconds

BIN = {"service": "missed_bin", "channel": "online", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}
# Open Zaak's processor time for what answers the same question, in ms: measured on a machine of this kind.
OPEN_ZAAK = {"my_cases": 394, "case_view": 44, "queue": 152}
GROWN = """
CREATE TEMP TABLE grown AS
SELECT uuidv7() AS case_id, uuidv7() AS need_id, gen_random_uuid() AS person_id, n, random() < 0.97 AS over,
       now() - random() * interval '1000 days' AS at
FROM generate_series(1, %s) n
"""
ENDED = (
    "jsonb_build_object('status', 'closed', 'stage', 'closed', 'disposal', 'destroy', 'ended_at', at, 'goes_on', now())"
)
MOMENTS = ("opened_at", "changed_at", "recorded_at", "queued_for", "started_at", "at")
Read = tuple[str, str, Callable[[int], bytes]]


def cases(world: World, keep: Any, *, seconds: int, sizes: list[int]) -> None:
    """The reads among few cases, a telling, then the same reads among so many."""
    reads = dict(_reads(world))
    for name, (service_name, route, make) in reads.items():
        _read(world, keep, name, service_name, route, make, seconds=seconds)
    telling(world, keep)
    grown, first = 0, {}
    for size in sizes:
        grow(world, size - grown)
        grown = size
        for name in ("my_cases", "case_view", "queue", "team_queue"):
            p50 = _p50(world, reads[name], seconds=seconds)
            base = first.setdefault(name, p50)
            if size > sizes[0]:
                how = f"p50 among {size:,} cases with all their parts to that among {sizes[0]:,}, 32 in flight"
                keep(f"read.{name}.growth_{_short(size)}", p50 / base, "×", how)


def _reads(world: World) -> Iterator[tuple[str, Read]]:
    """What is read: of which service, by which route, and how it is asked."""
    people, ours = world.residents(50), world.port("case-crm")
    opened = [(_post(ours, "/cases", headers, BIN), headers) for _, headers in people for _ in range(5)]
    officer = world.bearer("officer", "bench", "northmere")
    time.sleep(1)  # so that the hearers are done with these before anything is timed
    [first, *_] = httpx.get(f"http://127.0.0.1:{ours}/queue", headers=officer).json()["items"]

    def asking(path: Callable[[int], str], who: Callable[[int], dict[str, str]]) -> Callable[[int], bytes]:
        return lambda n: load.request("GET", path(n), who(n))

    def resident(n: int) -> dict[str, str]:
        return people[n % len(people)][1]

    yield "my_cases", ("case-crm", "/me/cases", asking(lambda n: "/me/cases", resident))
    one = asking(lambda n: f"/cases/{opened[n % 250][0]['case_id']}", lambda n: opened[n % 250][1])
    yield "case_view", ("case-crm", "/cases/{case_id}", one)
    hundred = asking(lambda n: "/queue?limit=100", lambda n: officer)
    yield "queue", ("case-crm", "/queue", hundred)
    team = asking(lambda n: f"/queue?team={first['team']}&held=nobodys", lambda n: officer)
    yield "team_queue", ("case-crm", "/queue", team)
    yield "timeline", ("customer-account", "/me/timeline", asking(lambda n: "/me/timeline", resident))
    track = asking(lambda n: f"/tracking/{opened[n % 250][0]['tracking_reference']}", lambda n: {})
    yield "tracking", ("feedback", "/tracking/{reference}", track)


def _read(
    world: World, keep: Any, name: str, service: str, route: str, make: Callable[[int], bytes], *, seconds: int
) -> None:
    pids = world.pids(service)
    before = cpu_seconds(pids)
    run = _run(world, (service, route, make), seconds=seconds)
    spent = (cpu_seconds(pids) - before) / len(run.latencies) * 1000
    keep(f"read.{name}.statements", world.statements(service, route), "", "reads of one answer, as its span says")
    keep(f"read.{name}.cpu_ms", spent, "ms", f"processor time of {service} a request, 32 in flight")
    if peer := OPEN_ZAAK.get(name):
        keep(
            f"read.{name}.cpu_of_open_zaak",
            spent / peer,
            "×",
            f"the same to the {peer} ms that Open Zaak took for the like",
        )
    keep(f"read.{name}.p50_ms", run.quantile(0.5), "ms", "32 in flight")
    keep(f"read.{name}.p99_ms", run.quantile(0.99), "ms", "32 in flight")
    keep(f"read.{name}.p99_to_p50", run.quantile(0.99) / run.quantile(0.5), "×", "32 in flight")


def _run(world: World, read: Read, *, seconds: int) -> load.Result:
    run = asyncio.run(load.run(world.port(read[0]), read[2], in_flight=32, seconds=seconds))
    if set(run.statuses) != {200}:
        raise SystemExit(f"{read[1]}: {run.statuses}")
    return run


def _p50(world: World, read: Read, *, seconds: int) -> float:
    return statistics.median(_run(world, read, seconds=seconds).quantile(0.5) for _ in range(3))


def telling(world: World, keep: Any) -> None:
    """Somebody's death told to every recipient at once, one telling after the other."""
    officer, port = world.bearer("officer", "bench", "northmere"), world.port("case-crm")
    took = []
    for _ in range(40):
        told = {"life_event": "bereavement", "person_id": str(new_id()), "channel": "phone", "facts": HIS}
        registered = {"registrar_reference": f"TUO-{new_id()}", "registered_on": str(datetime.now(UTC).date())}
        preview = _post(port, "/tellings", officer, told | registered)
        began = time.perf_counter()
        _post(port, f"/tellings/{preview['telling_id']}/confirmation", officer, {"preview": preview["preview"]})
        took.append(time.perf_counter() - began)
    how = f"a telling with {preview['told']} recipients confirmed, each of them planned in its one transaction; one at a time"
    keep("telling.confirm.p50_ms", statistics.median(took) * 1000, "ms", how)
    keep("telling.confirm.p95_ms", sorted(took)[int(len(took) * 0.95)] * 1000, "ms", "the same")


def grow(world: World, count: int) -> None:
    """So many cases of other people more, each with all its parts as one that was opened has them; nearly all are closed."""
    with psycopg.connect(world.running.owner("case-crm"), autocommit=True) as connection:
        ((example,),) = connection.execute("SELECT id FROM case_file LIMIT 1").fetchall()
        connection.execute(GROWN, [count])
        for table in (table_of(row) for row in service.rows()):
            if whose := {"case_file": "id", "need": "case_id"}.get(
                table.name, "case_id" if "case_id" in table.columns else ""
            ):
                connection.execute(_copied(table, whose), [UUID(str(example))])
        connection.execute("DROP TABLE grown")
        connection.execute("VACUUM ANALYZE")


def _copied(table: Table, whose: str) -> str:
    """Each row of this table that the example has, once for every grown case: with ids and a time of its own."""
    ids = {name: name for name in ("case_id", "need_id", "person_id")}
    ids |= {"reference": "'GROWN-' || substr(case_id::text, 25)"}
    own = {"case_file": "case_id", "need": "need_id"}.get(table.name, "uuidv7()")
    values = {name: value for name, value in ({"id": own} | ids).items() if name in table.columns}
    values |= {name: "at" for name in MOMENTS if name in table.columns}
    made = ", ".join(f"'{name}', {value}" for name, value in values.items())
    ended = f" || CASE WHEN over THEN {ENDED} ELSE '{{}}' END" if table.name == "case_file" else ""
    one = f'SELECT to_jsonb(t) AS row FROM "{table.name}" t WHERE {whose} = %s'
    row = f'jsonb_populate_record(NULL::"{table.name}", one.row || jsonb_build_object({made}){ended})'
    return f'INSERT INTO "{table.name}" SELECT made.* FROM grown, ({one}) one, LATERAL {row} made'


def _short(size: int) -> str:
    return f"{size // 10**6}m" if size >= 10**6 else f"{size // 1000}k"


def _post(port: int, path: str, headers: dict[str, str], asked: dict[str, Any]) -> dict[str, Any]:
    answer = httpx.post(f"http://127.0.0.1:{port}{path}", json=asked, headers=headers)
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body
