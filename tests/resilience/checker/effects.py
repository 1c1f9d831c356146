"""Promise two: every event had its effect once and in order, in feedback, partner-gateway and case-crm. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.resilience.checker.counting import differ
from tests.resilience.rows import Found, Row

ENDINGS = {"case.resolved", "case.closed", "case.withdrawn", "case.cancelled"}


def on_feedback(found: Found) -> Iterator[str]:
    """What people have under way, what a tracking reference shows, and who was asked how it went."""
    stories = {key[1]: rows for key, rows in found.stories("case").items()}
    yield from differ("tracking of case", (row["case_id"] for row in found.tables["tracking"]), stories)
    yield from differ("transaction of case", (row["case_id"] for row in found.tables["transaction"]), stories)
    for row in found.tables["tracking"]:
        yield from _steps(row, moments(stories.get(row["case_id"], [])))
    for row in found.tables["transaction"]:
        yield from _stands(row, moments(stories.get(row["case_id"], [])), columns=("version", "news"))
    endings = {case: ended_by(rows) for case, rows in stories.items()}
    invited = [(row["case_id"], row["id"]) for row in found.tables["invitation"]]
    yield from differ("invitation", invited, [(case, each) for case, all_of in endings.items() for each in all_of])
    for row in found.tables["tracking"]:
        last = endings.get(row["case_id"])
        if row["invitation_id"] != (last[-1] if last else None):
            yield f"tracking of case {row['case_id']} names invitation {row['invitation_id']}, of {last}"


def on_partners(found: Found) -> Iterator[str]:
    """What partner-gateway knows of cases."""
    stories = {key[1]: rows for key, rows in found.stories("case").items()}
    yield from differ("known case", (row["case_id"] for row in found.tables["known_case"]), stories)
    for row in found.tables["known_case"]:
        yield from _stands(row, moments(stories.get(row["case_id"], [])), columns=())


def on_cases(found: Found) -> Iterator[str]:
    """Where cases stand; and that what case-crm knows of people is what customer-account knows of them now."""
    stories = {key[1]: rows for key, rows in found.stories("case").items()}
    for row in found.tables["case_file"]:
        yield from _stands(row | {"case_id": row["id"]}, moments(stories.get(row["id"], [])), columns=())
    current = [_known(row) for row in found.tables["fact"] if row["current"]]
    yield from differ("known fact", (_known(row) for row in found.tables["known_fact"]), current)


def moments(story: Iterable[Row]) -> list[Row]:
    """Where a case began to stand somewhere: its opening and its moves, in order."""
    return [row for row in story if "status" in row["data"]]


def ended_by(story: Iterable[Row]) -> list[UUID]:
    """The events that ended a case; where it was reopened there are several."""
    found, goes_on = [], True
    for row in story:
        if row["name"] in ENDINGS and goes_on:
            found.append(row["id"])
        goes_on = (goes_on or row["name"] == "case.reopened") and row["name"] not in ENDINGS
    return found


def _steps(row: Row, wanted: list[Row]) -> Iterator[str]:
    steps = [(datetime.fromisoformat(step["at"]), step["status"]) for step in row["steps"]]
    if steps != [(each["occurred"], each["data"]["status"]) for each in wanted]:
        shown, all_of = [status for _, status in steps], [each["data"]["status"] for each in wanted]
        yield f"tracking of case {row['case_id']} has steps {shown} and not {all_of}"


def _stands(row: Row, wanted: list[Row], *, columns: Iterable[str]) -> Iterator[str]:
    """Whether a row stands where the last of these events put it, and names its version in these columns."""
    last: Row = wanted[-1] if wanted else {"version": 0, "data": {"status": "nowhere"}}
    found = (row["status"], *(row[column] for column in columns))
    if found != (last["data"]["status"], *(last["version"] for _ in columns)):
        yield f"case {row['case_id']} stands at {found} and not at {last['data']['status']}, {last['version']}"


def _known(row: Row) -> tuple[Any, ...]:
    return (row["fact_id"], row["person_id"], row["kind"], str(row["value"]), tuple(row["visible_to"]))
