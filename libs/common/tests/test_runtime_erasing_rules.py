"""What an erasure takes of rows, and of what was said; what the law keeps, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, get_args
from uuid import UUID

import pytest
from common.contracts.base import PERSONAL, Event
from common.contracts.cases import CaseClosed, CaseOpened
from common.runtime.holdings import Follows, Holding, Kept
from common.runtime.ids import new_id
from common.runtime.periods import Period
from common.runtime.rights.emptying import Emptying, over_at, plan, until
from common.runtime.rights.traces import left_of
from common.runtime.sealed import ERASED
from sqlalchemy import Column, MetaData, String, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

# -- rows

metadata = MetaData()
CASES = Table(
    "case_file",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=True),
    Column("answers", JSONB, nullable=False),
    Column("status", String, nullable=False),
)
NOTES = Table(
    "note", metadata, Column("id", Uuid, primary_key=True), Column("case_id", Uuid), Column("person_id", Uuid)
)
SIX_YEARS = Kept(
    years=6, since="changed_at", ended={"status": ["closed"]}, because="A claim can be made for six years."
)
HOLDINGS = {
    "note": Holding(called="Notes", follows=Follows(table="case_file", by="case_id")),
    "case_file": Holding(called="Cases", erased="emptied", empties=["person_id", "answers"], kept=SIX_YEARS),
}
CLOSED = datetime(2026, 11, 22, 10, tzinfo=UTC)
SOMEBODY = new_id()


def a_case(status: str = "closed", changed_at: datetime = CLOSED) -> dict[str, Any]:
    return {"id": new_id(), "person_id": SOMEBODY, "answers": {"bin": 1}, "status": status, "changed_at": changed_at}


def planned(now: datetime, *cases: dict[str, Any], notes: list[dict[str, Any]] | None = None) -> Emptying:
    return plan(HOLDINGS, {"case_file": CASES, "note": NOTES}, {"case_file": cases, "note": notes or []}, now=now)


def test_a_row_that_the_law_keeps_stays_until_its_last_day_and_what_belongs_to_it_with_it() -> None:
    case = a_case()
    note = {"id": new_id(), "case_id": case["id"], "person_id": SOMEBODY}
    before = planned(datetime(2032, 11, 21, 23, 59, tzinfo=UTC), case, notes=[note])
    assert before.work.empty()
    assert [(each.called, each.records, each.until) for each in before.kept] == [
        ("Cases", 1, date(2032, 11, 21)),
        ("Notes", 1, date(2032, 11, 21)),
    ]
    assert before.kept_ids == {case["id"], note["id"]}
    after = planned(datetime(2032, 11, 22, tzinfo=UTC), case, notes=[note])
    assert after.work.removals == {NOTES: [{"id": note["id"]}]}
    assert after.work.changes[CASES] == {(case["id"],): {"id": case["id"], "person_id": None, "answers": {}}}
    assert (after.counts, after.kept, after.gone_ids) == ({"Cases": 1, "Notes": 1}, [], {note["id"]})


def test_the_time_does_not_run_before_it_is_over() -> None:
    [kept] = planned(datetime(2099, 1, 1, tzinfo=UTC), a_case("in_progress")).kept
    assert kept.until is None


def test_under_a_legal_hold_nothing_goes_and_nobody_can_say_until_when() -> None:
    found = {"case_file": [a_case()], "note": [{"id": new_id(), "case_id": new_id(), "person_id": SOMEBODY}]}
    held = plan(HOLDINGS, {"case_file": CASES, "note": NOTES}, found, now=datetime(2099, 1, 1, tzinfo=UTC), held=True)
    assert held.work.empty()
    assert {(each.called, each.because, each.until) for each in held.kept} == {
        ("Cases", "The law has us keep it for now.", None),
        ("Notes", "The law has us keep it for now.", None),
    }


@pytest.mark.parametrize(
    ("shown", "listed"),
    [
        ({"shown": False}, []),
        ({"shown_after": "hidden_until"}, ["Cases"]),  # one of the two
    ],
)
def test_what_somebody_may_not_know_of_is_kept_and_not_told(shown: dict[str, Any], listed: list[str]) -> None:
    found = [a_case() | {"hidden_until": CLOSED}, a_case() | {"hidden_until": CLOSED + timedelta(days=1)}]
    holdings = {"case_file": Holding(called="Cases", kept=SIX_YEARS, **shown)}
    what = plan(holdings, {"case_file": CASES}, {"case_file": found}, now=CLOSED)
    assert what.work.empty()
    assert [each.called for each in what.kept for _ in range(each.records)] == listed


@pytest.mark.parametrize(("council", "year"), [("northmere", 2032), ("southholt", 2036), (None, 2032)])
def test_a_row_is_kept_for_the_time_that_its_council_keeps_it(council: str | None, year: int) -> None:
    row = a_case() | ({"council": council} if council else {})
    periods = {("case_file", "southholt"): Period(years=10)}
    [kept] = plan(HOLDINGS, {"case_file": CASES}, {"case_file": [row]}, now=CLOSED, periods=periods).kept
    assert kept.until == date(year, 11, 21)


def test_a_row_that_is_empty_already_is_not_counted_again() -> None:
    empty = a_case() | {"person_id": None, "answers": {}}
    assert planned(datetime(2099, 1, 1, tzinfo=UTC), empty).counts == {}


def test_a_note_on_somebody_elses_case_goes_at_once() -> None:
    note = {"id": new_id(), "case_id": new_id(), "person_id": SOMEBODY}
    assert planned(CLOSED, a_case(), notes=[note]).counts == {"Notes": 1}


@pytest.mark.parametrize(
    ("since", "over"),
    [
        (datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2034, 3, 1, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2032, 12, 31, tzinfo=UTC)),
        (None, None),
    ],
)
def test_years_are_counted_by_the_calendar(since: Any, over: datetime | None) -> None:
    assert over_at(SIX_YEARS, {"status": "closed", "changed_at": since}) == over


@pytest.mark.parametrize("day", [date(2032, 12, 31), None])
def test_a_row_with_a_day_of_its_own_is_kept_until_then(day: date | None) -> None:
    kept = Kept(years=6, day="goes_on", released={"disposal": ["destroy"]}, because="A law.")
    over = datetime(2032, 12, 31, tzinfo=UTC) if day else None
    assert over_at(kept, {"disposal": "review", "goes_on": day}) == over


def test_the_last_day_is_the_one_before_midnight() -> None:
    assert until(datetime(2032, 12, 31, tzinfo=UTC)) == date(2032, 12, 30)


# -- what was said


def test_of_an_event_that_counts_the_personal_is_gone_and_of_others_all() -> None:
    opened = {"service": "missed_bin", "told_facts": [{"kind": "email", "value": "x@example.org"}], "asked": 3}
    assert left_of(CaseOpened.name, opened) == {"service": "missed_bin", "told_facts": [], "asked": 3}
    assert left_of(CaseClosed.name, {"reason": "She moved", "stage": "done"}) == {"reason": None, "stage": "done"}
    assert left_of("fact.recorded", {"value": "Meg"}) == ERASED
    assert left_of("not.known_to_this_release", {"value": "Meg"}) == ERASED


PUBLISHED_WORDS = {"service_title", "told", "told_to_resident", "reference", "tracking_digest"}
"""Words of a service definition, and the numbers of a case, which stay with it."""
HARMLESS = (bool, int, float, UUID, datetime, date, StrEnum)


def _is_harmless(name: str, field: Any) -> bool:
    """A code, an id, a number, a moment, a choice; or words that were published before anybody asked."""
    kinds = [part for part in get_args(field.annotation) if part is not type(None)] or [field.annotation]
    marks = [*field.metadata, *(mark for kind in kinds for mark in getattr(kind, "__metadata__", ()))]
    coded = any(getattr(mark, "pattern", None) for mark in marks)
    return coded or name in PUBLISHED_WORDS or all(_plain(kind) for kind in kinds)


def _plain(kind: Any) -> bool:
    kind = get_args(kind)[0] if get_args(kind) else kind
    return isinstance(kind, type) and issubclass(kind, HARMLESS)


def _fields() -> Iterator[tuple[str, str, Any]]:
    for event in Event.catalogue.values():
        if event.counts:
            yield from ((event.name, name, field) for name, field in event.model_fields.items())


def test_every_field_of_an_event_that_counts_is_harmless_or_marked_personal() -> None:
    fields = [*_fields()]
    open_ = [f"{event}.{name}" for event, name, field in fields if not _is_harmless(name, field)]
    personal = [f"{event}.{name}" for event, name, field in fields if PERSONAL in field.metadata]
    assert sorted(open_) == sorted(personal)
    assert len(personal) > 5
