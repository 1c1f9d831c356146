"""`make bench`: one run on one machine, medians of five alternating rounds, a table and `.onedoor/bench.json`."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import asyncpg
import load
import uvloop
from cases import cases
from peer import Pgbench
from people import people
from same_sql import SAID, SameSql, same_sql
from world import World, megabytes, started, write

ROOT = Path(__file__).parents[2]
BIN = {"service": "missed_bin", "channel": "online", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}
# What somebody is asked whose address is held already: everybody here told it once, before the clock runs.
BIN_AGAIN = BIN | {"answers": {"bin": "Rubbish"}}
TOUCH = {"channel": "phone", "purpose": "chase", "asked": "When is it collected?"}
SAME = "the very SQL of one POST /cases, taken from the server's log, fresh ids"
Measures = list[dict[str, object]]
People = list[tuple[str, dict[str, str]]]


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    for grown in ("--people", "--cases"):
        parser.add_argument(grown, type=int, nargs="*", default=[10_000, 100_000], help="how many, one after the other")
    parser.add_argument("--large", action="store_true", help="people and cases up to a million")
    told = parser.parse_args()
    measures: Measures = []

    def keep(name: str, value: float, unit: str, how: str) -> None:
        measures.append({"name": name, "value": round(value, 3), "unit": unit, "how": how})
        print(f"{name:32} {value:12.3f} {unit:10} {how}", flush=True)

    with started(ROOT / ".onedoor/bench") as world:
        keep("startup.cold_seconds", world.cold_seconds, "s", "onedoor up --detach in an empty folder, demo seeded")
        world.command("down")
        keep("startup.warm_seconds", world.command("up", "--detach"), "s", "onedoor up --detach again")
        time.sleep(3)
        keep("idle.mb", megabytes(world.pids()), "MB", "proportional set size of every process, 3 s after the start")
        opening(world, keep, rounds=told.rounds, seconds=told.seconds)
        noting(world, keep, rounds=told.rounds, seconds=told.seconds)
        tracing(world, keep, rounds=told.rounds, seconds=told.seconds)
        for events in (100, 300, 1000):
            how = (
                f"{events} events/s, {SAID} of each case, for 5 s: from the answer to feedback's row; median of rounds"
            )
            keep(f"visible.{events}.p99_ms", visible_in_rounds(world, events / SAID, told.rounds), "ms", how)
        cases(world, keep, seconds=told.seconds, sizes=told.cases + [1_000_000] * told.large)
        people(world, keep, seconds=told.seconds, sizes=told.people + [1_000_000] * told.large)
    write(ROOT / ".onedoor/bench.json", measures)
    print(f"written to {ROOT / '.onedoor/bench.json'}")


def opening(world: World, keep, *, rounds: int, seconds: int) -> None:  # type: ignore[no-untyped-def]
    """POST /cases against pgbench: doing a small transaction like it, and sending the very same SQL; turn by turn."""
    people = told_once(world, 200)
    port = world.port("case-crm")
    first, theirs = people[0]

    def make(number: int) -> bytes:
        return load.request("POST", "/cases", people[number % 200][1], BIN_AGAIN)

    small = Pgbench(world.running.owner("case-crm"), world.home)
    with same_sql(world, first, lambda: _post(port, theirs, BIN_AGAIN)) as same:
        asyncio.run(load.run(port, make, in_flight=8, seconds=2))  # warm
        for clients in (1, 8, 32):
            turns = [_turn(small, same, port, make, clients=clients, seconds=seconds) for _ in range(rounds)]
            how = (
                f"POST /cases, {clients} in flight, to pgbench with as many clients; "
                f"median of {rounds} alternating rounds"
            )
            ratio = statistics.median(ours.per_second / rate for ours, rate, _ in turns)
            keep(f"open.c{clients}.ratio", ratio, "×", how)
            ratio = statistics.median(ours.per_second / rate for ours, _, rate in turns)
            keep(f"open.c{clients}.same_sql_ratio", ratio, "×", f"the same, to pgbench with {SAME}")
    runs = [ours for ours, _, _ in turns]
    keep("open.c32.per_second", statistics.median(run.per_second for run in runs), "1/s", "the same at 32 in flight")
    keep("open.c32.p50_ms", statistics.median(run.quantile(0.5) for run in runs), "ms", "the same")
    keep("open.c32.p99_ms", statistics.median(run.quantile(0.99) for run in runs), "ms", "the same")
    rate = statistics.median(rate for _, _, rate in turns)
    keep("open.c32.same_sql_per_second", rate, "1/s", f"pgbench with 32 clients: {SAME}")


def _turn(
    small: Pgbench, same: SameSql, port: int, make: Callable[[int], bytes], *, clients: int, seconds: int
) -> tuple[load.Result, float, float]:
    """One round: what POST /cases did, and the transactions a second of the small peer and of the same SQL."""
    of_small = small.per_second(clients=clients, seconds=seconds)
    of_same = same.per_second(clients=clients, seconds=seconds)
    ours = asyncio.run(load.run(port, make, in_flight=clients, seconds=seconds))
    if set(ours.statuses) != {201}:
        raise SystemExit(f"not every case was opened: {ours.statuses}")
    return ours, of_small, of_same


def noting(world: World, keep, *, rounds: int, seconds: int) -> None:  # type: ignore[no-untyped-def]
    """An officer notes touches on cases, against the small transaction of pgbench; turn by turn, 32 in flight."""
    port, officer = world.port("case-crm"), world.bearer("officer", "sam", "northmere")
    cases = [_post(port, theirs, BIN_AGAIN)["case_id"] for _, theirs in told_once(world, 200)]

    def make(number: int) -> bytes:
        return load.request("POST", f"/cases/{cases[number % 200]}/interactions", officer, TOUCH)

    small = Pgbench(world.running.owner("case-crm"), world.home)
    asyncio.run(load.run(port, make, in_flight=8, seconds=2))  # warm
    turns = []
    for _ in range(rounds):
        rate = small.per_second(clients=32, seconds=seconds)
        ours = asyncio.run(load.run(port, make, in_flight=32, seconds=seconds))
        if set(ours.statuses) != {201}:
            raise SystemExit(f"not every touch was noted: {ours.statuses}")
        turns.append((ours, rate))
    how = (
        f"POST /cases/…/interactions, 32 in flight, to pgbench as open.c32.ratio; median of {rounds} alternating rounds"
    )
    keep("interact.c32.ratio", statistics.median(ours.per_second / rate for ours, rate in turns), "×", how)
    keep("interact.c32.per_second", statistics.median(ours.per_second for ours, _ in turns), "1/s", "the same")
    keep("interact.c32.p99_ms", statistics.median(ours.quantile(0.99) for ours, _ in turns), "ms", "the same")


def tracing(world: World, keep, *, rounds: int, seconds: int) -> None:  # type: ignore[no-untyped-def]
    """Opening cases with every span kept, to opening them with none: a second platform, turn by turn with the first."""
    with started(ROOT / ".onedoor/bench-untraced", ONEDOOR_TRACING="off") as untraced:
        worlds = [(each.port("case-crm"), told_once(each, 200)) for each in (world, untraced)]
        ratios = []
        for _ in range(rounds):
            rates = []
            for port, people in worlds:

                def make(number: int, people: People = people) -> bytes:
                    return load.request("POST", "/cases", people[number % 200][1], BIN_AGAIN)

                rates.append(asyncio.run(load.run(port, make, in_flight=32, seconds=seconds)).per_second)
            ratios.append(rates[0] / rates[1])
    keep("tracing.ratio", statistics.median(ratios), "×", "POST /cases at 32 in flight, every span kept, to none kept")


def told_once(world: World, count: int) -> list[tuple[str, dict[str, str]]]:
    """People who have told their address in an earlier case, and whom every service has heard of by now."""
    people = world.residents(count)
    for _, headers in people:
        _post(world.port("case-crm"), headers)
    time.sleep(2)
    return people


def visible_in_rounds(world: World, rate: float, rounds: int) -> float:
    """The median of what some rounds gave, each begun when what was measured before is written out."""
    found = []
    for _ in range(rounds):
        time.sleep(5)
        found.append(asyncio.run(visible(world, rate, told_once(world, 200))))
    return statistics.median(found)


async def visible(world: World, rate: float, people: list[tuple[str, dict[str, str]]]) -> float:
    """p99 of the time from a case's answer to its row in another service's table, looked for every ms. `rate` cases/s."""
    pool = await asyncpg.create_pool(world.running.owner("feedback"), min_size=2, max_size=2)
    waiting: dict[UUID, float] = {}
    seen: list[float] = []
    done = asyncio.Event()

    async def look() -> None:
        while not (done.is_set() and not waiting):
            ids = list(waiting)
            if ids:
                rows = await pool.fetch('SELECT case_id FROM "transaction" WHERE case_id = ANY($1)', ids)
                now = time.perf_counter()
                for row in rows:
                    seen.append(now - waiting.pop(UUID(str(row["case_id"]))))
            await asyncio.sleep(0.001)

    async def opener(number: int, connections: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]) -> None:
        reader, writer = connections.pop()
        writer.write(load.request("POST", "/cases", people[number % 200][1], BIN_AGAIN))
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        waiting[UUID(json.loads(body)["case_id"])] = time.perf_counter()
        connections.append((reader, writer))

    port = world.port("case-crm")
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(64)]
    looking = asyncio.create_task(look())
    began, tasks = time.perf_counter(), []
    for number in range(int(rate * 5)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        while not connections:
            await asyncio.sleep(0.001)
        tasks.append(asyncio.create_task(opener(number, connections)))
    await asyncio.gather(*tasks)
    done.set()
    await asyncio.wait_for(looking, 60)
    await pool.close()
    return sorted(seen)[int(len(seen) * 0.99)] * 1000


def _post(port: int, headers: dict[str, str], asked: dict[str, object] = BIN) -> dict[str, str]:
    import httpx

    answer = httpx.post(f"http://127.0.0.1:{port}/cases", json=asked, headers=headers)
    answer.raise_for_status()
    body: dict[str, str] = answer.json()
    return body


if __name__ == "__main__":
    uvloop.install()
    main()
