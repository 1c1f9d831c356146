"""A file is looked through for what does harm, before anything of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from common.testing.attaching import PICTURE, attach, case_of, lies, me
from common.testing.platform import Platform


@asynccontextmanager
async def clamd(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Somebody who speaks clamd's INSTREAM, and what they were given."""
    given: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            given.append(await reader.readexactly(length))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", given


ANSWERS = {
    "clean": (b"stream: OK\0", 201, "clean"),
    "harmful": (b"stream: Eicar-Test-Signature FOUND\0", 422, "/problems/not-safe"),
    "out of order": (b"INSTREAM size limit exceeded. ERROR\0", 503, "/problems/not-now"),
}


@pytest.mark.parametrize("said_of_it", ANSWERS)
async def test_a_file_is_looked_through_before_it_is_kept(town: Platform, said_of_it: str) -> None:
    answer, status, becomes = ANSWERS[said_of_it]
    who = me(town)
    case, before = await case_of(town, who), await lies(town)
    async with clamd(answer) as (address, given):
        object.__setattr__(town["case-crm"].inner.ground, "clamd", address)
        try:
            got = await attach(town, case, who)
        finally:
            object.__setattr__(town["case-crm"].inner.ground, "clamd", None)
    assert b"".join(given) == PICTURE
    assert (got.status_code, got.json().get("scanned", got.json().get("type"))) == (status, becomes)
    assert len({*await lies(town)} - {*before}) == (status == 201)  # others may be swept meanwhile
