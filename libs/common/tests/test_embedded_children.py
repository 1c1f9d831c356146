"""Supervised children and ports: real processes, and a supervisor that is really killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from common.embedded import CannotStart, Child, busy, free_port, who_holds
from common.embedded import children as children_module

SUPERVISOR = """
import json, signal, sys
from pathlib import Path
from common.embedded import FOR_TESTS, Child, Nats, Postgres, free_port

home = Path(sys.argv[1])
postgres = Postgres(home, port=int(sys.argv[2]), settings=FOR_TESTS)
nats = Nats(home, port=int(sys.argv[3]))
child = Child(name="service", argv=["sleep", "600"], home=home)
for server in (postgres, nats, child):
    server.start()
print(json.dumps([postgres.pid, nats.pid, child.pid]), flush=True)
signal.pause()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="onedoor-"))
    home.chmod(0o711)  # pytest's own directories cannot be entered by PostgreSQL's user
    yield home
    shutil.rmtree(home)


def shell(script: str, *, home: Path) -> Child:
    return Child(name="shell", argv=["sh", "-c", script], home=home)


def wait_for_log(child: Child, words: str, *, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while words not in child.said():
        assert time.monotonic() < until, child.said()
        time.sleep(0.01)


def wait_for_end(pids: list[int], *, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while left := [pid for pid in pids if _runs(pid)]:
        assert time.monotonic() < until, f"still running: {left}"
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"  # an orphan waits here for whoever adopts it, where nobody reaps


def test_a_child_is_asked_to_stop_and_says_how_it_ended(tmp_path: Path) -> None:
    child = shell("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done", home=tmp_path)
    assert (child.pid, child.exit_code, child.alive(), child.stop()) == (None, None, False, None)
    child.start()
    wait_for_log(child, "ready")
    assert child.alive()
    assert child.stop() == 3
    assert not child.alive()
    assert child.said() == "ready\nbye"


def test_a_child_that_will_not_stop_is_killed_with_all_it_started(tmp_path: Path) -> None:
    child = shell("trap '' TERM; sleep 600 & echo $! ready; wait", home=tmp_path)
    child.start()
    wait_for_log(child, "ready")
    assert child.stop(grace=0.2) == -signal.SIGKILL
    wait_for_end([int(child.said().split()[0])])


def test_logs_are_kept_over_starts_and_the_last_words_are_of_this_start(tmp_path: Path) -> None:
    child = shell("echo started $$; exec sleep 600", home=tmp_path)
    for _ in range(2):
        child.start()
        wait_for_log(child, f"started {child.pid}")
        child.stop()
    assert child.said() == f"started {child.pid}"
    assert len(child.log.read_text().splitlines()) == 2


def test_a_home_has_one_child_of_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children_module, "_DYING_SECONDS", 0.1)
    first = shell("exec sleep 600", home=tmp_path)
    first.start()
    try:
        with pytest.raises(CannotStart, match=rf"shell is already running from .* \(process {first.pid}\)"):
            shell("exec sleep 600", home=tmp_path).start()
    finally:
        first.stop()


def test_a_missing_program_and_a_forbidden_home_are_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="cannot use no-such-program: No such file"):
        Child(name="x", argv=["no-such-program"], home=tmp_path).start()
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="Not a directory"):
        Child(name="x", argv=["true"], home=tmp_path / "file").start()


def test_a_killed_supervisor_leaves_no_child_and_the_next_one_starts_at_once(home: Path) -> None:
    arguments = [sys.executable, "-c", SUPERVISOR, str(home), str(free_port()), str(free_port())]
    for _ in range(2):
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as supervisor:
            assert supervisor.stdout
            pids = json.loads(supervisor.stdout.readline())
            assert all(_runs(pid) for pid in pids)
            supervisor.send_signal(signal.SIGKILL)
    wait_for_end(pids)


def test_a_free_port_is_free_and_never_given_twice() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50
    assert not any(busy(port) for port in ports)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - the case to be noticed
def test_a_busy_port_is_noticed_and_its_holder_named(address: str) -> None:
    port = free_port()
    assert who_holds(port) is None
    with socket.create_server((address, port)):
        assert busy(port)
        assert who_holds(port) == f"process {os.getpid()} {Path('/proc/self/comm').read_text().strip()}"
