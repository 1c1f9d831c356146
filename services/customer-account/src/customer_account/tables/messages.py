"""Messages to people: what is to be sent, how far each has got, who is not written to, and what came back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfCouncil, OfMachine, blind_text, document, moment
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class Message(Aggregate, OfCouncil, CustomerAccount, table=True):
    """One message to a person, from the request for it until it has arrived or is given up.

    `leg` counts the channels it went by, `tries` how often it was tried by this one. Where it went is not kept but for a
    digest of the number texted, by which an answer finds it; that and its words are kept until `text_until`. `answer_id`: the
    text that answered it, which we may be told of twice. `on_behalf_of`: it was for somebody who has died, and goes to who
    acts for them.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("message_of_person", "person_id", "requested_at", "id"),
        Index("message_on_behalf_of", "on_behalf_of", postgresql_where="on_behalf_of IS NOT NULL"),
        Index("message_over", "council", "requested_at"),
        Index("message_texted", "texted", "sent_at", postgresql_where="texted IS NOT NULL"),
        Index("message_by_status", "person_id", "status"),
    )

    person_id: UUID
    template: str
    message_values: Any = document(default_factory=dict)
    requested_by: str
    requested_at: datetime = moment()
    asked_language: str | None = None
    required: bool = False
    expires_at: datetime | None = moment(default=None)
    on_behalf_of: UUID | None = None
    status: str = "queued"
    because: str | None = None
    leg: int = 1
    tries: int = 0
    gone_by: Any = document(default_factory=list)
    channel: str | None = None
    language: str | None = None
    style: str | None = None
    parts: int | None = None
    not_before: datetime | None = moment(default=None)
    text: str | None = None
    text_until: datetime | None = moment(default=None)
    sent_at: datetime | None = moment(default=None)
    delivered_at: datetime | None = moment(default=None)
    texted: str | None = blind_text("find_by.phone", default=None)
    answer_id: UUID | None = None
    reply: str | None = None


class StopMail(OfMachine, CustomerAccount, table=True):
    """Somebody who has died: nothing automated is addressed to them, but to whoever acts for them, where one is known."""

    __tablename__ = "stop_mail"

    person_id: UUID = Field(primary_key=True)
    representative: UUID | None = None


class NotifyCallback(Aggregate, OfMachine, CustomerAccount, table=True):
    """What GOV.UK Notify told us, until it has been taken in: a receipt for a message, or a text that somebody sent.

    Of a text: its id at Notify, a digest of the number, and what it means. An earlier release kept the number and the words.
    """

    __tablename__ = "notify_callback"
    public_may: ClassVar[str] = "INSERT"

    told_at: datetime = moment()
    reference: str | None = None
    status: str | None = None
    text_id: UUID | None = None
    phone: str | None = blind_text("find_by.phone", default=None)
    reply: str | None = None
    from_number: str | None = None
    words: str | None = None
