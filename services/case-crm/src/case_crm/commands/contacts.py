"""Noting touches that make no case: a question that was answered."""

from __future__ import annotations

from common.contracts.cases import GENERAL, InteractionRecorded, RecordContact, TouchView
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.said import said_columns, texts_of
from case_crm.commands.texts import check_texts
from case_crm.tables import Contact


async def record_contact(tx: Transaction, command: RecordContact) -> TouchView:
    """Note a touch that makes no case, and say what kind of demand it was."""
    if command.service != GENERAL:
        await queries.definition_of(tx, command.service, council=tx.council)
    texts = {"/note": command.note, **texts_of(command)}
    await check_texts(tx, texts, command.person_id, insists=command.no_address_in_it)
    reader = await queries.reader_for(tx, command.person_id)
    contact = tx.add(
        Contact(
            id=new_id(),
            council=tx.council,
            person_id=command.person_id,
            service=command.service,
            at=tx.now,
            channel=command.channel.value,
            purpose=command.purpose,
            by_role=tx.me.actor_kind,
            by_id=tx.me.actor_id,
            note=command.note,
            **said_columns(command),
        )
    )
    said = InteractionRecorded(
        interaction_id=contact.id,
        channel=command.channel,
        purpose=command.purpose,
        service=command.service,
        demand=command.demand,
        failure=command.failure,
    )
    tx.say_once(said, about=command.person_id, council=tx.council, id=contact.id)
    return queries.shown_touch(contact, reader, case_id=None, service=contact.service)
