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
from common.runtime.schema.migrations import begin_era, create_database, migrate
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
    owner = role_name(package, "owner")
    own = administrator.replace("{service}", package)
    anywhere = urlunsplit(urlsplit(own)._replace(path="/postgres"))
    try:
        passwords = {**dict.fromkeys(ROLES, password), "owner": secrets.token_urlsafe(32)}  # the owner's is nobody's
        create_database(anywhere, service, password=passwords)
        as_owner = f"{own}?options={quote(f'-c role={owner}')}"
        migrate(as_owner, service)
        if restored:
            begin_era(as_owner)
        with psycopg.connect(anywhere, autocommit=True) as connection:  # who serves must not come in as the owner
            connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(owner)))
    except (psycopg.Error, sqlalchemy.exc.DBAPIError) as fault:
        reason = str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
        raise CannotMigrate(f"the database of {service.name} cannot be prepared: {reason}") from fault


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
