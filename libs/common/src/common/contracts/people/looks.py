"""Who looked at a person's data: asking about it, and lawful secrecy for a while."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from common.contracts.base import Command, CouncilId, Event, Line, Open, PersonId, Refusal, Text, View, When


class LegalBasis(StrEnum):
    """What lets a council keep from a person for a while that it looks at their data."""

    CRIME_AND_TAXATION = "crime_and_taxation"
    LEGAL_PROCEEDINGS = "legal_proceedings"
    PROTECTING_THE_PUBLIC = "protecting_the_public"
    SERIOUS_HARM = "serious_harm"
    OTHER = "other"


# -- what is said


class AccessQuestionEvent(Event, aggregate="access_question", speaker="customer-account"):
    """One person's question about one look at their data. Its words are kept where they were written."""


class AccessQuestionOpened(AccessQuestionEvent, name="access_question.opened"):
    """A person asked why somebody looked at their data."""

    entry_id: UUID
    organisation: CouncilId


class AccessQuestionAnswered(AccessQuestionEvent, name="access_question.answered"):
    """The council whose look it was has answered."""

    entry_id: UUID


class SecrecyEvent(Event, aggregate="secrecy", speaker="customer-account"):
    """A council keeps for a while from somebody that it looks at their data. Whom it is about is not said."""


class SecrecyDeclared(SecrecyEvent, name="secrecy.declared"):
    """From now on until a moment, for a lawful reason."""

    until: datetime
    legal_basis: Open[LegalBasis]


class SecrecyEnded(SecrecyEvent, name="secrecy.ended"):
    """It was ended before its time: what was kept back is shown from now on."""

    legal_basis: Open[LegalBasis]


# -- what is asked for


class AskAboutAccess(Command):
    """Ask why somebody looked."""

    text: Text


class AnswerAccessQuestion(Command):
    """Tell the person why."""

    text: Text


class DeclareSecrecy(Command):
    """Keep from a person, until a moment at most twelve months ahead, that the council looks at their data."""

    until: When
    legal_basis: LegalBasis
    reference: Line


# -- what is shown


class AskedView(View):
    """What a person asked about a look at their data, and what they were answered so far."""

    question_id: UUID
    asked_at: datetime
    text: str
    answered_at: datetime | None
    answer: str | None


class AccessEntryView(View):
    """One look at a person's data by somebody else. `case_id` is there where the case is the person's own.

    `disclosed_later`: the law let it be kept from the person for a while; `at` is when it was.
    """

    entry_id: UUID
    at: datetime
    role: str
    organisation: str | None
    system: str
    reason: str
    case_id: UUID | None
    disclosed_later: bool
    question: AskedView | None


class AccessQuestionView(AskedView):
    """A question with the look that it is about."""

    version: int
    person_id: PersonId
    council: str
    entry_id: UUID
    looked_at: datetime
    role: str
    system: str
    reason: str


class SecrecyView(View):
    """One secrecy. It is over once `until` has passed or it was ended."""

    secrecy_id: UUID
    version: int
    person_id: PersonId
    declared_at: datetime
    until: datetime
    legal_basis: str
    reference: str
    ended_at: datetime | None


class SecreciesView(View):
    """Every secrecy that a council declared of a person, newest first."""

    items: list[SecrecyView]


# -- what may be refused


class AskedAlready(Refusal, status=409):
    """You have asked about this already. The answer will be shown with it."""


class NotACouncilsLook(Refusal, status=422):
    """It was not a council that looked. Please ask the organisation that is named there."""


class AnsweredAlready(Refusal, status=409):
    """This question has been answered."""


class SecrecyTooLong(Refusal, status=422):
    """A secrecy ends after now, and within twelve months."""


class SecrecyOver(Refusal, status=409):
    """This secrecy is over."""
