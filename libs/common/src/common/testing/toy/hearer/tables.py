"""Copies of tallies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from common.runtime.tables import OfCouncil, document


class ToyHearer(SQLModel, registry=registry()):
    """The toy hearer's own registry."""


class Copy(OfCouncil, ToyHearer, table=True):
    """A tally as it was heard: its total, and the versions one after another."""

    __tablename__ = "copy"

    id: UUID = Field(primary_key=True)
    person_id: UUID | None = None
    total: int
    versions: Any = document()
