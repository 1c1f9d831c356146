"""Queues, and the teams that work at them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import OwnerView, Point
from common.contracts.cases.queues import (
    HalfAPlace,
    Held,
    MemberView,
    QueuedCase,
    QueueFilter,
    SavedFilterView,
    TeamWorkView,
    TooManyCases,
)
from common.runtime.files import File
from common.runtime.pages import cut, place
from common.runtime.query import Query
from common.runtime.reading import Reading

from case_crm.domain import places, sheets
from case_crm.domain.sharing import Worker
from case_crm.queries import named
from case_crm.queries.clocks import clocks_as_read, shown_clocks
from case_crm.queries.protection import reader_of
from case_crm.queries.views import summary
from case_crm.tables import Case, Member, SavedFilter

_FIRST = datetime(1900, 1, 1, tzinfo=UTC), UUID(int=0)
_EVER = datetime(9999, 1, 1, tzinfo=UTC)
MOST_IN_A_FILE = 1000
CSV = "text/csv"

Queued = tuple[Case, list[Any] | None]


async def queue_of(read: Reading, wanted: QueueFilter, *, limit: int, cursor: str | None) -> Page[QueuedCase]:
    """Open cases, what is to be seen to first at the top."""
    rows = await queued(read, wanted, after=place(cursor) if cursor else _FIRST, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda row: (row[0].queued_for, row[0].id))
    read.saw({case.person_id for case, _ in shown}, "looked at a queue")
    return Page(items=[shown_queued(read, case, clocks) for case, clocks in shown], next=following)


async def queued(
    read: Reading, wanted: QueueFilter, *, after: tuple[datetime, UUID] = _FIRST, most: int
) -> list[Queued]:
    """The rows of a queue after one of them, at most so many."""
    query, more = _read_of(wanted, officer=read.me.id)
    asked = wanted.model_dump(include={"team", "service", "status", "priority"}, mode="json")
    days, (at, row) = wanted.due_within_days, after
    before = _EVER if days is None else read.now + timedelta(days=days)
    given = asked | more | {"council": read.council, "before": before, "at": at, "row": row, "most": most}
    return await read.all(query, **given)


def _read_of(wanted: QueueFilter, *, officer: str) -> tuple[Query[Queued], dict[str, Any]]:
    """The read whose index has what is looked for in its order, and what it asks beside."""
    nobodys, near = wanted.held is Held.NOBODYS, box_of(wanted)
    if near:
        owner = officer if wanted.held is Held.MINE else None
        spot = {"lat": wanted.lat, "lon": wanted.lon, "metres": wanted.within_metres}
        return named.QUEUE_NEAR, {"nobodys": nobodys, "owner": owner, **asdict(near), **spot}
    if wanted.held is Held.MINE:
        return named.QUEUE_OF_OFFICER, {"officer_id": officer}
    if wanted.team and nobodys:
        return named.QUEUE_OF_TEAM, {}
    return named.QUEUE_OF_COUNCIL, {"nobodys": nobodys}


def box_of(wanted: QueueFilter) -> places.Box | None:
    """Where on the map is looked. Raises HalfAPlace."""
    if wanted.lat is None and wanted.lon is None:
        return None
    if wanted.lat is None or wanted.lon is None:
        raise HalfAPlace
    return places.around(Point(lat=wanted.lat, lon=wanted.lon), wanted.within_metres)


async def queue_file(read: Reading, wanted: QueueFilter) -> File:
    """All of a queue as a table for a spreadsheet. Raises TooManyCases."""
    rows = await queued(read, wanted, most=MOST_IN_A_FILE + 1)
    if len(rows) > MOST_IN_A_FILE:
        raise TooManyCases
    read.saw({case.person_id for case, _ in rows}, "took a list of cases as a file")
    content = sheets.written([shown_queued(read, case, clocks) for case, clocks in rows]).encode()
    name = f"cases-{read.council}-{read.now:%Y-%m-%d}.csv"
    digest = sha256(content).hexdigest()
    return File(_once(content), name=name, media_type=CSV, sha256=digest, size=len(content))


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def saved_filters(read: Reading) -> list[SavedFilterView]:
    """The filters that the officer who asks kept, by name."""
    rows = await read.all(named.SAVED_FILTERS, council=read.council, officer_id=read.me.id)
    return [shown_filter(row) for row in rows]


def shown_filter(row: SavedFilter) -> SavedFilterView:
    """A filter that was kept."""
    return SavedFilterView(filter_id=row.id, name=row.name, filter=QueueFilter.model_validate(row.filter))


def shown_queued(read: Reading, case: Case, clocks: list[Any] | None) -> QueuedCase:
    """A case as the officers of its council see it in a queue."""
    running = shown_clocks(clocks_as_read(clocks), reader_of(read, None), now=read.now, with_reasons=False)
    owner = OwnerView(called=case.owner_called or case.owner_id, officer_id=case.owner_id) if case.owner_id else None
    waits = {name: getattr(case, name) for name in ("team", "skill", "specialist", "priority", "queued_for")}
    return QueuedCase(**summary(case, running).model_dump(), owner=owner, **waits)


async def members_of(session: Reading, team: str | None = None) -> list[tuple[Member, Worker]]:
    """The members of a council's teams, or of one, with how many open cases each holds; by team and officer."""
    found = await session.all(named.MEMBERS, council=session.council, team=team)
    return [(member, _worker(member, held)) for member, held in found]


async def teams(read: Reading) -> list[TeamWorkView]:
    """The teams of a council that have members."""
    members = await members_of(read)
    by_team = {name: list(found) for name, found in groupby(members, key=lambda each: each[0].team)}
    return await _with_waiting(read, by_team)


async def team(read: Reading, name: str) -> TeamWorkView:
    """One team, with or without members: cases may wait for it all the same."""
    [found] = await _with_waiting(read, {name: await members_of(read, name)})
    return found


async def _with_waiting(read: Reading, teams: Mapping[str, Sequence[tuple[Member, Worker]]]) -> list[TeamWorkView]:
    waiting = dict(await read.all(named.HOW_MANY_WAIT, council=read.council, teams=[*teams]))
    return [
        TeamWorkView(
            team=name,
            members=[shown_member(member, worker.holding) for member, worker in members],
            waiting=waiting.get(name, 0),
        )
        for name, members in teams.items()
    ]


def shown_member(member: Member, holding: int) -> MemberView:
    """A member of a team, and what they hold."""
    return MemberView(
        officer_id=member.officer_id,
        called=member.called,
        skills=member.skills,
        specialist=member.specialist,
        capacity=member.capacity,
        holding=holding,
    )


def _worker(member: Member, holding: int) -> Worker:
    return Worker(member.officer_id, member.capacity, holding, frozenset(member.skills), member.specialist)
