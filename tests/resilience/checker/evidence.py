"""Promise two, in review-engine: each event is one step of its journey, in its place, after the right one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from uuid import UUID

from review_engine.domain.ages import age_band

from tests.resilience.checker.counting import differ
from tests.resilience.rows import Found, Row


def on_evidence(found: Found) -> Iterator[str]:
    """Everything that review-engine keeps of what it heard."""
    sources = {(row["aggregate"], row["aggregate_id"]): row["source"] for row in found.tables["journey_of"]}
    steps = [
        (sources.get((row["aggregate"], row["aggregate_id"])), row["version"], row["name"], row["occurred"])
        for row in found.everything_said()
        if row["aggregate"] in {"case", "invitation"}
    ]
    kept = [(row["source"], row["version"], row["event"], row["occurred"]) for row in found.tables["evidence"]]
    yield from differ("step", kept, steps)
    for journey, rows in _journeys(found).items():
        yield from _in_order(journey, rows)
    yield from _one_journey_a_case(found)
    yield from _bands(found)


def _journeys(found: Found) -> dict[UUID, list[Row]]:
    journeys: dict[UUID, list[Row]] = {}
    for row in sorted(found.tables["evidence"], key=lambda row: row["sequence"]):
        journeys.setdefault(row["journey"], []).append(row)
    return journeys


def _in_order(journey: UUID, rows: list[Row]) -> Iterator[str]:
    if [row["sequence"] for row in rows] != list(range(1, len(rows) + 1)):
        yield f"journey {journey} has steps {[row['sequence'] for row in rows]}"
    if rows[0]["previous_activity"] is not None:
        yield f"journey {journey} begins after {rows[0]['previous_activity']}"
    for before, row in pairwise(rows):
        if row["previous_activity"] != before["activity"]:
            yield f"journey {journey}, step {row['sequence']} comes after {row['previous_activity']}, not {before['activity']}"
    versions: dict[UUID, int] = {}
    for row in rows:
        if row["version"] != versions.get(row["source"], 0) + 1:
            yield f"journey {journey}, step {row['sequence']} is version {row['version']} out of its order"
        versions[row["source"]] = row["version"]


def _one_journey_a_case(found: Found) -> Iterator[str]:
    """A case and the invitations that its endings made are one journey."""
    journeys = {(row["aggregate"], row["aggregate_id"]): row["journey"] for row in found.tables["journey_of"]}
    for row in found.said["feedback"]:
        if row["aggregate"] == "invitation":
            own, of_case = journeys.get(("invitation", row["aggregate_id"])), UUID(row["data"]["case_id"])
            if own is None or own != journeys.get(("case", of_case)):
                yield f"invitation {row['aggregate_id']} is not on the journey of case {of_case}"


def _bands(found: Found) -> Iterator[str]:
    """The birth date that a person told put every one of their steps in its age band."""
    born = {
        row["aggregate_id"]: date.fromisoformat(row["data"]["value"]).replace(day=1)
        for row in found.said["customer-account"]
        if row["name"] == "fact.recorded" and row["data"]["kind"] == "date_of_birth"
    }
    persons = {row["pseudonym"]: row["person_id"] for row in found.tables["pseudonym"]}
    for row in found.tables["evidence"]:
        band = age_band(born.get(persons.get(row["person"], UUID(int=0))), row["occurred"])
        if row["age_band"] != band:
            yield f"step {row['source']} {row['version']} is in age band {row['age_band']} and not {band}"
