"""The registry of this service's tables."""

from __future__ import annotations

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class CaseCrm(SQLModel, registry=registry()):
    """This service's tables share one registry, apart from every other service's."""
