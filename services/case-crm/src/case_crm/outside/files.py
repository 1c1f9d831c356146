"""A file that somebody sent: made clean in a process of its own, looked through for malware, and put where files lie."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.contracts.cases import NotSafe, NotWhatItSays, Scanned
from common.runtime.files import Upload
from common.runtime.ids import new_id
from common.runtime.objects import OutOfReach, Shelf
from common.runtime.problems import NotNow

from case_crm.domain import attachments

AT_ONCE = 2  # files that are made clean at a time: each may take a gigabyte
CLEAN_WITHIN = 40.0  # seconds
SCANNED_WITHIN = 30.0
PIECE = 64 * 1024
_places = asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies in the object store, and no row says so yet."""

    id: UUID
    sha256: str
    size: int
    scanned: Scanned
    lies: dict[str, Any]


async def store(file: Upload, *, shelf: Shelf, clamd: str | None) -> Stored:
    """Put a file where files lie, as it is once it is clean. Raises NotWhatItSays, NotSafe, or NotNow."""
    content = await file.content()
    attachments.check_beginning(content, file.media_type)
    scanned = await scan(content, clamd) if clamd else Scanned.NOT_SCANNED
    clean = await cleaned(content, file.media_type)
    id, key = new_id(), os.urandom(32)
    try:
        kept = await shelf.put(id, clean, key=key)
    except OutOfReach:
        raise NotNow from None
    lies = {"sha256": kept.sha256, "size": kept.size, "key": b64encode(key).decode()}
    return Stored(id, hashlib.sha256(clean).hexdigest(), len(clean), scanned, lies)


async def cleaned(content: bytes, media_type: str) -> bytes:
    """The file without what it says of its maker. Raises NotWhatItSays where it cannot be read as what it says it is."""
    async with _places:
        command = (sys.executable, "-I", "-m", "case_crm.outside.cleaning", media_type)
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
        try:
            async with asyncio.timeout(CLEAN_WITHIN):
                clean, _ = await process.communicate(content)
        except TimeoutError:
            raise NotWhatItSays from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    if process.returncode != 0:
        raise NotWhatItSays
    return clean


async def scan(content: bytes, clamd: str) -> Scanned:
    """What clamd says of a file (its command INSTREAM). Raises NotSafe; NotNow where it says nothing we know."""
    host, _, port = clamd.rpartition(":")
    try:
        async with asyncio.timeout(SCANNED_WITHIN):
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                writer.write(b"zINSTREAM\0")
                for start in range(0, len(content), PIECE):
                    piece = content[start : start + PIECE]
                    writer.write(len(piece).to_bytes(4, "big") + piece)
                    await writer.drain()
                writer.write(bytes(4))
                found = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        raise NotNow from None
    if found.rstrip(b"\0\n").endswith(b"FOUND"):
        raise NotSafe
    if found.rstrip(b"\0\n") != b"stream: OK":
        raise NotNow
    return Scanned.CLEAN
