"""Views of deliveries: a council's queue, and one with the facts that its recipient needs."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from common.contracts.base import Page
from common.contracts.tellings import DeliverySummary, DeliveryView, Sends, next_moves
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable

from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.queries.protection import reader_of
from case_crm.tables import Delivery

FIRST = (datetime(1900, 1, 1, tzinfo=UTC), UUID(int=0))


async def delivery_of(session: Reading, delivery_id: UUID) -> tuple[Delivery, Reader]:
    """A delivery that lies with the officer's council, and what of it is hidden from them. Raises NotFound."""
    row = await session.one(named.DELIVERY_HERE, delivery_id=delivery_id, council=session.council)
    if row is None:
        raise NotFound
    protected = await session.all(named.PROTECTED_HERE, person_id=row.person_id, council=session.council)
    return row, reader_of(session, [row.guarded, *(each.kinds for each in protected)])


async def delivery_view(read: Reading, delivery_id: UUID) -> DeliveryView:
    """A delivery, for an officer of its council."""
    row, reader = await delivery_of(read, delivery_id)
    read.saw([row.person_id], "looked at what somebody told once")
    return shown_delivery(row, reader, read.now)


async def delivery_queue(read: Reading, *, limit: int, cursor: str | None) -> Page[DeliverySummary]:
    """What lies with a council and is not done, whatever is due first."""
    at, row = place(cursor) if cursor else FIRST
    rows = await read.all(named.DELIVERY_QUEUE, council=read.council, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda each: (each.act_by, each.id))
    read.saw({each.person_id for each in shown}, "looked at what people told once")
    return Page(items=[_summary(each, read.now) for each in shown], next=following)


def shown_delivery(row: Delivery, reader: Reader, now: datetime) -> DeliveryView:
    """A delivery as this officer sees it: where a protected person is, is for the cleared."""
    facts = {} if is_unreadable(row.facts) else row.facts
    return DeliveryView(
        **_summary(row, now).model_dump(),
        facts={kind: value for kind, value in facts.items() if kind not in reader.hidden},
        protected_facts=sorted(set(facts) & reader.hidden),
        next_moves=[] if dealt_with_in_case(row) else next_moves(row.status, row.sends),
        **row.model_dump(include={"version", "basis", "reason", "effect", "effective_date"}),
    )


def dealt_with_in_case(row: Delivery) -> bool:
    """Whether it follows its case. What puts it right, or takes it back, is answered as it lies in the queue."""
    return bool(row.opens) and row.sends == Sends.TELLING


def _summary(row: Delivery, now: datetime) -> DeliverySummary:
    return DeliverySummary(
        delivery_id=row.id,
        late_to_acknowledge=row.acknowledged_at is None and now > row.acknowledge_by,
        overdue=row.ended_at is None and now > row.act_by,
        **row.model_dump(include=set(DeliverySummary.model_fields) - {"delivery_id", "late_to_acknowledge", "overdue"}),
    )
