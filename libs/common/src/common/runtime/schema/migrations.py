"""Making a service's database: roles once, then dated migrations, then policies. Run as the owner, never by a service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from sqlalchemy import Connection, Engine, create_engine, delete, func, insert, select
from sqlalchemy.pool import NullPool

from common.runtime import people
from common.runtime.ids import new_id
from common.runtime.keeping.tables_of_keys import KEEPER, grants, package_of_keys
from common.runtime.rights.retention import RETENTION
from common.runtime.schema import months, policies
from common.runtime.service import Service
from common.runtime.store import ledger
from common.runtime.store.roles import ROLES, role_name

LOCK_TIMEOUT = "5s"  # a migration that cannot have its lock gives up rather than queue everybody behind it


def create_database(
    admin: str, service: Service, *, password: str | Mapping[str, str], name: str | None = None
) -> None:
    """Make the roles and the database (`name`, or the service's) where they are missing. `admin` may create both.

    `password` is each role's by its name (`owner` and ROLES), or one for all; those of roles that are there are changed.
    """
    _create(admin, service.package, ROLES, password=password, name=name)


def create_key_database(
    admin: str, service: Service, *, password: str | Mapping[str, str], name: str | None = None
) -> None:
    """The same for the database of the keys that a service makes, and its one role."""
    _create(admin, package_of_keys(service.package), (KEEPER,), password=password, name=name)


def _create(
    admin: str, package: str, roles: Sequence[str], *, password: str | Mapping[str, str], name: str | None
) -> None:
    database = name or package
    passwords = dict.fromkeys(("owner", *roles), password) if isinstance(password, str) else password
    with psycopg.connect(admin, autocommit=True) as connection:
        for role in ("owner", *roles):
            _ensure_role(connection, role_name(package, role), passwords[role])
        owner = sql.Identifier(role_name(package, "owner"))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), owner))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        for role in roles:
            who = sql.Identifier(role_name(package, role))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), who))


def _ensure_role(connection: psycopg.Connection[Any], name: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    rights = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(sql.Literal(password))
    connection.execute(sql.SQL("{} ROLE {} {}").format(verb, sql.Identifier(name), rights))


def migrate(owner: str, service: Service, *, now: datetime | None = None) -> None:
    """Bring a service's database to this release. `owner` is the owner's address; safe to run again.

    The said log's months are made ahead of `now`, which is real time unless given.
    """
    with _engine(owner).begin() as connection:
        prepare(connection)
        for script in (RUNTIME, service.migrations):
            alembic.command.upgrade(config(script, connection), "head")
        months.make(connection, now=now or datetime.now(UTC))
        for statement in policies.statements(service):
            connection.exec_driver_sql(statement)


def migrate_keys(owner: str, service: Service) -> None:
    """Bring the database of the keys that a service makes to this release. `owner` is its owner's address."""
    with _engine(owner).begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        alembic.command.upgrade(config(KEYS, connection), "head")
        for statement in grants(role_name(package_of_keys(service.package), KEEPER)):
            connection.exec_driver_sql(statement)


def begin_era(owner: str) -> int:
    """Begin an era of the said log in a database that was restored, while its service does not run. Gives its number."""
    with _engine(owner).begin() as connection:
        last = connection.scalar(select(ledger.said.c.id).order_by(ledger.said.c.id.desc()).limit(1))
        began = UUID(int=max(new_id().int, last.int + 1 if last else 0))
        number = (connection.scalar(select(func.max(ledger.era.c.number))) or 0) + 1
        connection.execute(insert(ledger.era).values(number=number, began=began))
        # What is held may be known here by half: it is heard of again before the next night.
        connection.execute(delete(ledger.timer).where(ledger.timer.c.name == RETENTION.name))
        # Of keys that were granted before the backup some may be destroyed by now. What is needed is granted again.
        connection.execute(delete(ledger.granted_key).where(ledger.granted_key.c.known_to_owner))
    return int(number)


def _engine(owner: str) -> Engine:
    return create_engine(owner.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)


def prepare(connection: Connection) -> None:
    """What every migration finds: its schemas, and a bound on waiting for locks."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    for schema in ("onedoor", "shadow"):
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")


RUNTIME = Path(__file__).parent / "migrations_of_ledger"
OF_RUNTIME = [
    ledger.metadata,
    people.Followed.metadata,
]  # the ledger, and in the schema `public` what is followed of people
KEYS = Path(__file__).parent / "migrations_of_keys"


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
    return own + _compare(connection, OF_RUNTIME, ledger.SCHEMA)


def _compare(connection: Connection, metadata: Any, schema: str) -> list[Any]:
    context = MigrationContext.configure(connection, opts=_options(metadata, schema))
    return list(compare_metadata(context, metadata))


def _options(metadata: Any, schema: str) -> dict[str, Any]:
    of_runtime = schema != "public"

    def ours(name: str | None, kind: str, parents: Any) -> bool:
        if kind == "schema":
            return (name or "public") in {schema, "public"}
        if kind != "table" or parents["schema_name"] == ledger.SCHEMA:
            return not (kind == "table" and (name or "").startswith(("said_", "alembic_")))
        return (name in people.Followed.metadata.tables) == of_runtime and not (name or "").startswith("alembic_")

    return {
        "target_metadata": metadata,
        "include_schemas": of_runtime,
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
