"""What people tell other services: kept under the id it was given, or refused with a reason. Events come by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.base import Channel
from common.contracts.cases import CaseOpened, CaseStatusChanged, Status
from common.contracts.people import ToldFact
from common.contracts.tellings import TellingConfirmed, TellingWithdrawn
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

Registers = Callable[..., Awaitable[dict[str, Any]]]


def opened(*told: ToldFact, channel: Channel = Channel.PHONE, still_so: Sequence[ToldFact] = ()) -> CaseOpened:
    """A case, with what was told in it, and what was said to be still so."""
    return CaseOpened(
        service="missed_bin",
        service_title="Report a missed bin",
        definition_version=1,
        reference="NBC-000001",
        tracking_digest="0" * 64,
        need_id=new_id(),
        interaction_id=new_id(),
        channel=channel,
        status=Status.SUBMITTED,
        stage="reported",
        told_to_resident="We have your report.",
        told_facts=list(told),
        confirmed_facts=list(still_so),
    )


def fact(kind: str, value: Any) -> ToldFact:
    return ToldFact(id=new_id(), kind=kind, value=value)


async def told(
    town: Platform,
    nats: Nats,
    person: UUID | str,
    *facts: ToldFact,
    channel: Channel = Channel.PHONE,
    still_so: Sequence[ToldFact] = (),
    **how: Any,
) -> UUID:
    """Open a case in which this was told, and wait until it was heard. Gives the case's id, which is its story's too."""
    case = new_id()
    row = said(opened(*facts, channel=channel, still_so=still_so), case, 1, person_id=UUID(str(person)), **how)
    await publish(nats, [row], speaker="case-crm")
    await town.heard(f"case/{case}@1")
    return case


async def answers(town: Platform, person: UUID | str) -> list[tuple[Any, ...]]:
    """What was said of a person's facts, in order."""
    rows = await town.sql(
        "customer-account",
        "SELECT name, data FROM onedoor.said WHERE aggregate_id::text = $1 AND aggregate = 'facts' ORDER BY version",
        str(person),
    )
    return [(row["name"], row["data"].get("fact_id"), row["data"].get("because")) for row in rows]


async def test_somebody_named_first_by_another_service_becomes_known_under_the_id_they_were_given(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    person, name, address = new_id(), fact("full_name", "Ewa Kowalska"), fact("home_address", "41 Tower Court")
    moment = datetime.now(UTC) - timedelta(minutes=3)
    case = await told(town, nats, person, name, address, occurred=moment)
    record = (await client.get(f"/persons/{person}", headers=town.officer())).json()
    assert (record["full_name"], record["assisted"], record["visible_to"]) == ("Ewa Kowalska", True, ["northmere"])
    kept = {held["kind"]: held for held in record["facts"]}
    assert {kind: held["id"] for kind, held in kept.items()} == {
        "full_name": str(name.id),
        "home_address": str(address.id),
    }
    came = kept["home_address"]
    assert datetime.fromisoformat(came.pop("told_at")) == moment
    assert date.fromisoformat(came.pop("fresh_until")) == moment.date() + timedelta(days=730)
    assert came == {
        "id": str(address.id),
        "kind": "home_address",
        "label": "Home address",
        "value": "41 Tower Court",
        "asserted_by": "officer",
        "channel": "phone",
        "told_to": "northmere",
        "told_to_service": "case-crm",
        "effective_from": None,
        "effective_to": None,
        "evidence": None,
        "verification": "asserted",
        "sensitivity": "personal",
    }
    stories = await town.sql(
        "customer-account", "SELECT DISTINCT correlation_id FROM onedoor.said WHERE person_id::text = $1", str(person)
    )
    assert [str(row["correlation_id"]) for row in stories] == [str(case)]


@pytest.mark.parametrize(("channel", "assisted"), [(Channel.ONLINE, False), (Channel.FACE_TO_FACE, True)])
async def test_who_did_not_come_online_was_helped(
    town: Platform, nats: Nats, client: httpx.AsyncClient, channel: Channel, assisted: bool
) -> None:
    person = new_id()
    await told(town, nats, person, channel=channel)
    record = (await client.get("/me", headers=town.resident(person))).json()
    assert (record["assisted"], record["full_name"], record["version"]) == (assisted, None, 0)


async def test_what_cannot_be_kept_is_refused_by_its_id_and_the_rest_is_kept(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    person = new_id()
    unknown, wrong = fact("shoe_size", 9), fact("date_of_birth", "long ago")
    good, again = fact("savings", 1200), fact("savings", 1200)
    await told(town, nats, person, unknown, wrong, good, again)
    assert await answers(town, person) == [
        ("fact.refused", str(unknown.id), "unknown_kind"),
        ("fact.refused", str(wrong.id), "wrong_shape"),
        ("fact.recorded", str(good.id), None),
        ("fact.refused", str(again.id), "held_already"),
    ]
    assert not await town.sql("customer-account", "SELECT FROM onedoor.parked")


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


async def test_a_council_that_has_a_case_with_somebody_may_see_what_they_told_the_other(
    town: Platform, nats: Nats, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register(full_name="Priya Nair"))["person_id"]
    there = town.officer("southholt")
    assert (await client.get(f"/persons/{person}", headers=there)).status_code == 404
    income = fact("weekly_income", 184.5)
    for _ in range(2):
        await told(town, nats, person, council="southholt")
    await told(town, nats, person, income, council="southholt")
    record = (await client.get(f"/persons/{person}", headers=there)).json()
    assert record["visible_to"] == ["northmere", "southholt"]
    assert (record["full_name"], {held["told_to"] for held in record["facts"]}) == (
        "Priya Nair",
        {"northmere", "southholt"},
    )
    rows = await town.sql(
        "customer-account",
        "SELECT name, data, council FROM onedoor.said WHERE aggregate_id::text = $1 ORDER BY id OFFSET 3",
        person,
    )
    both = ["northmere", "southholt"]
    assert [(row["name"], row["data"]["visible_to"], row["council"]) for row in rows] == [
        ("person.shared", both, "southholt"),
        ("facts.shared", both, "southholt"),
        ("fact.recorded", both, "southholt"),
    ]
    assert rows[0]["data"]["because"] == "has_case"
    home = await client.get(f"/persons/{person}", headers=town.officer())
    assert home.json()["facts"] == record["facts"]


async def test_cases_of_nobody_and_later_events_of_a_case_make_nobody_known(town: Platform, nats: Nats) -> None:
    before = await town.sql("customer-account", "SELECT count(*) AS n FROM person")
    case, person = new_id(), new_id()
    moved = CaseStatusChanged(
        transition="tell_round",
        was=Status.SUBMITTED,
        status=Status.IN_PROGRESS,
        stage="round_told",
        told_to_resident="The crew has been told to come back.",
    )
    rows = [said(opened(fact("savings", 1)), case, 1), said(moved, case, 2, person_id=person)]
    await publish(nats, rows, speaker="case-crm")
    await town.heard(f"case/{case}@2")
    assert await town.sql("customer-account", "SELECT count(*) AS n FROM person") == before


async def test_many_cases_of_one_new_person_at_once_make_one_person(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    person = new_id()
    cases = [new_id() for _ in range(40)]
    rows = [
        said(opened(fact("savings", number)), case, 1, person_id=person) for number, case in enumerate(cases, start=1)
    ]
    await publish(nats, [*rows, *rows], speaker="case-crm")
    for case in cases:
        await town.heard(f"case/{case}@1")
    mine = (await client.get("/me/facts", headers=town.resident(person))).json()
    assert (mine["version"], [held["value"] for held in mine["items"]]) == (40, [40])
    names = await answers(town, person)
    assert {name for name, _, _ in names} == {"fact.recorded"}


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
