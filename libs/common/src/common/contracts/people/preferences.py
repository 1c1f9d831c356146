"""What a person prefers and needs, told once for every council: channel, language, messages, reasonable adjustments."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from common.contracts.base import Code, Command, CouncilId, Line, Refusal, View
from common.contracts.people.contact import ContactEvent

Language = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?$", max_length=15)
]
"""A BCP 47 tag: a language, where needed with its script and its region, such as `cy` or `zh-Hant-HK`."""


class PreferredChannel(StrEnum):
    """How somebody likes to deal with us."""

    ONLINE = "online"
    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    POST = "post"
    FACE_TO_FACE = "face_to_face"


class MessageChannel(StrEnum):
    """How a message is sent."""

    EMAIL = "email"
    TEXT = "text"
    PHONE = "phone"
    POST = "post"


class AdjustmentNeeds(StrEnum):
    """What an adjustment cannot be made without."""

    NOTHING = "nothing"
    LANGUAGE = "language"
    NOTE = "note"


class PreferenceChanged(ContactEvent, name="preference.changed"):
    """What somebody prefers or needs is another from now on: which parts. What it is, its owner tells whoever may read it."""

    changed: list[Code]
    channel: Code | None = Field(default=None, description="Told no more.")
    language: str | None = Field(default=None, description="Told no more: a language can tell who is deaf.")
    adjustments: list[Code] = Field(description="Always empty: what somebody needs can tell of their health.")
    visible_to: list[CouncilId]


class Adjustment(Command):
    """Something we do otherwise for this person."""

    kind: Code
    language: Language | None = None
    note: Line | None = None


class MessageChoice(Command):
    """Whether messages of a kind come by a channel."""

    kind: Code
    channel: MessageChannel
    wanted: bool


class SetPreferences(Command):
    """What a person prefers and needs, as a whole: what is left out is taken away. Messages not named come as they usually do."""

    channel: PreferredChannel | None = None
    language: Language | None = None
    adjustments: list[Adjustment] = Field(default_factory=list, max_length=20)
    messages: list[MessageChoice] = Field(default_factory=list, max_length=100)


class AdjustmentView(View):
    """Something we do otherwise for this person, with its name in plain words."""

    kind: Code
    label: str
    language: str | None
    note: str | None


class MessageChoiceView(View):
    """Whether messages of a kind come by a channel. What is `required` by law comes by one channel at least."""

    kind: Code
    label: str
    channel: str
    wanted: bool
    required: bool


class NeedsView(View):
    """What every officer who sees the person must know before the first word."""

    channel: str | None = None
    language: str | None = None
    adjustments: list[AdjustmentView] = Field(default_factory=list)


class PreferencesView(NeedsView):
    """What a person prefers and needs. `version` counts every change of what is kept for reaching them: the next If-Match."""

    version: int
    messages: list[MessageChoiceView]


class LanguageView(View):
    """A language we are often asked for. Any other BCP 47 tag is taken too."""

    code: str
    label: str


class AdjustmentKindView(View):
    """An adjustment there is to choose, and what it cannot be made without."""

    kind: Code
    label: str
    needs: AdjustmentNeeds


class MessageKindView(View):
    """A kind of message, by which channels it can come, and by which it usually does."""

    kind: Code
    label: str
    required: bool
    channels: list[MessageChannel]
    usually: list[MessageChannel]


class PreferenceChoicesView(View):
    """What there is to choose from."""

    channels: list[PreferredChannel]
    languages: list[LanguageView]
    adjustments: list[AdjustmentKindView]
    messages: list[MessageKindView]


class UnknownAdjustment(Refusal, status=422):
    """We do not know this kind of adjustment. Choose `other`, and say in a few words what is needed."""


class AdjustmentIncomplete(Refusal, status=422):
    """An interpreter needs a language, another adjustment a short note, and the rest neither."""


class UnknownMessages(Refusal, status=422):
    """We do not send messages of this kind in this way."""


class LawRequiresIt(Refusal, status=422):
    """The law says that we must send you these messages. Choose how, but one way must stay on."""
