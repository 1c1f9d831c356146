"""What a person prefers and needs: whether it can be chosen, and how it is shown. No file is read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from common.contracts.base import Code, Line
from common.contracts.people import (
    Adjustment,
    AdjustmentIncomplete,
    AdjustmentKindView,
    AdjustmentNeeds,
    AdjustmentView,
    LanguageView,
    LawRequiresIt,
    MessageChannel,
    MessageChoice,
    MessageChoiceView,
    MessageKindView,
    NeedsView,
    PreferenceChoicesView,
    PreferredChannel,
    SetPreferences,
    UnknownAdjustment,
    UnknownMessages,
)
from pydantic import BaseModel, ConfigDict, model_validator


class AdjustmentKind(BaseModel):
    """An adjustment there is to choose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Line
    needs: AdjustmentNeeds = AdjustmentNeeds.NOTHING


class MessageKind(BaseModel):
    """A kind of message. What the law requires can be moved to another channel and never switched off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Line
    required: bool = False
    channels: list[MessageChannel]
    usually: list[MessageChannel]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if not set(self.usually) <= set(self.channels):
            raise ValueError("it usually comes by a channel that it cannot come by")
        if self.required and not self.usually:
            raise ValueError("the law requires it, so it usually comes by some channel")
        return self


class Choices(BaseModel):
    """What there is to choose from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    languages: dict[str, Line]
    adjustments: dict[Code, AdjustmentKind]
    messages: dict[Code, MessageKind]


def choices_of(document: Any) -> Choices:
    """The choices that a document declares. Raises pydantic's ValidationError with where and why it cannot be."""
    return Choices.model_validate(document)


def view_of(choices: Choices) -> PreferenceChoicesView:
    """The choices as they are shown to those who write forms."""
    return PreferenceChoicesView(
        channels=list(PreferredChannel),
        languages=[LanguageView(code=code, label=label) for code, label in choices.languages.items()],
        adjustments=[AdjustmentKindView(kind=kind, **dict(each)) for kind, each in choices.adjustments.items()],
        messages=[MessageKindView(kind=kind, **dict(each)) for kind, each in choices.messages.items()],
    )


def checked(choices: Choices, told: SetPreferences) -> dict[str, Any]:
    """What is kept of them. Raises UnknownAdjustment, AdjustmentIncomplete, UnknownMessages or LawRequiresIt."""
    adjustments = [_adjustment(choices, each) for each in told.adjustments]
    for choice in told.messages:
        kind = choices.messages.get(choice.kind)
        if kind is None or choice.channel not in kind.channels:
            raise UnknownMessages("What can be chosen is listed at /preference-choices.")
    wanted = _wanted(choices, told.messages)
    for name, kind in choices.messages.items():
        if kind.required and not any(wanted[name, channel] for channel in kind.channels):
            raise LawRequiresIt
    return {
        "channel": told.channel,
        "language": language_tag(told.language) if told.language else None,
        "adjustments": [each for at, each in enumerate(adjustments) if each not in adjustments[:at]],
        "messages": [choice.model_dump(mode="json") for choice in told.messages],
    }


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Which parts are others than before."""
    return [part for part in new if (old.get(part) or None) != (new[part] or None)]


def language_tag(text: str) -> str:
    """A BCP 47 tag as it is written: the language small, its script with a capital, its region in capitals."""
    language, *others = text.split("-")
    return "-".join([language.lower(), *(part.title() if len(part) == 4 else part.upper() for part in others)])


def needs(choices: Choices, kept: Mapping[str, Any]) -> NeedsView:
    """What an officer must know before the first word."""
    return NeedsView(
        channel=kept.get("channel"),
        language=kept.get("language"),
        adjustments=[
            AdjustmentView(**each, label=choices.adjustments[each["kind"]].label)
            for each in kept.get("adjustments", ())
            if each["kind"] in choices.adjustments
        ],
    )


def messages(choices: Choices, kept: Mapping[str, Any]) -> list[MessageChoiceView]:
    """Every kind of message by every channel it can come by: wanted or not."""
    told = [MessageChoice.model_validate(each) for each in kept.get("messages", ())]
    return [
        MessageChoiceView(
            kind=name,
            channel=channel,
            wanted=wanted,
            label=choices.messages[name].label,
            required=choices.messages[name].required,
        )
        for (name, channel), wanted in _wanted(choices, told).items()
    ]


def usual_channels(choices: Choices, kept: Mapping[str, Any], kind: str) -> dict[MessageChannel, bool]:
    """The channels that a kind of message can come by: wanted or not."""
    told = [MessageChoice.model_validate(each) for each in kept.get("messages", ())]
    return {channel: wanted for (name, channel), wanted in _wanted(choices, told).items() if name == kind}


def _wanted(choices: Choices, told: list[MessageChoice]) -> dict[tuple[str, MessageChannel], bool]:
    usual = {
        (name, channel): channel in kind.usually for name, kind in choices.messages.items() for channel in kind.channels
    }
    chosen = {(each.kind, each.channel): each.wanted for each in told}
    return usual | {place: wanted for place, wanted in chosen.items() if place in usual}


def _adjustment(choices: Choices, told: Adjustment) -> dict[str, Any]:
    kind = choices.adjustments.get(told.kind)
    if kind is None:
        raise UnknownAdjustment(possible=list(choices.adjustments))
    given = {AdjustmentNeeds.LANGUAGE: told.language, AdjustmentNeeds.NOTE: told.note}
    if any((value is not None) != (kind.needs is what) for what, value in given.items()):
        raise AdjustmentIncomplete
    return {"kind": told.kind, "language": language_tag(told.language) if told.language else None, "note": told.note}
