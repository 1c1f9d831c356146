"""Promise one: every acknowledged write is in its owner's tables, once, and nothing else is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from uuid import UUID

from tests.resilience.asking import Acknowledged, ids
from tests.resilience.checker.counting import differ
from tests.resilience.rows import Found, Key, Row


class _There:
    """What is there, found by its ids."""

    def __init__(self, found: Found) -> None:
        self.said = {(row["aggregate"], row["aggregate_id"], row["version"]): row for row in found.everything_said()}
        ids = {"case_file": "id", "interaction": "id", "fact": "fact_id"}
        self.rows = {table: Counter(row[column] for row in found.tables[table]) for table, column in ids.items()}

    def data(self, aggregate: str, key: UUID, version: int) -> Row:
        """What a version of an aggregate says; nothing where it was never said."""
        data: Row = self.said.get((aggregate, key, version), {"data": {}})["data"]
        return data

    def once(self, table: str, key: UUID) -> Iterator[str]:
        if (number := self.rows[table][key]) != 1:
            yield f"{table} {key} is there {number} times"


def lost(found: Found, acknowledged: list[Acknowledged]) -> Iterator[str]:
    """A sentence on each acknowledged write that is not there once, as it was answered."""
    there = _There(found)
    for each in acknowledged:
        yield from _KINDS[each.request.what](there, each)


def _person(there: _There, each: Acknowledged) -> Iterator[str]:
    person = UUID(each.answer["person_id"])
    if "assisted" not in there.data("person", person, 1):
        yield f"person {person} was never registered"
    for fact in each.answer["facts"]:
        yield from there.once("fact", UUID(fact["id"]))


def _case(there: _There, each: Acknowledged) -> Iterator[str]:
    case = UUID(each.answer["case_id"])
    if there.data("case", case, 1).get("reference") != each.answer["reference"]:
        yield f"case {case} was never opened as {each.answer['reference']}"
    yield from there.once("case_file", case)


def _move(there: _There, each: Acknowledged) -> Iterator[str]:
    case, version = _moved(there, each)
    said = there.data("case", case, version)
    if (said.get("transition"), said.get("stage")) != (each.request.body["transition"], each.answer["stage"]):
        yield f"case {case} was never moved to {each.answer['stage']} as version {version}"


def _touch(there: _There, each: Acknowledged) -> Iterator[str]:
    yield from there.once("interaction", UUID(each.answer["interaction_id"]))


def _fact(there: _There, each: Acknowledged) -> Iterator[str]:
    person, version = UUID(each.request.path.split("/")[2]), each.answer["version"]
    if there.data("facts", person, version).get("fact_id") != each.answer["id"]:
        yield f"fact {each.answer['id']} was never kept as version {version} of {person}"
    yield from there.once("fact", UUID(each.answer["id"]))


_KINDS: dict[str, Callable[[_There, Acknowledged], Iterator[str]]] = {
    "person": _person,
    "case": _case,
    "move": _move,
    "touch": _touch,
    "fact": _fact,
}


def unasked(found: Found, acknowledged: list[Acknowledged]) -> Iterator[str]:
    """A sentence on each write that nobody was told of: every writer was answered, so one request wrote twice."""
    opened = ids(acknowledged, "case", "case_id")
    yield from differ("case", [row["id"] for row in found.tables["case_file"]], opened)
    there = _There(found)
    yield from differ(
        "move", _moves(found), [_moved(there, each) for each in acknowledged if each.request.what == "move"]
    )
    touches = [row["id"] for row in found.tables["interaction"] if row["purpose"] != "asked"]
    yield from differ("interaction", touches, ids(acknowledged, "touch", "interaction_id"))
    first = [row["case_id"] for row in found.tables["interaction"] if row["purpose"] == "asked"]
    yield from differ("first touch of a case", first, opened)
    named = {UUID(each.request.body["person_id"]) for each in acknowledged if each.request.what == "case"}
    persons = named | set(ids(acknowledged, "person", "person_id"))
    yield from differ("person", [row["id"] for row in found.tables["person"]], persons)
    kept = [row["fact_id"] for row in found.tables["fact"] if row["told_to_service"] == "customer-account"]
    yield from differ("fact", kept, _told_directly(acknowledged))


def _moves(found: Found) -> list[tuple[UUID, int]]:
    return [
        (row["aggregate_id"], row["version"])
        for row in found.said["case-crm"]
        if row["aggregate"] == "case" and "transition" in row["data"]
    ]


def _moved(there: _There, each: Acknowledged) -> tuple[UUID, int]:
    """The move behind an answer: the last up to its version, as clocks turn after it."""
    case, version = UUID(each.answer["case_id"]), each.answer["version"]
    while version > 1 and "transition" not in there.data("case", case, version):
        version -= 1
    return case, version


def _told_directly(acknowledged: list[Acknowledged]) -> list[UUID]:
    registered = [each.answer["facts"] for each in acknowledged if each.request.what == "person"]
    return [*ids(acknowledged, "fact", "id"), *(UUID(fact["id"]) for facts in registered for fact in facts)]


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
        marks = {
            (row["consumer"], row["aggregate"], row["aggregate_id"]): row["version"] for row in found.marks[service]
        }
        for consumer, aggregates in consumers.items():
            for key, version in said.items():
                heard = marks.pop((consumer, *key), 0)
                if key[0] in aggregates and heard != version:
                    yield f"{consumer} has heard {heard} of {version} of {key[0]} {key[1]}"
        yield from (f"{consumer} has heard {aggregate} {key}, which nobody said" for consumer, aggregate, key in marks)
        for row in found.parked[service]:
            yield f"{row['consumer']} has parked {row['name']} {row['version']}: {row['reason']}"
