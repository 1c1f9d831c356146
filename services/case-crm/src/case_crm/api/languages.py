"""The language and the channel in which somebody reads: said once for all routes."""

from __future__ import annotations

from typing import Annotated

from common.contracts.base import Channel
from fastapi import Query

from case_crm.domain.definitions import Language

InLanguage = Annotated[Language, Query(description="English, or Welsh where the service has it.")]
OnChannel = Annotated[Channel | None, Query(description="Some channels have words of their own.")]
