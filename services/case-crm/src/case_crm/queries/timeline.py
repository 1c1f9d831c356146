"""The timeline of a case, newest first: for its person what they were told, for officers everything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import ByKind, EntryKind, EntryView
from common.runtime.pages import cut, place
from common.runtime.reading import Reading

from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.queries.views import case_with_definition


async def timeline(read: Reading, case_id: UUID, *, limit: int, cursor: str | None) -> Page[EntryView]:
    """What happened to a case. Raises NotFound."""
    at, row = place(cursor)
    case, _, reader = await case_with_definition(read, case_id)
    wanted = {"case_id": case_id, "private": reader.role == "officer", "at": at, "row": row, "most": limit + 1}
    rows = await read.all(named.TIMELINE, **wanted)
    read.saw([case.person_id], "looked at what happened to a case", case=case.id)
    shown, following = cut(rows, limit, at=lambda entry: (entry["at"], entry["id"]))
    return Page(items=[shown_entry(entry, reader) for entry in shown], next=following)


def shown_entry(entry: dict[str, Any], reader: Reader) -> EntryView:
    """One entry; who exactly it was, and what was noted at a touch, only for officers."""
    officer = reader.role == "officer"
    hidden = not reader.may_see(entry["text"]) or (entry["kind"] == EntryKind.TOUCH and not officer)
    return EntryView(
        entry_id=entry["id"],
        at=entry["at"],
        kind=entry["kind"],
        what=entry["what"],
        status=entry["status"],
        text=None if hidden else entry["text"],
        amount=entry["amount"],
        by_kind=_BY.get(entry["by_role"], ByKind.PERSON),
        by=entry["by_role"],
        by_id=entry["by_id"] if officer else None,
    )


_BY = {"service": ByKind.RULE, "partner": ByKind.PARTNER}
