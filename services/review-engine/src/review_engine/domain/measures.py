"""From grouped numbers to counts: exact, of cases and not of people, so nothing is withheld here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from common.contracts.base import Channel
from common.contracts.cases import (
    AskedBecause,
    CaseCancelled,
    CaseClosed,
    CaseEvent,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    CaseWithdrawn,
    Demand,
    Failure,
    InteractionRecorded,
    QuestionAskedAgain,
    Result,
)
from common.contracts.reviews import ChannelCounts, Counts, MonthCounts, ReasonCount, ResultCount

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
    results: Counter[tuple[str, str]] = Counter()
    for row in rows:
        numbers[COUNTED[row.event]] += row.number
        unsaid = Result.OTHER.value if row.event == CaseResolved.name else ""
        results[row.event, row.result or unsaid] += row.number

    def number(event: type[CaseEvent], result: str) -> int:
        return results[event.name, result]

    failures = _reasons(Failure, partial(number, InteractionRecorded))
    return {
        **{name: numbers[name] for name in COUNTED.values()},
        "resolved_by_result": [
            ResultCount(result=result, count=number(CaseResolved, result)) for result in map(str, Result)
        ],
        "asked_again_because": _reasons(AskedBecause, partial(number, QuestionAskedAgain)),
        "value_demand": number(InteractionRecorded, Demand.VALUE),
        "failure_demand": sum(reason.count for reason in failures),
        "failure_because": failures,
    }


def _reasons(codes: Iterable[str], number: Callable[[str], int]) -> list[ReasonCount]:
    return [ReasonCount(because=str(code), count=number(str(code))) for code in codes]
