"""`onedoor up`: what must be before it, that it continues with its data, and that nothing is left, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import case_crm
import psycopg
import pytest
from common.embedded import Nats, Postgres, free_port
from common.embedded.postgres import FOR_TESTS
from onedoor.testing import Local, processes_below, until_gone

BIN = {"service": "missed_bin", "channel": "online", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}
OFFICER = ("--role", "officer", "--council", "northmere")
NAMES = ["postgres", "nats", "customer-account", "case-crm", "feedback", "partner-gateway", "review-engine"]


def references(local: Local) -> list[str]:
    """The open cases of Northmere, newest first."""
    return [case["reference"] for case in local.get("case-crm", "/cases", *OFFICER).json()["items"]]


def test_before_the_first_start_every_command_says_so(local: Local) -> None:
    status = local.run("status")
    assert status.returncode == 1
    assert status.stdout.count("never started") == len(NAMES)
    for words in (("token", *OFFICER), ("parked",), ("retry",), ("say-again", "--since", "2026-11-01"), ("trace", "X")):
        done = local.run(*words)
        assert done.returncode == 1
        assert done.stderr.startswith("nothing was ever started from ")
    assert local.said("down").startswith("Nothing runs from ")


def test_a_killed_supervisor_leaves_no_child_and_the_next_start_continues_with_the_data(local: Local) -> None:
    assert local.run("up", "--detach").returncode == 0
    seeded = references(local)
    again = local.run("up", "--detach")
    assert (again.returncode, again.stderr.count("is already running from")) == (1, 1)
    opened = local.post("case-crm", "/cases", BIN, *OFFICER)
    assert opened.status_code == 201, opened.text

    children = processes_below(local.supervisor())
    assert {"nats-server", "postgres", "case-crm", "partner-gateway"} <= set(children.values())
    os.kill(local.supervisor(), signal.SIGKILL)
    until_gone(children)
    assert [part["detail"] for part in local.status()["parts"]] == ["not running"] * len(NAMES)

    with local.up() as process:
        assert references(local) == [opened.json()["reference"], *seeded]  # and the demo was not seeded twice
        process.send_signal(signal.SIGINT)
        assert (process.wait(30), process.stderr and process.stderr.read()) == (0, "")


def test_a_service_that_dies_stops_everything(local: Local) -> None:
    with local.up() as process:
        children = processes_below(process.pid)
        victim = next(pid for pid, name in children.items() if name == "feedback")
        os.kill(victim, signal.SIGKILL)
        assert process.wait(30) == 1
        assert process.stderr
        assert process.stderr.read().startswith("feedback was killed (SIGKILL), so everything was stopped: see ")
    until_gone(children)
    details = {part["name"]: part["detail"] for part in local.status()["parts"]}
    assert details == {**dict.fromkeys(NAMES, "not running"), "feedback": "was killed (SIGKILL)"}


def test_a_server_that_dies_stops_everything(local: Local) -> None:
    with local.up() as process:
        children = processes_below(process.pid)
        os.kill(next(pid for pid, name in children.items() if name == "nats-server"), signal.SIGKILL)
        assert process.wait(30) == 1
        assert process.stderr
        assert process.stderr.read().startswith("nats ended, so everything was stopped: see ")
    until_gone(children)


def test_stopping_a_start_half_way_leaves_nothing(local: Local) -> None:
    with local.starting() as process:
        assert process.stdout
        assert process.stdout.readline() == "Starting PostgreSQL\n"
        assert process.stdout.readline() == "Preparing and starting 5 services\n"
        children = processes_below(process.pid)
        process.terminate()
        assert process.wait(30) == 0
    until_gone(children, seconds=1)


def test_a_busy_port_is_named_with_its_holder_and_nothing_is_started(local: Local) -> None:
    with socket.create_server(("127.0.0.1", local.base + 2)):
        done = local.run("up", "--detach")
    assert done.returncode == 1
    assert done.stderr == (
        f"case-crm needs port {local.base + 2}, which is in use (process {os.getpid()} "
        f"{Path('/proc/self/comm').read_text().strip()}): free it, or set ONEDOOR_PORT_BASE\n"
    )
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("ONEDOOR_PORT_BASE", "eighty", "ONEDOOR_PORT_BASE is 'eighty', which is not a number"),
        ("ONEDOOR_PORT_BASE", "65530", "ONEDOOR_PORT_BASE is '65530', which is not a number from 1 to 65522"),
        ("ONEDOOR_DATABASE_URL", "postgresql://me@127.0.0.1/all", "ONEDOOR_DATABASE_URL must look like postgresql://"),
        ("ONEDOOR_DATABASE_URL", "postgresql://me:pw@127.0.0.1:1/{service}", "port 1 failed: Connection refused"),
        ("ONEDOOR_NATS_URL", "http://127.0.0.1", "ONEDOOR_NATS_URL must look like nats://"),
        (
            "ONEDOOR_NATS_URL",
            "nats://127.0.0.1:1",
            "the broker of ONEDOOR_NATS_URL does not answer (Connection refused)",
        ),
        ("ONEDOOR_HOME", "/proc/home", "cannot use /proc/home"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(local: Local, variable: str, value: str, sentence: str) -> None:
    done = local.run("up", **{variable: value})
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert ":pw@" not in done.stderr


RELEASED = Path(case_crm.__file__).parent / "service_definitions" / "missed_bin.yaml"


@pytest.mark.parametrize(
    ("change", "to", "sentence"),
    [
        ("start: reported", "start: nowhere", "it starts at the stage nowhere, which it does not have"),
        ("fact_kind: home_address", "fact_kind: shoe_size", "no fact of the kind shoe_size is kept"),
        ("questions:\n", "questions:\n\t", "line 11: this is not YAML"),
    ],
)
def test_a_broken_service_definition_is_told_in_one_sentence(
    local: Local, tmp_path: Path, change: str, to: str, sentence: str
) -> None:
    text = RELEASED.read_text()
    assert change in text
    (tmp_path / "bin.yaml").write_text(text.replace(change, to))
    done = local.run("up", "--detach", ONEDOOR_DEFINITIONS=str(tmp_path))
    assert done.returncode == 1
    assert "bin.yaml: " in done.stderr
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_full_disk_is_told(local: Local) -> None:
    disk = Path(tempfile.mkdtemp(prefix="onedoor-small-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        disk.chmod(0o711)  # PostgreSQL's user must get through
        done = local.run("up", ONEDOOR_HOME=str(disk / "home"))
    finally:
        subprocess.run(["umount", disk], check=True)
        disk.rmdir()
    assert (done.returncode, done.stderr) == (1, f"the disk holding {disk}/home is full\n")


@pytest.fixture
def theirs() -> Iterator[str]:
    """The administrator's address of a PostgreSQL that somebody else runs: not the tests' own, whose roles it would change."""
    home = Path(tempfile.mkdtemp(prefix="onedoor-theirs-"))
    home.chmod(0o711)
    server = Postgres(home, port=free_port(), settings=FOR_TESTS)
    server.start()
    yield server.url("postgres").rpartition("/")[0] + "/{service}"
    server.remove()


def test_servers_that_are_there_already_are_used_instead(local: Local, theirs: str, nats: Nats) -> None:
    with local.up(ONEDOOR_DATABASE_URL=theirs, ONEDOOR_NATS_URL=nats.url()) as process:
        assert not {"postgres", "nats-server"} & set(processes_below(process.pid).values())
        status = local.status()
        assert status["ready"] is True
        host = theirs.rpartition("@")[2].partition("/")[0]
        assert [part["url"] for part in status["parts"]][:2] == [f"postgresql://{host}", nats.url()]
    with psycopg.connect(theirs.replace("{service}", "postgres")) as connection:
        made = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '_'").fetchall()
    services = {name.replace("-", "_") for name in NAMES[2:] if "-" in name}
    assert {name for (name,) in made} == {*services, "customer_account_keys"}
