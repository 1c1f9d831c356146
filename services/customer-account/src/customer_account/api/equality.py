"""What people may say of themselves, so that it can be seen whether everybody is served alike. No route shows it to an officer."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import RecordRestricted
from common.contracts.people.equality import (
    EqualityAnswersTaken,
    EqualityProfileView,
    EqualityQuestionNotAsked,
    EqualityQuestionsView,
    NoteEqualityAnswers,
    SetEqualityProfile,
    UnknownEqualityAnswer,
)
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import everybody, officers, residents

from customer_account.commands import equality as commands
from customer_account.domain.equality import view_of
from customer_account.queries.equality import equality_questions, my_equality_profile

routes = Api(tag="equality")
REFUSED = [UnknownEqualityAnswer, EqualityQuestionNotAsked]


@routes.read("/equality-questions", allow=everybody)
async def questions_of_equality(read: Read) -> EqualityQuestionsView:
    """What people are asked about themselves, with the answers there are. Nobody need answer, and no service depends on it."""
    return view_of(equality_questions())


@routes.read("/me/equality-profile", allow=residents)
async def my_answers_of_equality(read: Read) -> EqualityProfileView:
    """What I said of myself. Nobody else is shown it; reviewers count people in broad groups of ten and more."""
    return await my_equality_profile(read)


@routes.edit("/me/equality-profile", allow=residents, refuses=REFUSED, method="PUT")
async def set_my_answers_of_equality(command: SetEqualityProfile, tx: Tx) -> EqualityProfileView:
    """Say, or change, what I say of myself, as a whole."""
    return await commands.set_my_profile(tx, command)


@routes.edit("/me/equality-profile", allow=residents, method="DELETE")
async def take_back_my_answers_of_equality(tx: Tx) -> EqualityProfileView:
    """Take back everything I said of myself. I am not counted by any of it any more."""
    return await commands.withdraw_my_profile(tx)


@routes.create(
    "/persons/{person_id}/equality-answers", allow=officers("persons:write"), refuses=[*REFUSED, RecordRestricted]
)
async def note_answers_of_equality(person_id: UUID, command: NoteEqualityAnswers, tx: Tx) -> EqualityAnswersTaken:
    """Take down what somebody answers on the phone or at a desk. It cannot be read again by any officer."""
    return await commands.note_answers(tx, person_id, command)
