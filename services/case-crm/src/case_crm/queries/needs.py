"""Needs, as their cases show them."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import NeedView
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from case_crm.queries import named
from case_crm.queries.protection import reader_of
from case_crm.queries.views import in_list, theirs


async def need(read: Reading, need_id: UUID) -> NeedView:
    """A need, from its first case to its last: a resident's own with both councils, an officer's council's. Raises NotFound."""
    rows = await read.all(named.CASES_OF_NEED, need_id=need_id, **theirs(read))
    if not rows:
        raise NotFound
    cases = [case for case, _ in rows]
    for case in cases:
        read.in_service(case.service)
    read.saw({case.person_id for case in cases}, "looked at a need")
    ends = [case.ended_at for case in cases if case.ended_at]
    return NeedView(
        need_id=need_id,
        since=cases[0].opened_at,
        over_at=max(ends) if len(ends) == len(cases) else None,
        cases=in_list(read, rows, reader_of(read, None)),
    )
