"""Tell us once: tellings of what happened in a life."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import ActForThem, ForWhom, StillToTell, UnknownQuestion, WrongAnswer
from common.contracts.tellings import (
    AbandonTelling,
    ConfirmTelling,
    CorrectTelling,
    DraftTelling,
    ExcludeRecipients,
    NobodyElseAsked,
    NobodyToTell,
    PreviewChanged,
    PreviewView,
    ReadPreview,
    ReconciliationView,
    ReferenceExpired,
    ReferenceNeeded,
    ReferenceOfAnother,
    TellingCannotGoThere,
    TellingSummary,
    TellingView,
    ToldElsewhere,
    UnknownInterest,
    UnknownLifeEvent,
    WithdrawTelling,
    WrongPerson,
)
from common.runtime.limits import though_restricted
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import May, officers, represented

from case_crm import queries
from case_crm.commands import drafting
from case_crm.commands import tellings as commands

routes = Api(tag="tellings")
may_read = represented(May.SEE) | officers("cases:read")
may_tell = represented(May.TELL) | officers("cases:write")
may_decide = represented(May.DECIDE) | officers("cases:write")


@routes.create(
    "/tellings",
    allow=may_tell,
    refuses=[
        UnknownLifeEvent,
        UnknownQuestion,
        WrongAnswer,
        ForWhom,
        ActForThem,
        WrongPerson,
        NobodyElseAsked,
        ReferenceNeeded,
        ReferenceExpired,
        ReferenceOfAnother,
    ],
)
@though_restricted("it keeps what the person brings")
async def draft_telling(command: DraftTelling, tx: Tx) -> PreviewView:
    """Begin to tell us once what happened. Nobody is told before it is confirmed."""
    return await drafting.draft_telling(tx, command)


@routes.read("/me/tellings", allow=represented(May.SEE), refuses=[NoSuchCursor])
async def my_tellings(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[TellingSummary]:
    """Everything that was told once of me, newest first."""
    return await queries.my_tellings(read, limit=limit, cursor=cursor)


@routes.read(
    "/reconciliation",
    allow=officers("cases:read"),
    sees_nobody="it names tellings, not whom they are about",
    refuses=[NoSuchCursor],
)
async def reconciliation(read: Read, limit: Limit = 50, cursor: Cursor = None) -> ReconciliationView:
    """Whether anybody is left out: tellings under way with parts of this council that nobody has got."""
    return await queries.reconciliation(read, limit=limit, cursor=cursor)


@routes.read("/tellings/{telling_id}", allow=may_read)
async def telling(telling_id: UUID, read: Read) -> TellingView:
    """A telling, with what became of each part."""
    return await queries.telling_view(read, telling_id)


@routes.read("/tellings/{telling_id}/preview", allow=may_read)
async def preview(telling_id: UUID, read: Read) -> PreviewView:
    """Exactly what would go to whom, who would not be told and why, and what is still to tell yourself."""
    return await queries.preview(read, telling_id)


@routes.edit("/tellings/{telling_id}/preview", allow=may_tell, refuses=[PreviewChanged, TellingCannotGoThere])
@though_restricted("it keeps what the person read")
async def read_preview(telling_id: UUID, command: ReadPreview, tx: Tx) -> PreviewView:
    """Say that the person read what would go to whom, or had it read to them. It may be confirmed then, or later."""
    return await drafting.read_preview(tx, telling_id, command)


@routes.edit("/tellings/{telling_id}/abandonment", allow=may_tell, refuses=[TellingCannotGoThere])
@though_restricted("it keeps less of the person")
async def abandon_telling(telling_id: UUID, command: AbandonTelling, tx: Tx) -> TellingView:
    """Give up what was begun. Nobody was told, and nobody will be."""
    return await drafting.abandon_telling(tx, telling_id, command)


@routes.edit("/tellings/{telling_id}/exclusions", allow=may_tell, refuses=[UnknownInterest, TellingCannotGoThere])
@though_restricted("it keeps what the person does not want")
async def exclude_recipients(telling_id: UUID, command: ExcludeRecipients, tx: Tx) -> PreviewView:
    """Have these not be told."""
    return await drafting.exclude_recipients(tx, telling_id, command)


@routes.edit(
    "/tellings/{telling_id}/confirmation",
    allow=may_decide,
    refuses=[
        PreviewChanged,
        NobodyToTell,
        StillToTell,
        WrongPerson,
        ReferenceNeeded,
        ReferenceExpired,
        ReferenceOfAnother,
        TellingCannotGoThere,
    ],
)
async def confirm_telling(telling_id: UUID, command: ConfirmTelling, tx: Tx) -> TellingView:
    """Tell everybody who is to be told: all of it, or nothing."""
    return await commands.confirm_telling(tx, telling_id, command)


@routes.create(
    "/tellings/{telling_id}/corrections",
    allow=may_decide,
    refuses=[UnknownQuestion, WrongAnswer, WrongPerson, ToldElsewhere, TellingCannotGoThere],
)
async def correct_telling(telling_id: UUID, command: CorrectTelling, tx: Tx) -> TellingView:
    """Put it right by a telling that takes its place. Whoever was told what is otherwise is told what is right."""
    return await commands.correct_telling(tx, telling_id, command)


@routes.edit("/tellings/{telling_id}/withdrawal", allow=may_decide, refuses=[ToldElsewhere, TellingCannotGoThere])
async def withdraw_telling(telling_id: UUID, command: WithdrawTelling, tx: Tx) -> TellingView:
    """Take it back: it was told in error. Whoever was told so far is told that."""
    return await commands.withdraw_telling(tx, telling_id, command)
