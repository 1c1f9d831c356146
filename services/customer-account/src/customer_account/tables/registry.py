"""The registry that this service's tables share."""

from __future__ import annotations

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class CustomerAccount(SQLModel, registry=registry()):
    """This service's tables share one registry, apart from every other service's."""
