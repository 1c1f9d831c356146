"""What is to be done for cases."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Code, Page
from common.contracts.cases import (
    CaseView,
    ClosedForGood,
    EndTask,
    NotAhead,
    OpenTask,
    TaskOver,
    TaskView,
)
from common.contracts.people.protection import AddressInText
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers

from case_crm import commands, queries

routes = Api(tag="cases")


@routes.create(
    "/cases/{case_id}/tasks", allow=officers("cases:write"), refuses=[NotAhead, ClosedForGood, AddressInText]
)
async def open_task(case_id: UUID, command: OpenTask, tx: Tx) -> TaskView:
    """Note something to do for a case. A call back is promised to its person for a window of time, and shown to them."""
    return await commands.open_task(tx, case_id, command)


@routes.edit("/cases/{case_id}/tasks/{task_id}/end", allow=officers("cases:write"), refuses=[TaskOver])
async def end_task(case_id: UUID, task_id: UUID, command: EndTask, tx: Tx) -> CaseView:
    """Say that a task is done, or need not be done any more."""
    return await commands.end_task(tx, case_id, task_id, command)


@routes.edit("/cases/{case_id}/checklist/{item}", allow=officers("cases:write"), refuses=[TaskOver, ClosedForGood])
async def check_item(case_id: UUID, item: Code, tx: Tx) -> CaseView:
    """Check off an item of the checklist of the case's stage. Where the case comes to the stage again, it is seen to anew."""
    return await commands.check_item(tx, case_id, item)


@routes.read("/tasks", allow=officers("cases:read"), refuses=[NoSuchCursor])
async def tasks(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[TaskView]:
    """What is to be done in the council, soonest due first."""
    return await queries.tasks_of_council(read, limit=limit, cursor=cursor)


@routes.read("/tasks/mine", allow=officers("cases:read"), refuses=[NoSuchCursor])
async def my_tasks(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[TaskView]:
    """What the officer who asks is to do, soonest due first."""
    return await queries.my_tasks(read, limit=limit, cursor=cursor)
