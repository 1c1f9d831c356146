"""Promise one: every acknowledged write is in its owner's tables, once, and nothing else is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from tests.resilience.rows import Found, Key, Row
from tests.resilience.writers import Acknowledged, ids

Told = dict[tuple[str, UUID, int], Row]


def lost(found: Found, acknowledged: list[Acknowledged]) -> Iterator[str]:
    """A sentence on each acknowledged write that is not there once, as it was answered."""
    told = {(row["aggregate"], row["aggregate_id"], row["version"]): row for row in found.everything_said()}
    for each in acknowledged:
        yield from _KINDS[each.request.what](found, told, each)


def _person(found: Found, told: Told, each: Acknowledged) -> Iterator[str]:
    person = UUID(each.answer["person_id"])
    if (said := told.get(("person", person, 1))) is None or said["name"] != "person.registered":
        yield f"person {person} was never registered"
    for fact in each.answer["facts"]:
        yield from _once(found.tables["fact"], "fact_id", UUID(fact["id"]), f"fact of a registered person {person}")


def _case(found: Found, told: Told, each: Acknowledged) -> Iterator[str]:
    case = UUID(each.answer["case_id"])
    said = told.get(("case", case, 1))
    if said is None or said["data"]["reference"] != each.answer["reference"]:
        yield f"case {case} was never opened as {each.answer['reference']}"
    yield from _once(found.tables["case_file"], "id", case, "case")


def _move(found: Found, told: Told, each: Acknowledged) -> Iterator[str]:
    case, version = UUID(each.answer["case_id"]), each.answer["version"]
    said = told.get(("case", case, version), {"data": {}})["data"]
    if (said.get("transition"), said.get("stage")) != (each.request.body["transition"], each.answer["stage"]):
        yield f"case {case} was never moved to {each.answer['stage']} as version {version}"


def _touch(found: Found, told: Told, each: Acknowledged) -> Iterator[str]:
    touch = UUID(each.answer["interaction_id"])
    yield from _once(found.tables["interaction"], "id", touch, "interaction")


def _fact(found: Found, told: Told, each: Acknowledged) -> Iterator[str]:
    person, version = UUID(each.request.path.split("/")[2]), each.answer["version"]
    said = told.get(("facts", person, version), {"data": {}})["data"]
    if said.get("fact_id") != each.answer["id"]:
        yield f"fact {each.answer['id']} was never kept as version {version} of {person}"
    yield from _once(found.tables["fact"], "fact_id", UUID(each.answer["id"]), "fact")


_KINDS: dict[str, Callable[[Found, Told, Acknowledged], Iterator[str]]] = {
    "person": _person,
    "case": _case,
    "move": _move,
    "touch": _touch,
    "fact": _fact,
}


def unasked(found: Found, acknowledged: list[Acknowledged]) -> Iterator[str]:
    """A sentence on each write that nobody was told of: every writer was answered, so one request wrote twice."""
    opened = ids(acknowledged, "case", "case_id")
    yield from _differ("case", [row["id"] for row in found.tables["case_file"]], opened)
    yield from _differ("move", _moves(found), [_version(each) for each in acknowledged if each.request.what == "move"])
    touches = [row["id"] for row in found.tables["interaction"] if row["purpose"] != "asked"]
    yield from _differ("interaction", touches, ids(acknowledged, "touch", "interaction_id"))
    first = [row["case_id"] for row in found.tables["interaction"] if row["purpose"] == "asked"]
    yield from _differ("first touch of a case", first, opened)
    named = {UUID(each.request.body["person_id"]) for each in acknowledged if each.request.what == "case"}
    persons = named | set(ids(acknowledged, "person", "person_id"))
    yield from _differ("person", [row["id"] for row in found.tables["person"]], persons)
    kept = [row["fact_id"] for row in found.tables["fact"] if row["told_to_service"] == "customer-account"]
    yield from _differ("fact", kept, _told_directly(acknowledged))


def _moves(found: Found) -> list[tuple[UUID, int]]:
    return [
        (row["aggregate_id"], row["version"])
        for row in found.said["case-crm"]
        if row["aggregate"] == "case" and "transition" in row["data"]
    ]


def _version(each: Acknowledged) -> tuple[UUID, int]:
    return UUID(each.answer["case_id"]), each.answer["version"]


def _told_directly(acknowledged: list[Acknowledged]) -> list[UUID]:
    registered = [each.answer["facts"] for each in acknowledged if each.request.what == "person"]
    return [*ids(acknowledged, "fact", "id"), *(UUID(fact["id"]) for facts in registered for fact in facts)]


def _once(rows: Iterable[Row], column: str, value: Any, what: str) -> Iterator[str]:
    number = sum(row[column] == value for row in rows)
    if number != 1:
        yield f"{what} {value} is there {number} times"


def _differ(what: str, there: Iterable[Any], acknowledged: Iterable[Any]) -> Iterator[str]:
    have, want = Counter(list(there)), Counter(list(acknowledged))
    yield from (f"{what} {key} was written {number} times more than acknowledged" for key, number in (have - want).items())
    yield from (f"{what} {key} was acknowledged and is not there" for key in want - have)


def with_gaps(found: Found) -> Iterator[str]:
    """A sentence on each aggregate whose versions are not 1, 2, 3 …, or whose home row stands at another."""
    stories = found.stories()
    for (aggregate, key), rows in stories.items():
        if [row["version"] for row in rows] != list(range(1, len(rows) + 1)):
            yield f"{aggregate} {key} was said as {[row['version'] for row in rows]}"
    for table, aggregate in _HOMES.items():
        for row in found.tables[table]:
            if row["version"] != len(stories.get((aggregate, row["id"]), ())):
                yield f"the row of {aggregate} {row['id']} stands at {row['version']}"


_HOMES = {"case_file": "case", "person": "person", "facts_of_person": "facts", "invitation": "invitation"}


def unheard(found: Found, hearers: dict[str, dict[str, frozenset[str]]]) -> Iterator[str]:
    """A sentence on each mark that is not the last version said. `hearers`: by service, each consumer's aggregates."""
    said: dict[Key, int] = {key: rows[-1]["version"] for key, rows in found.stories().items()}
    for service, consumers in hearers.items():
        marks = {(row["consumer"], row["aggregate"], row["aggregate_id"]): row["version"] for row in found.marks[service]}
        for consumer, aggregates in consumers.items():
            for key, version in said.items():
                heard = marks.pop((consumer, *key), 0)
                if key[0] in aggregates and heard != version:
                    yield f"{consumer} has heard {heard} of {version} of {key[0]} {key[1]}"
        yield from (f"{consumer} has heard {aggregate} {key}, which nobody said" for consumer, aggregate, key in marks)
        for row in found.parked[service]:
            yield f"{row['consumer']} has parked {row['name']} {row['version']}: {row['reason']}"
