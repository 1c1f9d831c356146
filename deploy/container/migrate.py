"""Makes each service's database and brings it to this release, once, before the services start. It serves nothing."""

from __future__ import annotations

import importlib
import os
import re
import secrets
import sys
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import sqlalchemy.exc
from common.runtime.keeping.tables_of_keys import KEEPER, package_of_keys
from common.runtime.schema.migrations import begin_era, create_database, create_key_database, migrate, migrate_keys
from common.runtime.store.roles import ROLES, role_name
from onedoor.packages import PACKAGES, name_of
from psycopg import sql

# It goes into addresses as it is, and NATS reads what begins with a digit as a number.
PASSWORD = re.compile(r"[A-Za-z][A-Za-z0-9._~-]{15,}")


class CannotMigrate(Exception):
    """A database cannot be made or brought to this release. One plain sentence, without a secret in it."""


def database_of(package: str, *, administrator: str, password: str, restored: bool) -> None:
    """Make and migrate one service's database; begin an era if it was `restored`. `administrator` has `{service}` in it."""
    service = importlib.import_module(f"{package}.app").service
    anywhere = urlunsplit(urlsplit(administrator)._replace(path="/postgres"))
    passwords = {
        **dict.fromkeys((*ROLES, KEEPER), password),
        "owner": secrets.token_urlsafe(32),
    }  # the owner's is nobody's
    try:
        create_database(anywhere, service, password=passwords)
        as_owner = _as_owner(administrator, package)
        migrate(as_owner, service)
        if restored:
            begin_era(as_owner)
        _shut_out_owner(anywhere, package)
        if service.owns_keys:
            keys = package_of_keys(package)
            create_key_database(anywhere, service, password=passwords)
            migrate_keys(_as_owner(administrator, keys), service)
            _shut_out_owner(anywhere, keys)
    except (psycopg.Error, sqlalchemy.exc.DBAPIError) as fault:
        reason = str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
        raise CannotMigrate(f"the database of {service.name} cannot be prepared: {reason}") from fault


def _as_owner(administrator: str, package: str) -> str:
    """The administrator's address of a database, acting as its owner."""
    role = quote(f"-c role={role_name(package, 'owner')}")
    return f"{administrator.replace('{service}', package)}?options={role}"


def _shut_out_owner(anywhere: str, package: str) -> None:
    """Who serves must not come in as the owner."""
    with psycopg.connect(anywhere, autocommit=True) as connection:
        owner = sql.Identifier(role_name(package, "owner"))
        connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(owner))


def password_of(package: str) -> str:
    """The password of a service's login roles and NATS user. Raises CannotMigrate where it is missing or weak."""
    name = f"ONEDOOR_{package.upper()}_PASSWORD"
    password = os.environ.get(name, "")
    if not PASSWORD.fullmatch(password):
        raise CannotMigrate(
            f"{name} must begin with a letter, have 16 characters or more, and only letters, digits, . _ ~ -"
        )
    return password


def restored_services() -> set[str]:
    """The services whose databases were put back from a backup. Raises CannotMigrate where there is no such service."""
    named = set(os.environ.get("ONEDOOR_RESTORED", "").split())
    if unknown := sorted(named - set(map(name_of, PACKAGES))):
        raise CannotMigrate(f"ONEDOOR_RESTORED names {unknown[0]}, and there is no such service")
    return named


def main() -> None:
    restored = restored_services()
    passwords = {package: password_of(package) for package in PACKAGES}
    for package, password in passwords.items():
        administrator = os.environ["ONEDOOR_DATABASE_URL"]
        database_of(package, administrator=administrator, password=password, restored=name_of(package) in restored)
        sys.stdout.write(f"{package} is ready\n")


if __name__ == "__main__":
    try:
        main()
    except CannotMigrate as refusal:
        sys.exit(str(refusal))
