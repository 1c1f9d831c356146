"""What reviewers are shown of the evidence: made by review-engine, which says no event yet. No person is in any of it."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from common.contracts.base import Code, CouncilId, Refusal, View
from common.contracts.people.equality import Characteristic


def _written_as_a_day(given: Any) -> Any:
    """Only 2026-03-31 is a day: a bare number is not read as seconds since 1970."""
    if isinstance(given, date) or (isinstance(given, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", given)):
        return given
    raise ValueError("write a day as 2026-03-31")


Day = Annotated[date, BeforeValidator(_written_as_a_day)]


class By(StrEnum):
    """What the edges of a service are told apart by."""

    NONE = "none"
    AGE_BAND = "age_band"
    CHANNEL = "channel"
    SEX = Characteristic.SEX.value
    GENDER_IDENTITY = Characteristic.GENDER_IDENTITY.value
    DISABILITY = Characteristic.DISABILITY.value
    ETHNIC_GROUP = Characteristic.ETHNIC_GROUP.value
    RELIGION = Characteristic.RELIGION.value
    SEXUAL_ORIENTATION = Characteristic.SEXUAL_ORIENTATION.value
    MARITAL_STATUS = Characteristic.MARITAL_STATUS.value


# -- what is shown


class ResultCount(View):
    """How many cases were resolved so."""

    result: str
    count: int


class ReasonCount(View):
    """How often it was for this reason."""

    because: str
    count: int


class Counts(View):
    """What happened to cases. `interactions` are touches; `asked_again` counts questions whose answers were held.

    Of touches of which it was noted, so many were value demand, and so many failure demand; the others are in neither.
    """

    opened: int
    resolved: int
    resolved_by_result: list[ResultCount]
    closed: int
    withdrawn: int
    cancelled: int
    reopened: int
    interactions: int
    asked_again: int
    asked_again_because: list[ReasonCount] = Field(default_factory=list)
    value_demand: int = 0
    failure_demand: int = 0
    failure_because: list[ReasonCount] = Field(default_factory=list)


class ChannelCounts(Counts):
    """The same for one channel: of a touch, the one it came by; of anything else, the one its case was opened by."""

    channel: str


class MonthCounts(Counts):
    """The same for what happened in one month of the council's own time, `2026-03`."""

    month: str


class MeasureView(View):
    """What was measured: one service of one council, from the day it `begins` up to, not including, the day it `ends`."""

    council: CouncilId
    service: Code
    begins: date
    ends: date


class CountsView(MeasureView):
    """Exact numbers of what happened. Every channel is a row, the unknown one too; every month of the period is a row."""

    total: Counts
    by_channel: list[ChannelCounts]
    by_month: list[MonthCounts]


class EdgeView(View):
    """How often one activity came next after another, and how long that took in the middle of all cases.

    `withheld` cells have no count. `median_seconds` is absent where fewer times were measured than may be shown.
    """

    from_activity: str
    to_activity: str
    count: int | None
    median_seconds: float | None
    withheld: bool = False


class GroupView(View):
    """One group's share of the edges. Each group has every edge: an edge that is missing would say nought."""

    group: str
    edges: list[EdgeView]


class DirectlyFollowsView(MeasureView):
    """What came after what. `edges` are the whole council's, exact; `groups` hold no cell below `smallest_shown`."""

    by: By
    smallest_shown: int = Field(description="Smaller cells of a group are withheld, and others so that they stay so.")
    edges: list[EdgeView]
    groups: list[GroupView]


class ReasonCell(View):
    """How often it was for this reason; a `withheld` cell has no count."""

    because: str
    count: int | None
    withheld: bool = False


class KindAskedAgain(View):
    """Why answers of one kind of fact were asked again, with every reason there was for any kind: a gap would say nought."""

    fact_kind: str
    reasons: list[ReasonCell]


class AskedAgainView(MeasureView):
    """Which held facts were asked again, and why. `reasons` are of all kinds together, exact; in `kinds` no cell is shown that is
    of fewer than `smallest_shown` people.

    Every kind of fact there is has its row. `other` among them are kinds that were not known, or not kept, when it was heard.
    """

    smallest_shown: int = Field(description="Smaller cells are withheld, and others so that they stay so.")
    reasons: list[ReasonCount]
    kinds: list[KindAskedAgain]


# -- what may be refused


class PeriodBackwards(Refusal, status=422):
    """The period must end after it begins."""


class PeriodTooLong(Refusal, status=422):
    """The period may be at most five years long."""
