"""What people say of themselves so that councils can see whether everybody is served alike. No case handler reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, Command, Event, Refusal, View
from common.contracts.keys import KeyClass, Sealed

PREFER_NOT_TO_SAY = "prefer_not_to_say"
"""An answer to every question. Not to have answered is another thing: that is not known."""


class Characteristic(StrEnum):
    """What people are counted by. Age is not among them: it follows from the date of birth."""

    SEX = "sex"
    GENDER_IDENTITY = "gender_identity"
    DISABILITY = "disability"
    ETHNIC_GROUP = "ethnic_group"
    RELIGION = "religion"
    SEXUAL_ORIENTATION = "sexual_orientation"
    MARITAL_STATUS = "marital_status"


BANDS: Mapping[Characteristic, tuple[str, ...]] = MappingProxyType(
    {
        characteristic: (*bands, PREFER_NOT_TO_SAY)
        for characteristic, bands in {
            Characteristic.SEX: ("female", "male"),
            Characteristic.GENDER_IDENTITY: ("same_as_at_birth", "different_from_birth"),
            Characteristic.DISABILITY: ("limited_a_lot", "limited_a_little", "not_disabled"),
            Characteristic.ETHNIC_GROUP: ("white", "mixed", "asian", "black", "other"),
            Characteristic.RELIGION: ("no_religion", "christian", "muslim", "other"),
            Characteristic.SEXUAL_ORIENTATION: ("heterosexual", "gay_or_lesbian", "bisexual", "other"),
            Characteristic.MARITAL_STATUS: (
                *("never_married", "married_or_civil_partner", "separated"),
                *("divorced_or_dissolved", "widowed_or_surviving"),
            ),
        }.items()
    }
)
"""All that leaves customer-account of what people answered: a band of each characteristic. Finer answers stay there."""

EQUALITY_BANDS = Sealed("equality_profile.bands", row="profile_id", under=KeyClass.EQUALITY)


class EqualityEvent(Event, aggregate="equality_profile", speaker="customer-account"):
    """What somebody says of themselves for equality's sake. It is told to no council, and only review-engine can open it."""


class EqualityProfileRecorded(EqualityEvent, name="equality.profile_recorded"):
    """Somebody said, or changed, what they are to be counted by: the band of each characteristic of which they said something."""

    profile_id: UUID
    bands: Annotated[dict[str, Any], EQUALITY_BANDS] = Field(
        description="By characteristic; without what was not answered."
    )


class EqualityProfileWithdrawn(EqualityEvent, name="equality.profile_withdrawn"):
    """Somebody took back all that they were counted by: whoever keeps bands of them lets go of these."""


Answers = Annotated[
    dict[Code, Code], Field(max_length=50, description="The code of an answer, by that of its question.")
]


class SetEqualityProfile(Command):
    """All that I answer, as a whole: what is left out is taken back."""

    answers: Answers


class NoteEqualityAnswers(Command):
    """What somebody answered to an officer. Answers to other questions stay as they are."""

    answers: Annotated[Answers, Field(min_length=1)]


class EqualityProfileView(View):
    """What I answered. `version` counts every change: the next If-Match."""

    version: int
    changed_at: datetime | None
    answers: dict[Code, Code]


class EqualityAnswersTaken(View):
    """The answers were taken down. Nobody at the council can read them."""

    noted_at: datetime


class AskedIf(View):
    """This question was answered so."""

    question: Code
    answer: Code


class EqualityAnswerView(View):
    """An answer there is to choose. `label` is in each language there is, English always."""

    answer: Code
    label: dict[str, str]


class EqualityQuestionView(View):
    """A question; with `asked_if`, it is asked only of whoever answered that. Nobody need answer any."""

    question: Code
    text: dict[str, str]
    asked_if: AskedIf | None
    answers: list[EqualityAnswerView]


class EqualityQuestionsView(View):
    """The questions, in the order in which they are asked."""

    items: list[EqualityQuestionView]


class UnknownEqualityAnswer(Refusal, status=422):
    """We do not ask this, or it is not one of the answers."""


class EqualityQuestionNotAsked(Refusal, status=422):
    """This is asked only of those who gave a certain answer before."""
