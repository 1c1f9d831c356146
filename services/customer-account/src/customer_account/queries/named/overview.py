"""The read of what people see first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from common.runtime.query import query
from common.runtime.tables import as_read
from sqlalchemy import bindparam, func
from sqlmodel import col, select

from customer_account.tables import Account, ContactOfPerson, Representation

MOST_NAMES = 400


class Overview(NamedTuple):
    """An account, what its person prefers, and who acted or acts for them: name and kind, by representation."""

    account: Account
    contact: ContactOfPerson
    acting: Mapping[str, tuple[str | None, str]]


def _overview(
    contact_id: UUID | None, contact_version: int | None, contact_preferences: Any, acting: Any, **account: Any
) -> Overview:
    kept = ContactOfPerson(
        id=account["id"],
        version=contact_version or 0,
        visible_to=account["visible_to"],
        preferences=contact_preferences or {},
    )
    return Overview(as_read(Account, account), kept, acting or {})


_acts = (
    select(Representation.id, Representation.representative_name, Representation.kind)
    .where(Representation.person_id == Account.id)
    .limit(MOST_NAMES)
    .correlate(Account)
    .subquery()
)
_acting = select(
    func.jsonb_object_agg(_acts.c.id, func.jsonb_build_array(_acts.c.representative_name, _acts.c.kind))
).scalar_subquery()

MY_OVERVIEW = query(
    select(Account)
    .add_columns(
        col(ContactOfPerson.id).label("contact_id"),
        col(ContactOfPerson.version).label("contact_version"),
        col(ContactOfPerson.preferences).label("contact_preferences"),
        _acting.label("acting"),
    )
    .outerjoin(ContactOfPerson, col(ContactOfPerson.id) == Account.id)
    .where(col(Account.id) == bindparam("person_id")),
    into=_overview,
)
