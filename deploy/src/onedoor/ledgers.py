"""Looking into the services' ledgers as their owners: what is parked, failed or being rebuilt, which story a case is of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from onedoor.refusals import CannotDo
from onedoor.running import Running

T = TypeVar("T")
_PARKED = """
SELECT %(service)s AS service, consumer, aggregate, aggregate_id AS id, version, name AS event, reason, since, behind FROM (
    SELECT p.*, min(parked_at) OVER story AS since, count(*) OVER story - 1 AS behind, row_number() OVER (
        PARTITION BY consumer, aggregate, aggregate_id ORDER BY version) AS place
    FROM onedoor.parked p WINDOW story AS (PARTITION BY consumer, aggregate, aggregate_id)
) heads WHERE place = 1 ORDER BY since, consumer LIMIT 1000
"""
_PUT_ASIDE = """
SELECT %(service)s AS service, %(service)s || '-timers' AS consumer, name AS timer, aggregate_id AS id, due_at AS due,
       failed AS reason, failed_at AS since
FROM onedoor.timer WHERE failed IS NOT NULL ORDER BY failed_at, aggregate_id LIMIT 1000
"""
_REBUILD = """
SELECT waiting_for, (SELECT count(*) FROM onedoor.mark WHERE consumer = r.consumer || ':shadow' AND version > 0),
       (SELECT count(*) FROM onedoor.mark WHERE consumer = r.consumer)
FROM onedoor.rebuild r WHERE consumer = %s
"""


@dataclass(frozen=True)
class Parked:
    """The first event that waits of one aggregate and one subscriber, and how many wait behind it."""

    service: str
    consumer: str
    aggregate: str
    id: UUID
    version: int
    event: str
    reason: str
    since: datetime
    behind: int


@dataclass(frozen=True)
class PutAside:
    """A timer that failed by its own fault. Set anew, or tried again, it rings once more."""

    service: str
    consumer: str
    timer: str
    id: UUID
    due: datetime
    reason: str
    since: datetime


@dataclass(frozen=True)
class Rebuild:
    """How far a rebuild is: owners that still say again, and aggregates heard of those known."""

    waiting_for: list[str]
    heard: int
    known: int


def parked(running: Running) -> list[Parked]:
    """What every service has parked, oldest first within each."""
    return _of_all(running, Parked, _PARKED)


def put_aside(running: Running) -> list[PutAside]:
    """The timers that every service has put aside, oldest first within each."""
    return _of_all(running, PutAside, _PUT_ASIDE)


def _of_all(running: Running, kind: type[T], statement: LiteralString) -> list[T]:
    found: list[T] = []
    for service in running.services:
        with looking(running, service) as connection, connection.cursor(row_factory=class_row(kind)) as cursor:
            found += cursor.execute(statement, {"service": service}).fetchall()
    return found


def rebuild(running: Running, service: str, consumer: str) -> Rebuild | None:
    """The rebuild of a subscriber's tables; None when none is under way."""
    with looking(running, service) as connection:
        row = connection.execute(_REBUILD, [consumer]).fetchone()
    return Rebuild(*row) if row else None


def story_of_case(running: Running, reference: str) -> str | None:
    """The correlation id of the case with this reference; None where there is no such case."""
    with looking(running, "case-crm") as connection:
        found = connection.execute("SELECT correlation_id FROM case_file WHERE reference = %s", [reference]).fetchone()
    return str(found[0]) if found and found[0] else None


@contextmanager
def looking(running: Running, service: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a service's database that sees every row and can change none. Raises CannotDo."""
    try:
        with psycopg.connect(running.owner(service), connect_timeout=5) as connection:
            connection.read_only = True
            yield connection
    except psycopg.OperationalError as fault:
        reason = (str(fault).strip().splitlines() or ["it does not answer"])[0]
        raise CannotDo(f"cannot look into the database of {service}: {reason}") from None
