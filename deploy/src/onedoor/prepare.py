"""What must be before the services start: their databases, the issuer's keys, and what the broker must allow each of them.

The nursery does this at every start; `python -m onedoor.prepare case_crm …` does it alone.
"""

from __future__ import annotations

import importlib
import multiprocessing
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from urllib.parse import urlsplit

import psycopg
import sqlalchemy.exc
from alembic.util import CommandError
from common.embedded import CannotStart
from common.embedded.audit_key import AuditKey
from common.embedded.children import end_with_parent
from common.embedded.issuer import Issuer
from common.runtime.keeping.tables_of_keys import package_of_keys
from common.runtime.schema.migrations import begin_era, create_database, create_key_database, migrate, migrate_keys
from common.runtime.service import Service
from common.runtime.settings import CannotServe

from onedoor import restoring, signing_in
from onedoor.permissions import OPERATOR, permissions
from onedoor.plan import Plan


class CannotPrepare(Exception):
    """A database cannot be made or brought to this release, or a file cannot be used. One plain sentence."""


def prepare(plan: Plan, *, start: str = "") -> None:
    """Prepare, and write down for the supervisor, which knows it by `start`, what the broker must allow."""
    plan.make_secrets()
    Issuer(plan.home.root).ensure()
    AuditKey(plan.home.root).ensure()
    try:
        signing_in.equip(plan)
    except CannotServe as fault:
        raise CannotPrepare(str(fault)) from None
    _databases(plan)
    plan.home.restored.unlink(missing_ok=True)
    services = [_service(package) for package in plan.packages]
    users = {service.name: permissions(service.name, service.consumers()) for service in services}
    plan.home.write(plan.home.prepared, {"start": start, "users": {**users, "operator": OPERATOR}})


def _databases(plan: Plan) -> None:
    # A process each: Alembic keeps what it works on in globals, so threads would mix databases up.
    forked = multiprocessing.get_context("fork")
    dies = end_with_parent(signal.SIGKILL)
    with ProcessPoolExecutor(len(plan.packages), mp_context=forked, initializer=dies) as pool:
        mistakes = [sentence for sentence in pool.map(partial(_database, plan), plan.packages) if sentence]
    if mistakes:
        raise CannotPrepare(mistakes[0])


def _database(plan: Plan, package: str) -> str:
    """Make and migrate one service's database. Gives what went wrong, as a sentence, or nothing."""
    service = _service(package)
    name = urlsplit(plan.administrator).path.lstrip("/").replace("{service}", package)
    try:
        create_database(plan.server, service, password=plan.passwords(package), name=name)
        migrate(plan.owner(package), service)
        if service.owns_keys:
            _keys(plan, service)
        if service.name in restoring.restored(plan.home):
            begin_era(plan.owner(package))
    except CommandError as fault:
        return f"the database of {service.name} is of another release: {fault}"
    except (psycopg.Error, sqlalchemy.exc.DBAPIError) as fault:
        return f"the database of {service.name} cannot be prepared: {_sentence(fault)}"
    return ""


def _keys(plan: Plan, service: Service) -> None:
    package = package_of_keys(service.package)
    name = urlsplit(plan.administrator).path.lstrip("/").replace("{service}", package)
    create_key_database(plan.server, service, password=plan.passwords(package), name=name)
    migrate_keys(plan.owner(package), service)


def _service(package: str) -> Service:
    found: Service = importlib.import_module(f"{package}.app").service
    return found


def _sentence(fault: Exception) -> str:
    original: BaseException = getattr(fault, "orig", None) or fault
    first, *more = str(original).strip().splitlines() or [type(original).__name__]
    return " ".join([first, *(line for line in more if line.startswith("HINT"))])


if __name__ == "__main__":
    try:
        prepare(Plan.from_environment(tuple(sys.argv[1:])))
    except (CannotPrepare, CannotStart) as reason:
        sys.exit(str(reason))
