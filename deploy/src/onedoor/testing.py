"""For tests: the local platform as a person uses it, by the command `onedoor`, in a home of its own."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from common.embedded import busy

from onedoor.packages import PACKAGES, name_of

ONEDOOR = str(Path(sys.executable).with_name("onedoor"))
T = TypeVar("T")
READY = re.compile(r"Onedoor is ready \([0-9.]+ s\)")


@dataclass
class Local:
    """One home, and the command used on it."""

    home: Path
    base: int
    tokens: dict[tuple[str, ...], str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ONEDOOR_")}
        return {**plain, "ONEDOOR_HOME": str(self.home), "ONEDOOR_PORT_BASE": str(self.base), **more}

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [ONEDOOR, *words],
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def said(self, *words: str) -> str:
        """What a command that works prints."""
        done = self.run(*words)
        if done.returncode or done.stderr:
            raise AssertionError(f"onedoor {' '.join(words)} ended with {done.returncode}: {done.stderr}")
        return done.stdout.rstrip("\n")

    @contextmanager
    def up(self, **variables: str) -> Iterator[subprocess.Popen[str]]:
        """`onedoor up` in the foreground, ready."""
        with self.starting(**variables) as process:
            if not any(READY.match(line) for line in process.stdout or ()):
                raise AssertionError(process.communicate()[1])
            yield process

    @contextmanager
    def starting(self, **variables: str) -> Iterator[subprocess.Popen[str]]:
        """`onedoor up` in the foreground, ready or not."""
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [ONEDOOR, "up"], env=self.environment(**variables), stdout=pipe, stderr=pipe, text=True
        ) as process:
            try:
                yield process
            finally:
                process.terminate()

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return found

    def get(self, service: str, path: str, *words: str) -> httpx.Response:
        """Read as the bearer of a token for these words."""
        return httpx.get(self.url(service) + path, headers=self.bearer(*words), timeout=30)

    def post(self, service: str, path: str, body: Any, *words: str) -> httpx.Response:
        return httpx.post(self.url(service) + path, json=body, headers=self.bearer(*words), timeout=30)

    def bearer(self, *words: str) -> dict[str, str]:
        """Headers with a token for these words, asked for once."""
        if words not in self.tokens:
            self.tokens[words] = self.said("token", *words)
        return {"Authorization": f"Bearer {self.tokens[words]}"}

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.base + 1 + [name_of(package) for package in PACKAGES].index(service)}"

    def supervisor(self) -> int:
        return int((self.home / "up.lock").read_text())


def processes_below(pid: int) -> dict[int, str]:
    """Every living process that descends from this one, with its name."""
    found: dict[int, str] = {}
    todo = [pid]
    while todo:
        parent = todo.pop()
        for process in Path("/proc").glob("[0-9]*/stat"):
            name, state, its_parent = _read(process)
            if its_parent == parent and state != "Z":
                found[int(process.parent.name)] = name
                todo.append(int(process.parent.name))
    return found


def _read(stat: Path) -> tuple[str, str, int]:
    try:
        head, _, rest = stat.read_text().rpartition(")")
    except OSError:  # it ended meanwhile
        return "", "Z", 0
    return head.partition("(")[2], rest.split()[0], int(rest.split()[1])


def until_gone(pids: dict[int, str], *, seconds: float = 15) -> None:
    give_up = time.monotonic() + seconds
    while left := {pid: name for pid, name in pids.items() if _read(Path(f"/proc/{pid}/stat"))[1] != "Z"}:
        if time.monotonic() > give_up:
            raise AssertionError(f"still running: {left}")
        time.sleep(0.02)


def until(check: Callable[[], T], *, seconds: float = 20) -> T:
    """What a check gives as soon as it is something true."""
    give_up = time.monotonic() + seconds
    while not (found := check()):
        if time.monotonic() > give_up:
            raise AssertionError("it never came to be")
        time.sleep(0.05)
    return found


def free_base() -> int:
    """A port base with all that is counted from it free, below the ports of outgoing connections."""
    while True:
        base = 20_000 + 20 * secrets.randbelow(600)
        if not any(busy(base + step) for step in range(1, 13)):
            return base
