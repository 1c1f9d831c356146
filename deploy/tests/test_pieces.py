"""Pieces that need no process: times, permissions, waterfalls, the closure of a story over its span stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from common.runtime.envelope import EVENTS_STREAM
from common.runtime.watching.telemetry import LocalStore
from onedoor import ends, moments, waterfall
from onedoor.permissions import permissions
from onedoor.refusals import CannotDo
from onedoor.spans import Span, Stores


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("3d", timedelta(days=3)),
        ("1w2d3h4m5s", timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)),
        ("-90m", timedelta(minutes=-90)),
        ("+2h", timedelta(hours=2)),
    ],
)
def test_a_step_is_read_as_people_write_it(text: str, by: timedelta) -> None:
    assert moments.step(text) == by


@pytest.mark.parametrize("text", ["", "3", "d3", "2h1d", "--1h", "1.5h"])
def test_a_step_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CannotDo):
        moments.step(text)


def test_a_moment_without_a_zone_is_utc() -> None:
    assert moments.moment("2026-12-14") == datetime(2026, 12, 14, tzinfo=UTC)
    assert moments.moment("2027-06-14T09:30+01:00") == datetime(2027, 6, 14, 8, 30, tzinfo=UTC)


def test_a_service_may_say_its_own_events_and_hear_with_its_own_consumers_only() -> None:
    allowed = permissions("case-crm", {"case-crm-keep-known-facts": EVENTS_STREAM})
    said = {subject for subject in allowed["publish"] if subject.startswith(("evt.", "access", "again."))}
    parts = ("access_package_part", "erasure_part", "limit_part", "rectification_part")
    cases = ("calendar", "case", "definition", "delivery", "destruction_list", "need", "restriction", "telling")
    own = (*cases, "consent_request", "message_request", *parts)
    assert said == {
        *(f"evt.{aggregate}.>" for aggregate in own),
        *(f"again.*.{aggregate}.>" for aggregate in (*own, "access")),
        *("access.>", "again.*.done"),
    }
    assert {s for s in allowed["publish"] if "CONSUMER" in s or "ACK" in s} == {
        each
        for consumer in ("EVENTS.case-crm-keep-known-facts", "KEYS.case-crm-keys")
        for each in (
            f"$JS.API.CONSUMER.INFO.{consumer}",
            f"$JS.API.CONSUMER.DURABLE.CREATE.{consumer}",
            f"$JS.ACK.{consumer}.>",
        )
    } | {"$JS.API.CONSUMER.CREATE.EVENTS.*.evt.session.session.ended"}
    own = ["_INBOX.case-crm.>", "ask.*.case-crm", "ask.again.any", "deliver.case-crm-keep-known-facts"]
    assert allowed["subscribe"] == [*own, "deliver.case-crm-keys", "deliver.case-crm-ended-sessions.*"]


def test_keys_are_asked_for_in_ones_own_name_and_granted_by_their_owner_alone() -> None:
    services = ("customer-account", "case-crm", "feedback", "partner-gateway", "review-engine")
    asks = {name: [s for s in permissions(name, {})["publish"] if s.startswith("key.")] for name in services}
    assert asks == {
        "customer-account": ["key.*"],
        "case-crm": ["key.customer-account.case-crm"],
        "feedback": [],
        "partner-gateway": ["key.customer-account.partner-gateway"],
        "review-engine": ["key.customer-account.review-engine"],
    }


def span(name: str, *, trace: str = "t1", at: int = 0, took: int = 10, **more: object) -> Span:
    given: dict[str, object] = {"parent_id": None, "service": "case-crm", "failed": False, **more}
    return Span(trace, name, name=name, started=at * 10**6, ended=(at + took) * 10**6, **given)  # type: ignore[arg-type]  # of any type


def test_a_waterfall_shows_children_below_their_parents_and_errors() -> None:
    lines = list(
        waterfall.story(
            [
                span("POST /cases", took=20, correlation_id="s1"),
                span("hear fact.recorded", at=15, took=5, parent_id="hear case.opened", service="feedback"),
                span("hear case.opened", at=10, took=5, parent_id="POST /cases", service="feedback", failed=True),
                span("GET /cases", trace="t0", at=30, took=1),
                span("orphan", trace="t0", at=31, took=1, parent_id="elsewhere", consumer="case-crm-keep"),
            ]
        )
    )
    assert lines[0] == "2 traces, 5 spans, 2 services, 1 error"
    assert lines[2].startswith("trace t1  1970-01-01 00:00:00.000+00:00  20.0 ms  story s1")
    assert [" ".join(line.split()[1:]) for line in lines[3:6]] == [
        "case-crm POST /cases 20.0 ms",
        "feedback hear case.opened 5.0 ms ✗ error",
        "feedback hear fact.recorded 5.0 ms",
    ]
    assert [line.index("hear") - lines[3].index("POST") for line in lines[4:6]] == [2, 4]
    assert [line.split()[0] for line in lines[3:6]] == ["█" * 24, "·" * 12 + "█" * 6 + "·" * 6, "·" * 18 + "█" * 6]
    assert lines[7].startswith("trace t0")
    assert [" ".join(line.split()[1:]) for line in lines[8:]] == [
        "case-crm GET /cases 1.0 ms",
        "case-crm orphan: keep 1.0 ms",
    ]


def test_a_story_is_followed_over_links_both_ways_and_over_correlation_ids(tmp_path: Path) -> None:
    rows: dict[str, list[tuple[str, str | None, str | None]]] = {
        "case-crm": [("t1", "s1", None), ("t2", "s1", "t1"), ("t9", "s9", None)],
        "feedback": [("t3", None, "t2"), ("t4", "s4", None)],
        "review-engine": [("t5", "s4", "t3")],
    }
    for service, spans in rows.items():
        store = LocalStore(tmp_path / f"{service}.db", service=service)
        for number, (trace, story, link) in enumerate(spans):
            links = f'[["{link}", "x"]]' if link else "[]"
            row = (
                trace,
                f"{service}{number}",
                None,
                service,
                "work",
                "server",
                1,
                2,
                0,
                "{}",
                links,
                story,
                f"R-{trace}",
            )
            store.connection.execute(f"INSERT INTO span VALUES ({','.join('?' * 13)})", row)
        store.shutdown()
    stores = Stores(tmp_path)
    for first in (stores.first(reference="R-t1"), stores.first(trace_id="t5"), stores.first(correlation_id="s4")):
        assert {span.trace_id for span in stores.story(first)} == {"t1", "t2", "t3", "t4", "t5"}
    assert stores.first(reference="R-0") == set()
    assert stores.story(set()) == []


def test_the_last_complaint_of_a_log_is_told_without_its_trace_of_calls(tmp_path: Path) -> None:
    log = tmp_path / "feedback.log"
    log.write_text("an older run\n")
    since = log.stat().st_size
    assert ends.last_words(log, since=since) == f"see {log}"
    with log.open("a") as lines:
        lines.write('{"level": "error", "message": "Traceback:\\n  File x\\nCannotServe: no such file\\n"}\n')
        lines.write('{"level": "info", "message": "Finished"}\n')
    assert ends.last_words(log, since=since) == f"CannotServe: no such file (see {log})"
    assert ends.last_words(tmp_path / "none.log") == f"see {tmp_path / 'none.log'}"
    assert (ends.how(-9), ends.how(3)) == ("was killed (SIGKILL)", "ended (exit code 3)")
