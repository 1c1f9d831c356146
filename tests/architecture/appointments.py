"""A place where Southholt sees people, and appointments there for each thing that can be done with one, made over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from onedoor import story

SERVICE = "registrar_appointment"
SESSION = {"services": [SERVICE], "begins": "09:00", "ends": "12:00", "minutes": 30, "first_day": "2026-01-01"}


async def furnish_appointments(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """She is to be married, several times over: two of her cases wait for a time, the others have one."""
    for name, title in (("hall", "Southholt Town Hall"), ("forge", "The Forge")):
        place = {"title": title, "address": "1 Harbour Square, Southholt ZZ99 2AA"}
        names[name] = (await stage.post("case-crm", "/locations", place, lee))["location_id"]
    sessions = f"/locations/{names['hall']}/sessions"
    await stage.post("case-crm", sessions, SESSION | {"day": "wed", "at_once": 20}, lee)
    spare = await stage.post("case-crm", sessions, SESSION | {"day": "thu"}, lee)
    names["spare_session"] = spare["session_id"]
    from_day = str(date.today() + timedelta(days=3))  # noqa: DTZ011 - soon, and not too soon to change it
    times = await _times(names, stage, from_day)
    names["time"], names["other_time"] = times[0], times[1]
    names["booked_day"] = names["time"][:10]
    for name in ("wedding", "her_wedding", "booked", "her_booked", "to_cancel", "her_to_cancel"):
        names[name] = await _case(names, stage, lee)
        if not name.endswith("wedding"):
            body = {"location_id": names["hall"], "starts_at": names["time"]}
            await stage.post("case-crm", f"/cases/{names[name]}/appointment", body, lee, want=200)


async def _times(names: Mapping[str, str], stage: story.Stage, from_day: str) -> list[str]:
    """When she could be seen on a Wednesday: as many at once as there are cases of hers."""
    path = f"/locations/{names['hall']}/times"
    found: Any = await stage.get("case-crm", path, service=SERVICE, from_day=from_day)
    return [each["starts_at"] for each in found["items"] if each["free"] > 1]


async def _case(names: Mapping[str, str], stage: story.Stage, lee: Mapping[str, str]) -> str:
    answers = {"full_name": names["name"], "phone": names["phone"], "occasion": "A marriage"}
    ask = {"service": SERVICE, "channel": "phone", "person_id": names["person"], "answers": answers}
    return str((await stage.post("case-crm", "/cases", ask, lee))["case_id"])
