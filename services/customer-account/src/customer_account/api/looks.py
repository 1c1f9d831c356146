"""Who looked: what the person reads and asks, what their council answers, and lawful secrecy for a while."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.people import (
    AccessEntryView,
    AccessQuestionView,
    AnswerAccessQuestion,
    AnsweredAlready,
    AskAboutAccess,
    AskedAlready,
    DeclareSecrecy,
    NotACouncilsLook,
    RecordRestricted,
    SecreciesView,
    SecrecyOver,
    SecrecyTooLong,
    SecrecyView,
)
from common.contracts.people.protection import AddressInText
from common.runtime.limits import though_restricted
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, residents

from customer_account import commands, queries

routes = Api(tag="looks")
may_answer = officers("access:answer")
may_keep_secret = officers("secrecy:write")


@routes.read("/me/access-entries", allow=residents, refuses=[NoSuchCursor])
async def my_access_entries(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[AccessEntryView]:
    """Who looked at my data, and why, newest first."""
    return await queries.my_access_entries(read, limit=limit, cursor=cursor)


@routes.create("/me/access-entries/{entry_id}/questions", allow=residents, refuses=[AskedAlready, NotACouncilsLook])
async def ask_about_access(entry_id: UUID, command: AskAboutAccess, tx: Tx) -> AccessQuestionView:
    """Ask the council that looked at my data why it did. The answer is shown with the entry."""
    return await commands.ask_about_access(tx, entry_id, command)


@routes.read("/access-questions", allow=may_answer, refuses=[NoSuchCursor])
async def access_questions(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[AccessQuestionView]:
    """What people asked about looks of the officer's council, newest first."""
    return await queries.questions_for_council(read, limit=limit, cursor=cursor)


@routes.edit(
    "/access-questions/{question_id}/answer",
    allow=may_answer,
    refuses=[AnsweredAlready, RecordRestricted, AddressInText],
)
@though_restricted("it answers the person")
async def answer_access_question(question_id: UUID, command: AnswerAccessQuestion, tx: Tx) -> AccessQuestionView:
    """Tell a person why the council looked at their data."""
    return await commands.answer_access_question(tx, question_id, command)


@routes.create("/persons/{person_id}/secrecies", allow=may_keep_secret, refuses=[RecordRestricted, SecrecyTooLong])
async def declare_secrecy(person_id: UUID, command: DeclareSecrecy, tx: Tx) -> SecrecyView:
    """Keep from a person for a while, where the law allows it, that the council looks at their data.

    Looks from now on are kept from them until the secrecy ends; then they see each with its true time.
    """
    return await commands.declare_secrecy(tx, person_id, command)


@routes.read("/persons/{person_id}/secrecies", allow=may_keep_secret, refuses=[RecordRestricted])
async def secrecies_of_person(person_id: UUID, read: Read) -> SecreciesView:
    """What the officer's council keeps, or kept, from a person."""
    return await queries.secrecies_for_council(read, person_id)


@routes.edit("/secrecies/{secrecy_id}/end", allow=may_keep_secret, refuses=[RecordRestricted, SecrecyOver])
async def end_secrecy(secrecy_id: UUID, tx: Tx) -> SecrecyView:
    """End a secrecy before its time. The person sees from now on what was kept from them."""
    return await commands.end_secrecy(tx, secrecy_id)
