"""The toy hearer: its route and its wiring."""

from __future__ import annotations

from uuid import UUID

from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read
from common.runtime.rules import residents
from common.runtime.service import Service
from common.testing.toy.contracts import TallyView
from common.testing.toy.hearer import subscribers, tables

api = Api(tag="copies")


@api.read("/copies/{copy_id}", allow=residents)
async def copy(copy_id: UUID, read: Read) -> TallyView:
    """A tally as it was heard here."""
    found = await read.one(subscribers.COPY, copy_id=copy_id)
    if found is None:
        raise NotFound
    return TallyView(id=found.id, person_id=found.person_id, version=len(found.versions), total=found.total)


service = Service(name="toy-hearer", title="Toy hearer", api=(api,), tables=tables, subscribers=subscribers)
