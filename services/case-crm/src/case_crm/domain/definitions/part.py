"""What every part of a definition is: a value that knows no other fields than its own."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Version = Annotated[int, Field(ge=1, le=1_000_000)]


class Part(BaseModel):
    """A part of a definition."""

    model_config = ConfigDict(extra="forbid", frozen=True)
