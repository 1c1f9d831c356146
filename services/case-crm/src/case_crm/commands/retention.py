"""Until when a case is kept: reckoned once, when it ends, and no more once it goes on again. And what is left of one that went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.cases import ENDED, CaseStatusChanged, RelatedView, Relation, Status
from common.contracts.cases.destruction import ListOutcome
from common.runtime.periods import Period
from common.runtime.sealed import is_unreadable
from common.runtime.tables import Aggregate
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm.commands.attachments import sweep_soon
from case_crm.domain import retention
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.definitions.retention import Disposal, Retained, Retention
from case_crm.domain.handling import OVER
from case_crm.queries import File, named
from case_crm.tables import Case, Tombstone

USUAL = Period(years=6)  # as holdings.yaml says it of cases
UNDATED = Timer("cases_undated")
BATCH = 200
_ALL = Aggregate(id=UUID("0b8f5c0e-57a5-4a62-9d0e-3d5e7f0a91c4"))
Part = tuple[Case, ServiceDefinition]


async def parts_of(tx: Transaction, file: File) -> list[Part]:
    """The parts of a case, whose time may begin with its end."""
    if not any(each.relation is Relation.HAS_PART for each in file.related):
        return []
    found = await tx.all(named.PARTS_OF_CASE, case_id=file.case.id, council=file.case.council)
    return [(case, ServiceDefinition.published(document)) for case, document in found]


def keep_its_time(
    tx: Transaction,
    case: Case,
    definition: ServiceDefinition,
    moved: CaseStatusChanged,
    *,
    related: Sequence[RelatedView] = (),
    parts: Sequence[Part] = (),
    at: datetime | None = None,
) -> None:
    """Reckon when a case goes that has just ended; forget it of one that goes on."""
    at = at or tx.now
    if moved.status is Status.RESOLVED:
        tx.change(case, decided_at=at)
    elif moved.status not in ENDED and case.decided_at is not None:
        tx.change(case, decided_at=None)
    if moved.status in OVER:
        whole = any(each.relation is Relation.PART_OF and each.status not in OVER for each in related)
        tx.change(case, **_time(tx, case, definition.retention.of(case.result), ended=at, part_of_open=whole))
    elif case.disposal is not None:
        tx.change(case, disposal=None, goes_on=None)
    for part, its in parts:
        kept = its.retention.of(part.result)
        if kept.starts == "main_case" and part.disposal is not None:
            ended = moved.status in OVER
            tx.change(part, **_time(tx, part, kept, ended=at, part_of_open=not ended))


def begin_reckoning(tx: Transaction) -> None:
    """Have it reckoned of cases that ended before a release that keeps the day."""
    tx.remind(UNDATED, about=_ALL, at=tx.now)


async def reckon_older(tx: Transaction) -> None:
    """Reckon the time of some of them, and go on with the rest."""
    cases = await tx.all(named.CASES_UNDATED, most=BATCH)
    for case in cases:
        tx.change(case, **_time(tx, case, Retention().otherwise, ended=case.changed_at, part_of_open=False))
    if len(cases) == BATCH:
        tx.remind(UNDATED, about=_ALL, at=tx.now)


async def leave_tombstones(tx: Transaction, cases: Sequence[Case]) -> None:
    """Of each case that is destroyed, keep that there was one, and take away what of it stands with others."""
    ids = [case.id for case in cases]
    released = {item.case_id: (item, by) for item, by in await tx.all(named.RELEASED_AMONG, ids=ids)}
    rests: list[Any] = [*await tx.all(named.LINKS_TO, ids=ids), *await tx.all(named.FOLLOWERS_AMONG, ids=ids)]
    same = [*await tx.all(named.DUPLICATES_AMONG, ids=ids), *await tx.all(named.DUPLICATES_OF_AMONG, ids=ids)]
    rests += {each.case_id: each for each in same}.values()
    rests += await tx.all(named.RESTRICTIONS_AMONG, ids=ids)
    for case in cases:
        item, by = released.get(case.id, (None, {}))
        tx.add(_tombstone(tx, case, list_id=item and item.list_id, **by))
        if item:
            tx.change(item, outcome=ListOutcome.DESTROYED.value)
    for row in rests:
        tx.remove(row)
    sweep_soon(tx)


def _tombstone(tx: Transaction, case: Case, **decided: Any) -> Tombstone:
    return Tombstone(
        case_id=case.id,
        council=case.council,
        reference=case.reference,
        service=case.service,
        status=case.status,
        result=case.result,
        opened_at=case.opened_at,
        ended_at=case.changed_at,
        destroyed_at=tx.now,
        **decided,
    )


def _time(tx: Transaction, case: Case, kept: Retained, *, ended: datetime, part_of_open: bool) -> dict[str, Any]:
    """What becomes of a case, and the first day on which it is kept no longer, where that is known."""
    council = tx.councils[case.council]
    zone = ZoneInfo(council.time_zone)
    sealed = {} if is_unreadable(case.sealed_answers) else case.sealed_answers
    began = retention.begins(
        kept,
        case.answers | sealed,
        ended=ended.astimezone(zone).date(),
        decided=case.decided_at and case.decided_at.astimezone(zone).date(),
        part_of_open=part_of_open,
    )
    own = council.keeps.get("case-crm", {}).get("case_file", USUAL)
    period = Period(years=kept.years) if kept.years else own
    goes_on: date | None = period.over_on(began) if began and kept.disposal is not Disposal.KEEP else None
    return {"disposal": kept.disposal.value, "goes_on": goes_on}
