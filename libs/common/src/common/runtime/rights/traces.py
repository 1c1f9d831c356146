"""What the runtime itself keeps of somebody, and how it goes: what was said of them, put aside, answered, and set to happen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from common.contracts.base import PERSONAL, Event
from common.contracts.people.erasing import PersonErased
from common.contracts.people.rights import ErasureRequested
from common.runtime.holdings import SaidIn
from common.runtime.sealed import ERASED

STAYS = [ErasureRequested.name, PersonErased.name]
"""A service that is put back from a backup learns by these whom it has to erase again. They name a number that leads nowhere."""
NOBODY = "erased"

_SAID = """
SELECT aggregate_id, aggregate, version, name, data FROM onedoor.said
WHERE (person_id = ANY($1::uuid[]) AND NOT aggregate_id = ANY($2::uuid[]) OR aggregate_id = ANY($3::uuid[]))
      AND NOT name = ANY($4::text[]) AND data <> $5
"""
_SAID_OF_NOBODY = """
UPDATE onedoor.said SET data = new.data, person_id = NULL, on_behalf_of = NULL, representation_id = NULL,
    actor_id = CASE WHEN said.actor_id = ANY($5::text[]) THEN $6 ELSE said.actor_id END
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::jsonb[]) new (aggregate_id, aggregate, version, data)
WHERE (said.aggregate_id, said.aggregate, said.version) = (new.aggregate_id, new.aggregate, new.version)
"""
_PARKED = """
UPDATE onedoor.parked SET data = $2, reason = 'erased', headers = headers - 'ce-personid' - 'ce-onbehalfof' - 'ce-representationid'
    || jsonb_build_object('ce-authid', $3::text)
WHERE headers ->> 'ce-personid' = ANY($1::text[])
"""
_ANSWERS = "DELETE FROM onedoor.answer WHERE about && $1::uuid[]"
_TIMERS = "DELETE FROM onedoor.timer WHERE aggregate_id = ANY($1::uuid[]) OR aggregate_id = ANY($2::uuid[])"


async def remove(connection: Any, persons: Sequence[UUID], *, kept: Collection[UUID], gone: Collection[UUID]) -> None:
    """Let go of it. What was said of an aggregate that is `kept` is kept with it; of one that is `gone` nothing is left."""
    rows = await connection.fetch(_SAID, persons, list(kept), list(gone), STAYS, ERASED)
    await _leave_nobody(connection, rows, persons)
    if persons:  # nothing finds these by an index
        await connection.execute(_PARKED, [*map(str, persons)], ERASED, NOBODY)
        await connection.execute(_ANSWERS, persons)
    await connection.execute(_TIMERS, persons, list(gone))


async def remove_said_in(connection: Any, table: Table, said: SaidIn, gone: Collection[Mapping[str, Any]]) -> None:
    """Let go of what was said of rows that are gone and have no story of their own; not where there is another like them."""
    persons, ids = [row["person_id"] for row in gone], [row[said.by] for row in gone]
    rows = await connection.fetch(said_in(table, said), persons, ids, said.aggregate, said.by, ERASED)
    await _leave_nobody(connection, rows, persons)


def said_in(table: Table, said: SaidIn) -> str:
    """The read of what was said of rows that are gone, by whose they were and by what leads to them."""
    return f"""
SELECT aggregate_id, aggregate, version, name, data FROM onedoor.said
WHERE person_id = ANY($1::uuid[]) AND aggregate = $3 AND data <> $5 AND EXISTS (
    SELECT FROM unnest($1::uuid[], $2::uuid[]) gone (person_id, id)
    WHERE gone.person_id = said.person_id AND (said.aggregate_id = gone.id OR said.data ->> $4 = gone.id::text)
          AND NOT EXISTS (SELECT FROM public."{table.name}" one WHERE (one.person_id, one."{said.by}") = (gone.person_id, gone.id))
)
"""  # noqa: S608 - our own names


async def _leave_nobody(connection: Any, said: Sequence[Any], persons: Sequence[UUID]) -> None:
    if said:
        columns = [[row[name] for row in said] for name in ("aggregate_id", "aggregate", "version")]
        left = [left_of(row["name"], row["data"]) for row in said]
        await connection.execute(_SAID_OF_NOBODY, *columns, left, [*map(str, persons)], NOBODY)


def left_of(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of what was said of somebody: nothing; of an event that counts, all but what is personal in it."""
    event = Event.catalogue.get(name)
    if event is None or not event.counts:
        return ERASED
    personal = {field for field, shape in event.model_fields.items() if PERSONAL in shape.metadata}
    return {field: _nothing(value) if field in personal else value for field, value in data.items()}


def _nothing(value: Any) -> Any:
    return [] if isinstance(value, list) else None
