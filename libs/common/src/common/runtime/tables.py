"""What kinds of rows there are, and so who may see them. A service's tables inherit one kind; policies follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import configure_mappers
from sqlmodel import Field, SQLModel
from sqlmodel.main import SQLModelMetaclass

from common.contracts.keys import Sealed
from common.runtime.sealed import INFO, Blind

Moment = TIMESTAMP(timezone=True)
Row = TypeVar("Row", bound=SQLModel)


class PlainRows(SQLModelMetaclass):
    """Rows are values here: no mapper watches one for changes, which costs more than all else that is done with it."""

    if not TYPE_CHECKING:  # to a type checker a row is made as any model is

        def __call__(self, **values: Any) -> Any:
            if not hasattr(self, "__table__"):
                return super().__call__(**values)
            fixed, made = _defaults(self)
            row = as_read(self, fixed)
            row.__dict__.update(values)
            for name, make in made.items():
                if name not in values:
                    row.__dict__[name] = make()
            if row.__dict__.keys() != self.model_fields.keys():
                wrong = sorted(row.__dict__.keys() ^ self.model_fields.keys())
                raise TypeError(f"{self.__name__}: not a column, or not given: {', '.join(wrong)}")
            return row


@cache
def _defaults(row_class: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns a new row need not name: with a value, or with what makes one."""
    configure_mappers()  # nobody else would: no row here is ever mapped
    optional = {name: field for name, field in row_class.model_fields.items() if not field.is_required()}
    made = {name: field.default_factory for name, field in optional.items() if field.default_factory}
    return {name: field.default for name, field in optional.items() if name not in made}, made


def as_read(row_class: type[Row], columns: Mapping[str, Any]) -> Row:
    """A row with these columns, as the database gave them."""
    row: Row = row_class.__new__(row_class)
    row.__dict__.update(columns)
    return row


class OfCouncil(SQLModel, metaclass=PlainRows):
    """A row of one council. Its officers see it; so does the person it is about, where it names one in `person_id`."""

    row_kind: ClassVar[str] = "council"
    council: str = Field(index=False)


class OfPartnership(SQLModel, metaclass=PlainRows):
    """A row that the councils in `visible_to` may see, and the person it is about."""

    row_kind: ClassVar[str] = "partnership"
    visible_to: list[str] = Field(sa_type=ARRAY(Text))


class OfEverybody(SQLModel, metaclass=PlainRows):
    """Published data: every role may read it, none may see a person in it. Officers keep it."""

    row_kind: ClassVar[str] = "everybody"


class OfMachine(SQLModel, metaclass=PlainRows):
    """Workings of a service, for subscribers and timers. Callers may do what `public_may`, `officer_may` … say."""

    row_kind: ClassVar[str] = "machine"


def case_column(row: Any) -> str | None:
    """The column that says to which case a row belongs: `case_id`, or what its class names in `case_is` (None: it shows none)."""
    own = "case_id" if "case_id" in getattr(row, "model_fields", {}) else None
    return getattr(row, "case_is", own)


class AppendOnly(SQLModel, metaclass=PlainRows):
    """Beside its kind: subscribers and timers may add such a row; nobody changes it or takes it away, callers only read."""

    append_only: ClassVar[bool] = True


class Aggregate(SQLModel, metaclass=PlainRows):
    """The home row of an aggregate. The runtime keeps these columns: the version is the ETag and the order of its events."""

    one_story: ClassVar[bool] = True  # a case is one story from end to end; a person's record belongs to many

    id: UUID = Field(primary_key=True)
    version: int = 0
    correlation_id: UUID | None = None
    last_said: UUID | None = None
    trace: str | None = None


def moment(**options: Any) -> datetime:
    """A column with a point in time, always with its zone."""
    return Field(sa_type=Moment, **options)  # type: ignore[no-any-return]  # sqlmodel's Field gives Any


def document(*, sealed: Sealed | None = None, **options: Any) -> Any:
    """A column with a JSON document. `sealed`, it lies so in the database, and only there."""
    return Field(sa_type=JSONB, **_marked(sealed, options))


def sealed_text(mark: Sealed, **options: Any) -> Any:
    """A column with a text that lies sealed in the database, and only there."""
    return Field(**_marked(mark, options))


def blind_text(home: str, **options: Any) -> Any:
    """A column with the keyed digest of what is put into it: by it a row is found (`Reading.blind`), nothing is read from it."""
    return Field(**_marked(Blind(home), options))


def _marked(mark: Sealed | Blind | None, options: dict[str, Any]) -> dict[str, Any]:
    return options | {"sa_column_kwargs": options.get("sa_column_kwargs", {}) | {"info": {INFO: mark} if mark else {}}}
