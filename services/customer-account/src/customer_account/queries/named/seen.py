"""What a council may see, and who of it may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from common.runtime.tables import as_read
from sqlalchemy import Boolean, ColumnElement, Text, any_, bindparam, func, not_, or_
from sqlmodel import SQLModel, col, select

from customer_account.tables import FactsOfPerson

RowT = TypeVar("RowT", bound=SQLModel)


def seen_by(visible_to: Any) -> ColumnElement[bool]:
    """The council that asks is among these."""
    return bindparam("council", type_=Text()) == any_(visible_to)


class Guarded(NamedTuple, Generic[RowT]):
    """What is kept of a person, and whether they are protected."""

    row: RowT
    protected: bool


def with_guard(table: type[RowT], person: Any) -> Any:
    """Select rows of a table with whether the person of each is protected, to be read `into=guarded(table)`."""
    return select(table).add_columns(_protected(person).label("restricted"))


def guarded(table: type[RowT]) -> Callable[..., Guarded[RowT]]:
    """What a read of rows `with_guard` makes of them."""

    def made(restricted: bool, **row: Any) -> Guarded[RowT]:
        return Guarded(as_read(table, row), protected=restricted)

    return made


def for_cleared(person: Any) -> ColumnElement[bool]:
    """Whoever asks is cleared for this person, or nobody needs to be."""
    return or_(bindparam("cleared", type_=Boolean()), not_(_protected(person)))


def _protected(person: Any) -> ColumnElement[bool]:
    """Asked of each row in turn: joined, all people would be read."""
    home = select(FactsOfPerson.protected).where(FactsOfPerson.id == col(person)).scalar_subquery()
    return func.coalesce(home, False)
