"""How large a body may be. FastAPI has such a limit, but answers it in plain text; this one is refused like everything else."""

from __future__ import annotations

from collections.abc import Sequence
from re import Pattern

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 1024 * 1024


class BodyLimit:
    """Raises 413 where the body is read, whether its length was announced or not. `uploads` take files, which may be larger."""

    def __init__(self, app: ASGIApp, *, uploads: Sequence[Pattern[str]] = ()) -> None:
        self.app = app
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        announced, read, most = _announced(scope), 0, self._most(scope)

        async def limited() -> Message:
            nonlocal read
            message = await receive() if announced <= most else {}
            read += len(message.get("body", b""))
            if max(announced, read) > most:
                raise HTTPException(413)
            return message

        await self.app(scope, limited, send)

    def _most(self, scope: Scope) -> int:
        takes_files = scope.get("method") == "POST" and any(path.match(scope["path"]) for path in self.uploads)
        return scope["app"].state.running.told.largest_file_mb * LARGEST if takes_files else LARGEST


def _announced(scope: Scope) -> int:
    for name, value in scope.get("headers", ()):
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
