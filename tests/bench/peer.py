"""pgbench doing what opening a case does in the database, and nothing else: the measure all ratios are to."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import psycopg
from common.embedded.binaries import postgres_bin
from psycopg.conninfo import conninfo_to_dict

# Three tables, five indexes, one foreign key: a case, what was said of it, and what is to be said.
TABLES = """
DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench;
CREATE TABLE bench.case_file (id uuid PRIMARY KEY, council text, reference text, person_id uuid, status text, answers jsonb,
    opened_at timestamptz, version int);
CREATE INDEX ON bench.case_file (person_id, opened_at, id);
CREATE INDEX ON bench.case_file (council, opened_at, id);
CREATE TABLE bench.case_event (case_id uuid REFERENCES bench.case_file, version int, name text, data jsonb, recorded timestamptz,
    PRIMARY KEY (case_id, version));
CREATE TABLE bench.outbox (id uuid PRIMARY KEY, case_id uuid, queued_at timestamptz DEFAULT now());
"""
OPEN = """
\\set n random(1, 1000000000)
BEGIN;
WITH c AS (INSERT INTO bench.case_file VALUES (uuidv7(), 'northmere', 'NBC-' || :n, uuidv7(), 'submitted',
    '{"address": "14 Weavers Row", "bin": "Rubbish"}', now(), 1) RETURNING id),
e AS (INSERT INTO bench.case_event SELECT id, 1, 'case.opened', '{"service": "missed_bin", "channel": "online"}', now() FROM c
    RETURNING case_id)
SELECT case_id FROM e;
INSERT INTO bench.outbox (id, case_id) VALUES (uuidv7(), NULL);
COMMIT;
"""


class Pgbench:
    """pgbench on the platform's own PostgreSQL, in a schema of its own."""

    def __init__(self, owner: str, folder: Path) -> None:
        self.owner = owner
        self.script = folder / "open.sql"
        self.script.write_text(OPEN)
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(TABLES)

    def per_second(self, *, clients: int, seconds: int) -> float:
        """Transactions a second."""
        return pgbench(self.script, connecting(self.owner), clients=clients, seconds=seconds)[0]


def pgbench(script: Path, environment: dict[str, str], *, clients: int, seconds: int) -> tuple[float, int]:
    """Run a script over and over, its statements prepared. Gives transactions a second, and how many there were."""
    words = f"-n -M prepared -c {clients} -j {min(clients, 2)} -T {seconds} -f".split()
    told = program("pgbench", *words, str(script), environment=environment).decode()
    rate = re.search(r"tps = ([0-9.]+)", told)
    count = re.search(r"transactions actually processed: ([0-9]+)", told)
    if rate is None or count is None:
        raise RuntimeError(told[-500:])
    return float(rate[1]), int(count[1])


def program(name: str, *words: str, environment: dict[str, str], given: bytes = b"") -> bytes:
    """Run one of PostgreSQL's programs; gives what it wrote. Raises RuntimeError with its last words where it failed."""
    done = subprocess.run([postgres_bin(None) / name, *words], env=environment, input=given, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.decode()[-2000:]}")
    return done.stdout


def connecting(address: str) -> dict[str, str]:
    """An address as PostgreSQL's programs read it from their environment, so that no password shows among processes."""
    named = {"dbname": "PGDATABASE"}
    return {named.get(key, f"PG{key.upper()}"): str(value) for key, value in conninfo_to_dict(address).items()}
