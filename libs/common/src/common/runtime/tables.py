"""What kinds of rows there are, and so who may see them. A service's tables inherit one kind; policies follow from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

Moment = TIMESTAMP(timezone=True)


class OfCouncil(SQLModel):
    """A row of one council. Its officers see it; so does the person it is about, where it names one in `person_id`."""

    row_kind: ClassVar[str] = "council"
    council: str = Field(index=False)


class OfPartnership(SQLModel):
    """A row that the councils in `visible_to` may see, and the person it is about."""

    row_kind: ClassVar[str] = "partnership"
    visible_to: list[str] = Field(sa_type=ARRAY(Text))


class OfEverybody(SQLModel):
    """Published data: every role may read it, none may see a person in it. Officers keep it."""

    row_kind: ClassVar[str] = "everybody"


class OfMachine(SQLModel):
    """Workings of a service that no caller reads: subscribers and timers only."""

    row_kind: ClassVar[str] = "machine"


class Aggregate(SQLModel):
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


def document(**options: Any) -> Any:
    """A column with a JSON document."""
    return Field(sa_type=JSONB, **options)
