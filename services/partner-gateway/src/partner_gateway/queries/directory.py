"""Views of the directory and of signposts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from common.contracts.base import Page
from common.contracts.partners.directory import RankedService, ServiceView, SignpostView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from partner_gateway.domain import ranking
from partner_gateway.domain.entries import ANY_COUNCIL
from partner_gateway.domain.ranking import Offer, Wanted
from partner_gateway.queries import named
from partner_gateway.tables import DirectoryService, Signpost

MOST_COMPARED = 200  # services of one need and place that are ranked against each other


async def find_services(
    read: Reading, *, need: str, district: str, council: str | None, limit: int
) -> list[RankedService]:
    """Services that may help, ranked with their reasons: those that serve the district, and those of whole councils."""
    near = await read.all(named.SERVING, need=need, place=district, most=MOST_COMPARED)
    whole = await read.all(named.SERVING, need=need, place=council or ANY_COUNCIL, most=MOST_COMPARED)
    councils = frozenset({council} if council else ())
    return ranked([*near, *whole], Wanted(frozenset({need}), frozenset({district}), councils))[:limit]


async def alternatives_to(
    session: Reading, service: DirectoryService, *, but: str | None = None
) -> list[RankedService]:
    """Services for the same needs in the same places, not of the partner `but`, ranked with their reasons."""
    places = [*service.districts, *service.councils]
    rows = await session.all(named.ALTERNATIVES, needs=service.needs, places=places)
    wanted = Wanted(frozenset(service.needs), frozenset(service.districts), frozenset(service.councils))
    others = (row for row in rows if row.id != service.id and (but is None or row.partner_id != but))
    return ranked(others, wanted)[:10]


async def service(session: Reading, service_id: UUID) -> DirectoryService:
    """A service of the directory. Raises NotFound."""
    row = await session.one(named.SERVICE, service_id=service_id)
    if row is None:
        raise NotFound
    return row


async def signposts(read: Reading, *, council: str, limit: int, cursor: str | None) -> Page[SignpostView]:
    """The signposts given in a council, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.SIGNPOSTS, council=council, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda signpost: (signpost.given_at, signpost.id))
    return Page(items=[shown_signpost(signpost) for signpost in shown], next=following)


def ranked(rows: Iterable[DirectoryService], wanted: Wanted) -> list[RankedService]:
    """Each service once, the most helpful first."""
    by_id = {row.id: row for row in rows}
    return [
        RankedService(**shown_service(by_id[offer.service_id]).model_dump(), reasons=reasons)
        for offer, reasons in ranking.rank(map(offer_of, by_id.values()), wanted)
    ]


def offer_of(row: DirectoryService) -> Offer:
    """What ranking and sending look at."""
    return Offer(
        service_id=row.id,
        name=row.name,
        needs=tuple(row.needs),
        districts=tuple(row.districts),
        councils=tuple(row.councils),
        status=row.status,
        capacity=row.capacity,
        waiting_days=row.waiting_days,
    )


def shown_service(row: DirectoryService) -> ServiceView:
    """A service as everybody may see it."""
    return ServiceView(service_id=row.id, **row.model_dump(include=set(ServiceView.model_fields)))


def shown_signpost(row: Signpost) -> SignpostView:
    """A signpost: where, for what, to whom. Nobody is in it."""
    return SignpostView(
        signpost_id=row.id,
        at=row.given_at,
        council=row.council,
        need=row.need,
        district=row.district,
        offered=row.offered,
        chosen=row.chosen,
    )
