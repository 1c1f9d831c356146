"""Things under way, what a tracking reference shows, invitations and their answers: tables private to this service."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import (
    Aggregate,
    OfCouncil,
    OfEverybody,
    OfMachine,
    OfPartnership,
    document,
    moment,
)
from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

_LEADS_BACK = "case_id IS NOT NULL OR correlation_id IS NOT NULL OR trace IS NOT NULL"


class Feedback(SQLModel, registry=registry()):
    """This service's tables share one registry, apart from every other service's."""


class Kind(StrEnum):
    """What somebody has under way: one request, or something that they told once to everybody."""

    CASE = "case"
    TELLING = "telling"


class UnderWay(OfCouncil, Feedback, table=True):
    """A person's thing under way, as the events of its case tell it. `news`: the last version that was not their own doing."""

    __tablename__ = "transaction"
    __table_args__ = (Index("transaction_of_person", "person_id", "opened_at", "case_id"),)

    case_id: UUID = Field(primary_key=True)  # or a telling's
    kind: str = Field(default=Kind.CASE.value, sa_column_kwargs={"server_default": Kind.CASE.value})
    person_id: UUID
    version: int
    news: int
    reference: str
    service: str
    title: str
    status: str
    told_to_resident: str
    opened_at: datetime = moment()
    changed_at: datetime = moment()


class Part(OfCouncil, Feedback, table=True):
    """What became of one recipient's part of a telling, as the events of its delivery tell it."""

    __tablename__ = "transaction_part"
    __table_args__ = (Index("part_of_transaction", "telling_id"), Index("part_of_person", "person_id"))

    delivery_id: UUID = Field(primary_key=True)
    telling_id: UUID
    person_id: UUID
    title: str
    recipient: str
    sends: str
    status: str


class Seen(OfPartnership, Feedback, table=True):
    """Up to which version a person has seen a thing under way. Theirs alone: it is visible to no council, and no event makes it."""

    __tablename__ = "seen"
    __table_args__ = (Index("seen_of_person", "person_id", "case_id"),)

    case_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    version: int
    at: datetime = moment()


class Tracking(OfCouncil, Feedback, table=True):
    """What the holder of a tracking reference sees: no person in it. The last ending's invitation is named by its id."""

    __tablename__ = "tracking"
    __table_args__ = (Index("tracking_of_case", "case_id"),)
    public_may: ClassVar[str] = "SELECT"

    digest: str = Field(primary_key=True)
    case_id: UUID
    service: str
    title: str
    case_channel: str
    status: str
    told_to_resident: str
    opened_at: datetime = moment()
    changed_at: datetime = moment()
    steps: Any = document()
    life: str
    invitation_id: UUID | None = None
    invited_at: datetime | None = moment(default=None, nullable=True)
    correlation_id: UUID
    trace: str | None = None


class Watched(OfMachine, Feedback, table=True):
    """What an ending's invitation needs to know of a case, and whether the case has ended; or of a telling that has not."""

    __tablename__ = "watched_case"

    case_id: UUID = Field(primary_key=True)
    service: str
    title: str
    case_channel: str
    life: str
    since: datetime | None = moment(
        default=None, nullable=True
    )  # when it was told, of a telling and of a case made by one
    life_event: str | None = None  # of which it was told


class Invitation(Aggregate, OfCouncil, Feedback, table=True):
    """One ending's invitation: its id is the id of the event that ended the case, so an ending can have no second one.

    `state` is how far we brought it. That it was answered, or is over, follows from its answer and from the clock.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        Index("invitation_of_person", "person_id", "invited_at", "id"),
        Index("invitation_of_service", "council", "service"),
        Index("invitation_over", "council", "invited_at", postgresql_where=f"person_id IS NOT NULL OR {_LEADS_BACK}"),
    )

    person_id: UUID | None = None
    case_id: UUID = Field(nullable=True)  # none once its time is over or its person is erased: then nobody reads it
    service: str
    title: str
    case_channel: str
    state: str
    invited_at: datetime = moment()


class Submission(Aggregate, OfCouncil, Feedback, table=True):
    """The answer to an invitation, under the invitation's own id: the primary key lets there be only one.

    Given without signing in, it names nobody. The public may write one, and see that there is one, and no more.
    """

    __tablename__ = "submission"
    __table_args__ = (
        Index("submission_of_council", "council", "submitted_at", "id"),
        Index("submission_of_person", "person_id"),
        Index("submission_of_service", "council", "service", "rating"),
        Index(
            "submission_over",
            "council",
            "submitted_at",
            postgresql_where=f"person_id IS NOT NULL OR comment IS NOT NULL OR {_LEADS_BACK}",
        ),
    )
    public_may: ClassVar[str] = "INSERT, SELECT (id)"

    person_id: UUID | None = None
    case_id: UUID | None = None
    service: str
    channel: str
    case_channel: str
    rating: int
    comment: str | None = None
    submitted_at: datetime = moment()


class Answered(OfEverybody, Feedback, table=True):
    """That an invitation has its answer, as the answer's event tells it. Residents see by it what was given without signing in."""

    __tablename__ = "answered"

    invitation_id: UUID = Field(primary_key=True)
    council: str
