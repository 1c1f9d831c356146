"""What GOV.UK Notify tells us: that a message arrived or did not, and what people answer. Load, decide, write."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from common.contracts.messages import (
    MessageDelivered,
    MessageReceived,
    MessageStatus,
    NotifyReceipt,
    NotifyText,
    Reply,
)
from common.contracts.people import MessageChannel, PreferenceChanged
from common.runtime.ids import new_id
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands.messages import by_another_channel
from customer_account.domain import messages, preferences
from customer_account.domain.finding import phone_key
from customer_account.queries import named
from customer_account.queries.choices import preference_choices
from customer_account.queries.named import messages as mail
from customer_account.tables import NotifyCallback

TAKE_IN = Timer("notify_callback")

BEING_SENT = timedelta(seconds=10)  # a receipt may come before we have noted that the message left
ANSWERED_WITHIN = timedelta(days=28)
_IN_VAIN = {"permanent-failure", "temporary-failure", "technical-failure", "validation-failed", "virus-scan-failed"}


def note_receipt(tx: Transaction, told: NotifyReceipt) -> None:
    """Keep a receipt until it is taken in."""
    _note(tx, NotifyCallback(id=new_id(), told_at=tx.now, reference=told.reference, status=told.status))


def note_text(tx: Transaction, told: NotifyText) -> None:
    """Keep a text message until it is taken in."""
    said = {"phone": _phone(told.source_number), "reply": messages.meaning(told.message).value}
    _note(tx, NotifyCallback(id=new_id(), told_at=tx.now, text_id=told.id, **said))


async def take_in(tx: Transaction, callback_id: UUID) -> None:
    """Take in what we were told, and keep it no longer."""
    told = await tx.one(mail.CALLBACK, callback_id=callback_id)
    if told is None:
        return
    if told.phone is not None and told.text_id is not None:
        await _answered(tx, told.text_id, told.phone, Reply(told.reply or Reply.OTHER))
    elif told.from_number is not None:  # taken in by an earlier release
        phone = tx.blind(_phone(told.from_number) or "", home="find_by.phone")
        await _answered(tx, told.id, phone, messages.meaning(told.words or ""))
    elif await _arrived(tx, told):
        tx.remind(TAKE_IN, about=told, at=tx.now + BEING_SENT)
        return
    tx.remove(told)


async def _arrived(tx: Transaction, told: NotifyCallback) -> bool:
    """Note what became of a message. Gives whether it is being sent at this moment, so that this comes too soon."""
    named_in_it = messages.message_of(told.reference or "")
    if named_in_it is None:
        return False
    row = await tx.one(mail.MESSAGE, message_id=named_in_it[0])
    if row is None or named_in_it != (row.id, row.leg):
        return False
    if row.status == MessageStatus.SENT and told.status == "delivered":
        tx.change(row, status=MessageStatus.DELIVERED.value, delivered_at=tx.now)
        said = {"template": row.template, "requested_by": row.requested_by, "channel": row.channel}
        tx.say(MessageDelivered.model_validate(said), on=row)
    elif row.status == MessageStatus.SENT and told.status in _IN_VAIN:
        by_another_channel(tx, row)
    return row.status == MessageStatus.SENDING


async def _answered(tx: Transaction, text_id: UUID, phone: str, reply: Reply) -> None:
    """Tell whoever asked for the latest text message to this number what was answered; that nobody texts it any more, each.

    An answer from a number at which several people were written to is nobody's. We may be told of one text twice.
    """
    sent = await tx.all(mail.TEXTED, phone=phone, since=tx.now - ANSWERED_WITHIN)
    if any(row.answer_id == text_id for row in sent):
        return
    people = await _people(tx, {row.person_id for row in sent})
    if reply is Reply.STOP:
        there = people | await _people(tx, {*await tx.all(mail.PEOPLE_AT, phone=phone)})
        contacts = [await _contact(tx, each) for each in sorted(there)]
        for contact in filter(None, contacts):
            _stop_texts(tx, contact)
    if len(people) == 1:
        row = sent[0]
        tx.change(row, reply=reply.value, answer_id=text_id)
        tx.say(MessageReceived(template=row.template, requested_by=row.requested_by, reply=reply), on=row)


async def _contact(tx: Transaction, person_id: UUID) -> named.Contact | None:
    return await tx.one(named.MY_CONTACT, person_id=person_id)


async def _people(tx: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Who these are: several ids may be of one person."""
    return {(await queries.account_of(tx, each)).person_id for each in ids}


def _phone(number: str) -> str | None:
    """A number as Notify writes it, as it is looked up."""
    return phone_key(number if number.startswith(("0", "+")) else f"+{number}")


def _stop_texts(tx: Transaction, contact: named.Contact) -> None:
    """Send no more text messages to somebody that the law does not require."""
    kinds = {
        name: kind.required
        for name, kind in preference_choices().messages.items()
        if MessageChannel.TEXT in kind.channels
    }
    home = contact.home
    kept = messages.without_texts(home.preferences, kinds)
    if not preferences.changed(home.preferences, kept):
        return
    if not contact.was_there:
        tx.add(home)
    tx.change(home, preferences=kept)
    told = PreferenceChanged(changed=["messages"], adjustments=[], visible_to=home.visible_to)
    tx.say(told, on=home, about=home.id)


def _note(tx: Transaction, row: NotifyCallback) -> None:
    tx.remind(TAKE_IN, about=tx.add(row), at=tx.now)
