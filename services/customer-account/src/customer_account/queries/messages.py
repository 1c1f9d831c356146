"""Views of messages to people, and who somebody is as a reader of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.messages import MessageStatus, MessagesView, MessageView
from common.contracts.people import ContactKind, PreferredChannel
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.settings import TIME_ZONE

from customer_account.domain import addresses as places
from customer_account.domain import contact, messages, preferences
from customer_account.domain.contact import ContactPoint
from customer_account.domain.finding import phone_key
from customer_account.domain.messages import Reader
from customer_account.domain.templates import Template
from customer_account.queries import named
from customer_account.queries.choices import preference_choices
from customer_account.queries.clearance import look
from customer_account.queries.facts import current_facts
from customer_account.queries.named import messages as mail
from customer_account.queries.templates import message_templates
from customer_account.tables import Message


async def my_messages(read: Reading) -> MessagesView:
    """What was sent to the resident, with its words while they are kept; what was not, and why."""
    rows = await read.all(mail.MY_MESSAGES)
    return MessagesView(items=[_shown(row, text=row.text) for row in rows])


async def messages_for_council(read: Reading, person_id: UUID) -> MessagesView:
    """What an officer's council sent to a person, without its words."""
    found = await read.one(named.CONTACT_FOR_COUNCIL, person_id=person_id, council=read.council)
    if found is None:
        raise NotFound
    look(read, person_id, "looked at what we sent to a person", protected=found.protected)
    rows = await read.all(mail.MESSAGES_FOR_COUNCIL, person_id=person_id, council=read.council)
    return MessagesView(items=[_shown(row, text=None) for row in rows])


async def reach_of(session: Reading, ids: Sequence[UUID]) -> tuple[mail.Reach | None, Mapping[str, Any]]:
    """How a person is written to, and what they told: as under the first of their ids under which they are reached at all.

    What they prefer, and that they are protected, is so under each; the first has the last word. None of who is not known yet.
    """
    found = []
    for person_id in ids:
        told = {fact.kind: fact.value for fact in await current_facts(session, person_id)}
        if reach := await session.one(mail.REACH, person_id=person_id):
            found.append((reach, told))
    if not found:
        return None, {}
    reaches = [reach for reach, _ in found]
    reached, told = next((each for each in found if each[0].addresses or _points(*each)), found[0])
    as_one = reaches[0]._replace(
        points=reached.points,
        addresses=reached.addresses,
        preferences={part: kept for each in reversed(reaches) for part, kept in each.preferences.items() if kept},
        protected=any(each.protected for each in reaches),
        protected_since=max((each.protected_since for each in reaches if each.protected_since), default=None),
    )
    return as_one, told


def reader_of(reach: mail.Reach, told: Mapping[str, Any], template: Template) -> Reader:
    """Who is to be written to. A number or address that was told as a fact serves where no other of its kind is kept."""
    choices, kept = preference_choices(), reach.preferences
    usual = preferences.usual_channels(choices, kept, template.kind)
    needs = preferences.needs(choices, kept)
    return Reader(
        points=_points(reach, told),
        addresses=places.addresses_of(reach.addresses),
        wanted=messages.wanted_channels(usual, kept, template.kind),
        liked=PreferredChannel(needs.channel) if needs.channel else None,
        language=needs.language,
        adjustments=[each.kind for each in needs.adjustments],
        protected=reach.protected,
        protected_since=reach.protected_since,
        deceased=reach.stopped,
    )


def today_there(read: Reading, council: str) -> date:
    """The day it is where a council is."""
    known = read.councils.get(council)
    return read.now.astimezone(ZoneInfo(known.time_zone if known else TIME_ZONE)).date()


def _points(reach: mail.Reach, told: Mapping[str, Any]) -> list[ContactPoint]:
    points = contact.points_of(reach.points)
    facts = {ContactKind.EMAIL: told.get("email")}
    phone = told.get("phone")
    if isinstance(phone, str) and phone_key(phone).startswith("+447"):
        facts[ContactKind.MOBILE] = phone_key(phone)
    there = {point.kind for point in points}
    return [
        *points,
        *(
            contact.told_as_fact(kind, value)
            for kind, value in facts.items()
            if isinstance(value, str) and kind not in there
        ),
    ]


def _shown(row: Message, *, text: str | None) -> MessageView:
    template = message_templates().get(row.template)
    return MessageView(
        message_id=row.id,
        about=template.about if template else row.template,
        status=MessageStatus(row.status),
        text=text,
        **{
            name: getattr(row, name)
            for name in MessageView.model_fields
            if name not in {"message_id", "about", "status", "text"}
        },
    )
