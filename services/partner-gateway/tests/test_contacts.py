"""People at partners: a council says who they are and what they are written to about; nothing is said of who they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from common.testing.partnering import activate

HELPERS = "the-visitors"
CONTACTS = f"/partners/{HELPERS}/contacts"
JO = {"name": "Jo Flood", "email": "jo.flood@visitors.example", "phone": "01632 960123", "duties": ["referrals"]}


@pytest.fixture(autouse=True)
async def theirs(desk: Any) -> AsyncIterator[None]:
    """An active organisation, without anybody there before and after."""
    if (await desk.get(CONTACTS, desk.administrator)).status_code == 404:
        await activate(desk.town, HELPERS, "The Visitors")
    yield
    for each in (await desk.get(CONTACTS, desk.administrator)).json()["items"]:
        assert (await removed(desk, each["contact_id"])).status_code == 200


async def registered(desk: Any, **changes: Any) -> Any:
    answer = await desk.post(CONTACTS, JO | changes, desk.administrator)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def removed(desk: Any, contact_id: str) -> Any:
    return await desk.client.delete(f"/contacts/{contact_id}", headers=desk.administrator)


async def described(desk: Any, contact_id: str, told: Any, **headers: str) -> Any:
    return await desk.client.put(f"/contacts/{contact_id}", json=told, headers=desk.administrator | headers)


async def test_people_are_listed_with_what_nobody_is_written_to_about(desk: Any) -> None:
    first = await registered(desk, duties=["escalation", "referrals", "referrals"])
    second = await registered(desk, name="Ray", email="Ray@Visitors.example", phone=None, duties=["systems"])
    assert first["duties"] == ["referrals", "escalation"]
    assert second["email"] == "ray@visitors.example"
    for who in (desk.administrator, desk.officer, desk.partner(HELPERS)):
        assert (await desk.get(CONTACTS, who)).json() == {"items": [first, second], "nobody_for": ["data_protection"]}


async def test_a_council_decides_who_they_are_and_no_other_partner_sees_them(desk: Any) -> None:
    made = await registered(desk)
    path = f"/contacts/{made['contact_id']}"
    for who in (desk.officer, desk.partner(HELPERS), desk.resident()):
        assert (await desk.post(CONTACTS, JO | {"email": "eve@visitors.example"}, who)).status_code == 403
        assert (await desk.client.put(path, json=JO, headers=who)).status_code == 403
        assert (await desk.client.delete(path, headers=who)).status_code == 403
    assert (await desk.get(CONTACTS, desk.resident())).status_code == 403
    assert (await desk.get(CONTACTS, desk.fire)).status_code == 404
    assert (await desk.get("/partners/nobody-at-all/contacts", desk.administrator)).status_code == 404


async def test_somebody_is_described_anew_and_only_what_is_other_is_said(desk: Any) -> None:
    made = await registered(desk)
    told = {"name": "Jo Waters", "email": JO["email"], "duties": ["data_protection"]}
    changed = (await described(desk, made["contact_id"], told, **{"If-Match": '"1"'})).json()
    assert changed == made | told | {"phone": None, "version": 2}
    again = (await described(desk, made["contact_id"], told)).json()
    assert again == changed
    late = await described(desk, made["contact_id"], JO, **{"If-Match": '"1"'})
    assert late.status_code == 412
    said = await desk.said(made["contact_id"], "partner_contact")
    assert [row["data"] for row in said] == [
        {"partner_id": HELPERS, "duties": ["referrals"]},
        {"partner_id": HELPERS, "duties": ["data_protection"]},
    ]


async def test_an_address_is_one_persons_however_it_is_written_and_however_many_ask_at_once(desk: Any) -> None:
    answers = await asyncio.gather(
        *(
            desk.post(CONTACTS, JO | {"email": email}, desk.administrator)
            for email in (JO["email"], JO["email"].upper())
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert {answer.json().get("type") for answer in answers} == {None, "/problems/contact-known"}
    other = await registered(desk, email="other@visitors.example")
    assert (await described(desk, other["contact_id"], JO)).json()["type"] == "/problems/contact-known"


async def test_who_is_removed_is_held_nowhere_in_the_tables(desk: Any) -> None:
    made = await registered(desk)
    gone = await removed(desk, made["contact_id"])
    assert gone.status_code == 200
    assert (await removed(desk, made["contact_id"])).status_code == 404
    assert (await described(desk, made["contact_id"], JO)).status_code == 404
    assert (await desk.get(CONTACTS, desk.officer)).json()["items"] == []
    found = await desk.town.sql(
        "partner-gateway", "SELECT FROM partner_contact WHERE id = $1", UUID(made["contact_id"])
    )
    assert found == []
    said = await desk.said(made["contact_id"], "partner_contact")
    assert [row["name"] for row in said] == ["partner_contact.registered", "partner_contact.removed"]
    assert "Jo" not in str([dict(row) for row in said])
    await registered(desk)  # they come back


async def test_there_are_twenty_at_most(desk: Any) -> None:
    for number in range(20):
        await registered(desk, email=f"n{number}@visitors.example")
    refused = await desk.post(CONTACTS, JO, desk.administrator)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-contacts")


async def test_of_an_organisation_that_leaves_nobody_is_held_and_nobody_registered(desk: Any) -> None:
    await desk.applied("leavers", "The Leavers")
    made = await desk.post("/partners/leavers/contacts", JO, desk.administrator)
    assert made.status_code == 201
    for transition in ("begin_due_diligence", "open_sandbox", "activate", "suspend"):
        await desk.move_partner("leavers", transition)
    assert len((await desk.get("/partners/leavers/contacts", desk.officer)).json()["items"]) == 1
    await desk.move_partner("leavers", "offboard")
    assert (await desk.get("/partners/leavers/contacts", desk.officer)).json()["items"] == []
    refused = await desk.post("/partners/leavers/contacts", JO, desk.administrator)
    assert refused.json()["type"] == "/problems/unknown-partner"
