"""Messages to people: any service asks for one, customer-account alone sends it, and says what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict, Field

from common.contracts.base import Code, Command, Event, Line, Open, Refusal, View
from common.contracts.people.preferences import Language


class MessageStatus(StrEnum):
    """How far a message has got. One that is `sending` may have left, and is looked for before it is sent again."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class NotSent(StrEnum):
    """Why a message was not sent."""

    DECEASED = "deceased"
    EXPIRED = "expired"
    NOT_WANTED = "not_wanted"
    NO_WAY_TO_REACH = "no_way_to_reach"
    NEVER_SAFE = "never_safe"
    PROTECTED = "protected"
    RESTRICTED = "restricted"
    OTHER = "other"


class Failure(StrEnum):
    """Why a message could not be sent, or did not arrive by any channel."""

    NO_SUCH_TEMPLATE = "no_such_template"
    WRONG_VALUES = "wrong_values"
    NOT_ACCEPTED = "not_accepted"
    OTHER = "other"


class Reply(StrEnum):
    """What an answer by text message means. Its words are not kept."""

    YES = "yes"
    NO = "no"
    STOP = "stop"
    OTHER = "other"


# -- what is said


class MessageRequestEvent(Event, aggregate="message_request", speaker="any"):
    """A service wants somebody written to. The message has the id of the request."""


class MessageRequested(MessageRequestEvent, name="message.requested"):
    """Write to the person this is about, from a template. `values` are references, codes, numbers and days: no address, no text.

    What the law requires us to send can come another way, and is not switched off. After `expires_at` it is not sent.
    """

    template: Code
    values: dict[Code, Line] = Field(default_factory=dict, max_length=20)
    language: Language | None = None
    legally_required: bool = False
    expires_at: datetime | None = None


class MessageEvent(Event, aggregate="message", speaker="customer-account"):
    """What became of one message. Neither its words nor where it went are said."""

    template: Code
    requested_by: str


class MessageSent(MessageEvent, name="message.sent"):
    """It was handed to whoever carries it. Said again where it went by another channel after all."""

    channel: Code
    language: str


class MessageDelivered(MessageEvent, name="message.delivered"):
    """It arrived."""

    channel: Code


class MessageFailed(MessageEvent, name="message.failed"):
    """It did not arrive, by any channel there is."""

    because: Open[Failure]


class MessageSuppressed(MessageEvent, name="message.suppressed"):
    """It is not sent, for the person's sake."""

    because: Open[NotSent]


class MessageReceived(MessageEvent, name="message.received"):
    """The person answered it by text message."""

    reply: Open[Reply]


# -- what GOV.UK Notify tells us


class NotifyReceipt(Command):
    """What became of a message that GOV.UK Notify carried. `reference` is ours. What else it says of it is not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: UUID
    reference: Line | None = None
    status: Line


class NotifyText(Command):
    """A text message that somebody sent to our number. What else is said of it is not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: UUID
    source_number: Line
    message: str = Field(max_length=4000)


# -- what is shown


class MessageView(View):
    """One message: what it was about, how and when it was sent, or why not. `because` is also why one waits.

    `text` is there for the person alone, and for a while. `parts` is how many text messages it takes.
    """

    message_id: UUID
    about: str
    template: str
    requested_at: datetime
    status: MessageStatus
    because: str | None
    channel: str | None
    language: str | None
    style: str | None
    parts: int | None
    not_before: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    reply: str | None
    text: str | None


class MessagesView(View):
    """The latest messages to a person, newest first."""

    items: list[MessageView]


class OutboxEntryView(View):
    """A message as it would have left, on a platform that sends nothing."""

    reference: str
    channel: str
    style: str | None
    to: list[str]
    subject: str | None
    text: str


class OutboxView(View):
    """What would have left, newest first."""

    items: list[OutboxEntryView]


class CallbackTaken(View):
    """We have it."""

    taken: bool = True


# -- what may be refused


class NotFromNotify(Refusal, status=401):
    """This is for GOV.UK Notify, with the token that was agreed."""
