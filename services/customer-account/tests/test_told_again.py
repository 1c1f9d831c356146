"""What was told before and is told again: still so, put right, late, or told in error. Events come by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
from common.contracts.base import Channel
from common.contracts.tellings import TellingConfirmed, TellingWithdrawn
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said
from common.testing.told import answers, fact, told

Registers = Callable[..., Awaitable[dict[str, Any]]]


async def test_what_is_said_to_be_still_so_is_kept_anew_as_sure_as_it_was_and_fresh_again(
    town: Platform, nats: Nats, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    before = fact("weekly_income", 214.5)
    await told(town, nats, person, before, occurred=datetime.now(UTC) - timedelta(days=300))
    seen = {"verification": "verified", "evidence": "A payslip."}
    checked = await client.post(f"/persons/{person}/facts/{before.id}/verification", json=seen, headers=town.officer())
    assert checked.status_code == 200, checked.text
    known = {
        held["kind"]: held for held in (await client.get(f"/persons/{person}", headers=town.officer())).json()["facts"]
    }
    after = fact("weekly_income", 214.5)
    await told(town, nats, person, still_so=[after])
    facts = (await client.get(f"/persons/{person}", headers=town.officer())).json()["facts"]
    [now] = [held for held in facts if held["kind"] == "weekly_income"]
    assert (now["id"], now["verification"], now["evidence"]) == (str(after.id), "verified", "A payslip.")
    assert now["effective_from"] == known["weekly_income"]["effective_from"]
    days = date.fromisoformat(now["fresh_until"]) - date.fromisoformat(known["weekly_income"]["fresh_until"])
    assert days.days in {299, 300, 301}


async def test_what_is_said_to_be_still_so_and_is_not_what_is_held_changes_nothing(
    town: Platform, nats: Nats, register: Registers
) -> None:
    person = (await register())["person_id"]
    old, new = fact("weekly_income", 180), fact("weekly_income", 214.5)
    await told(town, nats, person, old, occurred=datetime.now(UTC) - timedelta(days=300))
    await told(town, nats, person, new)
    confirmed, early, unheld = fact("weekly_income", 180), fact("weekly_income", 214.5), fact("savings", 20)
    await told(town, nats, person, still_so=[confirmed, unheld])
    await told(town, nats, person, still_so=[early], occurred=datetime.now(UTC) - timedelta(days=2))
    refused = [each for each in await answers(town, person) if each[0] == "fact.refused"]
    assert refused == [
        ("fact.refused", str(confirmed.id), "held_otherwise"),
        ("fact.refused", str(unheld.id), "held_otherwise"),
        ("fact.refused", str(early.id), "told_later"),
    ]


async def test_a_telling_that_arrives_late_does_not_replace_what_was_told_since(
    town: Platform, nats: Nats, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register(phone="07700 900401"))["person_id"]
    stale = fact("phone", "07700 900400")
    await told(town, nats, person, stale, occurred=datetime.now(UTC) - timedelta(hours=1))
    assert (await answers(town, person))[-1] == ("fact.refused", str(stale.id), "told_later")
    mine = (await client.get("/me/facts", headers=town.resident(person))).json()["items"]
    assert [held["value"] for held in mine if held["kind"] == "phone"] == ["07700 900401"]


async def test_two_answers_of_one_kind_in_one_telling_leave_the_last(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    person, first, second = new_id(), fact("phone", "07700 900501"), fact("phone", "07700 900502")
    await told(town, nats, person, first, second)
    rows = await town.sql(
        "customer-account",
        "SELECT fact_id, current, supersedes FROM fact "
        "WHERE person_id = $1 AND (current OR known_until IS NOT NULL) ORDER BY current",
        person,
    )
    assert [(str(r["fact_id"]), r["current"], r["supersedes"] and str(r["supersedes"])) for r in rows] == [
        (str(first.id), False, None),
        (str(second.id), True, str(first.id)),
    ]
    found = await client.post("/person-searches", json={"phone": "07700900502"}, headers=town.officer())
    assert [who["person_id"] for who in found.json()["items"]] == [str(person)]


async def test_what_was_told_in_error_is_held_no_longer_and_what_took_its_place_is(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    person, telling = new_id(), new_id()
    name, phone, address = (
        fact("full_name", "Ewa Nowak"),
        fact("phone", "07700 900123"),
        fact("home_address", "1 Mill Lane"),
    )
    once = TellingConfirmed(
        life_event="move",
        reference="NBC-000002",
        channel=Channel.PHONE,
        interests=2,
        excluded=0,
        told_facts=[name, phone],
        told_to_resident="We tell 2 services.",
    )
    await publish(nats, [said(once, telling, 1, person_id=person)], speaker="case-crm")
    await town.heard(f"telling/{telling}@1")
    later = fact("phone", "07700 900124")
    await told(town, nats, person, later, address)
    told_ids = [name.id, phone.id, new_id()]
    error = TellingWithdrawn(because="told_in_error", told_facts=told_ids, told_to_resident="This was told in error.")
    await publish(nats, [said(error, telling, 2, person_id=person)], speaker="case-crm")
    await town.heard(f"telling/{telling}@2")
    record = (await client.get(f"/persons/{person}", headers=town.officer())).json()
    assert {held["kind"]: held["id"] for held in record["facts"]} == {
        "phone": str(later.id),
        "home_address": str(address.id),
    }
    assert ("fact.withdrawn", str(name.id), None) in await answers(town, person)
