"""The embedded PostgreSQL: a real server for each promise; who it runs as is in test_embedded_places.py."""

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from common.embedded import FOR_TESTS, CannotStart, Child, Postgres, free_port
from common.embedded import children as children_module
from common.embedded.run_as import server_user


@pytest.fixture(scope="module")
def homes() -> Iterator[Callable[[], Path]]:
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="onedoor-")))
        made[-1].chmod(0o711)  # pytest's own directories cannot be entered by the server's user
        return made[-1]

    yield make
    for home in made:
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def cluster(homes: Callable[[], Path]) -> Iterator[Postgres]:
    cluster = Postgres(homes(), port=free_port(), settings=FOR_TESTS)
    yield cluster
    cluster.stop()


@pytest.fixture
def server(cluster: Postgres) -> Postgres:
    """A running server, which a test may stop or kill."""
    if not cluster.alive():
        cluster.start()
    return cluster


def ask(server: Postgres, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def wait_until(happened: Callable[[], bool], *, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)


def state_of(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def test_by_default_a_commit_is_on_disk_and_nobody_outside_can_connect(homes: Callable[[], Path]) -> None:
    durable = Postgres(homes(), port=free_port())
    durable.start()
    try:
        names = (
            "fsync",
            "full_page_writes",
            "synchronous_commit",
            "data_checksums",
            "server_encoding",
            "listen_addresses",
            "unix_socket_directories",
            "max_connections",
            "statement_timeout",
            "recovery_init_sync_method",
        )
        found = {name: ask(durable, f"SHOW {name}")[0][0] for name in names}
    finally:
        durable.stop()
    assert found == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "100",
        "statement_timeout": "0",
        "recovery_init_sync_method": "syncfs" if sys.platform == "linux" else "fsync",
    }


def test_the_password_is_needed_and_private(server: Postgres) -> None:
    assert (server.home / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert ask(server, "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'onedoor'") == [
        (True,)
    ]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://onedoor:guess@127.0.0.1:{server.port}/postgres")


def test_letters_of_every_language_are_lowered_and_sorted_the_same_on_every_machine(server: Postgres) -> None:
    assert ask(server, "SELECT lower('ŻÓŁĆ ÄÖÜ'), 'Z' < 'a'") == [("żółć äöü", True)]
    assert ask(server, "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = 'template1'") == [
        ("b", "C.UTF-8")
    ]


def test_databases_are_made_from_templates_and_dropped_while_in_use(server: Postgres) -> None:
    server.create_database("model")
    ask(server, "CREATE TABLE told (what text)", "model")
    ask(server, "INSERT INTO told VALUES ('once')", "model")
    server.create_database('an "odd"; name', "model")
    connection = psycopg.connect(server.url('an "odd"; name'))
    assert connection.execute("SELECT what FROM told").fetchall() == [("once",)]
    server.drop_database('an "odd"; name')
    connection.close()
    assert ask(server, "SELECT datname FROM pg_database WHERE datname LIKE 'an%'") == []


def test_values_of_rows_never_reach_the_log(server: Postgres) -> None:
    ask(server, "CREATE TABLE people (email text PRIMARY KEY)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(server, "INSERT INTO people VALUES ('ada@example.org'), ('ada@example.org')")
    assert "ada@example.org" not in (server.home / "logs/postgres.log").read_text()


def test_what_was_written_is_there_after_stop_and_start(server: Postgres) -> None:
    ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    first = server.pid
    server.stop()
    assert not server.alive()
    server.start()
    assert server.alive()
    assert server.pid != first
    assert ask(server, "SELECT number FROM kept") == [(7,)]


def test_after_a_kill_the_next_start_recovers(server: Postgres) -> None:
    ask(server, "CREATE TABLE survived AS SELECT 8 AS number")
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.alive())
    assert (server.data / "postmaster.pid").exists()
    server.start()
    assert ask(server, "SELECT number FROM survived") == [(8,)]


def test_after_a_kill_a_backend_that_is_still_counting_does_not_prevent_the_start(server: Postgres) -> None:
    busy_one = psycopg.connect(server.url())
    backend = busy_one.info.backend_pid
    busy_one.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000000000)")
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.alive())
    assert state_of(backend) == "R"
    server.start()
    busy_one.close()
    assert state_of(backend) in (None, "Z")  # a zombie where nobody reaps orphans


def test_a_stale_pid_file_naming_a_stranger_does_not_prevent_the_start(server: Postgres) -> None:
    ours = (server.data / "postmaster.pid").read_text()
    server.stop()
    user = server_user(server.home / "postgres")
    stranger = Child(name="stranger", argv=["sleep", "60"], home=server.home, user=user)
    stranger.start()
    try:
        (server.data / "postmaster.pid").write_text(f"{stranger.pid}\n" + ours.partition("\n")[2])
        server.start()
        assert ask(server, "SELECT 1") == [(1,)]
        assert stranger.alive()
    finally:
        stranger.stop()


def test_a_busy_port_is_named_with_its_holder(server: Postgres, homes: Callable[[], Path]) -> None:
    with pytest.raises(CannotStart, match=rf"port {server.port} is in use \(process {server.pid} postgres\)"):
        Postgres(homes(), port=server.port).start()


def test_a_second_server_of_the_same_home_is_refused(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children_module, "_DYING_SECONDS", 0.1)
    with pytest.raises(CannotStart, match=rf"postgres is already running from .* \(process {server.pid}\)"):
        Postgres(server.home, port=free_port()).start()
    with pytest.raises(CannotStart, match=rf"already running \(process {server.pid}\)"):
        server.start()
    assert ask(server, "SELECT 1") == [(1,)]


def test_data_used_by_a_server_of_another_home_is_refused(server: Postgres, homes: Callable[[], Path]) -> None:
    other = homes()
    (other / "postgres").symlink_to(server.data.parent)
    (other / "postgres.password").write_text("whatever")
    with pytest.raises(CannotStart, match=rf"process {server.pid}\) already uses {server.data}"):
        Postgres(other, port=free_port()).start()
    assert ask(server, "SELECT 1") == [(1,)]


def test_a_lost_or_changed_password_is_told_at_once(server: Postgres) -> None:
    file = server.home / "postgres.password"
    password = file.read_text()
    server.stop()
    try:
        file.write_text("another")
        with pytest.raises(CannotStart, match="another password than"):
            server.start()
        assert not server.alive()
        file.unlink()
        with pytest.raises(CannotStart, match="its password is gone"):
            server.start()
    finally:
        file.write_text(password)


def test_a_setting_the_server_does_not_know_is_told_with_its_own_words(server: Postgres) -> None:
    server.stop()
    wrong = Postgres(server.home, port=free_port(), settings={"no_such_setting": "1"})
    with pytest.raises(CannotStart, match=r"postgres ended at its start; .*\n.*no_such_setting"):
        wrong.start()


def test_only_the_main_thread_may_start_a_server(homes: Callable[[], Path]) -> None:
    refused: list[CannotStart] = []

    def start() -> None:
        try:
            Postgres(homes(), port=free_port()).start()
        except CannotStart as reason:
            refused.append(reason)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(refused[0])
