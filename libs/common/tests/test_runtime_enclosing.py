"""The files that somebody's rows lead to are in their part: each whole, or named as left out."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
from common.runtime.holdings import Enclosed
from common.runtime.ids import new_id
from common.runtime.objects import Kept, NoShelf, OutOfReach, Spoilt
from common.runtime.rights import enclosing
from common.runtime.rights.enclosing import Enclosing

FILE = Enclosed(lies="lies", called="name")
KEY = b"k" * 32


class OneFile(NoShelf):
    """A shelf with the same on every place, in pieces; or with nothing whole."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content
        self.asked: list[tuple[str, bytes]] = []

    async def read(self, kept: Kept, *, key: bytes) -> AsyncIterator[bytes]:
        self.asked.append((kept.object, key))
        if self.content is None:
            yield b"half of it"
            raise Spoilt
        yield self.content[:7]
        yield self.content[7:]


def row(content: bytes, **more: Any) -> dict[str, Any]:
    lies = {"sha256": "", "size": len(content), "key": b64encode(KEY).decode()}
    return {"id": new_id(), "name": "the bin.jpg", "lies": lies} | more


async def enclosed(reads: Enclosing, of: dict[str, Any]) -> list[dict[str, Any]]:
    return [line async for line in reads.lines(of, FILE)]


async def test_a_file_is_in_it_whole_under_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosing, "PIECE", 5)
    content, of = b"a photograph of a bin", row(b"a photograph of a bin")
    shelf = OneFile(content)
    file, *pieces = await enclosed(Enclosing(shelf), of)
    assert file == {"file": {"id": str(of["id"]), "called": "the bin.jpg"}}
    assert b"".join(b64decode(each["piece"]) for each in pieces) == content
    assert len(pieces) == -(-len(content) // 5)
    assert shelf.asked == [(of["id"].hex, KEY)]


async def test_a_row_that_leads_to_no_file_any_more_has_none() -> None:
    assert await enclosed(Enclosing(OneFile(b"")), row(b"", lies=None)) == []


@pytest.mark.parametrize(
    ("lies", "content", "why"),
    [
        ({"sealed": "v1.special.1.abc"}, b"something", "sealed"),
        ({"sha256": "", "size": enclosing.MOST + 1, "key": ""}, b"something", "too_large"),
        ({"sha256": "", "size": 9, "key": ""}, None, "gone"),
    ],
)
async def test_a_file_that_cannot_be_in_it_is_named(lies: Any, content: bytes | None, why: str) -> None:
    of = row(b"", lies=lies)
    assert await enclosed(Enclosing(OneFile(content)), of) == [
        {"file": {"id": str(of["id"]), "called": "the bin.jpg", "left_out": why}}
    ]


async def test_there_is_room_for_so_much_in_one_part_and_what_is_smaller_may_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(enclosing, "MOST", 30)
    reads = Enclosing(OneFile(b"x"))
    rows = [row(bytes(size)) for size in (20, 11, 10, 1)]
    found = [line["file"].get("left_out") for each in rows for line in await enclosed(reads, each) if "file" in line]
    assert found == [None, "too_large", None, "too_large"]


async def test_while_the_object_store_is_away_nothing_is_said_of_it() -> None:
    class Away(NoShelf):
        async def read(self, kept: Kept, *, key: bytes) -> AsyncIterator[bytes]:
            raise OutOfReach
            yield b""

    with pytest.raises(OutOfReach):
        await enclosed(Enclosing(Away()), row(b"something"))
