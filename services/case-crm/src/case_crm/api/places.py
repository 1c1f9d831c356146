"""What is reported already nearby: offered before it is reported once more, followed, and said to be the same."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import (
    DuplicateView,
    FindNearby,
    FollowedCase,
    ItsOwnDuplicate,
    MarkDuplicate,
    NearbyCases,
    UnknownService,
)
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from case_crm.api.rules import may_read
from case_crm.commands import places as commands
from case_crm.queries import places as queries

routes = Api(tag="places")


@routes.read("/nearby-cases", allow=may_read, refuses=[UnknownService], found_by_post=True)
async def nearby_cases(command: FindNearby, read: Read) -> NearbyCases:
    """What is reported already near a place, to be followed instead of reported once more. Nobody who reported is named."""
    return await queries.nearby(read, command)


@routes.create("/cases/{case_id}/followers", allow=residents)
async def follow_case(case_id: UUID, tx: Tx) -> FollowedCase:
    """Follow something that is reported of a place. Whoever reported it is not told."""
    return await commands.follow(tx, case_id)


@routes.read("/me/followed-cases", allow=residents)
async def my_followed_cases(read: Read) -> Page[FollowedCase]:
    """What I follow, and how it stands."""
    return await queries.followed_cases(read)


@routes.edit("/me/followed-cases/{case_id}", allow=residents, method="DELETE")
async def stop_following_case(case_id: UUID, tx: Tx) -> FollowedCase:
    """Follow it no longer."""
    return await commands.stop_following(tx, case_id)


@routes.edit("/cases/{case_id}/duplicate", allow=officers("cases:write"), refuses=[ItsOwnDuplicate], method="PUT")
async def mark_duplicate(case_id: UUID, command: MarkDuplicate, tx: Tx) -> DuplicateView:
    """Say that a case is the same as another of the council. Whoever reported it follows that one from then on."""
    return await commands.mark_duplicate(tx, case_id, command)
