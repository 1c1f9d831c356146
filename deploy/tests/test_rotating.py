"""`onedoor rotate-keys` on a platform that runs: it tells how it goes, and a service that is killed goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from common.contracts.keys import FACT_VALUE, KeyClass
from common.runtime.ids import new_id
from common.runtime.keeping import sealing
from common.runtime.keeping.key_database import about_key
from common.runtime.keeping.secrets import Secrets
from onedoor.home import Home
from onedoor.plan import Plan
from onedoor.testing import ONEDOOR, Local, processes_below, until, until_gone

FIELDS = 100_000
OFFICER = ("--role", "officer", "--council", "northmere")
PERSON = {"full_name": "Margaret Hartley", "phone": "07700 900014", "channel": "phone"}
VERSIONS = "SELECT DISTINCT split_part(value ->> 'sealed', '.', 3)::bigint FROM fact WHERE value ? 'sealed'"

KNOWN_ONCE = """
INSERT INTO fact (person_id, kind, current, visible_to, asserted_by, channel, told_to, told_to_service, verification,
                  fact_id, told_at, known_from, known_until, value)
SELECT %s, 'phone', false, '{northmere}', 'officer', 'phone', 'northmere', 'customer-account', 'asserted',
       fact, at, at, at + interval '1 second', jsonb_build_object('sealed', token)
FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[]) told (fact, at, token)
"""


def plan(town: Local) -> Plan:
    return Plan(home=Home(town.home), base=town.base)


def versions(town: Local) -> set[int]:
    with psycopg.connect(plan(town).owner("customer_account")) as connection:
        return {version for (version,) in connection.execute(VERSIONS).fetchall()}


def key_of(town: Local, person: UUID, under: KeyClass) -> sealing.Key:
    with psycopg.connect(plan(town).owner("customer_account_keys")) as connection:
        asked = "SELECT version, wrapped FROM person_key WHERE person_id = %s AND class = %s ORDER BY version DESC"
        version, wrapped = connection.execute(asked, [person, under.value]).fetchone() or (0, "")
    name = sealing.KeyName(under, version)
    secrets = Secrets.of(plan(town).key_file("customer-account"))
    return sealing.Key(name, secrets.unwrap(wrapped, about=about_key(person, name)))


@pytest.fixture
def person(town: Local) -> UUID:
    """Somebody of whom very much was known once."""
    person = UUID(town.post("customer-account", "/persons", PERSON, *OFFICER).json()["person_id"])
    key, at = key_of(town, person, KeyClass.CONTACT), datetime(2026, 1, 1, tzinfo=UTC)
    facts = [new_id() for _ in range(FIELDS)]
    places = [FACT_VALUE.place({"fact_id": fact, "kind": "phone", "person_id": person}) for fact in facts]
    tokens = [sealing.seal(key, f"number {number}", place=place) for number, place in enumerate(places)]
    moments = [at + timedelta(seconds=number) for number in range(FIELDS)]
    with psycopg.connect(plan(town).owner("customer_account")) as connection:
        connection.execute(KNOWN_ONCE, [person, facts, moments, tokens])
    return person


def test_a_rotation_goes_on_after_the_service_was_killed(town: Local, person: UUID) -> None:
    before = versions(town)
    [pid] = [pid for pid, name in processes_below(town.supervisor()).items() if name == "customer-accoun"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = subprocess.Popen([ONEDOOR, "rotate-keys"], env=town.environment(), **quiet)
    until(lambda: versions(town) - before)
    below, half = processes_below(town.supervisor()), versions(town)
    os.kill(pid, signal.SIGKILL)
    command.wait(60)
    until_gone(below)
    assert before & half  # it was killed in the middle
    [version] = half - before
    assert town.run("up", "--detach").returncode == 0
    told = town.said("rotate-keys").splitlines()
    assert told[-1].startswith("Everything lies under new keys.")
    done = {line.partition(":")[0] for line in told if line.endswith("all done")}
    assert done == {"customer-account", "case-crm", "partner-gateway", "review-engine"}
    assert versions(town) == {version}
    with psycopg.connect(plan(town).owner("customer_account")) as connection:
        asked = "SELECT fact_id, value FROM fact WHERE NOT current ORDER BY known_from LIMIT 100"
        rows = connection.execute(asked).fetchall()
    key = key_of(town, person, KeyClass.CONTACT)
    for number, (fact, value) in enumerate(rows):
        place = FACT_VALUE.place({"fact_id": fact, "kind": "phone", "person_id": person})
        assert sealing.opened(key, value["sealed"], place=place) == f"number {number}"
    shown = town.get("customer-account", f"/persons/{person}/facts", *OFFICER).json()["items"]
    assert "07700 900014" in {fact["value"] for fact in shown}
