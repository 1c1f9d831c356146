"""A presence in buildings: a couple book a time at the town hall, are reminded, are missed without a bad word, book again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from case_crm.app import service as case_crm
from case_crm.queries.calendars import calendars
from common.testing.platform import Platform, serving

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


async def written(town: Platform, person: str, template: str) -> Any:
    """The one message of its kind that was sent to somebody."""

    async def shown() -> Any:
        items = (await town[OWNER].client.get("/me/messages", headers=town.resident(person))).json()["items"]
        return [each for each in items if each["template"] == template and each["status"] == "sent"]

    [message] = await town.until(shown, seconds=20)
    return message


async def reminder(town: Platform, person: str) -> Any:
    return await written(town, person, "appointment_reminder")


async def starts_knowing_that_it_is_closed(town: Platform, day: date, why: str) -> None:
    """Another replica of case-crm starts, of a release in which Northmere is closed on a day; and time passes."""
    known = calendars()
    closed = known["northmere"].model_copy(update={"closed": {**known["northmere"].closed, day: why}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("case_crm.queries.calendars.load_calendars", lambda _: {**known, "northmere": closed})
        calendars.cache_clear()
        async with serving(case_crm, town.told[CRM]):
            town.step(minutes=2)

            async def published() -> bool:
                shown = (await town[CRM].client.get("/councils/northmere/calendar")).json()["closed"]
                rung = "SELECT FROM onedoor.timer WHERE name = 'calendar_days_closed' AND due_at < $1"
                return {"day": str(day), "why": why} in shown and not await town.sql(CRM, rung, town.clock.now())

            await town.until(published, seconds=20)
    calendars.cache_clear()


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
    message = await written(town, priya, "appointment_booked")
    for said in ("booked for 5 January 2027 at 09:00", PLACE["title"], view["reference"]):
        assert said in message["text"], said

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


async def test_who_is_moved_or_cancelled_by_an_officer_reads_when_and_where_to_find_out_why(town: Platform) -> None:
    town.at(MONDAY)
    ravi, place = await known(town, "Ravi Nair", "07700 900033"), await hall(town)
    case = await engaged(town, ravi)
    await town.post(CRM, f"/cases/{case}/appointment", {"location_id": place, "starts_at": BOOKED})
    moved = {"location_id": place, "starts_at": AGAIN, "reason": "The registrar is away that week."}
    await town.post(CRM, f"/cases/{case}/appointment/move", moved)
    message = await written(town, ravi, "appointment_moved")
    assert "now on 12 January 2027 at 10:00" in message["text"]
    await town.post(CRM, f"/cases/{case}/appointment/cancel", {"reason": "Nobody is left who could do it."})
    message = await written(town, ravi, "appointment_cancelled")
    assert "12 January 2027 at 10:00 is cancelled" in message["text"]
    assert "Your account says why" in message["text"]
    assert "Nobody is left" not in message["text"]


async def test_who_reads_welsh_and_is_protected_is_told_in_welsh_without_a_word_of_where(town: Platform) -> None:
    town.at(MONDAY)
    mair, place = await known(town, "Mair Nair", "07700 900034", protected=True), await hall(town)
    welsh = {"language": "cy"}
    me = town.resident(mair) | {"Onedoor-Council": "northmere"}
    answer = await town[OWNER].client.put("/me/preferences", json=welsh, headers=me)
    assert answer.is_success, answer.text
    await town.heard(answer)
    case = await engaged(town, mair)
    await town.post(CRM, f"/cases/{case}/appointment", {"location_id": place, "starts_at": BOOKED}, me)
    message = await written(town, mair, "appointment_booked")
    assert "5 Ionawr 2027 am 09:00, yn y lle yn eich cyfrif" in message["text"]
    assert not any(each in message["text"] for each in ("Northmere", "Town Hall", "Market Square"))


async def test_who_is_booked_on_a_day_that_the_council_closes_is_told_and_books_another(town: Platform) -> None:
    """A day later than in the stories before: it stays closed for them all."""
    town.at(MONDAY)
    place, closed, open_again = await hall(town), "2027-02-02T09:00:00Z", "2027-02-09T09:00:00Z"
    nisha = await known(town, "Nisha Nair", "07700 900035")
    leila = await known(town, "Leila Nair", "07700 900036", protected=True)
    cases = {person: await engaged(town, person) for person in (nisha, leila)}
    for case in cases.values():
        await town.post(CRM, f"/cases/{case}/appointment", {"location_id": place, "starts_at": closed})
    await starts_knowing_that_it_is_closed(town, date(2027, 2, 2), "The boiler is being mended")
    for person, named in ((nisha, True), (leila, False)):
        message = await written(town, person, "appointment_day_closed")
        assert "closed on 2 February 2027 after all" in message["text"]
        assert "Book another time in your account or call us" in message["text"]
        assert ("Northmere" in message["text"]) == named
        assert "Town Hall" not in message["text"]
        assert "Your appointment was cancelled, and you can book another" in await told(town, person)
        me = town.resident(person) | {"Onedoor-Council": "northmere"}
        [listed] = (await town.get(CRM, "/me/cases", me))["items"]
        assert (listed["status"], listed["appointment"]["state"]) == ("submitted", "cancelled")
        again = {"location_id": place, "starts_at": open_again}
        await town.post(CRM, f"/cases/{cases[person]}/appointment", again, me)
    day = await town.get(CRM, f"/locations/{place}/appointments?day=2027-02-02", town.officer())
    assert {each["state"] for each in day["items"]} <= {"cancelled"}
    view = await town.get(CRM, f"/cases/{cases[nisha]}", town.officer())
    assert [task["kind"] for task in view["tasks"]] == ["alert"]
