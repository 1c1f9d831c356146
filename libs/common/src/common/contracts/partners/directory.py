"""The directory of services that help, and signposts to them: said by partner-gateway. No person in any of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from common.contracts.base import Code, Command, CouncilId, Event, Line, Open, Refusal, Text, View
from common.contracts.partners.organisations import PartnerId

District = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{1,2}[0-9][0-9A-Za-z]?$"),
    Field(description="The first half of a postcode, such as ZZ99. A whole postcode is refused: it is personal data."),
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(description="ISO 639, such as `pl`.")]
Needs = Annotated[list[Code], Field(min_length=1, max_length=20)]
Districts = Annotated[list[District], Field(max_length=200)]
Councils = Annotated[list[CouncilId], Field(max_length=50)]
Languages = Annotated[list[Language], Field(max_length=50)]
Age = Annotated[int, Field(ge=0, le=130)]
Places = Annotated[int, Field(ge=0, le=100_000, description="How many more people it can take; null where unknown.")]
Days = Annotated[int, Field(ge=0, le=3650)]


class ServiceStatus(StrEnum):
    """Whether a service is there to be used."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily_closed"
    OTHER = "other"


KnownStatus = Literal[
    ServiceStatus.ACTIVE, ServiceStatus.INACTIVE, ServiceStatus.DEFUNCT, ServiceStatus.TEMPORARILY_CLOSED
]


# -- what is said


class DirectoryEvent(Event, aggregate="directory_service", speaker="partner-gateway"):
    """The life of one entry of the directory."""


class DirectoryServiceChanged(DirectoryEvent, name="directory.service_changed"):
    """An entry as it is from now on; `changed` names what is new in it."""

    service_name: str
    partner_id: PartnerId | None
    needs: list[Code]
    districts: list[str]
    councils: list[CouncilId]
    status: Open[ServiceStatus]
    capacity: int | None
    waiting_days: int | None
    changed: list[str]


class SignpostEvent(Event, aggregate="signpost", speaker="partner-gateway"):
    """Somebody was told where to find help. Nobody notes who."""


class SignpostGiven(SignpostEvent, name="signpost.given"):
    """These services were offered for this need."""

    need: Code
    district: str | None
    offered: list[UUID]
    chosen: UUID | None


# -- what is asked for


class PublishService(Command):
    """Put a service into the directory: a partner's, or the council's own where no partner is named."""

    name: Line
    partner_id: PartnerId | None = None
    needs: Needs
    districts: Districts = Field(default_factory=list)
    councils: Councils = Field(default_factory=list)
    min_age: Age | None = None
    max_age: Age | None = None
    languages: Languages = Field(default_factory=list)
    cost: Line | None = None
    opening_hours: Text | None = None
    capacity: Places | None = None
    waiting_days: Days | None = None
    status: KnownStatus = ServiceStatus.ACTIVE
    assured_date: date | None = None


class EditService(Command):
    """Change what is named, leave the rest. Null empties what may be unknown: ages, cost, hours, capacity, waiting, date."""

    name: Line | None = None
    needs: Needs | None = None
    districts: Districts | None = None
    councils: Councils | None = None
    min_age: Age | None = None
    max_age: Age | None = None
    languages: Languages | None = None
    cost: Line | None = None
    opening_hours: Text | None = None
    capacity: Places | None = None
    waiting_days: Days | None = None
    status: KnownStatus | None = None
    assured_date: date | None = None


class GiveSignpost(Command):
    """Note that somebody was told of services. Say nothing of who it was."""

    need: Code
    district: District | None = None
    offered: list[UUID] = Field(min_length=1, max_length=20)
    chosen: UUID | None = None


# -- what is shown


class ServiceView(View):
    """A service of the directory."""

    service_id: UUID
    version: int
    name: str
    council: str
    partner_id: str | None
    needs: list[str]
    districts: list[str]
    councils: list[str]
    min_age: int | None
    max_age: int | None
    languages: list[str]
    cost: str | None
    opening_hours: str | None
    capacity: int | None
    waiting_days: int | None
    status: str
    assured_date: date | None
    changed_at: datetime


class Reason(View):
    """Why a service is where it is in the list."""

    code: str
    text: str


class RankedService(ServiceView):
    """A service that may help, and why it is where it is."""

    reasons: list[Reason]


class SignpostView(View):
    """A signpost that was given."""

    signpost_id: UUID
    at: datetime
    council: str
    need: str
    district: str | None
    offered: list[UUID]
    chosen: UUID | None


# -- what may be refused


class UnknownDirectoryService(Refusal, status=422):
    """The directory has no such service."""


class NotServing(Refusal, status=422):
    """Say where the service is offered, and give a youngest age that is not above the oldest."""


class ChosenNotOffered(Refusal, status=422):
    """The chosen service is not among those offered."""
