"""`onedoor audit verify` on a platform that runs: whatever somebody with all rights does to the log, it is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from common.embedded.audit_key import AuditKey
from onedoor.home import Home
from onedoor.plan import Plan
from onedoor.testing import Local, until

OFFICER = ("--role", "officer", "--council", "northmere")
TABLES = ("access_entry", "access_seal", "access_unsealed")


@contextmanager
def superuser(town: Local) -> Iterator[psycopg.Connection[Any]]:
    address = Plan(home=Home(town.home), base=town.base).administrator.replace("{service}", "customer_account")
    with psycopg.connect(address) as connection:
        yield connection


@pytest.fixture(scope="module")
def log(town: Local) -> Local:
    """A platform on which people were looked at, in several seals, all of them sealed."""
    for number in range(3):
        body = {"full_name": f"Margaret Hartley{number}", "phone": f"07700 90010{number}", "channel": "phone"}
        person = town.post("customer-account", "/persons", body, *OFFICER).json()["person_id"]
        assert town.get("customer-account", f"/persons/{person}", *OFFICER).status_code == 200
        until(partial(is_sealed, town, at_least=2 * number + 2))
    return town


def is_sealed(town: Local, *, at_least: int) -> bool:
    told = town.said("audit", "verify")
    return told.endswith(".") and "Everything is sealed." in told and int(told.split()[0].replace(",", "")) >= at_least


@contextmanager
def tampered(town: Local, *statements: str) -> Iterator[None]:
    """The log with something done to it by a superuser; put back afterwards."""
    with superuser(town) as connection:
        for table in TABLES:
            connection.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
        for statement in statements:
            assert connection.execute(statement).rowcount, statement
    try:
        yield
    finally:
        with superuser(town) as connection:
            for table in TABLES:
                connection.execute(f"TRUNCATE {table}")
                connection.execute(f"INSERT INTO {table} TABLE kept_{table}")
                connection.execute(f"DROP TABLE kept_{table}")


def of(town: Local, query: str) -> str:
    with superuser(town) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return str(row[0])


def verdict(town: Local) -> str:
    done = town.run("audit", "verify")
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout.strip()


FIRST = "(SELECT entries -> 0 ->> 0 FROM access_seal WHERE number = 1)::uuid"
COPY = """
INSERT INTO access_entry (visible_to, entry_id, person_id, at, role, organisation, system, reason)
SELECT visible_to, '00000000-0000-7000-8000-000000000001', person_id, at, role, organisation, system, reason
FROM access_entry LIMIT 1
"""
OTHER_ORDER = "(SELECT jsonb_agg(e ORDER BY n DESC) FROM jsonb_array_elements(entries) WITH ORDINALITY x (e, n))"


def test_a_log_that_nobody_touched_is_whole(log: Local) -> None:
    told = log.said("audit", "verify").splitlines()
    entries = int(of(log, "SELECT count(*) FROM access_entry"))
    seals = int(of(log, "SELECT count(*) FROM access_seal"))
    assert entries >= 6
    assert seals >= 3
    assert told == [
        f"{entries:,} entries in {seals:,} seals are whole. Everything is sealed.",
        f"The chain ends with {of(log, 'SELECT chain FROM access_seal ORDER BY number DESC LIMIT 1')}.",
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "'nothing'"),
        ("at", "at + interval '1 second'"),
        ("hidden_until", "now() + interval '9 years'"),
        ("organisation", "NULL"),
        ("visible_to", "ARRAY['southholt']"),
        ("case_id", "gen_random_uuid()"),
    ],
)
def test_a_changed_entry_is_found(log: Local, column: str, value: str) -> None:
    entry = of(log, f"SELECT {FIRST}")
    with tampered(log, f"UPDATE access_entry SET {column} = {value} WHERE entry_id = {FIRST}"):
        assert verdict(log) == f"Entry {entry} of seal 1: changed."


def test_a_deleted_entry_is_found(log: Local) -> None:
    entry = of(log, f"SELECT {FIRST}")
    with tampered(log, f"DELETE FROM access_entry WHERE entry_id = {FIRST}"):
        assert verdict(log) == f"Entry {entry} of seal 1: missing."


def test_an_added_entry_is_found(log: Local) -> None:
    with tampered(log, COPY):
        assert verdict(log) == "Entry 00000000-0000-7000-8000-000000000001: added: no seal has it."


def test_two_entries_that_change_places_are_found(log: Local) -> None:
    swap = """
    UPDATE access_entry a SET reason = b.reason, at = b.at FROM access_entry b
    WHERE a.ctid <> b.ctid AND a.entry_id IN (TWO) AND b.entry_id IN (TWO) AND a.reason <> b.reason
    """
    two = "SELECT DISTINCT ON (reason) entry_id FROM access_entry ORDER BY reason LIMIT 2"
    with tampered(log, swap.replace("TWO", two)):
        assert verdict(log).endswith(": changed.")


def test_a_missing_seal_is_found(log: Local) -> None:
    with tampered(log, "DELETE FROM access_seal WHERE number = 2"):
        assert verdict(log) == "Seal 2 is missing."


def test_the_last_seal_with_nothing_but_its_entries_left_is_found(log: Local) -> None:
    with tampered(log, "DELETE FROM access_seal WHERE number = (SELECT max(number) FROM access_seal)"):
        assert verdict(log).endswith(": added: no seal has it.")


def test_seals_that_change_places_are_found(log: Local) -> None:
    moves = [f"UPDATE access_seal SET number = {new} WHERE number = {old}" for old, new in ((1, -1), (2, 1), (-1, 2))]
    with tampered(log, *moves):
        assert verdict(log) == "Seal 1: reordered: it does not follow seal 0."


def test_entries_in_another_order_within_their_seal_are_found(log: Local) -> None:
    longest = "jsonb_array_length(entries) > 1"
    number = of(log, f"SELECT min(number) FROM access_seal WHERE {longest}")
    with tampered(log, f"UPDATE access_seal SET entries = {OTHER_ORDER} WHERE number = {number}"):
        assert verdict(log) == f"Seal {number}: reordered: its entries are in another order."


def test_an_entry_that_is_changed_together_with_its_digest_is_found(log: Local) -> None:
    with tampered(
        log,
        f"UPDATE access_entry SET reason = 'nothing' WHERE entry_id = {FIRST}",
        "UPDATE access_seal SET entries = jsonb_set(entries, '{0,2}', to_jsonb(repeat('0', 64))) WHERE number = 1",
    ):
        assert verdict(log) == "Seal 1: changed."


def test_a_signature_that_is_not_ours_is_found(log: Local, tmp_path: Path) -> None:
    with tampered(log, "UPDATE access_seal SET signature = repeat('0', 128) WHERE number = 1"):
        assert verdict(log) == "Seal 1: signature wrong."
    other = AuditKey(tmp_path)
    other.ensure()
    done = log.run("audit", "verify", "--keys", str(other.public))
    assert (done.returncode, done.stdout) == (1, "Seal 1: signature wrong: its key is not among ours.\n")


def test_an_unsealed_entry_is_counted_and_missed(log: Local) -> None:
    entries = int(of(log, "SELECT count(*) FROM access_entry"))
    person = "(SELECT person_id FROM access_entry ORDER BY ctid LIMIT 1)"
    values = f"'00000000-0000-7000-8000-000000000001', {person}, '2026-11-22 09:30Z'"
    noted = f"INSERT INTO access_unsealed (entry_id, person_id, noted_at) VALUES ({values})"
    with tampered(log, COPY, noted):
        told = log.said("audit", "verify").splitlines()[0]
        assert told.startswith(f"{entries:,} entries")
        assert told.endswith("are whole. 1 not sealed yet, the oldest since 2026-11-22 09:30:00+0000.")
    with tampered(log, noted):
        assert verdict(log) == "Entry 00000000-0000-7000-8000-000000000001, not sealed yet: missing."


def test_without_public_keys_nothing_is_verified(log: Local, tmp_path: Path) -> None:
    done = log.run("audit", "verify", "--keys", str(tmp_path / "none.pem"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "none.pem holds no public keys in PEM" in done.stderr
