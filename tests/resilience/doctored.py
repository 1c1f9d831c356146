"""Rows that a siege left, with one thing wrong in them: what the checker is shown to see."""

from __future__ import annotations

from collections.abc import Callable

from common.runtime.ids import new_id

from tests.resilience.rows import Found, Row

Doctor = Callable[[Found], None]


def _missing(table: str) -> Doctor:
    return lambda found: found.tables[table].remove(found.tables[table][0])


def _a_name_missing(found: Found) -> None:
    """Of a fact that was told with a case, its writer was told no id."""
    found.tables["fact"].remove(next(row for row in found.tables["fact"] if row["kind"] == "full_name"))


def _twice(table: str, *own: str) -> Doctor:
    """A row again, under other ids of its own."""
    return lambda found: found.tables[table].append({**found.tables[table][0], **{name: new_id() for name in own}})


def _resolved_twice(found: Found, table: str) -> Row:
    """The row of a case that was resolved, reopened and resolved again."""
    invited = [row["case_id"] for row in found.tables["invitation"]]
    return next(row for row in found.tables[table] if invited.count(row["case_id"]) == 2)


def _a_step_twice(found: Found) -> None:
    row = _resolved_twice(found, "tracking")
    row["steps"] = [*row["steps"], row["steps"][-1]]


def _steps_swapped(found: Found) -> None:
    row = _resolved_twice(found, "tracking")
    first, second, *others = row["steps"]
    row["steps"] = [second, first, *others]


def _an_older_version(found: Found) -> None:
    _resolved_twice(found, "transaction")["version"] -= 1


def _an_older_status(found: Found) -> None:
    _resolved_twice(found, "known_case")["status"] = "submitted"


def _two_current_facts(found: Found) -> None:
    next(row for row in found.tables["fact"] if not row["current"])["current"] = True


def _another_value_known(found: Found) -> None:
    found.tables["known_fact"][0]["value"] = "somewhere else"


def _evidence_swapped(found: Found) -> None:
    rows = sorted(found.tables["evidence"], key=lambda row: (str(row["journey"]), row["sequence"]))
    rows[0]["sequence"], rows[1]["sequence"] = rows[1]["sequence"], rows[0]["sequence"]


def _a_move_unsaid(found: Found) -> None:
    found.said["case-crm"].remove(next(row for row in found.said["case-crm"] if "transition" in row["data"]))


def _a_gap(found: Found) -> None:
    found.said["case-crm"].remove(next(row for row in found.said["case-crm"] if row["version"] == 2))


def _a_touch_twice(found: Found) -> None:
    row = next(row for row in found.tables["interaction"] if row["purpose"] != "asked")
    found.tables["interaction"].append(row)


def _a_mark_behind(found: Found) -> None:
    found.marks["feedback"][0]["version"] -= 1


def _a_mark_of_nothing(found: Found) -> None:
    found.marks["feedback"].append({**found.marks["feedback"][0], "aggregate_id": new_id()})


def _something_parked(found: Found) -> None:
    row = {"consumer": "feedback-note-answers", "name": "feedback.submitted", "version": 1, "reason": "failed"}
    found.parked["feedback"].append(row)


WRONG: list[tuple[str, str, Doctor]] = [
    ("lost", "a case is gone", _missing("case_file")),
    ("lost", "a fact is gone", _a_name_missing),
    ("lost", "a touch is there twice", _a_touch_twice),
    ("lost", "a move was never said", _a_move_unsaid),
    ("unasked", "a case was opened twice", _twice("case_file", "id")),
    ("unasked", "a touch was noted twice", _twice("interaction", "id")),
    ("unasked", "a person was registered twice", _twice("person", "id")),
    ("with_gaps", "a version is missing", _a_gap),
    ("unheard", "a hearer is behind", _a_mark_behind),
    ("unheard", "a hearer heard what nobody said", _a_mark_of_nothing),
    ("unheard", "something is parked", _something_parked),
    ("on_feedback", "a step was added twice", _a_step_twice),
    ("on_feedback", "two steps are in the wrong order", _steps_swapped),
    ("on_feedback", "an older event was the last to be heard", _an_older_version),
    ("on_feedback", "an ending asked nobody", _missing("invitation")),
    ("on_feedback", "an ending asked twice", _twice("invitation", "id")),
    ("on_partners", "an older event was the last to be heard", _an_older_status),
    ("on_partners", "a case was never heard of", _missing("known_case")),
    ("on_people", "a person has two current facts of a kind", _two_current_facts),
    ("on_people", "an event is not on the timeline", _missing("timeline_entry")),
    ("on_people", "an event is on the timeline twice", _twice("timeline_entry", "id")),
    ("on_people", "a look is not to be seen", _missing("access_entry")),
    ("on_evidence", "a step is missing", _missing("evidence")),
    ("on_evidence", "two steps are in the wrong order", _evidence_swapped),
    ("on_cases", "case-crm knows another value", _another_value_known),
    ("on_cases", "case-crm does not know a fact", _missing("known_fact")),
]
