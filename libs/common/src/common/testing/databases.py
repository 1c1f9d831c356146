"""Databases of services under test: copied from templates that are migrated once a session, dropped after use."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import psycopg
from psycopg import sql

from common.runtime.keeping.tables_of_keys import package_of_keys
from common.runtime.schema.migrations import create_database, create_key_database, migrate, migrate_keys
from common.runtime.service import Service
from common.testing.servers import Servers


def prepared(servers: Servers, service: Service, *, suffix: str) -> str:
    """A fresh database for a service (and one for its keys, where it owns any). Gives its address."""

    def make(template: str) -> None:
        create_database(servers.admin, service, password=servers.password, name=template)
        migrate(owner_address(servers, service, template), service)

    def make_keys(template: str) -> None:
        create_key_database(servers.admin, service, password=servers.password, name=template)
        migrate_keys(_owner(servers, package_of_keys(service.package), template), service)

    if service.owns_keys:
        _copied(servers, package_of_keys(service.package), make_keys, suffix=suffix)
    return _copied(servers, service.package, make, suffix=suffix)


def dropped(servers: Servers, addresses: Iterable[str]) -> None:
    """What was prepared at these addresses is there no more, whoever is still connected; nor are the keys beside it."""
    endings = {f"%\\_{address.rpartition('_')[2]}" for address in addresses}
    with psycopg.connect(servers.admin, autocommit=True) as connection:
        found = "SELECT datname FROM pg_database WHERE datname LIKE ANY(%s)"
        for [name] in connection.execute(found, [list(endings)]).fetchall():
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def owner_address(servers: Servers, service: Service, database: str) -> str:
    """The address of a service's database for the role that owns its tables."""
    return _owner(servers, service.package, database)


def _copied(servers: Servers, package: str, make: Callable[[str], None], *, suffix: str) -> str:
    """A database copied from its template, which is made where it is missing."""
    template = f"{package}_template"
    with psycopg.connect(servers.admin, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            make(template)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(f"{package}_{suffix}"), sql.Identifier(template), sql.Identifier(f"{package}_owner")
            )
        )
    return servers.database(f"{package}_{suffix}")


def _owner(servers: Servers, package: str, database: str) -> str:
    plain = servers.address().replace("{service}_{role}", f"{package}_owner")
    return plain.replace("/{service}", f"/{database}")
