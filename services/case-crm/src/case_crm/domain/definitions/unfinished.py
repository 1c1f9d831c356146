"""How long a form of a service that was begun is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from case_crm.domain.definitions.part import Part


class Unfinished(Part):
    """Forms that were begun and not sent."""

    kept_days: Annotated[int, Field(ge=1, le=365)] = 28
    """From when somebody last worked at it."""
