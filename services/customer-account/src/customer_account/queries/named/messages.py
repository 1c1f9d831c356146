"""The reads of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from common.runtime.query import EVERY_ID, ME, query
from sqlalchemy import and_, bindparam, func, text
from sqlmodel import col, select

from customer_account.tables import (
    ContactOfPerson,
    FactsOfPerson,
    FindBy,
    Message,
    NotifyCallback,
    Person,
    Protection,
    StopMail,
)

_NEWEST = (col(Message.requested_at).desc(), col(Message.id).desc())
MOST_MESSAGES = 100
MOST_AT_A_NUMBER = 20  # records, some of which may be of one person

MESSAGE = query(select(Message).where(Message.id == bindparam("message_id")))
MY_MESSAGES = query(
    select(Message).where(col(Message.person_id) == EVERY_ID).order_by(*_NEWEST).limit(MOST_MESSAGES), whose=ME
)
MESSAGES_OF_PERSON = query(
    select(Message).where(Message.person_id == bindparam("person_id")).order_by(*_NEWEST).limit(MOST_MESSAGES)
)
MESSAGES_FOR_COUNCIL = query(
    select(Message)
    .where(Message.person_id == bindparam("person_id"), Message.council == bindparam("council"))
    .order_by(*_NEWEST)
    .limit(MOST_MESSAGES)
)
MESSAGES_WAITING = query(
    select(Message).where(Message.person_id == bindparam("person_id"), text("status IN ('queued', 'sending')"))
)
STOP_MAIL = query(select(StopMail).where(StopMail.person_id == bindparam("person_id")))
CALLBACK = query(select(NotifyCallback).where(NotifyCallback.id == bindparam("callback_id")))
TEXTED = query(
    select(Message)
    .where(Message.texted == bindparam("phone"), col(Message.sent_at) > bindparam("since"))
    .order_by(col(Message.sent_at).desc())
    .limit(MOST_AT_A_NUMBER)
)
PEOPLE_AT = query(select(col(FindBy.person_id)).where(FindBy.phone == bindparam("phone")).limit(MOST_AT_A_NUMBER))


class Reach(NamedTuple):
    """How a person can be written to, whether they are protected, and whether they have died and who acts for them."""

    points: Any
    addresses: Any
    preferences: Any
    protected: bool
    protected_since: datetime | None
    stopped: bool
    representative: UUID | None


def _reach(contact_id: UUID | None, points: Any, addresses: Any, preferences: Any, **more: Any) -> Reach:
    return Reach(points or [], addresses or [], preferences or {}, **more)


REACH = query(
    select(
        col(ContactOfPerson.id).label("contact_id"),
        col(ContactOfPerson.points),
        col(ContactOfPerson.addresses),
        col(ContactOfPerson.preferences),
    )
    .add_columns(func.coalesce(FactsOfPerson.protected, False).label("protected"))
    .add_columns(col(Protection.marked_at).label("protected_since"))
    .add_columns(col(StopMail.person_id).is_not(None).label("stopped"), col(StopMail.representative))
    .select_from(Person)
    .outerjoin(ContactOfPerson, col(ContactOfPerson.id) == Person.id)
    .outerjoin(FactsOfPerson, col(FactsOfPerson.id) == Person.id)
    .outerjoin(Protection, and_(col(Protection.person_id) == Person.id, col(Protection.lifted_at).is_(None)))
    .outerjoin(StopMail, col(StopMail.person_id) == Person.id)
    .where(col(Person.id) == bindparam("person_id")),
    into=_reach,
)
