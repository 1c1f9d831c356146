"""The reads of all touches with a person, with a case or without one."""

from __future__ import annotations

from typing import Any

from common.runtime.query import EVERY_ID, query
from sqlalchemy import Text, Uuid, bindparam, cast, null, tuple_, union_all
from sqlalchemy import select as columns
from sqlmodel import col

from case_crm.queries.named.facts import protected_kinds
from case_crm.tables import Contact, Interaction
from case_crm.tables.contacts import Said

_ALIKE = ("id", "council", "person_id", "at", "channel", "purpose", "by_role", "by_id", "note", *Said.model_fields)


def _newest(row: Any, *, case_id: Any, service: Any) -> Any:
    """A page of the touches of one table: each is found by its own index."""
    return (
        columns(case_id.label("case_id"), service.label("service"), *(getattr(row, name) for name in _ALIKE))
        .where(
            col(row.person_id) == EVERY_ID,
            row.council == bindparam("council"),
            tuple_(col(row.at), col(row.id)) < tuple_(bindparam("at"), bindparam("row")),
        )
        .order_by(col(row.at).desc(), col(row.id).desc())
        .limit(bindparam("most"))
        .subquery()
    )


_touch = union_all(
    columns(_newest(Interaction, case_id=col(Interaction.case_id), service=cast(null(), Text))),
    columns(_newest(Contact, case_id=cast(null(), Uuid), service=col(Contact.service))),
).subquery("touch")

TOUCHES_OF_PERSON = query(
    columns(*_touch.c, protected_kinds(EVERY_ID))
    .order_by(_touch.c.at.desc(), _touch.c.id.desc())
    .limit(bindparam("most")),
    into=lambda protected_kinds, service, **touch: (Interaction.model_construct(**touch), service, protected_kinds),
    whose="person_id",
)
