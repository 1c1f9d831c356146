"""Whether the databases are already as this release wants them, told without importing a service: most starts are."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

_WRITTEN = (".py", ".yaml")
_TOLD = """
SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s
"""


def fingerprint(packages: Iterable[str], *, administrator: str, password: str) -> str:
    """Changes when anything does that databases or the broker's permissions are made from, and with each month.

    Months matter because the said log is kept in monthly partitions, which are made ahead.
    """
    known = hashlib.sha256(f"{administrator} {password} {datetime.now(UTC):%Y-%m}".encode())
    for file in sorted(_files(packages)):
        status = file.stat()
        known.update(f"{file} {status.st_mtime_ns} {status.st_size}\n".encode())
    return known.hexdigest()


def stamp(owner: str, database: str, *, told: str) -> None:
    """Note in a database for which release it was prepared."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(told)))


def stamped(server: str, databases: Iterable[str], *, told: str) -> bool:
    """Whether each of these databases is there and was prepared for this release. False where we cannot tell."""
    try:
        with psycopg.connect(server, connect_timeout=10) as connection:
            return all(connection.execute(_TOLD, [database]).fetchone() == (told,) for database in databases)
    except psycopg.Error:
        return False


def _files(packages: Iterable[str]) -> Iterator[Path]:
    for package in ("common", "onedoor", *packages):
        found = importlib.util.find_spec(package)  # finds it; runs nothing of it
        for folder in (found and found.submodule_search_locations) or ():
            yield from (file for file in Path(folder).rglob("*") if file.suffix in _WRITTEN)
