"""Who was left out of what was told: looked for each night, and whenever an officer asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.contracts.tellings import LeftOutView, ReconciliationView
from common.runtime.pages import cut, place
from common.runtime.reading import Reading

from case_crm.domain import corrections
from case_crm.queries import named
from case_crm.queries.deliveries import FIRST
from case_crm.queries.tellings import plan_of
from case_crm.tables import Delivery, Telling


async def reconciliation(read: Reading, *, limit: int, cursor: str | None) -> ReconciliationView:
    """The tellings under way of which this council is told, oldest first, and which of its parts nobody has got."""
    at, row = place(cursor) if cursor else FIRST
    found = await read.all(named.UNDER_WAY_HERE, for_council=read.council, at=at, row=row, most=limit + 1)
    shown, following = cut(found, limit, at=lambda each: (each[0].begun_at, each[0].id))
    return ReconciliationView(
        checked=len(shown),
        next=following,
        left_out=[
            LeftOutView(
                telling_id=each.telling_id, reference=each.reference, missing=[name for _, name in each.missing]
            )
            for telling, put_right, delivered in shown
            for each in left_out(telling, put_right, delivered, council=read.council)
        ],
    )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A telling, or one that it put right, with those of its recipients who should have got their part and have not."""

    telling_id: UUID
    reference: str
    missing: list[tuple[str, str]]


def left_out(
    telling: Telling, put_right: Sequence[Mapping[str, Any]], delivered: set[str], *, council: str | None = None
) -> list[LeftOut]:
    """Who (of one council) is left out of a telling and of those that it put right, unless it concerns them no more."""
    chain = [telling, *(Telling.model_construct(**_ids(each)) for each in put_right)]
    plans = [(each, plan_of(each)) for each in corrections.in_order(chain)]
    found = []
    for number, (each, plan) in enumerate(plans, 1):
        no_more = corrections.retracted_by(later for _, later in plans[number:])
        missing = [
            part.key
            for part in plan
            if not part.excluded
            and council in (None, part.council)
            and part.key not in no_more
            and ":".join((str(each.id), *part.key)) not in delivered
        ]
        if missing:
            found.append(LeftOut(each.id, each.reference, missing))
    return found


def left_out_of(chain: Sequence[Telling], made: Sequence[Delivery]) -> list[LeftOut]:
    """The same of a whole chain as it was read, the newest last."""
    earlier = [
        {"id": str(e.id), "supersedes": e.supersedes and str(e.supersedes), "reference": e.reference, "plan": e.plan}
        for e in chain[:-1]
    ]
    return left_out(chain[-1], earlier, {f"{row.telling_id}:{row.council}:{row.interest}" for row in made})


def _ids(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a telling that came as a document: its ids are texts there."""
    return {**row, **{name: UUID(row[name]) if row[name] else None for name in ("id", "supersedes")}}
