"""The HTTP door of review-engine."""

from __future__ import annotations

from typing import Annotated

from common.contracts.base import Code
from common.contracts.reviews import (
    AskedAgainView,
    By,
    CountsView,
    Day,
    DirectlyFollowsView,
    PeriodBackwards,
    PeriodTooLong,
)
from common.runtime.routes import Api, Read
from common.runtime.rules import reviewers
from fastapi import Query

from review_engine import queries
from review_engine.domain.periods import period

routes = Api(tag="measures")
may_read = reviewers("evidence:read")

Begins = Annotated[Day, Query(alias="from", description="The first day, in the council's own time.")]
Ends = Annotated[Day, Query(alias="to", description="The first day after the period; at most five years after `from`.")]


@routes.read("/measures/counts", allow=may_read, refuses=[PeriodBackwards, PeriodTooLong])
async def counts(read: Read, service: Code, begins: Begins, ends: Ends) -> CountsView:
    """What happened to a service's cases in a period: in all, by channel, by month.

    These are exact numbers, small ones too: they are about the cases of a whole council and say nothing of the people.
    """
    return await queries.counts(read, service, period(begins, ends))


@routes.read("/measures/asked-again", allow=may_read, refuses=[PeriodBackwards, PeriodTooLong])
async def asked_again(read: Read, service: Code, begins: Begins, ends: Ends) -> AskedAgainView:
    """Which kinds of facts a service asked people for again in a period although they were held, and for which reason.

    `reasons` are exact numbers of all kinds of facts together. In `kinds`, cells of fewer than ten people (nought too) are
    withheld, and so are the next larger cells of the same reason where the small ones could be worked out from its total.
    """
    return await queries.asked_again(read, service, period(begins, ends))


@routes.read("/measures/directly-follows", allow=may_read, refuses=[PeriodBackwards, PeriodTooLong])
async def directly_follows(
    read: Read, service: Code, begins: Begins, ends: Ends, by: By = By.NONE
) -> DirectlyFollowsView:
    """What came next after what, how often, and how long that took: for all, and with `by` for each group.

    A step counts in the period in which it occurred. `edges` are exact numbers of a whole council's cases, without any
    personal characteristic. In `groups`, cells below ten (nought too) are withheld, and so are the next larger cells of
    the same edge where the small ones could be worked out from its total.
    """
    return await queries.directly_follows(read, service, period(begins, ends), by)
