"""What is put right goes by who was told what then, whatever a newer release's file says; and nobody is left out of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, cast

import pytest
from case_crm.domain.definitions.life_events import LifeEvent
from case_crm.queries.life_events import life_events
from common.testing.platform import Platform
from common.testing.telling import CARING, Teller

MOVED = {"facts": {"home_address": "9 Mill Lane, Northmere ZZ99 1LN"}, "channel": "phone"}
ELSEWHERE = {"facts": {"home_council": "southholt"}, "channel": "phone"}
NIGHT = "2027-07-0{}T03:00:01+00:00"  # later than other tests went: the night that they set is over
Newer = Callable[[str, Callable[[dict[str, Any]], None]], None]


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Newer:
    """Have a release with another file of a life event, as its edited document says."""

    def change(name: str, edit: Callable[[dict[str, Any]], None]) -> None:
        document = life_events()[name].model_dump(mode="json", by_alias=True)
        edit(document)
        monkeypatch.setitem(cast("dict[str, LifeEvent]", life_events()), name, LifeEvent.model_validate(document))

    return change


def interest(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in document["interests"] if each["interest"] == name)


def without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["interests"].remove(interest(document, name))


def another(document: dict[str, Any]) -> None:
    document["interests"].append({**interest(document, "council_tax"), "interest": "parking"})


async def corrected(teller: Teller, shown: dict[str, Any], facts: dict[str, Any]) -> list[str]:
    """What is sent, to whom, by a correction."""
    right = await teller.post(f"/tellings/{shown['telling_id']}/corrections", facts)
    return sorted(await teller.parts(right["telling_id"]))


async def test_who_was_told_and_is_gone_from_the_file_hears_what_is_otherwise_all_the_same(
    teller: Teller, newer: Newer
) -> None:
    shown = await teller.told("caring", CARING)
    newer("caring", without("council_tax"))
    right = await teller.post(f"/tellings/{shown['telling_id']}/corrections", MOVED)
    parts = await teller.parts(right["telling_id"])
    assert sorted(parts) == ["northmere:adult_social_care:correction", "northmere:council_tax:correction"]
    tax = await teller.get(f"/deliveries/{parts['northmere:council_tax:correction']['delivery_id']}")
    assert tax["facts"] == MOVED["facts"]


async def test_who_was_never_told_hears_of_no_correction(teller: Teller, newer: Newer) -> None:
    shown = await teller.told("caring", CARING)
    newer("caring", another)
    assert await corrected(teller, shown, MOVED) == [
        "northmere:adult_social_care:correction",
        "northmere:council_tax:correction",
    ]


async def test_a_fact_that_a_recipient_needs_only_since_is_no_correction_of_what_it_was_told(
    teller: Teller, newer: Newer
) -> None:
    shown = await teller.told("caring", CARING)
    newer("caring", lambda document: interest(document, "council_tax")["needs"].append("date_of_birth"))
    facts = {"facts": {"date_of_birth": "1947-05-03"}, "channel": "phone"}
    assert await corrected(teller, shown, facts) == ["northmere:adult_social_care:correction"]


async def test_a_preview_shows_what_was_confirmed_whatever_the_file_says_since(teller: Teller, newer: Newer) -> None:
    drafted = (await teller.draft("caring", CARING)).json()
    shown = await teller.confirmed(drafted)
    newer("caring", without("council_tax"))
    newer(
        "caring", lambda document: document["asks"].append({"fact_kind": "vehicle_registration", "text": "Which car?"})
    )
    after = await teller.get(f"/tellings/{shown['telling_id']}/preview")
    same = ("preview", "told", "excluded", "interests", "still_to_tell")
    assert {name: after[name] for name in same} == {name: drafted[name] for name in same}
    assert after["recipients"] == [each for each in drafted["recipients"] if each["council"] == "northmere"]


async def test_who_was_left_out_of_what_was_put_right_since_is_found_told_as_it_is_now_and_an_alert_is_raised(
    teller: Teller, town: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    shown = await teller.told("caring", CARING)
    right = await teller.post(f"/tellings/{shown['telling_id']}/corrections", MOVED)
    await lose(teller, shown, "council_tax")
    assert await left_out(teller) == [(shown["telling_id"], ["council_tax"])]
    caplog.set_level(logging.ERROR, "case_crm.commands.dispatching")
    town.at(NIGHT.format(2))

    async def made_good() -> bool:
        return await left_out(teller) == []

    await town.until(made_good)
    [part] = [each for each in (await teller.parts(shown["telling_id"])).values() if each["interest"] == "council_tax"]
    tax = await teller.get(f"/deliveries/{part['delivery_id']}")
    assert tax["facts"]["home_address"] == MOVED["facts"]["home_address"]
    [alert] = await town.until(lambda: teller.said("telling.left_out"))
    assert (alert["told_in"], alert["reference"]) == (shown["telling_id"], shown["reference"])
    assert (alert["left_out_at"], alert["interests"]) == ("northmere", ["council_tax"])
    logged = [line.getMessage() for line in caplog.records if line.name == "case_crm.commands.dispatching"]
    assert f"telling {shown['telling_id']}: left out: northmere:council_tax" in logged
    assert (await teller.get(f"/tellings/{right['telling_id']}"))["status"] == "in_progress"


async def test_who_is_concerned_no_more_is_not_looked_after(teller: Teller) -> None:
    shown = await teller.told("caring", CARING)
    await lose(teller, shown, "council_tax")
    await teller.post(f"/tellings/{shown['telling_id']}/corrections", ELSEWHERE)
    assert await left_out(teller) == []


async def test_it_is_not_over_while_somebody_is_left_out_of_what_it_put_right(teller: Teller) -> None:
    shown = await teller.told("caring", CARING)
    right = await teller.post(f"/tellings/{shown['telling_id']}/corrections", {"facts": {}, "channel": "phone"})
    care = (await teller.parts(shown["telling_id"]))["northmere:adult_social_care:telling"]
    await lose(teller, shown, "council_tax")
    await teller.done(care["delivery_id"], effect="noted", on="2026-12-14")
    assert (await teller.get(f"/tellings/{right['telling_id']}"))["status"] == "in_progress"


async def lose(teller: Teller, shown: dict[str, Any], name: str) -> None:
    """As if the part of a telling had never been made."""
    lost = f"SELECT id FROM delivery WHERE telling_id = '{shown['telling_id']}' AND interest = '{name}'"
    await teller.town.sql("case-crm", f"DELETE FROM onedoor.said WHERE aggregate_id IN ({lost})")
    await teller.town.sql("case-crm", f"DELETE FROM delivery WHERE id IN ({lost})")


async def left_out(teller: Teller) -> list[tuple[str, list[str]]]:
    """Which tellings of this person have recipients that nobody has told, as an officer of Northmere reads it."""
    own = {
        str(row["id"])
        for row in await teller.town.sql("case-crm", f"SELECT id FROM telling WHERE person_id = '{teller.person}'")
    }
    page = await teller.get("/reconciliation?limit=200")
    assert page["next"] is None
    return [(each["telling_id"], each["missing"]) for each in page["left_out"] if each["telling_id"] in own]
