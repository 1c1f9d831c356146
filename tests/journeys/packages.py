"""Asking for what is held of somebody, over HTTP, and looking into what comes."""

from __future__ import annotations

import io
import json
from typing import Any
from zipfile import ZipFile

from common.testing.platform import Platform

ACCOUNT, CRM = "customer-account", "case-crm"


def me(town: Platform, person: str) -> dict[str, str]:
    return {**town.resident(person), "Onedoor-Council": "northmere"}


async def registered(town: Platform, name: str, phone: str) -> str:
    body = {"full_name": name, "phone": phone, "channel": "phone"}
    answer = await town[ACCOUNT].client.post("/persons", json=body, headers=town.officer())
    assert answer.status_code == 201, answer.text
    await town.heard(answer)
    return str(answer.json()["person_id"])


async def opened(town: Platform, person: str, need: str) -> None:
    answers = {
        "full_name": "Margaret Hartley",
        "date_of_birth": "1947-05-02",
        "address": "14 Weavers Row",
        "need": need,
    }
    body = {"service": "blue_badge", "channel": "phone", "person_id": person, "answers": answers}
    answer = await town[CRM].client.post("/cases", json=body, headers=town.officer())
    assert answer.status_code == 201, answer.text
    await town.heard(answer)


async def looked_at(town: Platform, person: str) -> None:
    """An officer looks at what they told us, and they can read that."""
    answer = await town[ACCOUNT].client.get(f"/persons/{person}/facts", headers=town.officer())
    assert answer.status_code == 200, answer.text

    async def listed() -> bool:
        entries = (await town[ACCOUNT].client.get("/me/access-entries", headers=me(town, person))).json()["items"]
        return "looked at what a person told us" in {each["reason"] for each in entries}

    await town.until(listed)


def records(document: str) -> dict[str, list[dict[str, Any]]]:
    return {each["table"]: each["records"] for each in json.loads(document)["tables"]}


async def asked(town: Platform, person: str, right: str) -> dict[str, Any]:
    answer = await town[ACCOUNT].client.post("/me/rights-requests", json={"right": right}, headers=me(town, person))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def shown(town: Platform, person: str, request: str) -> dict[str, Any]:
    answer = await town[ACCOUNT].client.get(f"/me/rights-requests/{request}", headers=me(town, person))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ready(town: Platform, person: str, request: str) -> dict[str, Any]:
    async def is_ready() -> Any:
        view = await shown(town, person, request)
        return view if view["status"] == "ready" else None

    found: dict[str, Any] = await town.until(is_ready, seconds=60)
    return found


async def fetched(town: Platform, person: str, request: str) -> dict[str, str]:
    """What is to be read in a package, by its name."""
    return {name: content.decode() for name, content in (await unpacked(town, person, request)).items()}


async def unpacked(town: Platform, person: str, request: str) -> dict[str, bytes]:
    """All that is in a package, by its name."""
    answer = await town[ACCOUNT].client.get(f"/me/rights-requests/{request}/package", headers=me(town, person))
    assert answer.status_code == 200, answer.text
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
