"""The cases that people let their councillor see."""

from __future__ import annotations

from common.contracts.base import Page
from common.contracts.cases import CaseSummary, PartyRole
from common.runtime.pages import cut, place
from common.runtime.reading import Reading

from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.queries.views import in_list


async def cases_of_councillor(read: Reading, *, limit: int, cursor: str | None) -> Page[CaseSummary]:
    """Those of the councillor who asks, newest consent first."""
    at, row = place(cursor)
    wanted = {"council": read.council, "officer_id": read.me.id, "at": at, "row": row, "most": limit + 1}
    rows = await read.all(named.CASES_OF_COUNCILLOR, **wanted)
    shown, following = cut(rows, limit, at=lambda found: (found[1], found[0].id))
    cases = [(case, clocks) for case, _, clocks in shown]
    read.saw({case.person_id for case, _ in cases}, "looked at cases as a councillor")
    return Page(items=in_list(read, cases, Reader(PartyRole.COUNCILLOR)), next=following)
