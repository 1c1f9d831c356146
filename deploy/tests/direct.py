"""Files of requests and what is in them, counted straight from their rows: no code of the platform is used here."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
DATA = Path(os.environ.get("ONEDOOR_TEST_DATA") or HERE.parents[1] / "../shared/data")
CHANNELS = {"PHONE": "phone", "WEB": "online", "EMAIL": "email", "TWITTER": "social", "DEPT_REF": "partner"} | {
    "NA": "unknown"
}
STATUSES = {
    "NEW": "submitted",
    "CLOSED": "closed",
    "Closed": "closed",
    "CANCEL": "cancelled",
    "Disptch": "in_progress",
    "Inspect": "in_progress",
    "FieldCrw": "in_progress",
    "SCHEDULED": "scheduled",
    "ON HOLD": "awaiting_partner",
    "Letter": "awaiting_partner",
}


@dataclass(frozen=True)
class Given:
    """A file, and what is expected of it."""

    file: Path
    outcomes: dict[str, int]
    unknown_channel: int
    oddities: dict[str, int]

    def good(self) -> list[dict[str, str]]:
        """The rows that are to be imported, read without any code of ours."""
        with self.file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        return [row for row in rows if row["status"] in STATUSES and row["requestid"] not in {"NA", "9013", "9016"}]


SYNTHETIC = Given(
    HERE / "data/requests.csv",
    {"rows": 21, "opened": 11, "repeated": 3, "second_interaction": 2, "rejected": 5},
    unknown_channel=1,
    oddities={
        "channel_not_listed": 1,
        "differs_from_an_earlier_row": 1,
        "done_before_it_began": 2,
        "steps_out_of_order": 2,
    },
)
REAL = Given(
    DATA / "open311/stlouis_csb_january_2018.csv",
    {"rows": 1554, "opened": 1532, "repeated": 13, "second_interaction": 9, "rejected": 0},
    unknown_channel=131,
    oddities={"done_before_it_began": 13, "steps_out_of_order": 15},
)


def in_london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))


def cases_in(given: Given) -> Counter[Any]:
    """The file's requests by channel and status: the first row of each id counts."""
    first: dict[str, dict[str, str]] = {}
    for row in given.good():
        first.setdefault(row["requestid"], row)
    return Counter((CHANNELS.get(row["callertype"], "other"), STATUSES[row["status"]]) for row in first.values())


def touches_in(given: Given) -> Counter[Any]:
    """The ways each of the file's requests was reported."""
    ways = {(row["requestid"], CHANNELS.get(row["callertype"], "other")) for row in given.good()}
    return Counter((channel,) for _, channel in ways)


# -- what happened, as a reviewer counts it


@dataclass(frozen=True)
class Step:
    """One thing that happened to a request: when, after what and how long after, and by which channel it came."""

    activity: str
    at: datetime
    after: str | None
    waited: float | None
    opened_by: str
    came_by: str

    @property
    def day(self) -> date:
        return self.at.date()


OPEN = {"SCHEDULED": "scheduled", "ON HOLD": "on_hold", "Letter": "on_hold"}


def steps_in(given: Given) -> list[Step]:
    """Everything that happened to every request, in its order: its first row tells, later ones only how it came again."""
    ways: dict[str, list[dict[str, str]]] = {}
    for row in given.good():
        known = ways.setdefault(row["requestid"], [])
        if channel(row) not in map(channel, known):
            known.append(row)
    return [step for rows in ways.values() for step in _steps(rows)]


def channel(row: dict[str, str]) -> str:
    return CHANNELS.get(row["callertype"], "other")


def _steps(ways: list[dict[str, str]]) -> Iterator[Step]:
    first = ways[0]
    after: str | None = None
    before: datetime | None = None
    told = [(activity, at, channel(first)) for activity, at in _history(first)]
    told += [("interaction.recorded", way["datetimeinit"], channel(way)) for way in ways[1:]]
    for activity, at, came_by in told:
        now = in_london(at)
        seconds = (now.astimezone(UTC) - before.astimezone(UTC)).total_seconds() if before else None
        yield Step(activity, now, after, seconds, channel(first), came_by)
        after, before = activity, now


def _history(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    began = row["datetimeinit"]
    seen = row["dateinvtdone"] if row["dateinvtdone"] != "NA" else None
    yield "case.opened", began
    if STATUSES[row["status"]] == "closed":
        yield "case.resolved", seen or row["datetimeclosed"]
        yield "case.closed", row["datetimeclosed"]
    elif STATUSES[row["status"]] == "cancelled":
        yield "case.cancelled", row["datecancelled"]
    elif row["status"] != "NEW":
        yield f"case.status_changed:{OPEN.get(row['status'], 'sent_out')}", seen or began


def within(given: Given, begins: str, ends: str) -> list[Step]:
    """What the file says happened in a period, after making sure that it is anything."""
    steps = [step for step in steps_in(given) if begins <= step.at.date().isoformat() < ends]
    assert steps
    return steps


def numbers_of(steps: list[Step]) -> dict[str, Any]:
    """Steps as the numbers of one row of counts."""
    found = Counter(step.activity for step in steps)
    kinds = {"opened", "resolved", "closed", "withdrawn", "cancelled", "reopened"}
    plain = {kind: found[f"case.{kind}"] for kind in kinds}
    ended = {"other": plain["resolved"]} if plain["resolved"] else {}  # how, the file never says
    return plain | {"interactions": found["interaction.recorded"], "asked_again": 0, "resolved_by_result": ended}


def edges_of(steps: list[Step]) -> Counter[tuple[str, str]]:
    """How often one thing came next after another."""
    return Counter((step.after, step.activity) for step in steps if step.after)


def waits_of(steps: list[Step], edge: tuple[str, str]) -> list[float]:
    """How long one thing came after another, wherever the dates do not run backwards."""
    return [s.waited for s in steps if (s.after, s.activity) == edge and s.waited is not None and s.waited >= 0]
