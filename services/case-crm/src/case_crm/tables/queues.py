"""Who takes the cases of a team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from common.runtime.tables import Aggregate, OfCouncil, document
from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class Member(OfCouncil, CaseCrm, table=True):
    """An officer in a team."""

    __tablename__ = "team_member"

    council: str = Field(primary_key=True)
    team: str = Field(primary_key=True)
    officer_id: str = Field(primary_key=True)
    called: str
    skills: Any = document()
    specialist: bool
    capacity: int


class Hands(Aggregate, OfCouncil, CaseCrm, table=True):
    """An officer who was given a case by how much they hold, in whichever team. Nothing is said of it.

    Its version is how often that was: of two who count at once what the officer holds, one finds it moved, and counts again.
    """

    __tablename__ = "officer_hands"
    __table_args__ = (UniqueConstraint("council", "officer_id"),)

    officer_id: str


class SavedFilter(OfCouncil, CaseCrm, table=True):
    """A filter of queues that an officer keeps for themself."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("council", "officer_id", "name"),)

    id: UUID = Field(primary_key=True)
    officer_id: str
    name: str
    filter: Any = document()
