"""How long a service's cases wait for their person, who is reminded twice before a case is closed."""

from __future__ import annotations

from typing import Annotated, Self

from common.contracts.base import Line
from pydantic import Field, model_validator

from case_crm.domain.definitions.part import Part

Days = Annotated[int, Field(ge=1, le=180)]


class Waiting(Part):
    """Reminders of what a case waits for, each so many days after the one before or after anything that was heard of it.

    The second one says until which day: with that day the case is closed, unless `stays_open` says why it is not.
    """

    remind_after_days: Days = 14
    remind_again_after_days: Days = 14
    close_after_days: Days = 14
    stays_open: Line | None = None

    @model_validator(mode="after")
    def _is_closed_or_not(self) -> Self:
        if self.stays_open and "close_after_days" in self.model_fields_set:
            raise ValueError("what stays open is not closed after any days")
        return self
