"""The files that somebody's rows lead to, as lines of a service's part: each whole, or named as left out."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Mapping
from typing import Any

from common.runtime.holdings import Enclosed
from common.runtime.objects import Kept, Shelf, Spoilt
from common.runtime.sealed import is_unreadable

MOST = 64 * 1024**2  # bytes of files in one part: whatever else there is, is named, and fetched where it was sent
PIECE = 48 * 1024


class Enclosing:
    """The files of one part, as long as there is room."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.room = MOST

    async def lines(self, row: Mapping[str, Any], file: Enclosed) -> AsyncIterator[dict[str, Any]]:
        """The file that an opened row leads to: what it is called, then its pieces. Nothing where it leads to none (any more).

        One that cannot be enclosed is `left_out`: there is no room for it, no key, or it is not as it was put. Raises OutOfReach.
        """
        lies = row[file.lies]
        if not lies:
            return
        named = {"id": str(row["id"]), "called": None if is_unreadable(row[file.called]) else row[file.called]}
        if is_unreadable(lies):
            yield {"file": named | {"left_out": "sealed"}}
        elif lies["size"] > self.room:
            yield {"file": named | {"left_out": "too_large"}}
        elif (content := await self._content(row, lies)) is None:
            yield {"file": named | {"left_out": "gone"}}
        else:
            self.room -= lies["size"]
            yield {"file": named}
            for start in range(0, len(content), PIECE):
                yield {"piece": b64encode(content[start : start + PIECE]).decode()}

    async def _content(self, row: Mapping[str, Any], lies: Mapping[str, Any]) -> bytes | None:
        """All of it: a broken one is not begun with."""
        kept = Kept(row["id"].hex, lies["sha256"], lies["size"])
        try:
            return b"".join([piece async for piece in self.shelf.read(kept, key=b64decode(lies["key"]))])
        except Spoilt:
            return None
