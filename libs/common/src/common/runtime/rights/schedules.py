"""The schedules of one service: each of its tables whose rows go by themselves, for each council, with the reads that find them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Date, Table, Text, Uuid, any_, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import configure_mappers
from sqlmodel import SQLModel

from common.contracts.base import PARTNERSHIP, Event
from common.contracts.people.rights import HOLDERS
from common.runtime.holdings import Holding, Holdings, Kept
from common.runtime.holds import under_hold
from common.runtime.periods import Period
from common.runtime.query import Query, query
from common.runtime.sealed import sealed_columns
from common.runtime.settings import TIME_ZONE, CannotServe, Council
from common.runtime.store.work import table_of
from common.runtime.tables import as_read

HOUR = time(3)
_NAMESPACE = UUID("0e4ad2f3-6f0e-5d1c-9d53-0d0e61b8f3a7")


@dataclass(frozen=True)
class Child:
    """A table whose rows go with those of another: `rows` are those of the ids that are given."""

    holding: Holding
    rows: Query[Any]


@dataclass(frozen=True)
class Reads:
    """How a table's rows are found whose time is over `before` a moment.

    `rows` are they, the longest over first, each locked, without those of people under a legal hold; `over` is how many they are,
    and `held` how many would go but for a hold. `children` go with them.
    """

    rows: Query[Any]
    over: Query[int]
    held: Query[int]
    children: tuple[Child, ...]


@dataclass(frozen=True)
class Schedule:
    """One table, of one council or of all (`council` is then the partnership), and how long its rows are kept there."""

    table: Table
    holding: Holding
    kept: Kept
    period: Period
    council: str
    time_zone: str
    says: type[Event] | None
    reads: Reads

    @property
    def id(self) -> UUID:
        """Under which its timer runs: the same in every replica and at every start."""
        return uuid5(_NAMESPACE, f"{self.table.name}/{self.council}")

    def given(self, now: datetime) -> dict[str, Any]:
        """What its reads are given."""
        council = {} if self.council == PARTNERSHIP else {"council": self.council}
        if self.kept.day:
            tomorrow = now.astimezone(ZoneInfo(self.time_zone)).date() + timedelta(days=1)
            return {"before": tomorrow, **council}
        before = self.period.over_before(now, self.time_zone)
        is_day = isinstance(self.table.columns[self.kept.column].type, Date)
        return {"before": before.date() if is_day else before, **council}

    def next_run(self, now: datetime) -> datetime:
        """The next time that it is its hour there."""
        here = now.astimezone(ZoneInfo(self.time_zone))
        day: date = here.date() if here.time() < HOUR else here.date() + timedelta(days=1)
        return datetime.combine(day, HOUR, here.tzinfo)


def schedules(
    service: str, rows: Sequence[type[SQLModel]], holdings: Holdings, councils: Mapping[str, Council]
) -> list[Schedule]:
    """Every schedule of a service. Raises CannotServe where a council keeps what it may not, or what is not there."""
    configure_mappers()  # these reads are of columns, and nothing else might have made the rows readable before
    made = [each for row in rows for each in _of_table(service, row, rows, holdings, councils)]
    for council in councils.values():
        if strange := council.keeps.keys() - {*HOLDERS, service}:
            raise CannotServe(f"{council.id} says how long it keeps what there is not: {', '.join(sorted(strange))}")
        own = {each.table.name for each in made if each.council == council.id}
        if strange := council.keeps.get(service, {}).keys() - own:
            raise CannotServe(f"{council.id} cannot say how long {service} keeps {', '.join(sorted(strange))}")
    return made


def _of_table(
    service: str,
    row: type[SQLModel],
    rows: Sequence[type[SQLModel]],
    holdings: Holdings,
    councils: Mapping[str, Council],
) -> Iterator[Schedule]:
    table = table_of(row)
    holding = holdings.of_people.get(table.name)
    if holding is None or holding.schedule is None:
        return
    kept = holding.schedule
    of_council = getattr(row, "row_kind", "") == "council"
    reads = _reads(row, holding, kept, tuple(_children(table, rows, holdings)), of_council=of_council)
    says = Event.catalogue[kept.destroyed] if kept.destroyed else None
    make = partial(Schedule, table=table, holding=holding, kept=kept, says=says, reads=reads)
    if not of_council:
        yield make(period=kept, council=PARTNERSHIP, time_zone=TIME_ZONE)
        return
    for council in councils.values():
        own = council.keeps.get(service, {}).get(table.name)
        if own and (kept.at_least is kept.at_most is None or not kept.allows(own)):
            raise CannotServe(f"{council.id} may not keep {table.name} of {service} for {own}")
        yield make(period=own or kept, council=council.id, time_zone=council.time_zone)


def _reads(
    row: type[SQLModel], holding: Holding, kept: Kept, children: tuple[Child, ...], *, of_council: bool
) -> Reads:
    table = table_of(row)
    since = table.columns[kept.column]
    over = [since < bindparam("before", type_=Date() if isinstance(since.type, Date) else TIMESTAMP(timezone=True))]
    if of_council:
        over.append(table.columns["council"] == bindparam("council"))
    for name, values in (kept.ended | kept.released).items():
        over.append(table.columns[name] == any_(literal(values, ARRAY(Text))))
    if holding.erased == "emptied" and not kept.destroyed:
        over.append(_is_not_emptied(table, holding))
    held = or_(*(_is_held(table, column) for column in holding.concerns))
    order = [since] if not of_council else [table.columns["council"], since]
    found = _plain(row).where(*over, ~held).order_by(*order).limit(bindparam("most")).with_for_update(skip_locked=True)
    count: Any = select(func.count().label("number")).select_from(table)
    return Reads(
        rows=query(found, into=partial(_row, row)),
        over=query(count.where(*over, ~held)),
        held=query(count.where(*over, held)),
        children=children,
    )


def _children(parent: Table, rows: Sequence[type[SQLModel]], holdings: Holdings) -> Iterator[Child]:
    for row in rows:
        table = table_of(row)
        holding = holdings.of_people.get(table.name)
        if holding and holding.follows and holding.follows.table == parent.name:
            theirs = table.columns[holding.follows.by] == any_(bindparam("ids", type_=ARRAY(Uuid)))
            yield Child(holding, query(_plain(row).where(theirs), into=partial(_row, row)))


def _plain(row: type[SQLModel]) -> Any:
    """Rows without what is sealed in them: to let them go, nobody needs to read it."""
    sealed = {column.name for column in sealed_columns(table_of(row))}
    return select(*(column for column in table_of(row).columns if column.name not in sealed))


def _row(row_class: type[SQLModel], **columns: Any) -> SQLModel:
    return as_read(row_class, columns)


def _is_held(table: Table, column: str) -> Any:
    return under_hold(table.columns[column])


def _is_not_emptied(table: Table, holding: Holding) -> Any:
    return or_(*(table.columns[name].is_not(None) for name in holding.empties if table.columns[name].nullable))
