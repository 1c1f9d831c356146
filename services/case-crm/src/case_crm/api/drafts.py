"""Forms that were begun: gone on with at the exact question, by the person or by whoever helps them."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import (
    ActForThem,
    AlreadySent,
    BeginDraft,
    CaseView,
    DraftSummary,
    DraftView,
    ForWhom,
    GoOnWithDraft,
    SavedTooOften,
    StillToTell,
    SubmitDraft,
    UnknownQuestion,
    UnknownService,
    WrongAnswer,
)
from common.contracts.cases.offers import NoCaseNeeded, NotEligible
from common.contracts.people.protection import AddressInText
from common.runtime.limits import though_restricted
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import May, officers, represented

from case_crm import commands, queries
from case_crm.api.languages import InLanguage
from case_crm.api.rules import may_open, may_read

routes = Api(tag="drafts")
_ANSWERED = (UnknownService, UnknownQuestion, WrongAnswer, AddressInText)


@routes.create("/drafts", allow=may_open, refuses=[*_ANSWERED, ForWhom, ActForThem])
@though_restricted("it keeps what the person asks for")
async def begin_draft(command: BeginDraft, tx: Tx, language: InLanguage = "en") -> DraftView:
    """Begin a form. Nothing is asked for yet; it is kept for the days that its service says."""
    return await commands.begin_draft(tx, command, language=language)


@routes.read("/me/drafts", allow=represented(May.SEE), refuses=[NoSuchCursor])
async def my_drafts(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[DraftSummary]:
    """The forms I began and did not send, of every council, newest first."""
    return await queries.my_drafts(read, limit=limit, cursor=cursor)


@routes.read("/persons/{person_id}/drafts", allow=officers("cases:read"), refuses=[NoSuchCursor])
async def drafts_of_person(person_id: UUID, read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[DraftSummary]:
    """The forms that were begun for a person with the officer's council, newest first."""
    return await queries.drafts_of_person(read, person_id, limit=limit, cursor=cursor)


@routes.read("/drafts/{draft_id}", allow=may_read)
async def draft(draft_id: UUID, read: Read, language: InLanguage = "en") -> DraftView:
    """A form as it stands, and the question to go on with."""
    return await queries.draft_view(read, draft_id, language=language)


@routes.edit("/drafts/{draft_id}", allow=may_open, refuses=[*_ANSWERED, AlreadySent, SavedTooOften], method="PATCH")
@though_restricted("it keeps what the person asks for")
async def go_on_with_draft(draft_id: UUID, command: GoOnWithDraft, tx: Tx, language: InLanguage = "en") -> DraftView:
    """Keep more answers, and which question is being asked."""
    return await commands.go_on_with_draft(tx, draft_id, command, language=language)


@routes.create(
    "/drafts/{draft_id}/submission",
    allow=may_open,
    refuses=[*_ANSWERED, AlreadySent, StillToTell, ForWhom, ActForThem, NotEligible, NoCaseNeeded],
)
@though_restricted("it keeps what the person asks for")
async def submit_draft(draft_id: UUID, command: SubmitDraft, tx: Tx, language: InLanguage = "en") -> CaseView:
    """Send a form: it becomes a case, once."""
    return await commands.submit_draft(tx, draft_id, command, language=language)
