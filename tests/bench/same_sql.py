"""pgbench sending the very SQL of one POST /cases as the service's own role: read from the server's log, run in a copy.

A copy, since the service would publish to everybody what is written into its own database. It is one person's request
over and over: nothing in it changes a row that another one needs, so nobody waits for a lock. The service writes works
that arrive together in one transaction; pgbench writes each in its own.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from common.embedded import Postgres
from common.runtime.store.database import SESSION
from peer import connecting, pgbench, program
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from world import World

PACKAGE = "case_crm"
ROLE = "case_crm_resident"
COPY = "case_crm_peer"
SAID = 3  # events of one request: the case was opened, its clock runs, and its person is to be told
# References grow with the time, as the service's do, which takes numbers in blocks too: an index is filled at its end.
NUMBERS = f"""
CREATE SEQUENCE public.bench_number START 10000000 CACHE 1000;
GRANT USAGE ON SEQUENCE public.bench_number TO {ROLE};
"""

_ENTRY = re.compile(r"^\d{4}-\d\d-\d\d [^\n]*? UTC \[\d+\] (\w+):  ", re.MULTILINE)
_SENT = re.compile(r"duration: [0-9.]+ ms  (?:execute [^:]+|statement): (.*)", re.DOTALL)
_PARAMETER = re.compile(r"\$\d+ = (NULL|'(?:[^']|'')*')")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00")
_REFERENCE = re.compile(r'("reference": ?"\w+-)[^"]+"')


@dataclass
class Sent:
    """A statement as the server got it, and its parameters as literals in the order of their numbers."""

    text: str
    parameters: list[str]


class SameSql:
    """pgbench in a copy of case-crm's database, logged in and set up like the service's connections of residents."""

    def __init__(self, world: World, script: Path) -> None:
        address = world.running.database.format(service=PACKAGE, role="resident")
        self.environment = connecting(_in_database(address, COPY))
        self.environment["PGOPTIONS"] = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
        self.script = script
        self.copy = superuser(world, COPY)

    def per_second(self, *, clients: int, seconds: int) -> float:
        """Transactions a second. Ends the bench where not every one of them opened a case and said so."""
        before = self._written()
        rate, count = pgbench(self.script, self.environment, clients=clients, seconds=seconds)
        grown = [now - then for now, then in zip(self._written(), before, strict=True)]
        cases, events, touches = grown
        if not (cases == touches == count and events == SAID * count):
            raise SystemExit(f"pgbench tells of {count} transactions, but cases, events and touches grew by {grown}")
        return rate

    def _written(self) -> list[int]:
        """How many cases, events and touches there are."""
        with psycopg.connect(self.copy) as connection:
            tables = ("public.case_file", "onedoor.said", "public.interaction")
            return [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


@contextmanager
def same_sql(world: World, person: str, open_case: Callable[[], object]) -> Iterator[SameSql]:
    """The peer, gone again at the end. `open_case` is the request it does like: this person's POST /cases."""
    script = world.home / "same.sql"
    script.write_text(script_of(captured(world, open_case), person))
    server = superuser(world, "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {COPY}")
        try:
            copy(superuser(world, PACKAGE), superuser(world, COPY))
            yield SameSql(world, script)
        finally:
            connection.execute(f"DROP DATABASE {COPY} WITH (FORCE)")


def copy(source: str, target: str) -> None:
    """Everything of one database into another that is empty: tables, rows, policies and grants."""
    dump = program("pg_dump", "-Fc", environment=connecting(source))
    program(
        "pg_restore",
        "--exit-on-error",
        "-d",
        conninfo_to_dict(target)["dbname"],
        environment=connecting(target),
        given=dump,
    )
    with psycopg.connect(target, autocommit=True) as connection:
        connection.execute(NUMBERS)
        connection.execute("VACUUM ANALYZE")


def superuser(world: World, database: str) -> str:
    """The address of a database as the server's superuser."""
    port = urlsplit(world.running.owner("case-crm")).port
    return Postgres(world.home, port=port or 0).url(database)


def captured(world: World, open_case: Callable[[], object]) -> list[Sent]:
    """What the service sends for one request, when it has just served another: the last of three."""
    log = world.home / "logs" / "postgres.log"
    with _logged(superuser(world, PACKAGE)):
        size = log.stat().st_size
        for _ in range(3):
            open_case()
        time.sleep(0.5)  # what was logged is in the file
        with log.open("rb") as file:
            file.seek(size)
            sent = read_log(file.read().decode())
    ends = [place for place, each in enumerate(sent) if each.text == "COMMIT"]
    if len(ends) != 3:
        raise SystemExit(f"three requests were logged with {len(ends)} transactions that write")
    return sent[ends[1] + 1 : ends[2] + 1]


@contextmanager
def _logged(server: str) -> Iterator[None]:
    """While this holds, the server logs all that the role sends, with its parameters."""
    settings = {"log_min_duration_statement": "0", "log_error_verbosity": "default"}  # terse leaves parameters out
    role = sql.Identifier(ROLE)
    with psycopg.connect(server, autocommit=True) as connection:

        def reconnect() -> None:
            # A role's settings are read when it logs in.
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [ROLE])
            time.sleep(1)  # the platform connects anew, with the settings

        for name, value in settings.items():
            connection.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(role, sql.SQL(name), value))
        reconnect()
        try:
            yield
        finally:
            for name in settings:
                connection.execute(sql.SQL("ALTER ROLE {} RESET {}").format(role, sql.SQL(name)))
            reconnect()


def read_log(text: str) -> list[Sent]:
    """The statements that a log says were executed, in their order. What was only parsed or bound is no statement."""
    sent: list[Sent] = []
    _, *parts = _ENTRY.split(text.replace("\n\t", "\n"))
    is_detail_of_one = False
    for level, said in zip(parts[::2], parts[1::2], strict=True):
        found = _SENT.match(said)
        if level == "LOG" and found:
            sent.append(Sent(found[1].strip(), []))
        elif level == "DETAIL" and is_detail_of_one:
            sent[-1].parameters = _PARAMETER.findall(said)
        is_detail_of_one = bool(found)
    return sent


def script_of(sent: list[Sent], person: str) -> str:
    """The same statements for pgbench, in as many round trips. What a request makes anew is made anew each time."""
    lines: list[str] = []
    for each in sent:
        if any(set(_ID.findall(parameter)) - {person} for parameter in each.parameters):
            lines.append(f"{_minting(each, person)};")
        elif each.parameters:
            lines.append(f"{_with(each.text, [_plain(parameter) for parameter in each.parameters])};")
        elif ";" in each.text:  # several in one round trip, which pgbench prepares in a pipeline only
            lines += [r"\startpipeline", *(f"{one.strip()};" for one in each.text.split(";")), r"\endpipeline"]
        else:
            lines.append(f"{each.text};")
    return "\n".join(lines) + "\n"


def _minting(sent: Sent, person: str) -> str:
    """The statement with new ids, a new reference and the time of now in its parameters.

    An id that is not the person's was made by the request; where it stands twice it is the same one each time. The
    digest of the tracking reference and the trace stay: nothing here asks that they differ.
    """
    ids = sorted({found for parameter in sent.parameters for found in _ID.findall(parameter)} - {person})
    minted = ", ".join(f"uuidv7() AS id_{n}" for n in range(len(ids)))
    names = ", ".join(f"id_{n}" for n in range(len(ids)))

    def made(parameter: str) -> str:
        text = _REFERENCE.sub(r'\1%2$s"', _MOMENT.sub("%1$s", _plain(parameter).replace("%", "%%")))
        for n, known in enumerate(ids, 3):
            text = text.replace(known, f"%{n}$s")
        return f"format({text}, at, number, {names})"

    given = ", ".join(f"{made(parameter)} AS p{n}" for n, parameter in enumerate(sent.parameters))
    rest = _with(sent.text, [f"(SELECT p{n} FROM given)" for n in range(len(sent.parameters))])
    return (
        f"WITH minted AS MATERIALIZED (SELECT now() AS at, nextval('public.bench_number') AS number, {minted}), "
        f"given AS MATERIALIZED (SELECT {given} FROM minted), {rest.removeprefix('WITH ')}"
    )


def _with(text: str, values: list[str]) -> str:
    return re.sub(r"\$(\d+)", lambda found: values[int(found[1]) - 1], text)


def _plain(literal: str) -> str:
    """A literal in which pgbench finds no variable of its own: it takes the `:null` of JSON for one, quoted or not."""
    return re.sub(r":(?=[A-Za-z_])", ": ", literal)


def _in_database(address: str, name: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
