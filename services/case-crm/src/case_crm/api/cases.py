"""Cases: asked for, read, moved on."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import (
    ActForThem,
    CaseSummary,
    CaseView,
    ForWhom,
    InteractionView,
    MoveCase,
    MyCaseView,
    NoSuchTransition,
    NotForYou,
    OpenCase,
    ReasonNeeded,
    RecordInteraction,
    ResultNeeded,
    StillToTell,
    UnknownNeed,
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
from case_crm.api.rules import HANDLING, may_move, may_open, may_read

routes = Api(tag="cases")


@routes.create(
    "/cases",
    allow=may_open,
    refuses=[
        StillToTell,
        UnknownService,
        UnknownQuestion,
        WrongAnswer,
        NotEligible,
        NoCaseNeeded,
        ForWhom,
        ActForThem,
        UnknownNeed,
        AddressInText,
    ],
)
@though_restricted("it keeps what the person asks for")
async def open_case(command: OpenCase, tx: Tx, language: InLanguage = "en") -> CaseView:
    """Ask for a service. What is still to tell comes back as questions; what we hold is not asked."""
    return await commands.open_case(tx, command, language=language)


@routes.read("/cases", allow=officers("cases:read"), refuses=[NoSuchCursor])
async def case_queue(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[CaseSummary]:
    """The council's open cases, newest first."""
    return await queries.queue(read, council=read.council, limit=limit, cursor=cursor)


@routes.read("/me/cases", allow=represented(May.SEE), refuses=[NoSuchCursor])
async def my_cases(
    read: Read, limit: Limit = 50, cursor: Cursor = None, language: InLanguage = "en"
) -> Page[MyCaseView]:
    """Everything I asked for, of every council, newest first: each with who deals with it, and what I can do next."""
    return await queries.my_cases(read, limit=limit, cursor=cursor, language=language)


@routes.read("/persons/{person_id}/cases", allow=officers("cases:read"), refuses=[NoSuchCursor])
async def cases_of_person(person_id: UUID, read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[CaseSummary]:
    """A person's cases with the officer's council, newest first."""
    return await queries.cases_of_person(read, person_id, limit=limit, cursor=cursor)


@routes.read("/cases/{case_id}", allow=may_read)
async def case(case_id: UUID, read: Read, language: InLanguage = "en") -> CaseView:
    """A case, with what its reader may do next."""
    return await queries.case_view(read, case_id, language=language)


@routes.edit(
    "/cases/{case_id}/transitions",
    allow=may_move,
    refuses=[NoSuchTransition, NotForYou, ResultNeeded, ReasonNeeded, AddressInText, *HANDLING],
)
async def move_case(case_id: UUID, command: MoveCase, tx: Tx, language: InLanguage = "en") -> CaseView:
    """Make one of the case's next actions."""
    return await commands.move_case(tx, case_id, command, language=language)


@routes.create("/cases/{case_id}/interactions", allow=officers("cases:write"), refuses=[AddressInText])
@though_restricted("it keeps what the person brings")
async def record_interaction(case_id: UUID, command: RecordInteraction, tx: Tx) -> InteractionView:
    """Note a touch on the case, so that the next officer sees it."""
    return await commands.record_interaction(tx, case_id, command)
