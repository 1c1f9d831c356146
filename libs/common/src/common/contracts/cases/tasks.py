"""What is to be done for a case: by whom, by when, and whether it was."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, Command, Line, Open, Refusal, View, When
from common.contracts.cases.events import CaseEvent
from common.contracts.cases.owners import OfficerId


class TaskKind(StrEnum):
    """What sort of thing is to be done. An alert comes from a rule, a check from the checklist of a stage."""

    CALL_BACK = "call_back"
    CHASE = "chase"
    TO_DO = "to_do"
    ALERT = "alert"
    CHECK = "check"
    OTHER = "other"


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    OTHER = "other"


class OpenTask(Command):
    """Note something to do by a moment. A call back is promised for the time from `window_from` to `due_at`."""

    kind: Literal[TaskKind.CALL_BACK, TaskKind.CHASE, TaskKind.TO_DO]
    what: Line
    due_at: When
    window_from: When | None = None
    officer_id: OfficerId | None = Field(
        default=None, description="For whom; without it for whoever deals with the case."
    )
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class EndTask(Command):
    """Say that a task is done, or need not be done any more."""

    outcome: Literal[TaskState.DONE, TaskState.CANCELLED]


class TaskView(View):
    """A task. A resident is shown the calls that were promised to them, and not for whom a task is."""

    task_id: UUID
    case_id: UUID
    reference: str
    kind: str
    what: str | None
    officer_id: str | None
    team: Code | None = Field(
        default=None, description="The team whose it is, where that is not whoever deals with the case."
    )
    window_from: datetime | None
    due_at: datetime
    overdue: bool
    state: str


class ChecklistItemView(View):
    """One item of the checklist of the case's stage, and who saw to it since the case came there."""

    item: Code
    text: str
    done_at: datetime | None = None
    done_by: str | None = None


class TaskOpened(CaseEvent, name="task.opened"):
    """Something is to be done for the case by a moment. What it is in words is kept where it was said."""

    task_id: UUID
    kind: Open[TaskKind]
    due_at: datetime


class TaskDone(CaseEvent, name="task.done"):
    """A task is over: done, or cancelled."""

    task_id: UUID
    kind: Open[TaskKind]
    state: Open[TaskState]
    late: bool = False


class TaskOver(Refusal, status=409):
    """This is done already, or need not be done any more."""


class NotAhead(Refusal, status=422):
    """A task is for a time to come, and a call back for a window of it that begins before it ends."""


class ChecklistNotDone(Refusal, status=409):
    """Something has to be checked before this can be done."""
