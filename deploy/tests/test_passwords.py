"""The databases' passwords of a home: one for each role of each service, and none opens what is another's."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import psycopg
import pytest
from common.embedded import Postgres
from common.runtime.keeping.tables_of_keys import KEEPER
from common.runtime.store.roles import ROLES, role_name
from onedoor.home import Home
from onedoor.packages import KEYS_OF_PEOPLE, PACKAGES, name_of
from onedoor.plan import Plan
from onedoor.running import Running
from onedoor.testing import Local

OFFICER = ("--role", "officer", "--council", "northmere")
BIN = {"service": "missed_bin", "channel": "online", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}
DATABASES = (*PACKAGES, KEYS_OF_PEOPLE)
LOGIN = {**dict.fromkeys(PACKAGES, ROLES), KEYS_OF_PEOPLE: (KEEPER,)}
EVERYBODY = [(package, role) for package in DATABASES for role in ("owner", *LOGIN[package])]
REFUSED = ("password authentication failed", "no password supplied", "permission denied for database")
OLD = "a-password-that-was-everybodys"


def plan(local: Local) -> Plan:
    return Plan(home=Home(local.home), base=local.base)


def passwords(local: Local) -> dict[str, str]:
    """Every role's, by its name in PostgreSQL."""
    planned = plan(local)
    return {role_name(package, role): planned.passwords(package)[role] for package, role in EVERYBODY}


def opens(local: Local, user: str, database: str, password: str) -> bool:
    """Whether this password lets this role into this database."""
    address = f"postgresql://{user}@127.0.0.1:{plan(local).postgres_port}/{database}"
    try:
        with psycopg.connect(address, password=password, connect_timeout=5):
            return True
    except psycopg.OperationalError as fault:
        if any(reason in str(fault) for reason in REFUSED):
            return False
        raise


def administrator(local: Local) -> str:
    return Postgres(local.home, port=plan(local).postgres_port).url()


def private(place: Path) -> bool:
    return place.stat().st_mode & 0o077 == 0


def test_every_role_of_every_service_has_a_password_of_its_own_that_only_we_may_read(town: Local) -> None:
    known = passwords(town)
    assert len(set(known.values())) == len(known) == len(EVERYBODY)
    files = [town.home / "secrets.json", town.home / "running.json", *(town.home / "passwords").iterdir()]
    assert {file.name for file in files} == {"secrets.json", "running.json", *DATABASES}
    assert all(private(place) for place in (town.home / "passwords", *files))


def test_what_a_service_is_told_holds_no_password_and_its_file_none_but_its_own(town: Local) -> None:
    known = passwords(town)
    assert not any(password in plan(town).roles for password in known.values())
    for package in DATABASES:
        found = (town.home / "passwords" / package).read_text()
        own = {known[role_name(package, role)] for role in LOGIN[package]}
        assert {password for password in known.values() if password in found} == own


def test_a_password_opens_the_database_of_its_service_as_its_role_and_nothing_else(town: Local) -> None:
    known = passwords(town)
    for package, role in EVERYBODY:
        user = role_name(package, role)
        assert opens(town, user, package, known[user])
        for another in {DATABASES[(DATABASES.index(package) + 1) % len(DATABASES)], KEYS_OF_PEOPLE} - {package}:
            assert not opens(town, user, another, known[user])  # its own name, at another service's database
    serving = {user: known[user] for user in (role_name(package, "officer") for package in PACKAGES)}
    for package, role in EVERYBODY:
        user = role_name(package, role)
        others = [password for whose, password in serving.items() if whose != user]
        assert [opens(town, user, package, password) for password in (*others, "")] == [False] * (len(others) + 1)


def test_nobody_is_let_in_without_a_password_kept_as_scram(town: Local) -> None:
    with psycopg.connect(administrator(town)) as connection:
        methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        kept = connection.execute(
            "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolcanlogin"
        ).fetchall()
    assert methods == [("scram-sha-256",)]
    assert kept == [(True,)] * (len(EVERYBODY) + 1)


def test_commands_look_as_the_owner(town: Local) -> None:
    running = Running.of(Home(town.home))
    for package in PACKAGES:
        with psycopg.connect(running.owner(name_of(package))) as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == (role_name(package, "owner"),)
    assert town.said("parked") == "Nothing is parked."


@pytest.fixture
def older(town: Local) -> Local:
    """The home as an earlier release left it: one password for all roles of all services, and no file of them."""
    town.said("down")
    server = Postgres(town.home, port=plan(town).postgres_port)
    server.start()
    try:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            for package, role in EVERYBODY:
                connection.execute(f"ALTER ROLE {role_name(package, role)} PASSWORD '{OLD}'")
    finally:
        server.stop()
    secrets = json.loads((town.home / "secrets.json").read_text())
    kept = {name: secret for name, secret in secrets.items() if name.startswith("nats ")}
    (town.home / "secrets.json").write_text(json.dumps({"roles": OLD, **kept}))
    for file in (town.home / "passwords").iterdir():
        file.unlink()
    (town.home / "passwords").rmdir()
    running = json.loads((town.home / "running.json").read_text())
    del running["owners"]
    (town.home / "running.json").write_text(json.dumps(running))
    return town


def test_an_older_home_goes_on_with_its_data_and_everybody_has_a_new_password(older: Local) -> None:
    assert older.run("status").returncode == 1
    before = json.loads((older.home / "secrets.json").read_text())
    assert older.run("parked").stderr.startswith("what runs here was started by an earlier release")
    with older.up(PGPASSWORD="somebody-elses") as process:
        cases = older.get("case-crm", "/cases", *OFFICER).json()["items"]
        assert len(cases) >= 1  # those that the demo seeded
        assert older.post("case-crm", "/cases", BIN, *OFFICER).status_code == 201
        known = passwords(older)
        assert len(set(known.values())) == len(EVERYBODY)
        assert not any(opens(older, role_name(package, role), package, OLD) for package, role in EVERYBODY)
        after = json.loads((older.home / "secrets.json").read_text())
        assert "roles" not in after
        assert {name: after[name] for name in before if name != "roles"} == {
            name: secret for name, secret in before.items() if name != "roles"
        }
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
