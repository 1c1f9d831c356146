"""A service's tables filled by the hundred thousand, from their own metadata: enough for the planner, never for a reader."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, Column, Date, Float, Integer, String, Table, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from common.runtime.schema.policies import person_column
from common.runtime.service import Service
from common.runtime.store.work import table_of

ROWS = 100_000
GROUPS = ROWS // 5  # several rows a person, a case …
# How rarely a row is of the first person, and of the first case, service …: some histories are long.
PERSON_OFTEN, OTHER_OFTEN = 50, 500


def _numbered(word: str, how_many: int) -> list[str]:
    return [f"{word}{number}" for number in range(1, how_many + 1)]


# Columns that hold one of few values. What is named several times is drawn so much oftener.
WORDS: Mapping[str, Sequence[str]] = {
    "council": ("northmere", "southholt"),
    "service": _numbered("service_", 30),
    "status": ("submitted", "in_progress", "sent", "accepted", "resolved", "closed", "closed", "closed"),
    "disposal": ("destroy", "destroy", "review", "keep"),
    "stage": ("reported", "assessing", "done", "closed"),
    "state": ("due", "sent"),
    "life": ("going_on", "ended"),
    "channel": ("online", "phone", "face_to_face", "unknown"),
    "came_by": ("online", "phone"),
    "case_channel": ("online", "phone"),
    "kind": _numbered("kind_", 40),
    "event": ("case.opened", "interaction.recorded", "case.status_changed", "case.resolved", "case.closed"),
    "activity": ("case.opened", "case.status_changed:done", "case.resolved", "case.closed"),
    "previous_activity": ("case.opened", "case.status_changed:done", "case.resolved"),
    "age_band": ("18-24", "25-44", "75+", "unknown"),
    "aggregate": ("case", "referral", "feedback"),
    "need": _numbered("need_", 30),
    "place": _numbered("ZZ", 100),
    "partner_id": ("busy", "busy", "busy", "quiet", "frs-nsfr", "warmth-advice"),
    "from_partner": ("busy", "frs-nsfr"),
    "source": ("open311", "old_crm"),
    "shown_to": ("{cases:restrict}", "{cases:restrict,lee}", "{cases:restrict,lee}"),
    "visible_to": ("{northmere}", "{southholt}", "{northmere,southholt}"),
}
# How many of a column that may be null have a value; of others, most.
GIVEN: Mapping[str, float] = {"person_id": 0.9, "person": 0.9, "from_partner": 0.2}
MOST = 0.7


def statements(
    service: Service, *, few: Mapping[str, int], short: Collection[str] = (), ledger: bool = True
) -> Iterator[str]:
    """Fill every table, the runtime's too. The draw is the same each time.

    Those in `few` stay as small as they say; in those in `short` nobody has more rows than a page. Without a `ledger`
    nothing was heard and nothing is to be done: only the runtime asks of that.
    """
    yield from own_tables(service, few=few, short=short)
    yield "SELECT setseed(0.42)"
    yield from _known()
    if ledger:
        yield from _ledger(list(service.consumers()), parked=few["parked"])
    yield "SET default_statistics_target = 400; ANALYZE"  # of every row: a sample would give another plan now and then


def own_tables(service: Service, *, few: Mapping[str, int], short: Collection[str] = ()) -> Iterator[str]:
    """Fill the tables that are the service's own."""
    for row in service.rows():
        table = table_of(row)
        yield f"SELECT setseed({zlib.crc32(table.name.encode()) / 2**32})"  # its own: another table more changes no draw
        often = OTHER_OFTEN if table.name in short else PERSON_OFTEN
        yield _fill(table, person_column(row, table), few.get(table.name, ROWS), often)


def _fill(table: Table, person: str | None, rows: int, often: int) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_value(table, column, person, often) for column in table.columns)
    series = f"generate_series(1, {rows}) g"
    return f'INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM {series} ON CONFLICT DO NOTHING'


def _value(table: Table, column: Column[Any], person: str | None, often: int) -> str:
    is_person = column.name in {person, "person_id", "person"} or column.name.endswith("_person")
    value = _person(table, column, often) if is_person else _plain(table, column)
    return f"CASE WHEN random() < {GIVEN.get(column.name, MOST)} THEN {value} END" if column.nullable else value


def _person(table: Table, column: Column[Any], often: int) -> str:
    return f"md5('p' || {'g' if _alone(table, column) else _one_of_many(often)})::uuid"


def _one_of_many(often: int) -> str:
    return f"CASE WHEN g % {often} = 0 THEN 1 ELSE 1 + floor(random() * {GROUPS})::int END"


def _plain(table: Table, column: Column[Any]) -> str:
    """A value by its type. The id of the nth row is the same in every table, so that what is joined is found."""
    match column.type:
        case Uuid():
            own = column.primary_key or _alone(table, column)
            return f"md5(({'g' if own else _one_of_many(OTHER_OFTEN)})::text)::uuid"
        case ARRAY(item_type=Uuid()):
            return "ARRAY[md5(g::text)::uuid]"
        case ARRAY():
            return f"{_word(column.name)}::text[]" if column.name in WORDS else "ARRAY['need_1', 'ZZ1']"
        case TIMESTAMP():
            return "now() - random() * interval '1000 days'"
        case Date():
            return "current_date - floor(random() * 30000)::int"
        case Boolean():
            return "random() < 0.8"
        case Integer() | Float():
            return "g" if _alone(table, column) else "floor(random() * 9)::int"
        case JSONB():
            return "'{}'::jsonb"
    if not isinstance(getattr(column.type, "impl", column.type), String):  # SQLModel's own string type wraps it
        raise TypeError(f"{table.name}.{column.name}: say here how a {column.type!r} is filled")
    return _text(table, column)


def _text(table: Table, column: Column[Any]) -> str:
    if column.name in WORDS and not _alone(table, column):
        return _word(column.name)
    return f"'{column.name}-' || g" if _in_a_key(table, column) else f"'{column.name}'"


def _word(column: str) -> str:
    words = WORDS[column]
    array = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{array}])[1 + floor(random() * {len(words)})::int]"


def _alone(table: Table, column: Column[Any]) -> bool:
    """Whether no two rows may have the same value in this column."""
    return bool(column.unique) or any([column.name] == key.columns.keys() for key in _unique(table))


def _in_a_key(table: Table, column: Column[Any]) -> bool:
    return any(column.name in key.columns for key in [*_unique(table), *table.indexes])


def _unique(table: Table) -> list[Any]:
    return [table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))]


def _known() -> Iterator[str]:
    """What the runtime knows: a said log that fills its every partition; whose keys it has, who was erased, is held or limited."""
    born = f"SELECT uuidv7((random() * 640 - 40) * interval '1 day') AS id FROM generate_series(1, {ROWS})"
    yield f"""
INSERT INTO onedoor.said (aggregate_id, aggregate, version, id, name, council, actor_kind, actor_id, correlation_id,
                          occurred, recorded, data)
SELECT id, 'case', 1, uuidv7(), 'case.opened', 'northmere', 'officer', 'sam', id, now(), now(), '{{}}' FROM ({born}) s"""
    yield f"""
INSERT INTO onedoor.granted_key (person_id, class, version, wrapped, known_to_owner, at)
SELECT md5('p' || g)::uuid, 'special', g, 'wrapped', g % 1000 > 0, now() - random() * interval '1000 days'
FROM generate_series(1, {ROWS}) g"""
    yield f"""
INSERT INTO onedoor.erased (person_id, at)
SELECT md5('e' || g)::uuid, now() - random() * interval '1000 days' FROM generate_series(1, {ROWS}) g"""
    yield f"""
INSERT INTO onedoor.to_erase (id, persons, round, done, told, at)
SELECT md5('r' || g)::uuid, ARRAY[md5('e' || g)::uuid], 2, CASE WHEN g % 1000 > 0 THEN 2 ELSE 1 END, true,
       now() - random() * interval '1000 days' FROM generate_series(1, {ROWS}) g"""
    yield f"""
INSERT INTO onedoor.held (hold_id, person_id)
SELECT uuidv7(), md5('h' || g)::uuid FROM generate_series(1, {ROWS}) g"""
    yield f"""
INSERT INTO onedoor.limited (request_id, person_id, purpose, since)
SELECT md5('l' || g)::uuid, md5('p' || g)::uuid, CASE WHEN g % 3 > 0 THEN 'contact_me' END, now()
FROM generate_series(1, {ROWS}) g"""


def _ledger(listed: list[str], *, parked: int) -> Iterator[str]:
    """What the runtime has done and is still to do: its marks, what waits, many answers."""
    names = ", ".join(f"'{name}'" for name in listed)
    yield f"""
INSERT INTO onedoor.mark (consumer, aggregate, aggregate_id, version, last_id)
SELECT consumer, aggregate, aggregate_id, version, id FROM onedoor.said, unnest(ARRAY[{names}]) consumer"""
    yield """
INSERT INTO onedoor.to_say (id, aggregate_id, aggregate, version, queued_at)
SELECT id, aggregate_id, aggregate, version, now() - random() * interval '1 minute' FROM onedoor.said LIMIT 5000"""
    yield f"""
INSERT INTO onedoor.parked (consumer, aggregate, aggregate_id, version, name, reason, headers, data)
SELECT consumer, aggregate, aggregate_id, version + 2, 'case.opened', 'waits for an earlier version', '{{}}', '{{}}'
FROM onedoor.mark ORDER BY random() LIMIT {parked}"""
    yield f"""
INSERT INTO onedoor.timer (name, aggregate_id, due_at, council, correlation_id, failed, failed_at)
SELECT 'name', aggregate_id, now() + ((g.ordinal - 100) * interval '1 hour'), 'northmere', aggregate_id,
       CASE WHEN g.ordinal < 50 THEN 'failed' END, CASE WHEN g.ordinal < 50 THEN now() END
FROM (SELECT aggregate_id, row_number() OVER () AS ordinal FROM onedoor.said LIMIT {ROWS}) g"""
    yield f"""
INSERT INTO onedoor.answer (caller, key, fingerprint, status, headers, body, recorded)
SELECT md5(g::text), 'key ' || g, md5(g::text), 201, '{{}}', '{{}}', now() - random() * interval '3 days'
FROM generate_series(1, {ROWS}) g"""
