"""From grouped numbers to counts: exact, of cases and not of people, so nothing is withheld here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from common.contracts.base import Channel
from common.contracts.cases import (
    CaseCancelled,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    CaseWithdrawn,
    InteractionRecorded,
    QuestionAskedAgain,
    Result,
)
from common.contracts.reviews import ChannelCounts, Counts, MonthCounts, ResultCount

COUNTED = {
    CaseOpened.name: "opened",
    CaseResolved.name: "resolved",
    CaseClosed.name: "closed",
    CaseWithdrawn.name: "withdrawn",
    CaseCancelled.name: "cancelled",
    CaseReopened.name: "reopened",
    InteractionRecorded.name: "interactions",
    QuestionAskedAgain.name: "asked_again",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """So many events of one kind with one result: of one channel, of one month, or (neither) of the whole period."""

    event: str
    result: str | None
    channel: str | None
    month: str | None
    number: int


def in_total(rows: Iterable[Counted]) -> Counts:
    """The whole period."""
    return Counts.model_validate(_counts([row for row in rows if row.channel is None and row.month is None]))


def by_channel(rows: Iterable[Counted]) -> list[ChannelCounts]:
    """A row for every channel there is, in the order they are declared; nobody's channel is left out."""
    found = _parted((row.channel, row) for row in rows)
    return [ChannelCounts(channel=channel, **_counts(found.get(channel, []))) for channel in map(str, Channel)]


def by_month(rows: Iterable[Counted], months: Iterable[str]) -> list[MonthCounts]:
    """A row for every month of the period."""
    found = _parted((row.month, row) for row in rows)
    return [MonthCounts(month=month, **_counts(found.get(month, []))) for month in months]


def _parted(rows: Iterable[tuple[str | None, Counted]]) -> Mapping[str | None, list[Counted]]:
    parts: dict[str | None, list[Counted]] = {}
    for part, row in rows:
        parts.setdefault(part, []).append(row)
    return parts


def _counts(rows: Iterable[Counted]) -> dict[str, object]:
    numbers: Counter[str] = Counter()
    results: Counter[str] = Counter()
    for row in rows:
        numbers[COUNTED[row.event]] += row.number
        if row.event == CaseResolved.name:
            results[row.result or Result.OTHER.value] += row.number
    shown = [ResultCount(result=result, count=results[result]) for result in map(str, Result)]
    return {**{name: numbers[name] for name in COUNTED.values()}, "resolved_by_result": shown}
