"""The embedded PostgreSQL server: one cluster per home, start, stop, databases; roles and tables live elsewhere."""

import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from common.embedded.binaries import postgres_bin
from common.embedded.cannot_start import CannotStart, refuse_if_full, telling_why
from common.embedded.children import Child, end_with_parent, forking
from common.embedded.left_behind import end_orphans, forget_stale_pid
from common.embedded.ports import refuse_if_busy
from common.embedded.private_files import write_private
from common.embedded.run_as import RunAs, area_for
from common.embedded.waiting import until_ready

SUPERUSER = "onedoor"
_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may have 107 bytes at most; homes are longer
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    # Errors quote the values of rows: they go to the service that asked, never to a log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    # After a kill the next start has all files written out: one by one that took 10 s where others write too; at once, 0.5 s.
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),
}
FOR_TESTS: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "256MB"}


class Postgres:
    """PostgreSQL on 127.0.0.1:`port`, superuser `onedoor`, data under `<home>/postgres`; `settings` go over SETTINGS.

    Started by root it runs as another user, and its data may lie elsewhere: see `common.embedded.run_as`.
    `home` may be of any length. Losing `<home>/postgres.password` (0600) means losing the way in.
    """

    def __init__(self, home: Path, *, port: int, settings: Mapping[str, str] | None = None) -> None:
        self.home = home.absolute()
        self.port = port
        self.settings = {**SETTINGS, **(settings or {})}
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id (the postmaster); None before the first start."""
        return self._child.pid if self._child else None

    @property
    def data(self) -> Path:
        """The data directory, where it really is."""
        return (self.home / "postgres").resolve() / "data"

    def alive(self) -> bool:
        """Whether the server process runs."""
        return self._child is not None and self._child.alive()

    def url(self, database: str = "postgres") -> str:
        """`postgresql://onedoor:<password>@127.0.0.1:<port>/<database>`. Raises FileNotFoundError before any start."""
        return f"postgresql://{SUPERUSER}:{self._password_file.read_text()}@127.0.0.1:{self.port}/{quote(database)}"

    def start(self, *, seconds: float = 60.0) -> None:
        """Make the cluster if it is new, start, and wait at most `seconds` until it answers (recovery included).

        Raises CannotStart: port in use, disk full, already running, place not reachable, or what the log says.
        """
        if self.alive():
            raise CannotStart(f"postgres is already running (process {self.pid})")
        area, user = area_for(self.home, "postgres")
        programs = postgres_bin(user)
        end_orphans(self.data)
        self._child = self._server(programs, user)
        self._child.start(prepare=lambda: self._prepare(area, programs, user))
        until_ready(self._child, self._answers, port=self.port, seconds=seconds)

    def stop(self, *, grace: float = 20.0) -> None:
        """Disconnect everybody and stop cleanly; after `grace` seconds at once (the next start recovers)."""
        if self._child:
            self._child.stop(grace=grace)

    def remove(self) -> None:
        """Stop, and delete the cluster with all its data, wherever it is."""
        self.stop()
        link = self.home / "postgres"
        shutil.rmtree(link.resolve(), ignore_errors=True)
        if link.is_symlink():
            link.unlink()
        self._password_file.unlink(missing_ok=True)

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database, as a copy of `template` if given. Raises psycopg.errors.DuplicateDatabase."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._run(statement)

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, disconnecting whoever uses it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @property
    def _password_file(self) -> Path:
        return self.home / "postgres.password"

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=2):
                return True
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise CannotStart(f"{self.data} has another password than {self._password_file}") from error
            return False

    def _server(self, programs: Path, user: RunAs | None) -> Child:
        settings = {**self.settings, "port": str(self.port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Child(
            name="postgres",
            argv=[str(programs / "postgres"), "-D", str(self.data), *options],
            home=self.home,
            env=_ENVIRONMENT,
            cwd=self.data,
            user=user,
            stop_signals=(signal.SIGINT, signal.SIGQUIT, signal.SIGKILL),  # fast, immediate, by force
            death_signal=signal.SIGQUIT,  # immediate, so that the next supervisor finds port and data free
        )

    def _prepare(self, area: Path, programs: Path, user: RunAs | None) -> None:
        refuse_if_busy(self.port, name="postgres")
        if not self.data.exists():
            self._make_cluster(area, programs, user)
        if not self._password_file.exists():
            raise CannotStart(f"{self.data} has data, but its password is gone: bring back {self._password_file}")
        with telling_why(self.data):
            forget_stale_pid(self.data)

    def _make_cluster(self, area: Path, programs: Path, user: RunAs | None) -> None:
        # Made aside and renamed: a half-made cluster is never taken for a whole one.
        unfinished = area / "data.new"
        with telling_why(area):
            shutil.rmtree(unfinished, ignore_errors=True)
            password = secrets.token_urlsafe(24)
            write_private(self._password_file, password)
            _initdb(area, programs, user, password=password, sync=self.settings["fsync"] != "off")
            unfinished.rename(area / "data")


def _initdb(area: Path, programs: Path, user: RunAs | None, *, password: str, sync: bool) -> None:
    told = area / "password.new"  # the home's own file is not readable by the server's user
    write_private(told, password, owner=user)
    arguments = [f"--username={SUPERUSER}", f"--pwfile={told}", "--auth=scram-sha-256", "--encoding=UTF8"]
    arguments += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"]
    arguments += [] if sync else ["--no-sync"]
    try:
        done = _run_as(user, [str(programs / "initdb"), "-D", str(area / "data.new"), "--no-instructions", *arguments])
    finally:
        told.unlink(missing_ok=True)
    if done.returncode != 0:
        refuse_if_full(area, output=done.stdout)
        raise CannotStart(f"initdb could not make {area / 'data'}; the last it said:\n{done.stdout[-1500:]}")


def _run_as(user: RunAs | None, argv: list[str]) -> subprocess.CompletedProcess[str]:
    with forking():
        return subprocess.run(  # noqa: S603 - the program is ours, no shell
            argv,
            env=_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=end_with_parent(signal.SIGKILL),
        )
