"""The headers that routes take, as the OpenAPI document shows them and as they are checked."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request

from common.runtime import problems


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    """A header as the OpenAPI document shows it. The runtime reads headers itself: cheaper than four more dependencies."""
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


COUNCIL = _header(
    "Onedoor-Council",
    "The council this is done for; needed where your token serves several.",
    pattern="^[a-z][a-z0-9-]{1,31}$",
)
AFTER = _header(
    "Onedoor-After",
    "What you wrote, as another answer told you: this one waits until it has been heard here.",
    maxLength=1000,
)
KEY = _header(
    "Idempotency-Key",
    "The same key and body again gives the same answer, and nothing is done twice.",
    minLength=1,
    maxLength=200,
)
DISPOSITION = _header(
    "Content-Disposition", 'What the file is called: attachment; filename="letter.pdf" (RFC 6266).', maxLength=1000
)
IF_MATCH = _header(
    "If-Match", "The ETag you read. Refused with 412 where somebody else changed it since.", maxLength=100
)


def check_headers(request: Request, takes: list[dict[str, Any]]) -> None:
    """Raises NotUnderstood where a header is not as the document says."""
    for header in takes:
        sent = request.headers.get(header["name"])
        if sent is not None and not _fits(sent, header["schema"]):
            raise problems.NotUnderstood(
                errors=[{"pointer": f"/header/{header['name']}", "detail": header["description"]}]
            )


def _fits(text: str, schema: dict[str, Any]) -> bool:
    length = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    return length and bool(re.search(schema.get("pattern", ""), text))
