"""Where a case is about is said; it is followed; two cases are said to be the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from common.contracts.cases import (
    CaseDuplicateMarked,
    CasePlaced,
    DuplicateView,
    FollowedCase,
    ItsOwnDuplicate,
    MarkDuplicate,
    MoveCase,
    Result,
    Status,
)
from common.runtime.problems import NotFound
from common.runtime.transaction import ChangedMeanwhile, Transaction

from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.places import point_of
from case_crm.queries import named
from case_crm.queries.places import followed
from case_crm.tables import Case, CaseDuplicate, CaseFollower


def say_place(tx: Transaction, case: Case, definition: ServiceDefinition, answers: Mapping[str, Any]) -> None:
    """Say where a new case is about, where others may see the same."""
    place = point_of(answers.get(definition.duplicates.place)) if definition.duplicates else None
    if place is None:
        return
    placed = CasePlaced(
        service=case.service,
        service_title=case.title,
        place=place,
        status=Status(case.status),
        told=case.told_to_resident,
    )
    tx.say(placed, on=case)


async def follow(tx: Transaction, case_id: UUID) -> FollowedCase:
    """Follow a case about a place in public. Followed already, nothing changes."""
    place = await tx.one(named.PLACE, case_id=case_id)
    if place is None:
        raise NotFound
    following = await tx.one(named.MY_FOLLOWING, case_id=case_id)
    if following is None:
        following = tx.add(_following(tx, case_id, place.council, tx.person))
    return followed(place, following.followed_at)


async def stop_following(tx: Transaction, case_id: UUID) -> FollowedCase:
    """Follow a case no longer; with If-Match, only as it was shown."""
    place = await tx.one(named.PLACE, case_id=case_id)
    following = await tx.all(named.MY_FOLLOWING, case_id=case_id)
    if place is None or not following:
        raise NotFound
    if tx.expected not in (None, place.version):
        raise ChangedMeanwhile
    for each in following:
        tx.remove(each)
    return followed(place, following[0].followed_at)


async def mark_duplicate(tx: Transaction, case_id: UUID, command: MarkDuplicate) -> DuplicateView:
    """Say that a case is the same as another of the council. Whoever reported it follows that one, where it is of a place."""
    case = await tx.one(named.CASE_HERE, case_id=case_id, council=tx.council)
    other = await tx.one(named.CASE_HERE, case_id=command.of, council=tx.council)
    if case is None or other is None:
        raise NotFound
    known = await tx.one(named.DUPLICATE, case_id=case.id)
    back = await tx.one(named.DUPLICATE, case_id=other.id)
    if case.id == other.id or back is not None:
        raise ItsOwnDuplicate
    reporter, place = case.person_id, await tx.one(named.PLACE, case_id=other.id)
    follows = await tx.all(named.FOLLOWING, case_id=other.id, person_id=reporter)
    tx.edits(case)
    tx.saw([case.person_id, other.person_id], "compared two cases", case=case.id)
    if known is None:
        tx.add(CaseDuplicate(case_id=case.id, council=case.council, of_case_id=other.id))
    else:
        tx.change(known, of_case_id=other.id)
    if reporter and place and not follows:
        tx.add(_following(tx, other.id, other.council, reporter))
    tx.say(CaseDuplicateMarked(of=other.id), on=case)
    return DuplicateView(version=case.version, case_id=case.id, of=other.id, reference=other.reference)


async def same_as_another(tx: Transaction, command: MoveCase, cases: Sequence[UUID]) -> set[UUID]:
    """Those of these cases of which an officer said which other they are the same as. It is asked where they end so."""
    if command.result is not Result.DUPLICATE_OF or tx.me.role != "officer":
        return set()
    return {each.case_id for each in await tx.all(named.DUPLICATES_AMONG, ids=cases)}


def _following(tx: Transaction, case_id: UUID, council: str, person_id: UUID) -> CaseFollower:
    return CaseFollower(case_id=case_id, council=council, person_id=person_id, followed_at=tx.now)
