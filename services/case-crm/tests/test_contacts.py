"""What was asked, said and promised on every channel: the next officer sees it, and it is counted as what kind of demand it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from common.contracts.base import Channel
from common.contracts.people import FactRecorded, FactsProtected
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

ADDRESS = "Flat 6, 3 Quay St, Southholt ZZ99 2QS"
CALL = {
    "channel": "phone",
    "purpose": "question",
    "asked": "When the crew comes.",
    "said": "On Tuesdays.",
    "promised": "A call back about the missed one.",
    "promised_by": "2026-12-01",
}
EVERY_CHANNEL = [each.value for each in Channel if each not in {Channel.UNKNOWN, Channel.OTHER}]


async def case_of(town: Platform, person: UUID) -> str:
    body = {"service": "missed_bin", "channel": "online", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}
    headers = {**town.resident(person), "Onedoor-Council": "northmere"}
    return str((await town.post("case-crm", "/cases", body, headers))["case_id"])


async def spoken(town: Platform, person: UUID | None, **more: Any) -> dict[str, Any]:
    body = CALL | ({"person_id": str(person)} if person else {}) | more
    found: dict[str, Any] = await town.post("case-crm", "/interactions", body)
    return found


async def touches(town: Platform, person: UUID, who: dict[str, str] | None = None, **page: Any) -> dict[str, Any]:
    answer = await town["case-crm"].client.get(
        f"/persons/{person}/interactions", params=page, headers=who or town.officer()
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_next_officer_sees_what_was_asked_said_and_promised_with_a_case_and_without(town: Platform) -> None:
    person = new_id()
    case = await case_of(town, person)
    await town.post("case-crm", f"/cases/{case}/interactions", CALL | {"demand": "failure", "failure": "chase"})
    await spoken(town, person, service="missed_bin", channel="email", demand="value")
    shown = (await touches(town, person))["items"]
    assert [(t["channel"], t["case_id"], t["service"], t["demand"], t["failure"]) for t in shown] == [
        ("email", None, "missed_bin", "value", None),
        ("phone", case, None, "failure", "chase"),
        ("online", case, None, None, None),
    ]
    told = {name: CALL[name] for name in ("asked", "said", "promised", "promised_by")}
    assert told.items() <= shown[0].items()
    assert told.items() <= shown[1].items()
    on_case = await town.get("case-crm", f"/cases/{case}", town.officer())
    assert told.items() <= on_case["interactions"][1].items()


async def test_the_person_sees_what_was_promised_and_not_what_an_officer_wrote_of_them(town: Platform) -> None:
    person = new_id()
    case = await case_of(town, person)
    await town.post("case-crm", f"/cases/{case}/interactions", CALL | {"demand": "failure", "failure": "chase"})
    touch = (await town.get("case-crm", f"/cases/{case}", town.resident(person)))["interactions"][1]
    assert (touch["promised"], touch["promised_by"]) == (CALL["promised"], CALL["promised_by"])
    assert [touch[name] for name in ("asked", "said", "demand", "failure", "note")] == [None] * 5


async def test_touches_of_every_channel_are_pages_of_one_list_and_of_one_council(town: Platform) -> None:
    person = new_id()
    case = await case_of(town, person)
    for number, channel in enumerate(EVERY_CHANNEL):
        if number % 2:
            await spoken(town, person, channel=channel)
        else:
            await town.post("case-crm", f"/cases/{case}/interactions", CALL | {"channel": channel})
    seen: list[str] = []
    page = await touches(town, person, limit=3)
    while page["next"]:
        seen += [touch["channel"] for touch in page["items"]]
        page = await touches(town, person, limit=3, cursor=page["next"])
    seen += [touch["channel"] for touch in page["items"]]
    assert seen == [*reversed(EVERY_CHANNEL), "online"]
    assert (await touches(town, person, town.officer("southholt")))["items"] == []
    entries = "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1"
    looks = await town.sql("case-crm", entries, str(person))
    assert "looked at when we spoke with a person" in {row["data"]["reason"] for row in looks}


async def test_a_contact_says_what_kind_of_demand_it_was_and_nothing_of_what_was_said(town: Platform) -> None:
    noted = await spoken(
        town, new_id(), demand="failure", failure="misdirected", help={"how": "showed_how", "where": "Kiosk"}
    )
    assert noted["help"] == {"how": "showed_how", "where": "Kiosk"}
    [row] = await town.sql(
        "case-crm",
        "SELECT name, aggregate, data FROM onedoor.said WHERE aggregate_id = $1",
        UUID(noted["interaction_id"]),
    )
    assert (row["name"], row["aggregate"]) == ("interaction.recorded", "case")
    assert {name: row["data"][name] for name in ("service", "demand", "failure", "channel")} == {
        "service": "general",
        "demand": "failure",
        "failure": "misdirected",
        "channel": "phone",
    }
    assert "Tuesdays" not in str(row["data"])
    anybody = await spoken(town, None, service="missed_bin")
    assert anybody["case_id"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"demand": "failure"},
        {"failure": "chase"},
        {"demand": "value", "failure": "chase"},
        {"promised": None},
        {"demand": "other"},
    ],
)
async def test_what_does_not_hang_together_is_refused(town: Platform, wrong: dict[str, Any]) -> None:
    answer = await town["case-crm"].client.post("/interactions", json=CALL | wrong, headers=town.officer())
    assert answer.status_code == 422


async def test_a_contact_is_about_a_service_that_there_is(town: Platform) -> None:
    body = CALL | {"service": "dragon_licence"}
    answer = await town["case-crm"].client.post("/interactions", json=body, headers=town.officer())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-service")


@pytest.mark.parametrize("place", ["note", "asked", "said", "promised", "where"])
async def test_where_a_protected_person_is_is_kept_out_of_every_text(town: Platform, nats: Nats, place: str) -> None:
    person = new_id()
    address = FactRecorded(
        fact_id=new_id(),
        kind="home_address",
        value=ADDRESS,
        asserted_by="person",
        channel="phone",
        told_at=datetime.now(UTC),
        told_to="northmere",
        told_to_service="customer-account",
        verification="verified",
        visible_to=["northmere"],
    )
    events = [address, FactsProtected(kinds=["home_address"], visible_to=["northmere"])]
    await publish(
        nats, [said(e, person, n, person_id=person) for n, e in enumerate(events, 1)], speaker="customer-account"
    )
    await town.heard(f"facts/{person}@2")
    text = {"help": {"how": "showed_how", "where": ADDRESS}} if place == "where" else {place: f"She lives at {ADDRESS}"}
    body = CALL | text | {"person_id": str(person)}
    answer = await town["case-crm"].client.post("/interactions", json=body, headers=town.officer())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/address-in-text")
    assert answer.json()["errors"][0]["pointer"] == ("/help/where" if place == "where" else f"/{place}")
    assert (await touches(town, person))["items"] == []


async def test_of_more_touches_than_a_case_shows_the_newest_are_shown(town: Platform) -> None:
    case = await case_of(town, new_id())
    for number in range(201):
        body = {"channel": "phone", "purpose": "note", "note": f"Call {number}"}
        await town.post("case-crm", f"/cases/{case}/interactions", body)
    shown = (await town.get("case-crm", f"/cases/{case}", town.officer()))["interactions"]
    assert (len(shown), shown[-1]["note"], shown[0]["note"]) == (200, "Call 200", "Call 1")
