"""Promise two, in customer-account: facts kept once and superseded in order, one entry on the timeline for each event. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from tests.resilience.checker.counting import differ
from tests.resilience.rows import Found, Row

# What a person does not read on their timeline. The first touch of a case is said by its opening.
_SILENT = {
    *("fact.refused", "facts.shared", "question.asked_again", "access.recorded"),
    *("message.requested", "message.delivered", "need.opened"),
}


def on_people(found: Found) -> Iterator[str]:
    """Everything that customer-account keeps of what it heard."""
    yield from _told_facts(found)
    yield from _kept_facts(found)
    yield from _visible(found)
    yield from _timeline(found)
    yield from _looks(found)


def _told_facts(found: Found) -> Iterator[str]:
    """What was told with a case was answered once, under the id that case-crm gave it: kept, or refused."""
    told = [
        (row["person_id"], UUID(fact["id"]))
        for row in found.said["case-crm"]
        if row["name"] == "case.opened"
        for fact in row["data"]["told_facts"]
    ]
    answered = [
        (row["aggregate_id"], UUID(row["data"]["fact_id"]))
        for row in found.said["customer-account"]
        if row["name"] == "fact.refused" or row["data"].get("told_to_service") == "case-crm"
    ]
    yield from differ("answer to told fact", answered, told)


def _kept_facts(found: Found) -> Iterator[str]:
    """Each fact that was said is kept once; of a kind, each took the place of the one before, and the last is current."""
    lines: dict[tuple[UUID, str], list[Row]] = {}
    for story in found.stories("facts").values():
        for row in story:
            if row["name"] == "fact.recorded":
                lines.setdefault((row["aggregate_id"], row["data"]["kind"]), []).append(row["data"])
    rows = {row["fact_id"]: row for row in found.tables["fact"]}
    yield from differ("fact", rows, (UUID(each["fact_id"]) for line in lines.values() for each in line))
    for (person, kind), line in lines.items():
        before = None
        for each in line:
            if each["supersedes"] != before:
                yield f"{kind} of {person}: {each['fact_id']} took the place of {each['supersedes']}, not of {before}"
            before = each["fact_id"]
        current = [str(row["fact_id"]) for row in rows.values() if row["current"] and _is(row, person, kind)]
        if current != [before]:
            yield f"{kind} of {person}: current are {current} and not {before}"


def _is(row: Row, person: UUID, kind: str) -> bool:
    return bool(row["person_id"] == person and row["kind"] == kind)


def _visible(found: Found) -> Iterator[str]:
    """A person is seen by the council that registered them and by those that have a case of theirs, each added once."""
    councils: dict[UUID, set[str]] = {}
    for row in found.everything_said():
        if row["name"] == "case.opened" or (row["name"] == "person.registered" and row["actor_kind"] == "officer"):
            councils.setdefault(row["person_id"], set()).add(row["council"])
    for row in found.tables["person"]:
        if sorted(row["visible_to"]) != sorted(councils.get(row["id"], ())):
            yield f"person {row['id']} is visible to {row['visible_to']} and not to {councils.get(row['id'])}"


def _timeline(found: Found) -> Iterator[str]:
    shown = [
        (row["id"], row["person_id"], row["name"], row["occurred"])
        for row in found.everything_said()
        if row["person_id"] and row["name"] not in _SILENT and not _first_touch(row) and not _untold(row)
    ]
    entries = [(row["id"], row["person_id"], row["event"], row["at"]) for row in found.tables["timeline_entry"]]
    yield from differ("timeline entry", entries, shown)


def _first_touch(row: Row) -> bool:
    return bool(row["name"] == "interaction.recorded" and row["data"]["purpose"] == "asked")


def _untold(row: Row) -> bool:
    """Most turns of a clock have no words for the person; nor has a need with one case, whose end says it."""
    if row["name"] == "need.met":
        return bool(row["data"]["cases"] == 1)
    return row["name"].startswith("clock.") and row["data"]["told_to_resident"] is None


def _looks(found: Found) -> Iterator[str]:
    said = [
        (row["id"], UUID(person))
        for row in found.everything_said()
        if row["name"] == "access.recorded"
        for person in row["data"]["persons"]
    ]
    kept = [(row["entry_id"], row["person_id"]) for row in found.tables["access_entry"]]
    yield from differ("access entry", kept, said)
