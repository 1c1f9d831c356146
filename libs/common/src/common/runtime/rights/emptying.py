"""What becomes of rows when their person is erased, or their time is over: removed, emptied, or kept for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table
from sqlmodel import SQLModel

from common.contracts.people.rights import KeptByLaw
from common.runtime.holdings import Holding, Kept, emptied
from common.runtime.periods import Period
from common.runtime.sealed import sealed_columns, token_of
from common.runtime.settings import TIME_ZONE
from common.runtime.store.work import Values, Work, key_of, table_of
from common.runtime.transaction import Transaction

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Why:
    """Why a row is kept, and the moment at which it is no longer; None while what it is about is not over."""

    because: str
    until: datetime | None


_HELD = _Why("The law has us keep it for now.", None)  # a hold may be one that its person is not to know of


@dataclass(slots=True)
class Emptying:
    """What is to be done with one person's rows: `work` does it. By what they are called: how many go, and what is kept.

    `kept_ids` are those of rows that are kept, `gone_ids` of those that are removed. `sealed`: something kept lies sealed.
    """

    work: Work = field(default_factory=lambda: Work(council=None, person=None, caller=None))
    counts: dict[str, int] = field(default_factory=dict)
    kept: list[KeptByLaw] = field(default_factory=list)
    kept_ids: set[UUID] = field(default_factory=set)
    gone_ids: set[UUID] = field(default_factory=set)
    sealed: bool = False


def plan(
    holdings: Mapping[str, Holding],
    tables: Mapping[str, Table],
    found: Mapping[str, Sequence[Row]],
    *,
    now: datetime,
    held: bool = False,
    periods: Mapping[tuple[str, str], Period] = MappingProxyType({}),
) -> Emptying:
    """What becomes of the rows that were found of somebody, by table, at this moment; `held`: under a legal hold, nothing goes.

    `periods` are those of councils, by table and council: where there is one, the row is kept for so long instead.
    """
    what = Emptying()
    kept: dict[str, dict[UUID, _Why]] = {}
    for name, holding in sorted(holdings.items(), key=lambda each: each[1].follows is not None):
        reasons: list[_Why] = []
        for row in found.get(name, ()):
            leader = kept.get(holding.follows.table, {}).get(row[holding.follows.by]) if holding.follows else None
            period = periods.get((name, row.get("council", "")))
            if why := _HELD if held else leader or why_kept(holding, row, now=now, period=period):
                if is_shown(holding, row, now=now):
                    reasons.append(why)
                kept.setdefault(name, {})[row.get("id")] = why  # type: ignore[index]  # what others follow has one
                what.sealed = what.sealed or _lies_sealed(tables[name], row)
            else:
                _let_go(what, holding, tables[name], row)
        what.kept += _listed(holding, reasons)
    what.kept_ids = {row_id for rows in kept.values() for row_id in rows if row_id is not None}
    return what


def is_shown(holding: Holding, row: Row, *, now: datetime) -> bool:
    """Whether its person may know of a row by now: that it is kept would tell them that there is one."""
    shown_at = row[holding.shown_after] if holding.shown_after else None
    return holding.shown and (shown_at is None or shown_at <= now)


def why_kept(holding: Holding, row: Row, *, now: datetime, period: Period | None) -> _Why | None:
    """Why a row may not go yet; None where nothing keeps it."""
    if holding.erased == "stays" or holding.kept is None:
        return None
    over = over_at(holding.kept, row, period)
    return None if over and over <= now else _Why(holding.kept.because, over)


def over_at(kept: Kept, row: Row, period: Period | None = None) -> datetime | None:
    """The moment from which a row is kept no longer; None while what it is about is not over, or nobody knows since when."""
    since, zone = row[kept.column], ZoneInfo(TIME_ZONE)
    if since is None or any(row[column] not in values for column, values in kept.ended.items()):
        return None
    if kept.day:
        return datetime.combine(since, time(), zone)
    moment = since if isinstance(since, datetime) else datetime.combine(since, time(), UTC)
    return datetime.combine((period or kept).over_on(moment.astimezone(zone).date()), time(), zone)


def until(over: datetime) -> date:
    """The last day on which it is kept."""
    return (over - timedelta(microseconds=1)).date()


def _let_go(what: Emptying, holding: Holding, table: Table, row: Row) -> None:
    key = {column.name: row[column.name] for column in table.primary_key.columns}
    if holding.erased == "removed":
        what.work.removals.setdefault(table, []).append(key)
        if isinstance(row.get("id"), UUID):
            what.gone_ids.add(row["id"])
    else:
        nothing: Values = emptied(table, holding.empties)
        if all(row[name] == value for name, value in nothing.items()):
            return
        what.work.changes.setdefault(table, {})[key_of(table, key)] = key | nothing
    what.counts[holding.called] = what.counts.get(holding.called, 0) + 1


def let_go(tx: Transaction, row: SQLModel, holding: Holding) -> None:
    """Take a row away whose time is over, or empty it."""
    if holding.erased == "emptied":
        tx.change(row, **emptied(table_of(row), holding.empties))
    else:
        tx.remove(row)


def _lies_sealed(table: Table, row: Row) -> bool:
    return any(token_of(row[column.name]) for column in sealed_columns(table))


def _listed(holding: Holding, reasons: Sequence[_Why]) -> list[KeptByLaw]:
    """One entry for all that is kept for one reason up to one day."""
    days: dict[tuple[str, date | None], int] = {}
    for why in reasons:
        reason = why.because, until(why.until) if why.until else None
        days[reason] = days.get(reason, 0) + 1
    ordered = sorted(days.items(), key=lambda each: (each[0][1] is None, each[0][1] or date.max, each[0][0]))
    return [KeptByLaw(called=holding.called, records=n, because=why, until=day) for (why, day), n in ordered]
