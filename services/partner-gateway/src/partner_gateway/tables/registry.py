"""The registry of this service's tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, Text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class PartnerGateway(SQLModel, registry=registry()):
    """This service's tables share one registry, apart from every other service's."""


def texts() -> Any:
    """A column with a list of texts."""
    return Field(sa_type=ARRAY(Text))
