"""Tallies."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from common.runtime.tables import Aggregate, OfCouncil


class ToySpeaker(SQLModel, registry=registry()):
    """The toy speaker's own registry."""


class Tally(Aggregate, OfCouncil, ToySpeaker, table=True):
    """A running total of one person, or of nobody."""

    __tablename__ = "tally"

    person_id: UUID | None = None
    total: int
