"""Messages on their way: queued, taken, handed over, tried again, by another channel, or not sent. Load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from common.contracts.messages import (
    Failure,
    MessageFailed,
    MessageRequested,
    MessageSent,
    MessageStatus,
    MessageSuppressed,
    NotSent,
)
from common.contracts.partners.consents import Purpose
from common.contracts.people import MessageChannel
from common.runtime.ids import new_id
from common.runtime.limits import limits_of
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.domain import messages, templates
from customer_account.domain.finding import phone_key
from customer_account.domain.messages import Outcome, Send, Sending, Wait, Wanted, Withhold
from customer_account.queries.messages import reach_of, reader_of, today_there
from customer_account.queries.named import messages as mail
from customer_account.queries.templates import message_templates
from customer_account.tables import Message

SEND = Timer("message_send")
WORDS_END = Timer("message_words_end")

LOST = timedelta(minutes=5)  # after which whoever took a message is held to have died with it
WORDS_KEPT = timedelta(days=28)
NOT_KNOWN_YET = timedelta(seconds=30)  # a person whom another service has just made known
UNKNOWN_FOR = timedelta(days=3)
MOST_TRIES = 75  # by one channel: about three days
WAITING = (MessageStatus.QUEUED, MessageStatus.SENDING)
_NOTHING_LEFT: dict[str, Any] = {
    "text": None,
    "texted": None,
    "message_values": {},
    "text_until": None,
    "not_before": None,
}


def queue(tx: Transaction, message_id: UUID, wanted: MessageRequested, *, council: str, person: UUID, by: str) -> None:
    """Note that a service wants a person written to; when and how is decided as it leaves."""
    row = tx.add(
        Message(
            id=message_id,
            council=council,
            person_id=person,
            template=wanted.template,
            message_values=dict(wanted.values),
            requested_by=by,
            requested_at=tx.now,
            asked_language=wanted.language,
            required=wanted.legally_required,
            expires_at=wanted.expires_at,
        )
    )
    tx.remind(SEND, about=row, at=tx.now)


async def take(tx: Transaction, message_id: UUID) -> Sending | None:
    """Take a message that is due: what is to be handed over, or None where it waits or is not sent after all."""
    row = await tx.one(mail.MESSAGE, message_id=message_id)
    if row is None or row.status not in WAITING:
        return None
    ids = await queries.every_id_of(tx, row.person_id)
    reach, told = await reach_of(tx, ids)
    template = message_templates().get(row.template)
    unwanted = await _unwanted(tx, ids)
    if unwanted and not row.required:
        suppress(tx, row, unwanted)
    elif template is None or not template.takes(row.message_values):
        _failed(tx, row, Failure.WRONG_VALUES if template else Failure.NO_SUCH_TEMPLATE)
    elif reach is None and tx.now < row.requested_at + UNKNOWN_FOR:
        tx.remind(SEND, about=row, at=tx.now + NOT_KNOWN_YET)
    elif reach is None:
        suppress(tx, row, NotSent.NO_WAY_TO_REACH)
    else:
        wanted = Wanted(row.required, row.expires_at, row.asked_language, row.gone_by)
        reader = reader_of(reach, told, template)
        match messages.plan(template, wanted, reader, now=tx.now, today=today_there(tx, row.council)):
            case Withhold(NotSent.DECEASED):
                withdraw(tx, row, reach.representative)
            case Withhold(because):
                _given_up(tx, row, because)
            case Wait(until, channel):
                tx.change(row, not_before=until, channel=channel.value, status=MessageStatus.QUEUED.value)
                tx.remind(SEND, about=row, at=until)
            case Send() as out:
                return _taken(tx, row, template, out, protected=reader.protected)
    return None


async def record(tx: Transaction, sending: Sending, outcome: Outcome) -> None:
    """Take in what whoever carries messages answered."""
    row = await tx.one(mail.MESSAGE, message_id=sending.message_id)
    if row is None or row.sent_at is not None or messages.reference_of(row.id, row.leg) != sending.reference:
        return
    if outcome is Outcome.SENT:
        tx.change(row, status=MessageStatus.SENT.value, because=None, sent_at=tx.now)
        channel, language = sending.channel.value, row.language or templates.ENGLISH
        tx.say(MessageSent(**_of(row), channel=channel, language=language), on=row)
        tx.forget(SEND, about=row)
        tx.remind(WORDS_END, about=row, at=row.text_until or tx.now)
    elif row.status != MessageStatus.SENDING:  # withdrawn meanwhile
        return
    elif outcome is Outcome.NOT_ACCEPTED or row.tries >= MOST_TRIES:
        by_another_channel(tx, row)
    else:
        at = messages.try_again(outcome, row.tries, now=tx.now)
        tx.change(row, status=MessageStatus.QUEUED.value, because=outcome.value, not_before=at)
        tx.remind(SEND, about=row, at=at)


def by_another_channel(tx: Transaction, row: Message) -> None:
    """It could not go by this channel: let it go by the next."""
    gone = [*row.gone_by, row.channel]
    changes: dict[str, Any] = {"gone_by": gone, "leg": row.leg + 1, "tries": 0, "sent_at": None, "not_before": None}
    tx.change(row, status=MessageStatus.QUEUED.value, because=Failure.NOT_ACCEPTED.value, **changes)
    tx.remind(SEND, about=row, at=tx.now)


def withdraw(tx: Transaction, row: Message, representative: UUID | None) -> None:
    """Its person has died: it is not sent to them, but to whoever acts for them, where one is known."""
    if representative is not None and row.on_behalf_of is None:
        _readdress(tx, row, representative)
    suppress(tx, row, NotSent.DECEASED)


def suppress(tx: Transaction, row: Message, because: NotSent) -> None:
    """Not send it."""
    tx.change(row, status=MessageStatus.SUPPRESSED.value, because=because.value, **_NOTHING_LEFT)
    tx.say(MessageSuppressed(**_of(row), because=because), on=row)
    tx.forget(SEND, about=row)


async def end_words(tx: Transaction, message_id: UUID) -> None:
    """Keep no longer what was written."""
    row = await tx.one(mail.MESSAGE, message_id=message_id)
    if row is not None:
        tx.change(row, **_NOTHING_LEFT)


async def _unwanted(tx: Transaction, ids: Sequence[UUID]) -> NotSent | None:
    """Why somebody is not written to, where they asked for that under one of their ids."""
    limits = [await limits_of(tx, each) for each in ids]
    if any(each.restricted for each in limits):
        return NotSent.RESTRICTED
    return NotSent.NOT_WANTED if any(each.against(Purpose.CONTACT_ME) for each in limits) else None


def _taken(tx: Transaction, row: Message, template: templates.Template, out: Send, *, protected: bool) -> Sending:
    made = templates.render(
        template,
        out.channel,
        row.message_values,
        council=(row.council, _named(tx, row.council)),
        language=out.language,
        style=out.style,
        protected=protected,
        for_another=row.on_behalf_of is not None,
    )
    sending = Sending(
        message_id=row.id,
        reference=messages.reference_of(row.id, row.leg),
        council=row.council,
        channel=out.channel,
        to=out.to,
        subject=made.subject,
        text=made.text,
        style=made.style,
        look_first=row.tries > 0,
    )
    tx.change(
        row,
        status=MessageStatus.SENDING.value,
        tries=row.tries + 1,
        channel=out.channel.value,
        language=made.language,
        style=made.style,
        parts=made.parts,
        not_before=None,
        text=made.text,
        text_until=tx.now + WORDS_KEPT,
        texted=phone_key(out.to[0]) if out.channel is MessageChannel.TEXT else None,
    )
    tx.remind(SEND, about=row, at=tx.now + LOST)
    return sending


def _given_up(tx: Transaction, row: Message, because: NotSent) -> None:
    """It is not sent for the person's sake; where it went in vain by every channel there was, it has failed."""
    if row.gone_by and because is NotSent.NO_WAY_TO_REACH:
        _failed(tx, row, Failure.NOT_ACCEPTED)
    else:
        suppress(tx, row, because)


def _failed(tx: Transaction, row: Message, because: Failure) -> None:
    tx.change(row, status=MessageStatus.FAILED.value, because=because.value, **_NOTHING_LEFT)
    tx.say(MessageFailed(**_of(row), because=because), on=row)
    tx.forget(SEND, about=row)


def _readdress(tx: Transaction, row: Message, representative: UUID) -> None:
    """Write the same to whoever acts for somebody who has died, as is best and safe for them."""
    same = {"council", "template", "message_values", "requested_by", "required", "expires_at"}
    told = {name: getattr(row, name) for name in same}
    to = Message(id=new_id(), person_id=representative, on_behalf_of=row.person_id, requested_at=tx.now, **told)
    tx.remind(SEND, about=tx.add(to), at=tx.now)


def _of(row: Message) -> dict[str, str]:
    return {"template": row.template, "requested_by": row.requested_by}


def _named(tx: Transaction, council: str) -> str:
    known = tx.councils.get(council)
    return known.name if known else council
