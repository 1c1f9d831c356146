"""How large a body may be. FastAPI has such a limit, but answers it in plain text; this one is refused like everything else."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 1024 * 1024


class BodyLimit:
    """Raises 413 where the body is read, whether its length was announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        announced, read = _announced(scope), 0

        async def limited() -> Message:
            nonlocal read
            message = await receive() if announced <= LARGEST else {}
            read += len(message.get("body", b""))
            if max(announced, read) > LARGEST:
                raise HTTPException(413)
            return message

        await self.app(scope, limited, send)


def _announced(scope: Scope) -> int:
    for name, value in scope.get("headers", ()):
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
