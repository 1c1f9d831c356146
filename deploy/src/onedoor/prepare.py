"""Run once before the services, as a process that ends: their databases, the issuer's keys, and what the broker must allow."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor

import psycopg
import sqlalchemy.exc
from common.embedded.children import end_with_parent
from common.embedded.issuer import ISSUER, Issuer
from common.runtime.migrations import create_database, migrate
from common.runtime.service import Service

from onedoor.home import Home
from onedoor.permissions import OPERATOR, permissions
from onedoor.plan import as_role, database_of, server_of
from onedoor.release import stamp


class CannotPrepare(Exception):
    """A database cannot be made or brought to this release. One plain sentence."""


def prepare(home: Home, *, administrator: str, release: str, packages: list[str]) -> None:
    """Everything the services need before they start. `administrator` is an address with `{service}` in it."""
    keys = Issuer(home.root).ensure()
    services = [importlib.import_module(f"{package}.app").service for package in packages]
    _databases(packages, administrator, home.secret("roles"), release)
    hearers = {service.name: _consumers(service) for service in services}
    users = {name: permissions(name, consumers) for name, consumers in hearers.items()}
    found = {"release": release, "issuer": ISSUER, "keys": str(keys), "users": {**users, "operator": OPERATOR}}
    home.write(home.prepared, found)


def _databases(packages: list[str], *told: str) -> None:
    # A process each: Alembic keeps what it works on in globals, so threads would mix databases up.
    forked = multiprocessing.get_context("fork")
    dies = end_with_parent(signal.SIGKILL)
    with ProcessPoolExecutor(len(packages), mp_context=forked, initializer=dies) as pool:
        jobs = [pool.submit(_database, package, *told) for package in packages]
        mistakes = [sentence for job in jobs if (sentence := job.result())]
    if mistakes:
        raise CannotPrepare(mistakes[0])


def _database(package: str, administrator: str, password: str, release: str) -> str:
    """Make and migrate one service's database. Gives what went wrong, as a sentence, or nothing."""
    service: Service = importlib.import_module(f"{package}.app").service
    name = database_of(administrator, package)
    owner = as_role(administrator, password).replace("{service}", package).replace("{role}", "owner")
    try:
        create_database(server_of(administrator), service, password=password, name=name)
        migrate(owner, service)
        stamp(owner, name, told=release)
    except (psycopg.Error, sqlalchemy.exc.DBAPIError) as fault:
        return f"the database of {service.name} cannot be prepared: {_sentence(fault)}"
    return ""


def _sentence(fault: Exception) -> str:
    original: BaseException = getattr(fault, "orig", None) or fault
    lines = str(original).strip().splitlines()
    return lines[0] if lines else type(original).__name__


def _consumers(service: Service) -> list[str]:
    """The names under which its subscribers hear, as the runtime makes them."""
    return [f"{service.name}-{subscriber.name}".replace("_", "-") for subscriber in service.heard_by()]


if __name__ == "__main__":
    told = os.environ
    try:
        prepare(
            Home.from_environment(),
            administrator=told["ONEDOOR_DATABASE_URL"],
            release=told["ONEDOOR_RELEASE"],
            packages=sys.argv[1:],
        )
    except CannotPrepare as fault:
        sys.exit(str(fault))
