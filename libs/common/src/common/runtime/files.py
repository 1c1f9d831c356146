"""Files that come and go: as an answer, never kept on the way, with name and digest; as a body, with what it says it is."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import StreamingResponse


class File(StreamingResponse):
    """`content` as a download called `name`. `sha256` (in hexadecimal) and `size` are those of the whole file."""

    def __init__(self, content: AsyncIterator[bytes], *, name: str, media_type: str, sha256: str, size: int) -> None:
        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        headers = {
            "Content-Disposition": _called(name),
            "X-Content-Type-Options": "nosniff",
            "Content-Length": str(size),
            "Repr-Digest": f"sha-256=:{digest}:",
            "Cache-Control": "no-store",
        }
        super().__init__(content, headers=headers, media_type=media_type)


_HEADERS = {
    "Content-Disposition": {"description": "What the file is called.", "schema": {"type": "string"}},
    "Repr-Digest": {"description": "The SHA-256 of the file (RFC 9530).", "schema": {"type": "string"}},
}


def documented(media_types: Sequence[str]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that answers a file of one of these kinds."""
    return {200: {"description": "The file.", "content": _binary(media_types), "headers": _HEADERS}}


def documented_body(media_types: Sequence[str]) -> dict[str, Any]:
    """The `requestBody` of a route that takes a file of one of these kinds."""
    return {"required": True, "content": _binary(media_types)}


def _binary(media_types: Sequence[str]) -> dict[str, Any]:
    return {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it is sent: what its sender says it is and is called. Nothing of that is sure."""

    request: Request

    @property
    def media_type(self) -> str:
        return self.request.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def name(self) -> str | None:
        """What Content-Disposition calls it; None where it calls it nothing, or nothing that can be read."""
        header = Message()
        header["Content-Disposition"] = self.request.headers.get("content-disposition", "attachment")
        try:
            return header.get_filename()
        except (TypeError, ValueError, LookupError):  # a charset that there is not, or parts in no order
            return None

    async def content(self) -> bytes:
        """All of it. Raises TooLarge where it is larger than the setting says."""
        return await self.request.body()


def _called(name: str) -> str:
    """RFC 6266: a name in other letters is percent-encoded."""
    plain = name.isascii() and not set(name) & {'"', "\\"}
    return f'attachment; filename="{name}"' if plain else f"attachment; filename*=UTF-8''{quote(name, safe='')}"
