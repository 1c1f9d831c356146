"""Safe mode over HTTP: a protected address and phone number leave by none of the ways out that there are.

Of the safety assertions of story (b), (1) to (3) are in `test_joint_party.py`, with what is open of them. That no route at all
shows it to who is not cleared, lists, queues and their files among them, is in `tests/architecture/test_restricted.py`; of (5) the
evidence and the counts of review-engine are tried here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from common.embedded.issuer import PERMISSIONS
from common.testing.platform import Platform
from onedoor import story

from tests.journeys.referring import a_partner, referred, shown_to_the_partner

ADDRESS, POSTCODE, PHONE = "Flat 6, 3 Quay St, Southholt ZZ99 2QS", "ZZ99 2QS", "07700 900031"
CONTACT = {"contact": {"phone": PHONE}}
TELLING = ("Quay", "2QS", "900031")
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]


@dataclass
class Protected:
    """Priya Nair, protected before her address was noted; her case, its tracking reference, and a referral."""

    person: str
    case: str
    tracking: str
    referral: str


async def protect(town: Platform, person: str) -> None:
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    mark = {"reason": "domestic_abuse", "review_on": in_spring, "asked_by": "person"}
    await town.post("customer-account", f"/persons/{person}/protections", mark, town.officer(permissions=CLEARED))


@pytest.fixture(scope="module")
async def priya(town: Platform) -> Protected:
    await a_partner(town)
    sam = town.officer(permissions=CLEARED)
    said = {"full_name": "Priya Nair", "date_of_birth": "1995-04-11", "phone": PHONE, "channel": "phone"}
    person = (await town.post("customer-account", "/persons", said, sam))["person_id"]
    await protect(town, person)
    for kind, value in (("home_address", ADDRESS), ("postcode", POSTCODE)):
        told = {"kind": kind, "value": value, "channel": "phone"}
        await town.post("customer-account", f"/persons/{person}/facts", told, sam)
    ask = {"service": "missed_bin", "channel": "phone", "person_id": person, "answers": {"bin": "Rubbish"}}
    case = await town.post("case-crm", "/cases", ask, sam)
    referral = await referred(town, person, CONTACT, case=case["case_id"])
    return Protected(person, case["case_id"], case["tracking_reference"], referral)


WAYS_OUT = {
    "customer-account": [
        "/persons/{person}",
        "/persons/{person}/facts",
        "/persons/{person}/messages",
        "/persons/{person}/timeline",
    ],
    "case-crm": [
        "/cases",
        "/persons/{person}/cases",
        "/cases/{case}",
        "/councils/northmere/services/missed_bin/form?person_id={person}",
        "/councils/northmere/services/council_tax_reduction/form?person_id={person}",
    ],
    "feedback": ["/feedback"],
    "partner-gateway": ["/referrals/{referral}", "/referrals?box=sent", "/signposts"],
}


@pytest.mark.parametrize(
    ("service", "path"), [(service, path) for service, paths in WAYS_OUT.items() for path in paths]
)
async def test_no_route_shows_it_to_an_officer_without_clearance(
    town: Platform, priya: Protected, service: str, path: str
) -> None:
    answer = await town[service].client.get(path.format(**vars(priya)), headers=town.officer())
    assert answer.status_code in {200, 403}, answer.text
    assert telling(answer) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"phone": PHONE},
        {"full_name": "Priya Nair", "postcode": POSTCODE},
        {"full_name": "Priya Nair", "date_of_birth": "1995-04-11"},
    ],
)
async def test_no_search_shows_it_to_an_officer_without_clearance(
    town: Platform, priya: Protected, asked: dict[str, str]
) -> None:
    client = town["customer-account"].client
    answer = await client.post("/person-searches", json=asked, headers=town.officer())
    assert answer.status_code == 200
    assert telling(answer) == []
    restricted = [each["restricted"] for each in answer.json()["items"]]
    assert restricted == ([True] if "date_of_birth" in asked else [])


async def test_a_search_by_who_is_not_cleared_is_answered_with_restricted_and_is_logged_for_her_to_read(
    town: Platform, priya: Protected
) -> None:
    client, curious = town["customer-account"].client, town.officer(id="officer-who-searches")
    by_birth = {"full_name": "Priya Nair", "date_of_birth": "1995-04-11"}
    found = await client.post("/person-searches", json=by_birth, headers=curious)
    assert [(each["person_id"], each["restricted"]) for each in found.json()["items"]] == [(priya.person, True)]
    refused = await client.get(f"/persons/{priya.person}", headers=curious)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/record-restricted")

    async def reasons() -> set[str]:
        read = await client.get("/me/access-entries?limit=200", headers=town.resident(priya.person))
        return {entry["reason"] for entry in read.json()["items"]}

    async def searched_and_refused() -> bool:
        found = await reasons()
        return "looked for a person" in found and any("they were refused" in why for why in found)

    await town.until(searched_and_refused)


async def test_the_street_in_an_officers_note_is_stopped_and_the_field_for_it_is_offered(
    town: Platform, priya: Protected
) -> None:
    touch = {"channel": "phone", "purpose": "chase", "note": "Quay St"}
    path = f"/cases/{priya.case}/interactions"
    refused = await town["case-crm"].client.post(path, json=touch, headers=town.officer())
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/note")
    assert "home_address" in refused.json()["instead"]
    assert telling(refused) == []


async def test_whoever_tracks_it_in_public_reads_nothing_of_it(town: Platform, priya: Protected) -> None:
    tracked = await town["feedback"].client.get(f"/tracking/{priya.tracking}")
    assert tracked.status_code == 200
    assert telling(tracked) == []
    assert "Priya" not in tracked.text


async def test_the_partner_sees_what_she_agreed_to_and_not_where_she_lives(town: Platform, priya: Protected) -> None:
    partner = town.bearer("partner", story.PARTNER, ["northmere"])
    seen = await town["partner-gateway"].client.get(f"/referrals/{priya.referral}", headers=partner)
    assert seen.json()["shared"] == CONTACT
    assert "Quay" not in seen.text
    assert POSTCODE not in seen.text


async def test_who_was_protected_before_anybody_here_listened_is_known_once_it_is_said_again(
    town: Platform, priya: Protected
) -> None:
    ewa = {"full_name": "Ewa Kowalska", "date_of_birth": "1984-06-02", "channel": "phone"}
    person = (await town.post("customer-account", "/persons", ewa, town.officer()))["person_id"]
    referral = await referred(town, person, CONTACT)
    await protect(town, person)
    await town.sql("partner-gateway", "DELETE FROM protection")
    assert await shown_to_the_partner(town, referral) == CONTACT
    await town.make_anew("partner-gateway", "partner-gateway-keep-protections")
    assert await shown_to_the_partner(town, referral) == {}
    assert await shown_to_the_partner(town, priya.referral) == CONTACT


async def test_no_evidence_says_it_nor_that_she_is_protected(town: Platform, priya: Protected) -> None:
    for table in ("evidence", "birth_month"):
        rows = str([dict(row) for row in await town.sql("review-engine", f"SELECT * FROM {table}")])
        assert [word for word in (*TELLING, "protect", priya.person) if word in rows] == []
    assert await town.sql("review-engine", "SELECT FROM evidence") != []


async def test_no_event_but_her_own_facts_carries_it(town: Platform, priya: Protected) -> None:
    for name in town.services:
        for row in await town.sql(name, "SELECT name, aggregate, data::text AS data FROM onedoor.said"):
            if row["name"] != "fact.recorded":
                assert [word for word in TELLING if word in row["data"]] == [], row["name"]


async def test_she_and_a_cleared_officer_are_shown_it(town: Platform, priya: Protected) -> None:
    cleared = town.officer(permissions=CLEARED)
    mine = await town["customer-account"].client.get("/me", headers=town.resident(priya.person))
    theirs = await town["customer-account"].client.get(f"/persons/{priya.person}", headers=cleared)
    case = await town["case-crm"].client.get(f"/cases/{priya.case}", headers=cleared)
    for answer in (mine, theirs, case):
        assert ADDRESS in answer.text


def telling(answer: httpx.Response) -> list[str]:
    """What of an answer tells where she is, or how to reach her."""
    return [word for word in TELLING if word in answer.text]
