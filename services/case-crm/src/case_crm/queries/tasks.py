"""Lists of what is to be done, soonest due first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import TaskView
from common.runtime.pages import cut, place
from common.runtime.query import Query
from common.runtime.reading import Reading

from case_crm.queries import named
from case_crm.queries.files import shown_task
from case_crm.queries.protection import reader_of

_FIRST = datetime(1900, 1, 1, tzinfo=UTC), UUID(int=0)


async def tasks_of_council(read: Reading, *, limit: int, cursor: str | None) -> Page[TaskView]:
    """What is to be done in the officer's council."""
    return await _tasks(read, named.TASKS_OF_COUNCIL, limit, cursor)


async def my_tasks(read: Reading, *, limit: int, cursor: str | None) -> Page[TaskView]:
    """What the officer who asks is to do in this council."""
    return await _tasks(read, named.TASKS_OF_OFFICER, limit, cursor, officer_id=read.me.id)


async def _tasks(read: Reading, query: Query[Any], limit: int, cursor: str | None, **more: str) -> Page[TaskView]:
    at, row = place(cursor) if cursor else _FIRST
    rows = await read.all(query, council=read.council, at=at, row=row, most=limit + 1, **more)
    shown, following = cut(rows, limit, at=lambda found: (found[0].due_at, found[0].id))
    read.saw({task.person_id for task, _ in shown}, "looked at what is to be done")
    return Page(items=[shown_task(read, task, reader_of(read, kinds)) for task, kinds in shown], next=following)
