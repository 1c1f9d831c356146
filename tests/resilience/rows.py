"""What is in the services' databases, read as it is; what it should be is asked by the checker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from common.runtime.service import Service
from common.runtime.store.ledger import SCHEMA
from common.runtime.subscribers import consumer_of
from psycopg.rows import dict_row

from tests.resilience.town import Town, until

Row = dict[str, Any]
Key = tuple[str, UUID]  # an aggregate and its id

TABLES = {
    "case-crm": ("case_file", "interaction", "known_fact"),
    "customer-account": ("person", "facts_of_person", "fact", "timeline_entry", "access_entry"),
    "feedback": ("transaction", "tracking", "watched_case", "invitation"),
    "partner-gateway": ("known_case",),
    "review-engine": ("evidence", "journey_of", "pseudonym", "birth_month"),
}
# A fact is known otherwise from the moment on at which something took its place; what was told is where that began.
TOLD = {
    "fact": "public.fact told WHERE NOT EXISTS (SELECT FROM public.fact earlier "
    "WHERE (earlier.fact_id, earlier.known_until) = (told.fact_id, told.known_from))"
}


@dataclass
class Found:
    """Every row that matters, by service: what it said, what it heard, what it keeps."""

    said: dict[str, list[Row]] = field(default_factory=dict, repr=False)
    to_say: dict[str, list[Row]] = field(default_factory=dict, repr=False)
    marks: dict[str, list[Row]] = field(default_factory=dict, repr=False)
    parked: dict[str, list[Row]] = field(default_factory=dict, repr=False)
    tables: dict[str, list[Row]] = field(default_factory=dict, repr=False)

    def everything_said(self) -> Iterable[Row]:
        return (row for rows in self.said.values() for row in rows)

    def stories(self, *aggregates: str) -> dict[Key, list[Row]]:
        """What was said of each aggregate, in the order of its versions."""
        found: dict[Key, list[Row]] = {}
        for row in self.everything_said():
            if not aggregates or row["aggregate"] in aggregates:
                found.setdefault((row["aggregate"], row["aggregate_id"]), []).append(row)
        return {key: sorted(rows, key=lambda row: row["version"]) for key, rows in found.items()}


def read(databases: Mapping[str, str]) -> Found:
    """All of it. Nothing may be under way meanwhile."""
    found = Found()
    for service, address in databases.items():
        with psycopg.connect(address, row_factory=dict_row) as connection:
            found.said[service] = _all(connection, f"{SCHEMA}.said")
            found.to_say[service] = _all(connection, f"{SCHEMA}.to_say")
            found.marks[service] = _all(connection, f"{SCHEMA}.mark")
            found.parked[service] = _all(connection, f"{SCHEMA}.parked")
            for table in TABLES[service]:
                found.tables[table] = _all(connection, TOLD.get(table, f'public."{table}"'))
    return found


def heads(databases: Mapping[str, str]) -> dict[Key, int]:
    """The last version said of each aggregate."""
    found: dict[Key, int] = {}
    for address in databases.values():
        with psycopg.connect(address) as connection:
            rows = connection.execute("SELECT aggregate, aggregate_id, max(version) FROM onedoor.said GROUP BY 1, 2")
            found.update({(aggregate, key): version for aggregate, key, version in rows})
    return found


def behind(said: Mapping[Key, int], services: Iterable[Service], databases: Mapping[str, str]) -> list[str]:
    """Which hearers have not heard everything, or have put something aside."""
    found = []
    for service in services:
        with psycopg.connect(databases[service.name]) as connection:
            marks = connection.execute("SELECT consumer, aggregate, aggregate_id, version FROM onedoor.mark").fetchall()
            parked = connection.execute("SELECT count(*) FROM onedoor.parked").fetchone()
        known = {(consumer, aggregate, key): version for consumer, aggregate, key, version in marks}
        for consumer, aggregates in hearers(service).items():
            missing = sum(
                known.get((consumer, *key), 0) < version for key, version in said.items() if key[0] in aggregates
            )
            found += [f"{consumer} has not heard the end of {missing} aggregates"] if missing else []
        found += [f"{service.name} has parked {parked[0]}"] if parked and parked[0] else []
    return found


def hearers(service: Service) -> dict[str, frozenset[str]]:
    """A service's consumers, each with the aggregates that it hears."""
    return {consumer_of(service.name, subscriber): subscriber.aggregates for subscriber in service.heard_by()}


def until_heard(town: Town, *, seconds: float, by: Iterable[str] | None = None) -> None:
    """Wait until these services (all that run) have heard all that was said, and nobody says anything more."""
    running = [town.services[name] for name in by or town.children]
    last: list[str] = []

    def all_heard() -> bool:
        before = heads(town.databases)
        last[:] = behind(before, running, town.databases)
        return not last and heads(town.databases) == before

    _explained(all_heard, last, seconds=seconds, what="everything is heard")


def until_idle(town: Town, *, seconds: float) -> None:
    """Wait until the broker has nothing left for any running service."""
    until(lambda: not any(town.waiting().values()), seconds=seconds, what="the broker is idle", pause=0.1)


def say_again(town: Town, *, seconds: float, after: UUID | None = None) -> int:
    """Have everything (or what came after an event) said again, and wait until it was heard. Gives how much it was."""
    number = 0
    for name in town.children:
        with psycopg.connect(town.databases[name]) as connection:
            query = "SELECT count(*) FROM onedoor.said WHERE id > %s"
            number += connection.execute(query, [after or UUID(int=0)]).fetchall()[0][0]
    wanted = town.taken() + number
    town.ask_to_say_again(after=after)
    until(lambda: town.taken() >= wanted, seconds=seconds, what=f"{number} events are said again", pause=0.1)
    until_idle(town, seconds=seconds)
    return number


def until_said(town: Town, *, seconds: float) -> None:
    """Wait until no service has anything on its list of what is still to be said."""
    last: list[str] = []

    def nothing_left() -> bool:
        last[:] = []
        for name in town.children:
            with psycopg.connect(town.databases[name]) as connection:
                left = connection.execute("SELECT count(*) FROM onedoor.to_say").fetchone()
            last.extend([f"{name} has {left[0]} still to say"] if left and left[0] else [])
        return not last

    _explained(nothing_left, last, seconds=seconds, what="everything is known to be said")


def _explained(check: Callable[[], bool], last: list[str], *, seconds: float, what: str) -> None:
    try:
        until(check, seconds=seconds, what=what, pause=0.2)
    except AssertionError as fault:
        raise AssertionError(f"{fault}: {'; '.join(last)}") from None


def _all(connection: psycopg.Connection[Row], table: str) -> list[Row]:
    return connection.execute(f"SELECT * FROM {table}").fetchall()
