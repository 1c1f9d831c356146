"""What somebody takes elsewhere: what they told us, in one document that other programs can read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from common.contracts.base import View

FORMAT = "onedoor-portable-data/1"


class PortableTable(View):
    """Records of one kind. Their columns are those of the service that keeps them; what is empty is null."""

    table: str
    called: str = Field(description="What it is, in plain words.")
    records: list[dict[str, Any]]


class PortableService(View):
    """What somebody told one service."""

    service: str
    called: str
    tables: list[PortableTable]


class PortableData(View):
    """What somebody told us, service by service."""

    format: str = Field(description=f"How this document is laid out: {FORMAT}.")
    reference: str
    made_at: datetime
    services: list[PortableService]


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://onedoor.example/portable-data.json",
        **PortableData.model_json_schema(mode="serialization"),
    }
