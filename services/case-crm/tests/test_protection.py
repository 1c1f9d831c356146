"""A protected person in case-crm: where they are is held and not shown, and is kept out of free text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.people import FactRecorded, FactsProtected, FactsShared, FactsUnprotected
from common.embedded import Nats
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

ADDRESS = "Flat 6, 3 Quay St, Southholt ZZ99 2QS"
PHONE = "07700 900031"
KINDS = ["home_address", "new_address", "phone", "postcode"]
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read"]
REFUSED = (422, "/problems/address-in-text")


def fact(kind: str, value: Any, told_to: str = "northmere") -> FactRecorded:
    return FactRecorded(
        fact_id=new_id(),
        kind=kind,
        value=value,
        asserted_by="person",
        channel="phone",
        told_at=datetime.now(UTC),
        told_to=told_to,
        told_to_service="customer-account",
        verification="verified",
        visible_to=["northmere"],
    )


async def protected(town: Platform, nats: Nats, *more: Any) -> UUID:
    """Somebody whose address and phone are held, and who is protected since."""
    person = new_id()
    events = [
        fact("home_address", ADDRESS, told_to="southholt"),
        fact("phone", PHONE),
        fact("full_name", "Priya Nair", told_to="southholt"),
        FactsProtected(kinds=KINDS, visible_to=["northmere"]),
        *more,
    ]
    rows = [said(event, person, version, person_id=person) for version, event in enumerate(events, 1)]
    await publish(nats, rows, speaker="customer-account")
    await town.heard(f"facts/{person}@{len(events)}")
    return person


async def form(town: Platform, person: UUID, headers: dict[str, str], name: str = "missed_bin") -> dict[str, Any]:
    path = f"/councils/northmere/services/{name}/form"
    answer = await town["case-crm"].client.get(path, params={"person_id": str(person)}, headers=headers)
    return {each["question"]: each for each in answer.json()["questions"]}


async def open_case(town: Platform, person: UUID, headers: dict[str, str], **more: Any) -> httpx.Response:
    body = {"service": "missed_bin", "channel": "phone", "person_id": str(person), "answers": {"bin": "Rubbish"}} | more
    return await town["case-crm"].client.post("/cases", json=body, headers=headers)


async def test_a_form_says_that_an_address_is_held_and_does_not_show_it(town: Platform, nats: Nats) -> None:
    person = await protected(town, nats)
    asked = await form(town, person, town.officer())
    assert (asked["address"]["value"], asked["address"]["held"], asked["address"]["protected"]) == (None, None, True)
    assert "Quay" not in str(asked)
    assert "southholt" not in str(asked)
    for who in (town.officer(permissions=CLEARED), town.resident(person) | {"Onedoor-Council": "northmere"}):
        shown = (await form(town, person, who))["address"]
        assert (shown["value"], shown["protected"]) == (ADDRESS, False)
        assert shown["held"]["told_to"] == "southholt"


async def test_that_another_council_was_told_is_not_shown_either(town: Platform, nats: Nats) -> None:
    person = await protected(town, nats)
    name = (await form(town, person, town.officer(), "change_of_address"))["full_name"]
    assert (name["value"], name["held"]["told_to"]) == ("Priya Nair", "partnership")


async def test_a_case_is_filled_in_from_memory_and_shows_the_address_to_who_may_see_it(
    town: Platform, nats: Nats
) -> None:
    person = await protected(town, nats)
    opened = await open_case(town, person, town.officer())
    assert opened.status_code == 201
    assert (opened.json()["answers"], opened.json()["protected_answers"]) == ({"bin": "Rubbish"}, ["address"])
    path = f"/cases/{opened.json()['case_id']}"
    client = town["case-crm"].client
    moved = await client.post(f"{path}/transitions", json={"transition": "tell_round"}, headers=town.officer())
    seen = await client.get(path, headers=town.officer())
    for answer in (opened, moved, seen):
        assert "Quay" not in answer.text
    shown = (await client.get(path, headers=town.officer(permissions=CLEARED))).json()
    assert (shown["answers"]["address"], shown["protected_answers"]) == (ADDRESS, [])
    for listed in ("/cases", f"/persons/{person}/cases"):
        assert "Quay" not in (await client.get(listed, headers=town.officer())).text


async def test_what_an_officer_wrote_before_she_was_protected_is_shown_to_the_cleared(
    town: Platform, nats: Nats
) -> None:
    person, client = new_id(), town["case-crm"].client
    case = (await open_case(town, person, town.officer(), answers={"bin": "Rubbish", "address": ADDRESS})).json()
    path = f"/cases/{case['case_id']}"
    for note in ("She moved to 12 Mill Lane.", "Asked for a text."):
        touch = {"channel": "phone", "purpose": "chase", "note": note}
        assert (await client.post(f"{path}/interactions", json=touch, headers=town.officer())).status_code == 201
    mark = said(FactsProtected(kinds=KINDS, visible_to=["northmere"]), person, 1, person_id=person)
    await publish(nats, [mark], speaker="customer-account")
    await town.heard(f"facts/{person}@1")
    seen = (await client.get(path, headers=town.officer())).json()
    assert [touch["note"] for touch in seen["interactions"]] == [None, None, "Asked for a text."]
    assert "address" not in seen["answers"]
    shown = (await client.get(path, headers=town.officer(permissions=CLEARED))).json()
    assert [touch["note"] for touch in shown["interactions"]][1] == "She moved to 12 Mill Lane."


async def test_protection_is_heard_to_end_and_to_be_shared(town: Platform, nats: Nats) -> None:
    ended = await protected(town, nats, FactsUnprotected())
    assert (await form(town, ended, town.officer()))["address"]["value"] == ADDRESS
    shared = await protected(town, nats, FactsShared(visible_to=["northmere", "southholt"]))
    there = town.officer("southholt")
    assert (await open_case(town, shared, there, note="at 12 Mill Lane")).json()["type"] == REFUSED[1]


WRITING = {
    "an interaction": ("/interactions", "/note", {"channel": "phone", "purpose": "chase"}, "note"),
    "a step": ("/transitions", "/reason", {"transition": "tell_round"}, "reason"),
}


@pytest.mark.parametrize("where", WRITING)
async def test_an_address_in_free_text_is_refused_with_where_to_put_it_and_not_said_back(
    town: Platform, nats: Nats, where: str
) -> None:
    place, pointer, body, field = WRITING[where]
    person, client = await protected(town, nats), town["case-crm"].client
    path = f"/cases/{(await open_case(town, person, town.officer())).json()['case_id']}{place}"
    for text in ("Quay St", "moved in with her sister at 12 Mill Lane", "zz99 2qs", "ring 07700900031"):
        refused = await client.post(path, json=body | {field: text}, headers=town.officer())
        assert (refused.status_code, refused.json()["type"]) == REFUSED
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
        assert "home_address" in refused.json()["instead"]
        assert text not in refused.text
    looks = await town.sql(
        "case-crm", "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1", str(person)
    )
    assert any(look["data"]["reason"].startswith("wrote what seems an address") for look in looks)
    allowed = await client.post(path, json=body | {field: "Asked for a text instead."}, headers=town.officer())
    assert allowed.status_code in {200, 201}


async def test_only_a_cleared_officer_insists_and_never_on_a_held_address(town: Platform, nats: Nats) -> None:
    person, client = await protected(town, nats), town["case-crm"].client
    path = f"/cases/{(await open_case(town, person, town.officer())).json()['case_id']}/interactions"
    touch = {"channel": "phone", "purpose": "chase", "note": "Works at 12 Mill Lane.", "no_address_in_it": True}
    held = touch | {"note": "She is in quay street."}
    cleared = town.officer(permissions=CLEARED)
    assert (await client.post(path, json=touch, headers=town.officer())).status_code == 422
    assert (await client.post(path, json=held, headers=cleared)).status_code == 422
    assert (await client.post(path, json=touch, headers=cleared)).status_code == 201
    asked = await open_case(town, person, cleared, note="She is in QUAY  STREET.", no_address_in_it=True)
    assert asked.json()["type"] == REFUSED[1]


async def test_whether_a_guess_is_right_is_not_told_to_who_is_not_cleared(town: Platform, nats: Nats) -> None:
    person, client = await protected(town, nats), town["case-crm"].client
    path = f"/cases/{(await open_case(town, person, town.officer())).json()['case_id']}/interactions"
    answers = set()
    for guess in ("Quay St", "Mill Lane", "Harbour Road", "ZZ99 2QS", "ZZ99 1LN", "3 Quay St", "4 Elm Grove"):
        touch = {"channel": "phone", "purpose": "chase", "note": guess}
        answers.add((await client.post(path, json=touch, headers=town.officer())).text)
    assert len(answers) == 1


async def test_of_anybody_else_an_officer_writes_what_they_like(town: Platform) -> None:
    person = new_id()
    opened = await open_case(town, person, town.officer(), answers={"bin": "Rubbish", "address": "12 Mill Lane"})
    path = f"/cases/{opened.json()['case_id']}/interactions"
    touch = {"channel": "phone", "purpose": "chase", "note": "Lives at 12 Mill Lane."}
    assert (await town["case-crm"].client.post(path, json=touch, headers=town.officer())).status_code == 201
