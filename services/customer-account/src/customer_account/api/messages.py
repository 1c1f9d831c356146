"""Messages to people: what was sent, what GOV.UK Notify tells us, and the outbox of a platform that sends nothing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from common.contracts.messages import (
    CallbackTaken,
    MessagesView,
    NotFromNotify,
    NotifyReceipt,
    NotifyText,
    OutboxView,
)
from common.contracts.people import RecordRestricted
from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import administrators, everybody, officers, residents
from fastapi import Header

from customer_account.commands import callbacks
from customer_account.outside import notify, outbox
from customer_account.queries import messages

routes = Api(tag="messages")
Authorization = Annotated[str, Header(max_length=1000, include_in_schema=False)]


@routes.read("/me/messages", allow=residents)
async def my_messages(read: Read) -> MessagesView:
    """What the councils sent me, how and when; what they did not send, and why."""
    return await messages.my_messages(read)


@routes.read("/persons/{person_id}/messages", allow=officers("persons:read"), refuses=[RecordRestricted])
async def messages_of_person(person_id: UUID, read: Read) -> MessagesView:
    """What the officer's council sent to a person, and what became of it. Its words are for the person alone."""
    return await messages.messages_for_council(read, person_id)


@routes.create("/notify/receipts", allow=everybody, refuses=[NotFromNotify])
async def take_receipt(told: NotifyReceipt, tx: Tx, authorization: Authorization = "") -> CallbackTaken:
    """For GOV.UK Notify: what became of a message that it carried."""
    _only_notify(tx, authorization)
    callbacks.note_receipt(tx, told)
    return CallbackTaken()


@routes.create("/notify/received-texts", allow=everybody, refuses=[NotFromNotify])
async def take_text(told: NotifyText, tx: Tx, authorization: Authorization = "") -> CallbackTaken:
    """For GOV.UK Notify: a text message that somebody sent us."""
    _only_notify(tx, authorization)
    callbacks.note_text(tx, told)
    return CallbackTaken()


@routes.read("/outbox", allow=administrators("outbox:read"))
async def read_outbox(read: Read) -> OutboxView:
    """What the council would have sent, on a platform for trying things out. Where messages leave, it is not there."""
    if read.ground.outbox is None:
        raise NotFound
    return outbox.read(read.ground.outbox, read.council)


def _only_notify(tx: Tx, authorization: str) -> None:
    file = tx.ground.notify_file
    if file is None or not notify.from_notify(authorization, file):
        raise NotFromNotify
