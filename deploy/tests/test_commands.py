"""The other commands, on a platform that runs: tokens, the clock, traces, what is parked, saying again."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import nats
import psycopg
import pytest
from common.runtime.envelope import to_headers
from common.runtime.ids import new_id
from onedoor.home import Home
from onedoor.running import Running
from onedoor.testing import Local, until

OFFICER = ("--role", "officer", "--council", "northmere")
BIN = {"service": "missed_bin", "channel": "phone", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}


@pytest.fixture(autouse=True)
def real_time(town: Local) -> Iterator[None]:
    yield
    (town.home / "clock.json").unlink(missing_ok=True)


def open_case(town: Local) -> dict[str, Any]:
    answer = town.post("case-crm", "/cases", BIN, *OFFICER)
    assert answer.status_code == 201, answer.text
    return {**answer.json(), "story": answer.headers["Onedoor-Correlation"]}


def test_status_says_where_everything_is(town: Local) -> None:
    found = town.status()
    assert found["ready"] is True
    assert all(part["ready"] and part["detail"] == "" for part in found["parts"])
    assert {part["name"]: part["url"] for part in found["parts"]} == {
        "postgres": f"postgresql://127.0.0.1:{town.base + 11}",
        "nats": f"nats://127.0.0.1:{town.base + 12}",
        **{name: town.url(name) for name in ("customer-account", "case-crm", "feedback")},
        **{name: town.url(name) for name in ("partner-gateway", "review-engine")},
    }
    assert town.run("status").returncode == 0


def test_a_token_is_printed_alone_and_lets_its_bearer_in(town: Local) -> None:
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", town.said("token", *OFFICER))
    assert town.get("case-crm", "/cases", *OFFICER).status_code == 200
    assert town.get("case-crm", "/cases", *OFFICER, "--permission", "cases:write").status_code == 403
    resident = ("--role", "resident", "--council", "southholt", "--person", str(new_id()))
    assert town.get("case-crm", "/me/cases", *resident).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--role", "officer", "--council", "atlantis"),
            "there is no council atlantis: there are northmere, southholt",
        ),
        (("--role", "resident", "--council", "northmere", "--person", "sam"), "a person's id, which 'sam' is not"),
        (("--role", "king", "--council", "northmere"), "'king' is not one of 'resident', 'officer'"),
    ],
)
def test_a_token_for_nobody_is_refused(town: Local, words: tuple[str, ...], sentence: str) -> None:
    done = town.run("token", *words)
    assert done.returncode != 0
    assert sentence in " ".join(done.stderr.replace("│", " ").split())


def test_the_clock_is_one_for_all_services(town: Local) -> None:
    assert "(real time)" in town.said("clock")
    town.said("clock", "set", "2026-12-14T09:30")
    assert town.said("clock", "step", "2d12h").startswith("2026-12-16T21:30:")
    assert town.said("clock", "step", "-12h").startswith("2026-12-16T09:30:")
    assert open_case(town)["opened_at"].startswith("2026-12-16T09:30:")
    assert town.said("clock", "set", "now").endswith("(real time)")
    opened = datetime.fromisoformat(open_case(town)["opened_at"])
    assert abs((datetime.now(UTC) - opened).total_seconds()) < 60
    assert town.run("clock", "step", "soon").stderr == "'soon' is not a step: write it as 3d, 2h or 1d12h\n"
    assert town.run("clock", "set", "soon").stderr.startswith("'soon' is not a moment")


def test_a_story_is_traced_by_reference_and_by_correlation_id(town: Local) -> None:
    case = open_case(town)
    touch = {"channel": "phone", "purpose": "chase"}
    town.post("case-crm", f"/cases/{case['case_id']}/interactions", touch, *OFFICER)
    until(lambda: "interactions" in town.said("trace", case["reference"]))  # spans are written a moment later
    for asked in (case["reference"], case["story"]):
        lines = town.said("trace", asked).splitlines()
        assert re.fullmatch(r"2 traces, \d+ spans, [2-5] services", lines[0])
        heads = [line for line in lines if line.startswith("trace ")]
        assert len(heads) == 2
        assert all(case["story"] in head for head in heads)
        assert [line.split()[1:4] for line in lines if " POST " in line] == [
            ["case-crm", "POST", "/cases"],
            ["case-crm", "POST", "/cases/{case_id}/interactions"],
        ]
    traced = town.said("trace", heads[0].split()[1]).splitlines()
    assert traced == lines


def test_what_no_trace_knows_is_told(town: Local) -> None:
    done = town.run("trace", "NBC-999999-9")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("no trace knows NBC-999999-9")


def test_what_is_parked_is_listed_with_its_reason(town: Local) -> None:
    assert town.said("parked") == "Nothing is parked."
    key = new_id()
    for version in (3, 2):
        publish(town, "customer-account", aggregate="facts", name="facts.shared", key=key, version=version)

    def listed() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(town.said("parked", "--json"))["parked"]
        return [one for one in found if one["consumer"] == "review-engine-gather-evidence" and one["behind"] == 1]

    parked = until(listed)
    assert parked[0] == {
        "service": "review-engine",
        "consumer": "review-engine-gather-evidence",
        "aggregate": "facts",
        "id": str(key),
        "version": 2,
        "event": "facts.shared",
        "reason": "waits for an earlier version",
        "since": parked[0]["since"],
        "behind": 1,
    }
    assert f"facts/{key}@2  facts.shared" in town.said("parked")
    assert "review-engine: tried 0" in town.said("retry")
    assert town.said("retry", "--consumer", "case-crm-keep-known-facts") == "case-crm: tried 0"
    assert "is of no service" in town.run("retry", "--consumer", "nobody").stderr


def test_a_timer_that_failed_is_listed_and_rings_once_more_when_asked(town: Local) -> None:
    key, reason = uuid4(), "failed: KeyError at silence.py:31"
    with psycopg.connect(Running.of(Home(town.home)).owner("case-crm")) as ledger:
        ledger.execute(
            "INSERT INTO onedoor.timer (name, aggregate_id, due_at, council, correlation_id, failed, failed_at) "
            "VALUES ('case_silence', %s, '2026-11-01 09:30Z', 'northmere', %s, %s, now())",
            [key, uuid4(), reason],
        )
    (listed,) = json.loads(town.said("parked", "--json"))["timers"]
    assert listed == {
        "service": "case-crm",
        "consumer": "case-crm-timers",
        "timer": "case_silence",
        "id": str(key),
        "due": "2026-11-01 09:30:00+00:00",
        "reason": reason,
        "since": listed["since"],
    }
    assert f"case-crm-timers  case_silence/{key}  due 2026-11-01 09:30:00+0000  since" in town.said("parked")
    assert town.said("retry", "--consumer", "feedback-timers") == "feedback: tried 0"
    assert town.said("retry", "--consumer", "case-crm-timers") == "case-crm: tried 1"
    assert json.loads(town.said("parked", "--json"))["timers"] == []  # there is no such case: it does nothing, once


def test_a_service_cannot_speak_for_another(town: Local) -> None:
    complaint = publish(
        town, "case-crm", aggregate="person", name="person.shared", key=new_id(), version=1, refused=True
    )
    assert 'permissions violation for publish to "evt.person.person.shared"' in complaint.lower()


def test_a_subscribers_tables_are_rebuilt_and_events_said_again(town: Local) -> None:
    case = open_case(town)
    rebuilt = town.said("say-again", "--consumer", "case-crm-keep-known-facts").splitlines()
    assert rebuilt[0].startswith("case-crm rebuilds the tables of case-crm-keep-known-facts")
    assert rebuilt[-1] == "Rebuilt, and swapped in."
    assert town.said("say-again", "--aggregate", f"case/{case['case_id']}") == "Asked case-crm to say it again."
    everybody = "Asked customer-account, case-crm, feedback, partner-gateway, review-engine to say it again."
    assert town.said("say-again", "--aggregate", f"access/{new_id()}") == everybody  # any service says those
    assert town.said("say-again", "--since", "2026-11-01") == everybody


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say one of --consumer, --aggregate and --since"),
        (("--aggregate", "dog/1"), "nobody speaks of 'dog': there are access, access_package_download, "),
        (("--aggregate", "case/1"), "write it as case/<id>: '1' is not an id"),
        (
            ("--consumer", "customer-account-keep-told-facts"),
            "customer-account-keep-told-facts has no tables to rebuild",
        ),
    ],
)
def test_what_cannot_be_said_again_is_told(town: Local, words: tuple[str, ...], sentence: str) -> None:
    done = town.run("say-again", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)


def test_seeding_twice_changes_nothing(town: Local) -> None:
    def count() -> int:
        return len(town.get("case-crm", "/cases?limit=200", *OFFICER).json()["items"])

    before = count()
    assert before > 0
    subprocess.run([sys.executable, "-m", "onedoor.seed"], env=town.environment(), check=True, timeout=60)
    assert count() == before


def publish(
    town: Local, service: str, *, aggregate: str, name: str, key: UUID, version: int, refused: bool = False
) -> str:
    """Say something as a service, with its own user. Gives what the broker has against it, where it is `refused`."""
    now = datetime.now(UTC)
    said = {"id": uuid4(), "name": name, "occurred": now, "recorded": now, "aggregate": aggregate, "aggregate_id": key}
    said |= {
        "version": version,
        "era": 0,
        "follows": 0,
        "council": "northmere",
        "person_id": key,
        "trace": None,
        "causation_id": None,
    }
    said |= {"actor_kind": "officer", "actor_id": "sam", "correlation_id": uuid4()}
    headers = to_headers(said, speaker=service)
    return asyncio.run(_published(town, service, f"evt.{aggregate}.{name}", headers, refused=refused))


async def _published(town: Local, service: str, subject: str, headers: dict[str, str], *, refused: bool) -> str:
    complaints: asyncio.Queue[str] = asyncio.Queue()

    async def complain(fault: Exception) -> None:
        complaints.put_nowait(str(fault))

    password = Home(town.home).secret(f"nats {service}")
    address = f"nats://{service}:{password}@127.0.0.1:{town.base + 12}"
    client = await nats.connect(address, allow_reconnect=False, error_cb=complain)
    await client.publish(subject, b'{"visible_to": ["northmere"], "because": "a_case"}', headers=headers)
    await client.flush()
    complaint = await asyncio.wait_for(complaints.get(), 10) if refused else ""
    await client.close()
    return complaint
