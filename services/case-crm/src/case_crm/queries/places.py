"""What is reported already near a place, and what somebody follows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from math import ceil

from common.contracts.base import Page
from common.contracts.cases import FindNearby, FollowedCase, NearbyCase, NearbyCases, Point
from common.runtime.reading import Reading

from case_crm.domain import places
from case_crm.queries import named
from case_crm.queries.views import definition_of
from case_crm.tables import CasePlace


async def nearby(read: Reading, command: FindNearby) -> NearbyCases:
    """What is going on near a place, by what the service takes for the same. Of a service that does not say, nothing is."""
    definition = await definition_of(read, command.service, council=read.council)
    same = definition.duplicates
    if same is None:
        return NearbyCases(items=[], within_metres=0, days=0)
    found = await read.all(
        named.NEARBY,
        council=read.council,
        service=command.service,
        since=read.now - timedelta(days=same.days),
        **asdict(places.around(command.place, same.within_metres)),
    )
    apart = {row.case_id: places.metres_between(command.place, Point(lat=row.lat, lon=row.lon)) for row in found}
    near = sorted(
        (row for row in found if apart[row.case_id] <= same.within_metres), key=lambda row: apart[row.case_id]
    )
    items = [_near(row, apart[row.case_id]) for row in near]
    return NearbyCases(items=items, within_metres=same.within_metres, days=same.days)


def _near(row: CasePlace, metres: float) -> NearbyCase:
    told = row.model_dump(include={"case_id", "title", "status", "told_to_resident", "opened_at"})
    return NearbyCase(**told, metres=ceil(metres / 10) * 10)


async def followed_cases(read: Reading) -> Page[FollowedCase]:
    """What a resident follows, what they began with last first."""
    rows = await read.all(named.FOLLOWED)
    return Page(items=[followed(place, at) for place, at in rows], next=None)


def followed(place: CasePlace, followed_at: datetime) -> FollowedCase:
    """A case as whoever follows it sees it."""
    return FollowedCase(**place.model_dump(include={*FollowedCase.model_fields}), followed_at=followed_at)
