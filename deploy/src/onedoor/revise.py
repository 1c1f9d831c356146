"""Writes a new migration from the tables: `python -m onedoor.revise case_crm "who owns a case"`, or `… runtime "…"`."""

from __future__ import annotations

import importlib
import sys

import alembic.command
from common.runtime.schema.migrations import RUNTIME, config, create_database, prepare
from common.testing.databases import owner_address
from common.testing.servers import running
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool


def revise(package: str, message: str) -> None:
    """Compare the service's tables with what its migrations make, and write the difference as a dated migration."""
    of_runtime = package == "runtime"
    service = importlib.import_module("case_crm.app" if of_runtime else f"{package}.app").service
    with running() as servers:
        create_database(servers.admin, service, password=servers.password)
        owner = owner_address(servers, service, service.package)
        engine = create_engine(owner.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
        with engine.begin() as connection:
            prepare(connection)
            alembic.command.upgrade(config(RUNTIME, connection), "head")
            script = config(RUNTIME if of_runtime else service.migrations, connection)
            alembic.command.upgrade(script, "head")
            alembic.command.revision(script, message, autogenerate=True)


if __name__ == "__main__":
    revise(sys.argv[1], sys.argv[2])
