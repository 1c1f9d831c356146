"""Keeping facts: what a told value becomes, and what is answered where it is not kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.people import (
    FactRecorded,
    FactRefused,
    ImpossibleDates,
    ToldFact,
    UnknownFactKind,
    Verification,
    WrongShape,
)

from customer_account.domain import days
from customer_account.domain.finding import same_value
from customer_account.domain.kinds import FactKind, FactKinds, checked, sensitivity_of


@dataclass(frozen=True, slots=True)
class Source:
    """Who told it, to whom, when and how."""

    asserted_by: str
    channel: Channel
    told_at: datetime
    told_to: str
    told_to_service: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is current of a kind."""

    fact_id: UUID
    value: Any
    told_at: datetime
    effective_from: date | None
    effective_to: date | None = None
    verification: str = Verification.ASSERTED.value


@dataclass(frozen=True, slots=True)
class Telling:
    """What every fact of one telling has in common: the kinds there are, who told it, who may see it, the time, and whose it is."""

    kinds: FactKinds
    source: Source
    visible_to: list[str]
    now: datetime
    protected: bool = False
    invented: bool = False


def record(
    told: ToldFact,
    held: Held | None,
    telling: Telling,
    *,
    knew: bool = False,
    last: date | None = None,
    corrects: bool = False,
    at: str = "/value",
) -> FactRecorded | None:
    """The fact that is kept from now on, up to its `last` day where it has one; None where the same is held.

    Raises UnknownFactKind, WrongShape or ImpossibleDates. What never changes can only be corrected; a correction is so
    since the day that was told before; a change, where no day is told, since the day it was told. `knew` says that
    something of its kind was so on days that are over: then it is a change too.
    """
    value = checked(telling.kinds, told.kind, told.value, now=telling.now, invented=telling.invented, at=at)
    days.check(days.Days(told.effective_from, last), days.day_of(telling.now))
    if held and _says_the_same(held, told, value, last):
        return None
    source = telling.source
    kind = telling.kinds[told.kind]
    corrects = held is not None and (corrects or not kind.changes)
    return FactRecorded(
        fact_id=told.id,
        kind=told.kind,
        value=value,
        asserted_by=source.asserted_by,
        channel=source.channel,
        told_at=source.told_at,
        told_to=source.told_to,
        told_to_service=source.told_to_service,
        effective_from=told.effective_from or _since(held, source, knew=knew, corrects=corrects),
        effective_to=last,
        corrects=corrects,
        fresh_until=_fresh_until(kind, source),
        verification=Verification.ASSERTED,
        supersedes=held.fact_id if held else None,
        visible_to=telling.visible_to,
        sensitivity=sensitivity_of(telling.kinds, told.kind, protected=telling.protected).value,
    )


def record_or_refuse(
    told: ToldFact, held: Held | None, telling: Telling, *, knew: bool = False
) -> FactRecorded | FactRefused:
    """What is answered to another service that was told a fact: it is kept under the id it was given, or it is not."""
    try:
        recorded = record(told, held, telling, knew=knew)
    except ImpossibleDates:
        return _refused(told, "impossible_dates")
    except UnknownFactKind:
        return _refused(told, "unknown_kind")
    except WrongShape:
        return _refused(told, "wrong_shape")
    if recorded is None:
        return _refused(told, "held_already")
    if held and held.told_at > telling.source.told_at:
        return _refused(told, "told_later")
    return recorded


def confirm_or_refuse(told: ToldFact, held: Held | None, telling: Telling) -> FactRecorded | FactRefused:
    """What is held, told anew: for the same days, as sure as it was, and fresh again. What is not held is not confirmed."""
    if held is None or not same_value(told.kind, held.value, told.value):
        return _refused(told, "held_otherwise")
    source = telling.source
    if held.told_at > source.told_at:
        return _refused(told, "told_later")
    return FactRecorded(
        fact_id=told.id,
        kind=told.kind,
        value=held.value,
        **asdict(source),
        effective_from=held.effective_from,
        effective_to=held.effective_to,
        fresh_until=_fresh_until(telling.kinds[told.kind], source),
        verification=held.verification,
        supersedes=held.fact_id,
        visible_to=telling.visible_to,
        sensitivity=sensitivity_of(telling.kinds, told.kind, protected=telling.protected).value,
    )


def _says_the_same(held: Held, told: ToldFact, value: Any, last: date | None) -> bool:
    same_first = told.effective_from is None or told.effective_from == held.effective_from
    same_last = last is None or last == held.effective_to
    return same_first and same_last and same_value(told.kind, held.value, value)


def _since(held: Held | None, source: Source, *, knew: bool, corrects: bool) -> date | None:
    if held and corrects:
        return held.effective_from
    return days.day_of(source.told_at) if held or knew else None


def _fresh_until(kind: FactKind, source: Source) -> date | None:
    return days.day_of(source.told_at) + timedelta(days=kind.fresh_for_days) if kind.fresh_for_days else None


def _refused(told: ToldFact, because: str) -> FactRefused:
    return FactRefused(fact_id=told.id, kind=told.kind, because=because)
