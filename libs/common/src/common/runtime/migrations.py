"""Making a service's database: roles once, then dated migrations, then policies. Run as the owner, never by a service."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import alembic.command
import psycopg
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from psycopg import sql
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from common.runtime import ledger, policies
from common.runtime.database import ROLES
from common.runtime.service import Service

LOCK_TIMEOUT = "5s"  # a migration that cannot have its lock gives up rather than queue everybody behind it
MONTHS_AHEAD = 18


def create_database(admin: str, service: Service, *, password: str, name: str | None = None) -> None:
    """Make the roles and the database (`name`, or the service's) where they are missing. `admin` may create both."""
    database = name or service.package
    with psycopg.connect(admin, autocommit=True) as connection:
        for role in ("owner", *ROLES):
            _ensure_role(connection, policies.role_name(service.package, role), password)
        owner = sql.Identifier(policies.role_name(service.package, "owner"))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), owner))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        for role in ROLES:
            who = sql.Identifier(policies.role_name(service.package, role))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), who))


def _ensure_role(connection: psycopg.Connection[Any], name: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    rights = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(sql.Literal(password))
    connection.execute(sql.SQL("{} ROLE {} {}").format(verb, sql.Identifier(name), rights))


def migrate(owner: str, service: Service) -> None:
    """Bring a service's database to this release. `owner` is the owner's address; safe to run again."""
    engine = create_engine(owner.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.begin() as connection:
        prepare(connection)
        for script in (RUNTIME, service.migrations):
            alembic.command.upgrade(config(script, connection), "head")
        for statement in (*partitions(datetime.now(UTC)), *policies.statements(service)):
            connection.exec_driver_sql(statement)


def prepare(connection: Connection) -> None:
    """What every migration finds: its schemas, and a bound on waiting for locks."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    for schema in ("onedoor", "shadow"):
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")


RUNTIME = Path(__file__).parent / "migrations_of_ledger"


def config(script: Path, connection: Connection) -> Config:
    """Alembic's configuration for one folder of migrations on one connection."""
    made = Config()
    made.set_main_option("script_location", str(script))
    made.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    made.attributes["connection"] = connection
    return made


def differences(connection: Connection, service: Service) -> list[Any]:
    """What the database lacks or has beyond the tables of this release. Empty when they agree."""
    own = _compare(connection, service.metadata(), "public")
    return own + _compare(connection, ledger.metadata, ledger.SCHEMA)


def _compare(connection: Connection, metadata: Any, schema: str) -> list[Any]:
    context = MigrationContext.configure(connection, opts=_options(metadata, schema))
    return list(compare_metadata(context, metadata))


def _options(metadata: Any, schema: str) -> dict[str, Any]:
    def ours(name: str | None, kind: str, parents: Any) -> bool:
        if kind == "schema":
            return (name or "public") == schema
        return not (kind == "table" and (name or "").startswith(("said_", "alembic_")))

    return {
        "target_metadata": metadata,
        "include_schemas": schema != "public",
        "include_name": ours,
        "compare_type": True,
        "render_item": _plain_text,
        "version_table_schema": schema,
    }


def _plain_text(kind: str, item: Any, context: Any) -> str | bool:
    """SQLModel's own string type, as the plain one it stands for: a migration needs no SQLModel."""
    return "sa.String()" if kind == "type" and type(item).__name__ == "AutoString" else False


def run(metadata: Any, schema: str = "public") -> None:
    """What an `env.py` calls: run its migrations on the connection that `migrate` holds."""
    from alembic import context

    context.configure(connection=context.config.attributes["connection"], **_options(metadata, schema))
    context.run_migrations()


def partitions(now: datetime) -> list[str]:
    """The said log's months, from the last one to a year and a half ahead; what fits none goes to the default."""
    made = ["CREATE TABLE IF NOT EXISTS onedoor.said_other PARTITION OF onedoor.said DEFAULT"]
    month = now.year * 12 + now.month - 2
    for start in range(month, month + MONTHS_AHEAD):
        name = f"onedoor.said_{start // 12}_{start % 12 + 1:02d}"
        made.append(
            f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF onedoor.said "
            f"FOR VALUES FROM ('{_floor(start)}') TO ('{_floor(start + 1)}')"
        )
    return made


def _floor(month: int) -> UUID:
    """The smallest UUIDv7 of a month (counted from year 0)."""
    moment = datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return UUID(int=int(moment.timestamp() * 1000) << 80)
