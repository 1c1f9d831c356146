"""What GOV.UK Notify tells us: that a message arrived or did not, and what people answer. Load, decide, write."""

from __future__ import annotations

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
from customer_account.tables import Message, NotifyCallback

TAKE_IN = Timer("notify_callback")

BEING_SENT = timedelta(seconds=10)  # a receipt may come before we have noted that the message left
ANSWERED_WITHIN = timedelta(days=28)
_IN_VAIN = {"permanent-failure", "temporary-failure", "technical-failure", "validation-failed", "virus-scan-failed"}


def note_receipt(tx: Transaction, told: NotifyReceipt) -> None:
    """Keep a receipt until it is taken in."""
    _note(tx, NotifyCallback(id=new_id(), told_at=tx.now, reference=told.reference, status=told.status))


def note_text(tx: Transaction, told: NotifyText) -> None:
    """Keep a text message until it is taken in."""
    _note(tx, NotifyCallback(id=new_id(), told_at=tx.now, from_number=told.source_number, words=told.message))


async def take_in(tx: Transaction, callback_id: UUID) -> None:
    """Take in what we were told, and keep it no longer."""
    told = await tx.one(mail.CALLBACK, callback_id=callback_id)
    if told is None:
        return
    if told.from_number is not None:
        await _answered(tx, told.from_number, messages.meaning(told.words or ""))
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


async def _answered(tx: Transaction, number: str, reply: Reply) -> None:
    """Tell whoever asked for the latest text message to this number what was answered. A number of several is nobody's."""
    phone = phone_key(number if number.startswith(("0", "+")) else f"+{number}")
    found = await tx.all(mail.PEOPLE_AT, phone=tx.blind(phone, home="find_by.phone"))
    people = {(await queries.account_of(tx, each)).person_id for each in found}
    if len(people) != 1:
        return
    [person_id] = people
    contact = await tx.one(named.MY_CONTACT, person_id=person_id)
    ids = await queries.every_id_of(tx, person_id)
    sent = [row for each in ids for row in await tx.all(mail.MESSAGES_OF_PERSON, person_id=each)]
    if reply is Reply.STOP and contact is not None:
        _stop_texts(tx, contact)
    answered = (each for each in sent if _is_answered(tx, each))
    if row := max(answered, key=lambda each: (each.requested_at, each.id), default=None):
        tx.change(row, reply=reply.value)
        tx.say(MessageReceived(template=row.template, requested_by=row.requested_by, reply=reply), on=row)


def _is_answered(tx: Transaction, row: Message) -> bool:
    texted = row.channel == MessageChannel.TEXT and row.sent_at is not None
    return texted and row.sent_at is not None and row.sent_at > tx.now - ANSWERED_WITHIN


def _stop_texts(tx: Transaction, contact: named.Contact) -> None:
    """Send them no more text messages that the law does not require."""
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
