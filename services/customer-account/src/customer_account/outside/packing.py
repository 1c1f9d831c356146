"""Packages put together: parts out of the object store, checked and opened; one file into it, sealed. Never held whole."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from common.contracts.people.portable import schema
from common.contracts.people.rights import HOLDERS, Right, RightsRequestEvent
from common.runtime.objects import Kept, Objects, Spoilt, part_of
from common.runtime.settings import Settings

from customer_account.domain import package_pages as pages
from customer_account.domain.package_pages import Document, Held
from customer_account.domain.packages import package_of

PIECE = 64 * 1024
Lines = AsyncGenerator[dict[str, Any]]
Pieces = AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Making:
    """A package that is to be made of these parts."""

    request_id: UUID
    right: str
    reference: str
    parts: Mapping[str, Mapping[str, Any]]
    asked_again: Sequence[str]
    at: datetime
    objects: Objects


@dataclass(frozen=True, slots=True)
class Made:
    """What became of it: a file, sealed in the object store; or parts that could not be read, to be asked for `again`."""

    again: tuple[str, ...] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""
    size: int = 0
    unanswered: tuple[str, ...] = ()


async def make(making: Making, _: Settings) -> Made:
    """Make a package. A part that is not what its service said is asked for once more, then it counts as not answered."""
    spoilt = [service for service in making.parts if not await _is_sound(making, service)]
    if again := tuple(service for service in spoilt if service not in making.asked_again):
        return Made(again=again)
    there = [service for service in HOLDERS if service in making.parts and service not in spoilt]
    unanswered = tuple(service for service in HOLDERS if service not in there)
    archive = _Archive(making, there, unanswered)
    kept = await making.objects.put(archive.content(), about=package_of(making.request_id))
    return Made(kept=asdict(kept), sha256=archive.out.digest.hexdigest(), size=archive.out.size, unanswered=unanswered)


async def _is_sound(making: Making, service: str) -> bool:
    """Whether a part is what its service said it put there, whole, and made of lines that can be read."""
    try:
        async for _ in _lines(making, service):
            pass
    except (Spoilt, orjson.JSONDecodeError):
        return False
    return True


async def _lines(making: Making, service: str) -> Lines:
    waiting = b""
    kept = Kept(**making.parts[service])
    async for piece in making.objects.read(kept, about=part_of(making.request_id, service)):
        *whole, waiting = (waiting + piece).split(b"\n")
        for line in whole:
            yield orjson.loads(line)


class _Out:
    """Where a ZIP file is written to, and taken out of at once: a file that cannot go back. It counts what goes by."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self.waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        return None

    def close(self) -> None:
        return None

    def taken(self) -> bytes:
        taken = bytes(self.waiting)
        self.waiting.clear()
        self.digest.update(taken)
        self.size += len(taken)
        return taken


class _Archive:
    """One ZIP file, made as it is read."""

    def __init__(self, making: Making, there: Sequence[str], unanswered: Sequence[str]) -> None:
        self.making = making
        self.there = there
        self.unanswered = unanswered
        self.held = Held()
        self.out = _Out()

    async def content(self) -> AsyncIterator[bytes]:
        with ZipFile(self.out, "w", ZIP_DEFLATED) as archive:
            for name, texts in self._members():
                async for taken in self._written(archive, name, texts):
                    yield taken
            for service in self.there:
                async for taken in self._enclosed(archive, service):
                    yield taken
            async for taken in self._written(archive, "index.html", self._page):  # only now everything is counted
                yield taken
        yield self.out.taken()

    async def _written(self, archive: ZipFile, name: str, texts: Callable[[], AsyncIterator[str]]) -> Pieces:
        with archive.open(self._info(name), "w") as member:
            async for text in texts():
                member.write(text.encode())
                if len(self.out.waiting) > PIECE:
                    yield self.out.taken()

    async def _enclosed(self, archive: ZipFile, service: str) -> Pieces:
        """The files that belong to what a service holds. One that it left out is counted."""
        async with aclosing(_lines(self.making, service)) as lines:
            with ExitStack() as last:
                member: IO[bytes] | None = None
                async for line in lines:
                    if "piece" in line and member:
                        member.write(b64decode(line["piece"]))
                    elif file := line.get("file"):
                        last.close()
                        self.held.file(left_out="left_out" in file)
                        info = self._info(pages.place_of(file))
                        member = None if "left_out" in file else last.enter_context(archive.open(info, "w"))
                    if len(self.out.waiting) > PIECE:
                        yield self.out.taken()

    def _info(self, name: str) -> ZipInfo:
        info = ZipInfo(name, self.making.at.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info

    def _members(self) -> list[tuple[str, Callable[[], AsyncIterator[str]]]]:
        """What is written in it, but for the page."""
        making, owner = self.making, _OWNER in self.there
        if making.right == Right.PORTABILITY:
            facts = [(pages.FACTS_FILE, self._facts)] if owner else []
            each = [(pages.PORTABLE_FILE, self._portable), (pages.SCHEMA_FILE, _schema), *facts]
        else:
            looks = [(pages.LOOKS_FILE, self._looks)] if owner else []
            each = [*((pages.file_of(service), partial(self._document, service)) for service in self.there), *looks]
        return each

    async def _document(self, service: str, *, only: str | None = None, plain: bool = False) -> AsyncIterator[str]:
        """What a service holds; or `only` one of its tables."""
        document, table, called = Document(), "", ""
        yield document.begins(service)
        async for line in _lines(self.making, service):
            if "file" in line or "piece" in line:
                continue
            table, called = line.get("table", table), line.get("called", called)
            if (only is None and table == pages.LOOKS) or only not in {None, table}:
                continue
            if "record" not in line:
                self.held.table(service, called)
                yield document.table(table, called)
            else:
                self.held.record(service, called)
                yield document.record(line["record"] if plain else pages.readable(line["record"]))
        yield document.ends()

    def _looks(self) -> AsyncIterator[str]:
        return self._document(_OWNER, only=pages.LOOKS)

    async def _portable(self) -> AsyncIterator[str]:
        yield pages.head_of_portable(self.making.reference, self.making.at)
        for number, service in enumerate(self.there):
            yield ", " if number else ""
            async for text in self._document(service, plain=True):
                yield text
        yield "]}"

    async def _facts(self) -> AsyncIterator[str]:
        yield pages.row_of_fact(None)
        table = ""
        async for line in _lines(self.making, _OWNER):
            table = line.get("table", table)
            if table == pages.FACTS and "record" in line:
                yield pages.row_of_fact(line["record"])

    async def _page(self) -> AsyncIterator[str]:
        making = self.making
        yield pages.page(making.right, making.reference, making.at, self.held, unanswered=self.unanswered)


_OWNER = RightsRequestEvent.speaker  # it keeps the facts, and who looked


async def _schema() -> AsyncIterator[str]:
    yield json.dumps(schema(), indent=1)
