"""The HTTP door of case-crm."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Code, CouncilId, Page, View
from common.contracts.cases import (
    AddressInText,
    CaseSummary,
    CaseView,
    FormView,
    ForWhom,
    ImportCase,
    ImportedView,
    InteractionView,
    MoveCase,
    NoSuchStage,
    NoSuchTransition,
    NotForYou,
    NotYetPast,
    OpenCase,
    ReasonNeeded,
    RecordInteraction,
    ResultNeeded,
    ServiceView,
    StillToTell,
    UnknownQuestion,
    UnknownService,
    WrongAnswer,
)
from common.runtime.limits import though_restricted
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import May, everybody, officers, represented

from case_crm import commands, queries

routes = Api(tag="cases")
may_read = represented(May.SEE, by_service=True) | officers("cases:read")
may_open = represented(May.TELL, by_service=True) | officers("cases:write")
may_move = represented(May.DECIDE, by_service=True) | officers("cases:write")


class Services(View):
    """What a council offers."""

    items: list[ServiceView]


@routes.read("/councils/{council}/services", allow=everybody)
async def services(council: CouncilId, read: Read) -> Services:
    """The services a council offers."""
    return Services(items=await queries.services_of(read, council))


@routes.read("/councils/{council}/services/{service}/form", allow=may_read, refuses=[UnknownService])
async def form(council: CouncilId, service: Code, read: Read, person_id: UUID | None = None) -> FormView:
    """A form, with every answer we hold filled in and where it came from."""
    return await queries.form_for(read, service, council=council, person_id=read.me.person_id or person_id)


@routes.create(
    "/cases",
    allow=may_open,
    refuses=[StillToTell, UnknownService, UnknownQuestion, WrongAnswer, ForWhom, AddressInText],
)
@though_restricted("it keeps what the person asks for")
async def open_case(command: OpenCase, tx: Tx) -> CaseView:
    """Ask for a service. What is still to tell comes back as questions; what we hold is not asked."""
    return await commands.open_case(tx, command)


@routes.read("/cases", allow=officers("cases:read"), refuses=[NoSuchCursor])
async def case_queue(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[CaseSummary]:
    """The council's open cases, newest first."""
    return await queries.queue(read, council=read.council, limit=limit, cursor=cursor)


@routes.read("/me/cases", allow=represented(May.SEE), refuses=[NoSuchCursor])
async def my_cases(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[CaseSummary]:
    """Everything I asked for, of every council, newest first."""
    return await queries.my_cases(read, limit=limit, cursor=cursor)


@routes.read("/persons/{person_id}/cases", allow=officers("cases:read"), refuses=[NoSuchCursor])
async def cases_of_person(person_id: UUID, read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[CaseSummary]:
    """A person's cases with the officer's council, newest first."""
    return await queries.cases_of_person(read, person_id, limit=limit, cursor=cursor)


@routes.read("/cases/{case_id}", allow=may_read)
async def case(case_id: UUID, read: Read) -> CaseView:
    """A case, with what its reader may do next."""
    return await queries.case_view(read, case_id)


@routes.edit(
    "/cases/{case_id}/transitions",
    allow=may_move,
    refuses=[NoSuchTransition, NotForYou, ResultNeeded, ReasonNeeded, AddressInText],
)
async def move_case(case_id: UUID, command: MoveCase, tx: Tx) -> CaseView:
    """Make one of the case's next actions."""
    return await commands.move_case(tx, case_id, command)


@routes.create("/cases/{case_id}/interactions", allow=officers("cases:write"), refuses=[AddressInText])
@though_restricted("it keeps what the person brings")
async def record_interaction(case_id: UUID, command: RecordInteraction, tx: Tx) -> InteractionView:
    """Note a touch on the case, so that the next officer sees it."""
    return await commands.record_interaction(tx, case_id, command)


@routes.create(
    "/imported-cases",
    allow=officers("history:write"),
    refuses=[UnknownService, NoSuchStage, NotYetPast, ResultNeeded, UnknownQuestion, WrongAnswer],
)
async def import_case(command: ImportCase, tx: Tx) -> ImportedView:
    """Bring a case from another system, with its own dates. The same row again changes nothing."""
    return await commands.import_case(tx, command)
