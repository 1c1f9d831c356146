"""What people tell other services: kept under the id it was given, or refused with a reason. Events come by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from common.contracts.base import Channel
from common.contracts.cases import CaseStatusChanged, Status
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said
from common.testing.told import answers, fact, opened, told

Registers = Callable[..., Awaitable[dict[str, Any]]]


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
