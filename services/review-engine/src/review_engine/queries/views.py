"""Views of the evidence of one service in one period, for reviewers."""

from __future__ import annotations

from common.contracts.reviews import AskedAgainView, By, CountsView, DirectlyFollowsView
from common.runtime.reading import Reading

from review_engine.domain import flows, measures, re_asks
from review_engine.domain.disclosure import SMALLEST_SHOWN
from review_engine.domain.periods import Period
from review_engine.queries import named

_FOLLOWS = {
    By.NONE: named.FOLLOWS,
    By.AGE_BAND: named.FOLLOWS_BY_AGE_BAND,
    By.CHANNEL: named.FOLLOWS_BY_CHANNEL,
}


async def counts(read: Reading, service: str, within: Period) -> CountsView:
    """What happened to a service's cases, in all, by channel and by month."""
    begins, ends = within.moments(read.time_zone)
    where = {"council": read.council, "zone": read.time_zone}
    rows = await read.all(named.COUNTS, **where, service=service, begins=begins, ends=ends)
    return CountsView(
        council=read.council,
        service=service,
        begins=within.begins,
        ends=within.ends,
        total=measures.in_total(rows),
        by_channel=measures.by_channel(rows),
        by_month=measures.by_month(rows, within.months),
    )


async def asked_again(read: Reading, service: str, within: Period) -> AskedAgainView:
    """Which kinds of facts a service asked again although they were held, and why."""
    begins, ends = within.moments(read.time_zone)
    rows = await read.all(named.ASKED_AGAIN, council=read.council, service=service, begins=begins, ends=ends)
    return AskedAgainView(
        council=read.council,
        service=service,
        begins=within.begins,
        ends=within.ends,
        smallest_shown=SMALLEST_SHOWN,
        reasons=re_asks.in_total(rows),
        kinds=re_asks.by_kind(rows),
    )


async def directly_follows(read: Reading, service: str, within: Period, by: By) -> DirectlyFollowsView:
    """What came next after what on a service's journeys, in all and by group."""
    begins, ends = within.moments(read.time_zone)
    asked = {"council": read.council, "service": service, "begins": begins, "ends": ends}
    if by in _FOLLOWS:
        rows = await read.all(_FOLLOWS[by], **asked)
    else:
        rows = await read.all(named.FOLLOWS_BY_CHARACTERISTIC, characteristic=by.value, **asked)
    return DirectlyFollowsView(
        council=read.council,
        service=service,
        begins=within.begins,
        ends=within.ends,
        by=by,
        smallest_shown=SMALLEST_SHOWN,
        edges=flows.whole(rows),
        groups=flows.grouped(rows, by),
    )
