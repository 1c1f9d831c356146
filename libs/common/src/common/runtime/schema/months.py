"""The said log's partitions, one for each month of births. Made by the owner as part of every migration, never by a service.

What is born in a month that was not made lies in the default partition, so nothing is refused however long a service runs
without being migrated. The next migration makes the months that are missing and moves into them what is theirs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection

AHEAD = 18  # months from the last one
_LOG = "onedoor.said"
_DEFAULT = f"{_LOG}_other"


def make(connection: Connection, *, now: datetime) -> None:
    """Make what is missing from the last month to a year and a half ahead, and of the months since those made last."""
    connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {_DEFAULT} PARTITION OF {_LOG} DEFAULT")
    known = _known(connection)
    last = now.year * 12 + now.month - 2
    for month in range(min(last, max(known, default=last) + 1), last + AHEAD):
        if month not in known:
            _make(connection, month)


def _known(connection: Connection) -> set[int]:
    """The months there are, counted from year 0."""
    names = connection.exec_driver_sql(
        "SELECT substring(c.relname, 'said_(\\d+_\\d+)$') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = to_regclass(%s)",
        (_LOG,),
    )
    dated = [name.split("_") for (name,) in names if name]
    return {int(year) * 12 + int(month) - 1 for year, month in dated}


def _make(connection: Connection, month: int) -> None:
    name = f"{_LOG}_{month // 12}_{month % 12 + 1:02d}"
    begin, end = _floor(month), _floor(month + 1)
    born_in_it = f"FROM {_DEFAULT} WHERE aggregate_id >= '{begin}' AND aggregate_id < '{end}'"
    bounds = f"FOR VALUES FROM ('{begin}') TO ('{end}')"
    if not connection.exec_driver_sql(f"SELECT EXISTS (SELECT {born_in_it})").scalar():
        connection.exec_driver_sql(f"CREATE TABLE {name} PARTITION OF {_LOG} {bounds}")
        return
    for statement in (
        f"LOCK TABLE {_DEFAULT}",  # nothing more is born there in this month; who writes waits, or tries again
        f"CREATE TABLE {name} (LIKE {_LOG} INCLUDING ALL)",
        f"WITH theirs AS (DELETE {born_in_it} RETURNING *) INSERT INTO {name} SELECT * FROM theirs",  # noqa: S608 - our own names
        f"ALTER TABLE {_LOG} ATTACH PARTITION {name} {bounds}",
    ):
        connection.exec_driver_sql(statement)


def _floor(month: int) -> UUID:
    """The smallest UUIDv7 of a month (counted from year 0)."""
    moment = datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return UUID(int=int(moment.timestamp() * 1000) << 80)
