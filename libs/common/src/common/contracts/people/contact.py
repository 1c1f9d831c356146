"""How to reach a person: contact points, and when they may be used."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from common.contracts.base import Code, Command, CouncilId, Event, Line, Refusal, Text, View

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Day = Annotated[str, StringConstraints(pattern=r"^(mon|tue|wed|thu|fri|sat|sun)$")]
Short = Annotated[Text, Field(max_length=500)]


class ContactKind(StrEnum):
    """What a contact point is. `text_relay` is a number that is rung through Relay UK."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    EMAIL = "email"
    POST = "post"
    TEXT_RELAY = "text_relay"


class ContactEvent(Event, aggregate="contact", speaker="customer-account"):
    """How one person is reached and what they need for it: one ordered story a person. No number and no address is in it."""


class ContactPointAdded(ContactEvent, name="contact_point.added"):
    """There is one more way to reach somebody."""

    contact_point_id: UUID
    kind: Code
    preferred: bool
    safe_to_leave_message: bool
    has_safe_hours: bool
    visible_to: list[CouncilId]


class ContactPointChanged(ContactEvent, name="contact_point.changed"):
    """A way to reach somebody is another from now on, or is used otherwise."""

    contact_point_id: UUID
    kind: Code
    preferred: bool
    safe_to_leave_message: bool
    has_safe_hours: bool
    visible_to: list[CouncilId]


class ContactPointVerified(ContactEvent, name="contact_point.verified"):
    """Somebody was reached there."""

    contact_point_id: UUID
    kind: Code
    visible_to: list[CouncilId]


class ContactPointRemoved(ContactEvent, name="contact_point.removed"):
    """Somebody is not reached that way any more."""

    contact_point_id: UUID
    kind: Code
    visible_to: list[CouncilId]


class SafeHours(Command):
    """A time of the week, by the clocks of the council: from a time, which is in it, until another, which is not."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    days: list[Day] = Field(min_length=1, max_length=7)
    from_: TimeOfDay = Field(alias="from")
    to: TimeOfDay


class SetContactPoint(Command):
    """A way to reach a person, as a whole. Without safe hours any time is safe."""

    kind: ContactKind
    value: Short
    label: Line | None = None
    preferred: bool = False
    safe_to_leave_message: bool = False
    safe_hours: list[SafeHours] = Field(default_factory=list, max_length=21)


class ContactPointView(View):
    """A way to reach a person, and whether it may be used at this moment.

    `next_safe_time` is when it may be used next; null where that is now, or never. A number is shown as +44….
    """

    id: UUID
    kind: str
    value: str
    label: str | None
    preferred: bool
    safe_to_leave_message: bool
    safe_hours: list[SafeHours]
    time_zone: str
    verified_at: datetime | None
    may_contact_now: bool
    may_leave_message_now: bool
    next_safe_time: datetime | None


class KeptContactPointView(ContactPointView):
    """A contact point as it is kept now. `version` is that of all that is kept for reaching the person: the next If-Match."""

    version: int


class ContactPointsView(View):
    """Every way to reach a person, the preferred one first. `version` counts every change of it."""

    version: int
    items: list[ContactPointView]


class NotThatKindOfNumber(Refusal, status=422):
    """A mobile number of the United Kingdom begins with 07, and a landline number does not."""


class HoursCannotBe(Refusal, status=422):
    """Safe hours begin before they end, on the same day, and are not for letters."""


class ToldAlready(Refusal, status=409):
    """You told us this already."""


class TooManyKept(Refusal, status=422):
    """We keep no more of these for one person. Take one away first."""
