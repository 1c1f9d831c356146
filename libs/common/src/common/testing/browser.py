"""Somebody at a browser who signs in: the provider as a process, the account over HTTP, and cookies between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import uvicorn
from fastapi import FastAPI

from common.embedded.ports import free_port
from common.embedded.provider.process import Provider

PAGE = "http://127.0.0.1:9/signed-in"  # where a front end would be: nobody listens, and a test needs nobody


@contextmanager
def provider_at(home: Path, *, audiences: list[str], councils: Iterable[str] = ()) -> Iterator[Provider]:
    """Our provider, running: that of residents, and of the staff of these councils."""
    provider = Provider(home, port=free_port())
    provider.client.write(return_to=[PAGE], audiences=audiences, councils=councils)
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()


@asynccontextmanager
async def over_http(app: FastAPI, *, port: int) -> AsyncIterator[str]:
    """An application that is running already, reached over HTTP too."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())  # `serve` would take our signals
    while not server.started:  # noqa: ASYNC110 - it has no event for it
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


class Browser:
    """One browser: its cookies, and what its pages ask of the account and the provider."""

    def __init__(self, account: str, provider: Provider) -> None:
        self.http = httpx.AsyncClient(base_url=account, timeout=30)
        self.provider = provider

    async def __aenter__(self) -> Browser:
        return self

    async def __aexit__(self, *fault: object) -> None:
        await self.http.aclose()

    async def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.http.post(path, json=body, **more)

    async def begin(self, provider: str = "one-login", *, return_to: str = PAGE) -> httpx.Response:
        return await self.post("/sign-ins", {"provider": provider, "return_to": return_to})

    async def visit(self, begun: httpx.Response) -> dict[str, str]:
        """Go to the provider. Gives what it sends the browser back with."""
        assert begun.status_code == 200, begun.text
        async with httpx.AsyncClient(timeout=30) as elsewhere:
            answer = await elsewhere.get(begun.json()["go_to"])
        assert answer.status_code == 303, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    async def complete(self, back: dict[str, str]) -> httpx.Response:
        return await self.post("/sign-ins/completion", back)

    async def sign_in(self, provider: str = "one-login") -> httpx.Response:
        """From the first page to the last."""
        return await self.complete(await self.visit(await self.begin(provider)))

    async def complete_staff(self, back: dict[str, str]) -> httpx.Response:
        return await self.post("/sign-ins/staff-completion", back)

    async def sign_in_staff(self, provider: str = "northmere-staff") -> httpx.Response:
        """From the first page to the last, as somebody who works for a council."""
        return await self.complete_staff(await self.visit(await self.begin(provider)))

    async def prove(self, token: str) -> httpx.Response:
        """Prove who it is, as somebody who signed in: the second request."""
        return await self.complete(await self.visit(await self.begin_proof(token)))

    async def begin_proof(self, token: str) -> httpx.Response:
        return await self.post("/me/identity-proofs", {"return_to": PAGE}, headers=bearer(token))

    async def turn(self, switch: str, **told: Any) -> dict[str, Any]:
        """One of the provider's switches."""
        async with httpx.AsyncClient(base_url=self.provider.url, timeout=30) as elsewhere:
            answer: dict[str, Any] = (await elsewhere.post(f"/-/{switch}", json=told)).json()
        return answer


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
