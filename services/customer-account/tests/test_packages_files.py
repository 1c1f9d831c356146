"""The files that somebody sent are in their package, each as it was, wherever its name would lead."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from common.contracts.people.rights import HOLDERS
from common.runtime.ids import new_id
from common.runtime.objects import Kept, NoObjects
from common.runtime.settings import Settings
from customer_account.outside.packing import Making, make

CRM = "case-crm"
ROW = {"id": "1", "name": "the bin.jpg", "media_type": "image/jpeg"}
BIN, LETTER = bytes(range(256)) * 400, b"Dear Ewa"


class Parts(NoObjects):
    """An object store with these parts in it, and what is put there."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        self.lines = lines
        self.made = b""

    async def put(self, content: AsyncIterator[bytes], *, about: str) -> Kept:
        self.made = b"".join([piece async for piece in content])
        return Kept("package", "", len(self.made))

    async def read(self, kept: Kept, *, about: str) -> AsyncIterator[bytes]:
        for line in self.lines if kept.object == CRM else []:
            yield json.dumps(line).encode() + b"\n"


def file(content: bytes, called: str | None, *, id: UUID) -> list[dict[str, Any]]:
    """The lines of a part by which a file comes."""
    pieces = [content[start : start + 1000] for start in range(0, len(content), 1000)]
    return [
        {"file": {"id": str(id), "called": called}},
        *({"piece": b64encode(each).decode()} for each in pieces),
    ]


async def packed(*lines: dict[str, Any], right: str = "access") -> dict[str, bytes]:
    """What is in a package for which case-crm handed in these lines."""
    table = {"table": "attachment", "called": "Files with what you asked us for"}
    store = Parts([table, *lines])
    parts = {service: asdict(Kept(service, "", 1)) for service in HOLDERS}
    made = await make(
        Making(new_id(), right, "NBC-R1", parts, (), datetime.now(UTC), store), Settings.model_construct()
    )
    assert made.size == len(store.made)
    with ZipFile(io.BytesIO(store.made)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("right", ["access", "portability"])
async def test_every_file_is_in_it_as_it_was_and_no_piece_of_one_among_the_records(right: str) -> None:
    one, other = new_id(), new_id()
    sent = [{"record": ROW}, *file(BIN, "the bin.jpg", id=one), {"record": ROW}, *file(LETTER, "letter.pdf", id=other)]
    found = await packed(*sent, right=right)
    assert (found[f"files/{one}/the bin.jpg"], found[f"files/{other}/letter.pdf"]) == (BIN, LETTER)
    document = next(found[name] for name in ("requests-and-cases.json", "your-data.json") if name in found)
    tables = json.loads(document)["tables"] if right == "access" else json.loads(document)["services"]
    assert document.count(b"the bin.jpg") == 2
    assert b"piece" not in document
    assert tables
    assert b"the files that belong to it, 2 in all" in found["index.html"]
    assert [*found][-1] == "index.html"


async def test_what_a_service_left_out_is_said_and_what_follows_it_is_there() -> None:
    left, there = new_id(), new_id()
    too_large = {"file": {"id": str(left), "called": "film.pdf", "left_out": "too_large"}}
    found = await packed({"record": ROW}, too_large, {"record": ROW}, *file(LETTER, None, id=there))
    assert [name for name in found if name.startswith("files/")] == [f"files/{there}/file"]
    assert b"1 of your files are not in here" in found["index.html"]


@pytest.mark.parametrize("called", ["../../etc/passwd", "..\\..\\passwd", "..", ""])
async def test_a_file_lies_under_its_id_whatever_its_name_says(called: str) -> None:
    id = new_id()
    [name] = [name for name in await packed(*file(LETTER, called, id=id)) if name.startswith("files/")]
    assert name.startswith(f"files/{id}/")
    assert name.count("/") == 2
    assert ".." not in name.split("/")
    assert "\\" not in name
