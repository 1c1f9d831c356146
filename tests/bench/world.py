"""A platform of its own for the bench: started by the command line, filled through HTTP, stopped at the end."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from common.embedded import free_port
from common.embedded.issuer import Issuer
from common.runtime.ids import new_id
from onedoor.home import Home
from onedoor.running import Running

ONEDOOR = Path(sys.executable).with_name("onedoor")


@dataclass
class World:
    """A running platform: where it is, how long it took to start, and tokens for it."""

    home: Path
    base: int
    cold_seconds: float

    @property
    def running(self) -> Running:
        return Running.of(Home(self.home))

    def port(self, service: str) -> int:
        return int(self.running.services[service].rpartition(":")[2])

    def bearer(self, role: str, subject: str, *councils: str) -> dict[str, str]:
        """Headers good for an hour."""
        token = Issuer(self.home).token(role, subject=subject, councils=councils, seconds=3600)
        return {"Authorization": f"Bearer {token}", "Onedoor-Council": councils[0]}

    def residents(self, count: int) -> list[tuple[str, dict[str, str]]]:
        people = [str(new_id()) for _ in range(count)]
        return [(person, self.bearer("resident", person, "northmere", "southholt")) for person in people]

    def command(self, *words: str, **told: str) -> float:
        """Run the command line; gives the seconds it took. `told` goes into its environment."""
        began = time.perf_counter()
        environment = os.environ | {"ONEDOOR_HOME": str(self.home), "ONEDOOR_PORT_BASE": str(self.base), **told}
        subprocess.run([str(ONEDOOR), *words], env=environment, check=True, capture_output=True)
        return time.perf_counter() - began

    def sql(self, service: str, statement: str, *arguments: object) -> list[tuple[object, ...]]:
        """Ask a service's database as its owner."""
        with psycopg.connect(self.running.owner(service)) as connection:
            return connection.execute(statement, arguments).fetchall()

    def statements(self, service: str, route: str) -> int:
        """How many reads the last answer of a route took, as its span says."""
        time.sleep(1)  # spans are written twice a second
        with closing(sqlite3.connect(self.home / "traces" / f"{service}.db")) as store:
            ((count,),) = store.execute(
                "SELECT json_extract(attributes, '$.\"onedoor.statements\"') FROM span WHERE name = ? "
                "ORDER BY started DESC LIMIT 1",
                [f"GET {route}"],
            )
        return int(count)

    def pids(self, name: str = "") -> list[int]:
        """The processes of this platform; with a name, those of that service (the kernel keeps 15 letters of it)."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
                called = (folder / "comm").read_text().strip()
            except OSError:
                continue
            if str(self.home).encode() in told and (not name or called == name[:15]):
                found.append(int(folder.name))
        return found


@contextmanager
def started(folder: Path, **told: str) -> Iterator[World]:
    """A fresh platform under `folder`, taken down at the end."""
    shutil.rmtree(folder, ignore_errors=True)
    world = World(folder, _base(), 0.0)
    world.cold_seconds = world.command("up", "--detach", **told)
    try:
        yield world
    finally:
        world.command("down")


def _base() -> int:
    """A base whose ports are free, found and let go."""
    return free_port() // 100 * 100


def megabytes(pids: list[int]) -> float:
    """The memory these processes use together, shared pages counted once."""
    total = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def cpu_seconds(pids: list[int]) -> float:
    """Processor time these processes have used."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def write(file: Path, measures: list[dict[str, object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"measures": measures}, indent=1) + "\n")
