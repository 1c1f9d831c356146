"""A file as an answer: bytes for one caller, never kept on the way, with what it is called and its digest."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

from fastapi.responses import StreamingResponse


class File(StreamingResponse):
    """`content` as a download called `name`. `sha256` (in hexadecimal) and `size` are those of the whole file."""

    def __init__(self, content: AsyncIterator[bytes], *, name: str, media_type: str, sha256: str, size: int) -> None:
        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(size),
            "Repr-Digest": f"sha-256=:{digest}:",
            "Cache-Control": "no-store",
        }
        super().__init__(content, headers=headers, media_type=media_type)


_HEADERS = {
    "Content-Disposition": {"description": "What the file is called.", "schema": {"type": "string"}},
    "Repr-Digest": {"description": "The SHA-256 of the file (RFC 9530).", "schema": {"type": "string"}},
}


def documented(media_type: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that answers a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": "The file.", "content": content, "headers": _HEADERS}}
