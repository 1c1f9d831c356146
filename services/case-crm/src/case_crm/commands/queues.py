"""Filters that officers keep."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases.queues import EnoughSaved, NameTaken, SavedFilterView, SaveFilter
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from case_crm.queries import named
from case_crm.queries.queues import box_of, shown_filter
from case_crm.tables import SavedFilter

MOST_SAVED = 50


async def save_filter(tx: Transaction, command: SaveFilter) -> SavedFilterView:
    """Keep a filter for the officer who asks."""
    box_of(command.filter)
    kept = await _kept(tx)
    if any(row.name == command.name for row in kept):
        raise NameTaken
    if len(kept) >= MOST_SAVED:
        raise EnoughSaved
    asked = command.filter.model_dump(mode="json", exclude_defaults=True)
    row = SavedFilter(id=new_id(), council=tx.council, officer_id=tx.me.id, name=command.name, filter=asked)
    return shown_filter(tx.add(row))


async def forget_filter(tx: Transaction, filter_id: UUID) -> SavedFilterView:
    """Keep a filter no longer."""
    found = [row for row in await _kept(tx) if row.id == filter_id]
    if not found:
        raise NotFound
    tx.remove(found[0])
    return shown_filter(found[0])


async def _kept(tx: Transaction) -> list[SavedFilter]:
    return await tx.all(named.SAVED_FILTERS, council=tx.council, officer_id=tx.me.id)
