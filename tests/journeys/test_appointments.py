"""A presence in buildings: a couple book a time at the town hall, are reminded, are missed without a bad word, book again."""

from __future__ import annotations

from typing import Any

import pytest
from common.testing.platform import Platform

CRM, OWNER = "case-crm", "customer-account"
SERVICE = "registrar_appointment"
PLACE = {"title": "Northmere Town Hall", "address": "1 Market Square, Northmere ZZ99 1AA", "shared_with": ["southholt"]}
TUESDAYS = {
    "services": [SERVICE],
    "day": "tue",
    "begins": "09:00",
    "ends": "11:00",
    "minutes": 30,
    "at_once": 2,
    "first_day": "2026-12-01",
}
MONDAY, BEFORE, AFTER = "2026-12-14T09:30:00+00:00", "2027-01-04T10:00:00+00:00", "2027-01-05T10:00:00+00:00"
BOOKED, AGAIN = "2027-01-05T09:00:00Z", "2027-01-12T10:00:00Z"


@pytest.fixture(scope="module")
def settings(sending: dict[str, Any]) -> dict[str, Any]:
    return sending


async def known(town: Platform, name: str, phone: str, *, protected: bool = False) -> str:
    """Somebody who is reached by text message; where they are protected, by a number that they said is safe."""
    path = "/persons/" + (await town.post(OWNER, "/persons", {"full_name": name, "channel": "phone"}))["person_id"]
    if protected:
        cleared = town.officer(permissions=["protection:read", "protection:write", "persons:read", "persons:write"])
        mark = {"reason": "domestic_abuse", "review_on": "2027-03-01", "asked_by": "person"}
        await town.post(OWNER, f"{path}/protections", mark, cleared)
    else:
        cleared = town.officer()
    point = {"kind": "mobile", "value": phone, "safe_to_leave_message": True}
    await town.post(OWNER, f"{path}/contact-points", point, cleared)
    return path.removeprefix("/persons/")


async def hall(town: Platform) -> str:
    place = await town.post(CRM, "/locations", PLACE)
    await town.post(CRM, f"/locations/{place['location_id']}/sessions", TUESDAYS)
    return str(place["location_id"])


async def engaged(town: Platform, person: str) -> str:
    """They ask to give notice of their marriage, by phone. Gives the case."""
    answers = {"full_name": "Priya Nair", "phone": "07700 900031", "occasion": "A marriage"}
    ask = {"service": SERVICE, "channel": "phone", "person_id": person, "answers": answers}
    return str((await town.post(CRM, "/cases", ask))["case_id"])


async def reminder(town: Platform, person: str) -> Any:
    async def shown() -> Any:
        items = (await town[OWNER].client.get("/me/messages", headers=town.resident(person))).json()["items"]
        return [each for each in items if each["template"] == "appointment_reminder" and each["status"] == "sent"]

    [message] = await town.until(shown, seconds=20)
    return message


async def told(town: Platform, person: str) -> list[str]:
    items = (await town.get(OWNER, "/me/timeline", town.resident(person)))["items"]
    return [each["label"] for each in items]


async def test_a_couple_book_by_phone_are_reminded_missed_and_book_again_online(town: Platform) -> None:
    town.at(MONDAY)
    priya, place = await known(town, "Priya Nair", "07700 900031"), await hall(town)
    case = await engaged(town, priya)
    first = {"location_id": place, "starts_at": BOOKED, "channel": "phone"}
    view = await town.post(CRM, f"/cases/{case}/appointment", first)
    assert (view["status"], view["appointment"]["place"]["title"]) == ("scheduled", PLACE["title"])
    assert "An appointment was made for what you asked for" in await told(town, priya)

    town.at(BEFORE)
    message = await reminder(town, priya)
    for said in ("5 January 2027", "09:00", PLACE["title"], view["reference"]):
        assert said in message["text"], said

    town.at(AFTER)
    day = await town.get(CRM, f"/locations/{place}/appointments?day=2027-01-05", town.officer())
    assert [each["person_id"] for each in day["items"]] == [priya]
    await town.post(CRM, f"/cases/{case}/appointment/attendance", {"outcome": "missed"})
    assert "We missed you at your appointment. You can book another whenever it suits you" in await told(town, priya)
    [listed] = (await town.get(CRM, "/me/cases", town.resident(priya)))["items"]
    assert (listed["status"], listed["appointment"]["state"]) == ("submitted", "missed")
    me = town.resident(priya) | {"Onedoor-Council": "northmere"}
    again = await town.post(CRM, f"/cases/{case}/appointment", {"location_id": place, "starts_at": AGAIN}, me)
    assert (again["status"], again["appointment"]["starts_at"]) == ("scheduled", AGAIN)
    steps = await town.sql("review-engine", "SELECT activity, result FROM evidence WHERE activity LIKE 'appointment.%'")
    assert sorted((row["activity"], row["result"]) for row in steps) == [
        ("appointment.booked", None),
        ("appointment.booked", None),
        ("appointment.missed", "appointment_problem"),
    ]


async def test_somebody_who_is_protected_is_reminded_without_a_word_of_where(town: Platform) -> None:
    town.at(MONDAY)
    asha, place = await known(town, "Asha Nair", "07700 900032", protected=True), await hall(town)
    case, me = await engaged(town, asha), town.resident(asha) | {"Onedoor-Council": "northmere"}
    await town.post(CRM, f"/cases/{case}/appointment", {"location_id": place, "starts_at": BOOKED}, me)
    town.at(BEFORE)
    message = await reminder(town, asha)
    assert "the place in your account" in message["text"]
    assert not any(each in message["text"] for each in ("Northmere", "Town Hall", "Market Square"))
