"""What is too large for one letter: sealed in frames, opened by one service alone, and only whole."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable

import pytest
from common.runtime.keeping.parcels import FRAME, SEALED_FRAME, opened, sealed
from common.runtime.keeping.secrets import NotOurs, Secrets

ABOUT = "access package part|0199|case-crm"


def secrets() -> Secrets:
    return Secrets([os.urandom(32)])


async def pieces(content: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in content:
        yield piece


async def all_of(content: AsyncIterator[bytes]) -> list[bytes]:
    return [piece async for piece in content]


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME + 17])
@pytest.mark.parametrize("step", [1000, SEALED_FRAME, 10_000_000])
async def test_whatever_its_size_and_however_it_comes_it_is_opened_as_it_was(size: int, step: int) -> None:
    ours, content = secrets(), os.urandom(size)
    given = pieces(content[at : at + step] for at in range(0, size, step))
    lies = b"".join(await all_of(sealed(given, ours.public, about=ABOUT)))
    assert size < 32 or content[:32] not in lies
    came = pieces(lies[at : at + step] for at in range(0, len(lies), step))
    assert b"".join(await all_of(opened(came, ours, about=ABOUT))) == content


async def test_no_more_than_a_frame_is_ever_held() -> None:
    ours = secrets()
    lies = await all_of(sealed(pieces([b"x" * 1000] * 2000), ours.public, about=ABOUT))
    assert max(map(len, lies)) <= SEALED_FRAME
    assert max(map(len, await all_of(opened(pieces(lies), ours, about=ABOUT)))) <= FRAME


async def refused(lies: Iterable[bytes], ours: Secrets, about: str = ABOUT) -> None:
    with pytest.raises(NotOurs):
        await all_of(opened(pieces(lies), ours, about=about))


async def test_it_is_opened_by_nobody_else_as_nothing_else_and_only_whole() -> None:
    ours = secrets()
    letter, *frames = await all_of(sealed(pieces([os.urandom(3 * FRAME)]), ours.public, about=ABOUT))
    first, second, last = frames
    assert len(b"".join(await all_of(opened(pieces([letter, *frames]), ours, about=ABOUT)))) == 3 * FRAME
    changed = bytes([last[0] ^ 1]) + last[1:]
    await refused([letter, *frames], secrets())
    await refused([letter, *frames], ours, about=ABOUT + "0")
    await refused([letter, first, second], ours)  # its end is missing
    await refused([letter, second, first, last], ours)
    await refused([letter, first, last], ours)
    await refused([letter, first, second, last, last], ours)
    await refused([letter, first, second, changed], ours)
    await refused([letter[:20]], ours)
    await refused([], ours)
    await refused([b"\xff" * 100], ours)


async def test_the_same_content_never_lies_there_twice_alike() -> None:
    ours = secrets()
    assert await all_of(sealed(pieces([b"x"]), ours.public, about=ABOUT)) != await all_of(
        sealed(pieces([b"x"]), ours.public, about=ABOUT)
    )
