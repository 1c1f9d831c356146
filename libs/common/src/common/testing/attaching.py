"""Files of cases, as residents and officers send them: for tests of what becomes of those."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from uuid import UUID

import httpx

from common.runtime.ids import new_id
from common.testing.platform import Platform

Headers = dict[str, str]
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
"""The smallest there is (PNG)."""
BIN = {"address": "14 Weavers Row", "bin": "Rubbish"}


def me(town: Platform, person: UUID | None = None) -> Headers:
    """A resident of Northmere."""
    return {**town.resident(person or new_id()), "Onedoor-Council": "northmere"}


async def case_of(town: Platform, who: Headers, **more: Any) -> str:
    """A case that somebody opens."""
    body = {"service": "missed_bin", "channel": "online", "answers": BIN} | more
    return str((await town.post("case-crm", "/cases", body, who))["case_id"])


async def attach(
    town: Platform, case: str, who: Headers, content: bytes = PICTURE, kind: str = "image/png", **more: str
) -> httpx.Response:
    """A file is sent to a case."""
    headers = {**who, "Content-Type": kind, "Content-Disposition": 'attachment; filename="the bin.jpg"', **more}
    return await town["case-crm"].client.post(f"/cases/{case}/attachments", content=content, headers=headers)


async def fetch(town: Platform, case: str, attachment: str, who: Headers) -> httpx.Response:
    """A file of a case is fetched."""
    return await town["case-crm"].client.get(f"/cases/{case}/attachments/{attachment}", headers=who)


async def take_away(
    town: Platform, case: str, file: str, who: Headers, reason: str | None = None, **more: str
) -> httpx.Response:
    """A file of a case is taken away."""
    path = f"/cases/{case}/attachments/{file}/removal"
    return await town["case-crm"].client.post(path, json={"reason": reason} if reason else {}, headers={**who, **more})


async def lies(town: Platform) -> list[str]:
    """The names of all objects in the bucket of attachments."""
    found: list[str] = await town["case-crm"].inner.keeping.shelf.bucket.names()
    return found
