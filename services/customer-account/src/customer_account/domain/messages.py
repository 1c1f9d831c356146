"""Whether, how and when a person is written to; what became of it; what they answered. No clock, no file, no network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from common.contracts.messages import NotSent, Reply
from common.contracts.people import AddressRole, ContactKind, MessageChannel, PreferredChannel

from customer_account.domain import addresses as places
from customer_account.domain.addresses import Address
from customer_account.domain.contact import ContactPoint, may_contact, next_safe_time
from customer_account.domain.templates import Style, Template

_KINDS = {
    MessageChannel.TEXT: ContactKind.MOBILE,
    MessageChannel.EMAIL: ContactKind.EMAIL,
    MessageChannel.POST: ContactKind.POST,
}
_LIKED = {
    PreferredChannel.TEXT: MessageChannel.TEXT,
    PreferredChannel.EMAIL: MessageChannel.EMAIL,
    PreferredChannel.POST: MessageChannel.POST,
}
_USUALLY = (MessageChannel.EMAIL, MessageChannel.TEXT, MessageChannel.POST)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is to be written to, as far as it decides how. `wanted`: by which channels they want messages of this kind."""

    points: Sequence[ContactPoint]
    addresses: Sequence[Address]
    wanted: Mapping[MessageChannel, bool]
    liked: PreferredChannel | None = None
    language: str | None = None
    adjustments: Sequence[str] = ()
    protected: bool = False
    protected_since: datetime | None = None
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be sent. `gone_by` are channels that it went by in vain."""

    required: bool = False
    expires_at: datetime | None = None
    language: str | None = None
    gone_by: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Send:
    """It may leave now: by this channel, to this number, address, or lines of an envelope."""

    channel: MessageChannel
    to: tuple[str, ...]
    language: str | None
    style: Style | None


@dataclass(frozen=True, slots=True)
class Wait:
    """It may leave at this moment, and not before."""

    until: datetime
    channel: MessageChannel


@dataclass(frozen=True, slots=True)
class Withhold:
    """It is not sent."""

    because: NotSent


@dataclass(frozen=True, slots=True)
class _Way:
    channel: MessageChannel
    to: tuple[str, ...]
    opens: datetime | None  # None: never


def plan(template: Template, wanted: Wanted, reader: Reader, *, now: datetime, today: date) -> Send | Wait | Withhold:
    """Whether somebody is written to now, later or not: by the channel they like best of those that are possible and safe."""
    if reader.deceased:
        return Withhold(NotSent.DECEASED)
    if wanted.expires_at is not None and wanted.expires_at <= now:
        return Withhold(NotSent.EXPIRED)
    open_to_us = [channel for channel in _order(template, wanted, reader) if channel not in wanted.gone_by]
    if not open_to_us:
        return Withhold(NotSent.NO_WAY_TO_REACH if wanted.gone_by else NotSent.NOT_WANTED)
    ways = [way for channel in open_to_us for way in _ways(channel, reader, now=now, today=today)]
    last = wanted.expires_at or datetime.max.replace(tzinfo=UTC)
    for way in ways:
        if way.opens is not None and way.opens <= now:
            return Send(way.channel, way.to, wanted.language or reader.language, _style(reader))
        if way.opens is not None and way.opens < last:
            return Wait(way.opens, way.channel)
    return Withhold(_why_not(ways, reader))


def _order(template: Template, wanted: Wanted, reader: Reader) -> list[MessageChannel]:
    """The channels that a message may go by, the best first. What the law requires may go by those that nobody chose, last."""
    preferred = next((point.kind for point in reader.points if point.preferred), None)
    liked = _LIKED.get(reader.liked) if reader.liked else None
    ranked = sorted(_USUALLY, key=lambda each: (each is not liked, _KINDS[each] is not preferred))
    possible = [channel for channel in ranked if channel in template.channels()]
    chosen = [channel for channel in possible if reader.wanted.get(channel)]
    return [*chosen, *(each for each in possible if each not in chosen)] if wanted.required else chosen


def _ways(channel: MessageChannel, reader: Reader, *, now: datetime, today: date) -> Iterator[_Way]:
    points = [point for point in reader.points if point.kind is _KINDS[channel]]
    for point in sorted(points, key=lambda each: not each.preferred):
        # Of a protected person any address we were told before may be the one they fled from, however safe it was then.
        if channel is not MessageChannel.POST or not reader.protected or point.safe_since(reader.protected_since):
            to = tuple(point.value.splitlines()) if channel is MessageChannel.POST else (point.value,)
            yield _Way(channel, to, now if may_contact(point, now) else next_safe_time(point, now))
    if channel is MessageChannel.POST and not reader.protected:
        current = [each for each in reader.addresses if each.lines and places.is_current(each, today)]
        for address in sorted(current, key=lambda each: each.role is not AddressRole.CORRESPONDENCE):
            yield _Way(channel, (*address.lines, *([address.postcode] if address.postcode else [])), now)


def _why_not(ways: Sequence[_Way], reader: Reader) -> NotSent:
    if not ways:
        return NotSent.PROTECTED if reader.protected else NotSent.NO_WAY_TO_REACH
    return NotSent.NEVER_SAFE if all(way.opens is None for way in ways) else NotSent.EXPIRED


def _style(reader: Reader) -> Style | None:
    return next((style for style in Style if style in reader.adjustments), None)


def wanted_channels(
    usual: Mapping[MessageChannel, bool], kept: Mapping[str, Any], kind: str
) -> dict[MessageChannel, bool]:
    """By which channels somebody wants messages of a kind: by the one they like best too, unless they said otherwise."""
    told = {each["channel"] for each in kept.get("messages", ()) if each["kind"] == kind}
    liked = kept.get("channel")
    best = _LIKED.get(PreferredChannel(liked)) if liked else None
    return {channel: wanted or (channel is best and channel not in told) for channel, wanted in usual.items()}


# -- what became of it


class Outcome(StrEnum):
    """What whoever carries messages answered."""

    SENT = "sent"
    RATE_LIMIT = "rate_limit"
    DAILY_LIMIT = "daily_limit"
    UNAVAILABLE = "unavailable"
    NOT_ACCEPTED = "not_accepted"


@dataclass(frozen=True, slots=True)
class Sending:
    """One message on its way out. `look_first`: an earlier try may have been taken without our hearing of it."""

    message_id: UUID
    reference: str
    council: str
    channel: MessageChannel
    to: tuple[str, ...] = field(repr=False)
    subject: str | None = field(repr=False)
    text: str = field(repr=False)
    style: str | None
    look_first: bool


def reference_of(message_id: UUID, leg: int) -> str:
    """The name under which whoever carries a message knows it: the how manieth channel it goes by is part of it."""
    return f"{message_id}/{leg}"


def message_of(reference: str) -> tuple[UUID, int] | None:
    """The message, and the how manieth channel of it, that a reference names; None where it is not one of ours."""
    message_id, _, leg = reference.partition("/")
    try:
        return UUID(message_id), int(leg)
    except ValueError:
        return None


def try_again(outcome: Outcome, tries: int, *, now: datetime) -> datetime:
    """When a message that was not taken is tried again: within the minute, after a growing while, or the next day."""
    match outcome:
        case Outcome.RATE_LIMIT:
            return now + timedelta(seconds=30)
        case Outcome.DAILY_LIMIT:  # it is counted by days of Greenwich
            return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(0, 5), UTC)
    return now + min(timedelta(minutes=2 ** min(tries, 10)), timedelta(hours=1))


# -- what they answered

_MEANINGS = {
    Reply.STOP: {"stop", "unsubscribe", "stopio", "koniec"},
    Reply.YES: {"yes", "y", "yeah", "yep", "ok", "ie", "iawn", "ydw", "oes", "tak", "t"},
    Reply.NO: {"no", "n", "nope", "na", "nage", "nac", "nie"},
}


def meaning(words: str) -> Reply:
    """What an answer means, by its first word: only where that is all it says, or it says stop."""
    said = re.findall(r"\w+", words.casefold())
    found = next((reply for reply, known in _MEANINGS.items() if said and said[0] in known), Reply.OTHER)
    return found if len(said) == 1 or found is Reply.STOP else Reply.OTHER


def without_texts(kept: Mapping[str, Any], kinds: Mapping[str, bool]) -> dict[str, Any]:
    """Preferences with text messages off. `kinds`: what can come by text message, and whether the law requires it."""
    off = [{"kind": kind, "channel": "text", "wanted": False} for kind, required in kinds.items() if not required]
    gone = {each["kind"] for each in off}
    others = [each for each in kept.get("messages", ()) if (each["channel"], each["kind"] in gone) != ("text", True)]
    return {"channel": None, "language": None, "adjustments": [], **kept, "messages": [*others, *off]}
