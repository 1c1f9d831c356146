"""pgbench doing what opening a case does in the database, and nothing else: the measure all ratios are to."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from common.embedded.binaries import postgres_bin

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
        parts = urlsplit(self.owner)
        words = [
            postgres_bin(None) / "pgbench",
            "-n",
            "-M",
            "prepared",
            "-f",
            self.script,
            "-c",
            clients,
            "-j",
            min(clients, 2),
        ]
        words += ["-T", seconds, "-h", parts.hostname, "-p", parts.port, "-U", parts.username, parts.path[1:]]
        environment = {"PGPASSWORD": parts.password or ""}
        done = subprocess.run([str(w) for w in words], env=environment, capture_output=True, text=True, check=True)
        found = re.search(r"tps = ([0-9.]+)", done.stdout)
        if found is None:
            raise RuntimeError(done.stdout[-500:] + done.stderr[-500:])
        return float(found[1])
