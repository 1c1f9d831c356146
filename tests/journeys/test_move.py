"""Story (b): Priya moves from Northmere to Southholt, away from Ravi. She tells Sam once, on the phone, and is protected before.

Shown: the preview that Sam reads back, the recipient that Priya says no to, the computed days, the charity that she agrees to in
the same call, the new date and her child's right birthday as corrections of what is otherwise, and of the safety assertions:

- (1) no recipient whose record she shares with Ravi is told her new home, council, school or number;
- (2) what is said of the telling, and Ravi's own account, name nothing of hers;
- (5) nothing that is said of it outside case-crm has a place in it;
- (6) an officer of Northmere without clearance reads neither where she goes nor who is told there.

Shown elsewhere: what she is promised, and told when it takes longer (`test_promised.py`); one owner and handoffs (case-crm's
`test_owners.py`); that whoever was told stops when she agrees no longer (`test_consent_withdrawn.py`).

Her Council Tax and her claim at Southholt are cases, and who is not cleared reads no address in them.

No partner is reached through the gateway here: its part is on its way, and that is all that is looked at. The text she
gets counts the 13 that need no leave of hers; the charity is the fourteenth, by referral.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from common.embedded.issuer import PERMISSIONS
from common.testing.notify import StandIn
from common.testing.partnering import agree
from common.testing.platform import Platform
from common.testing.telling import Teller

CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]
CHARITY = "safe-harbour"
HERS = {
    "full_name": "Priya Nair",
    "date_of_birth": "1995-06-11",
    "home_address": "27 Mill Lane, Northmere ZZ99 1LN",
    "home_council": "northmere",
    "new_address": "Flat 6, 3 Quay St, Southholt ZZ99 2QS",
    "new_council": "southholt",
    "moving_date": "2027-03-01",
    "tenancy": "Tenant of a housing association",
    "landlord": "Southholt Homes",
    "household_size": 3,
    "weekly_income": 214.5,
    "hours_of_work": 20,
    "child_date_of_birth": "2019-05-04",
    "school": "Gullhaven Primary School",
    "vehicle_registration": "QQ66 ABC",
    "phone": "07700 900031",
    "services_used": [
        "northmere:council_tax_reduction",
        "northmere:library",
        "northmere:assisted_bins",
        "northmere:parking_permit",
        "northmere:support_wanted",
    ],
}
HIDDEN = ("Quay St", "ZZ99 2QS", "Southholt", "southholt", "Gullhaven", "900031")
SHARED_WITH_RAVI = (
    "council_tax_leaving",
    "benefits_ending",
    "electoral_registration",
    "school_transfer",
    "assisted_bins",
)
NO_LIBRARY = {"interests": [{"council": "southholt", "interest": "library_arriving"}]}


SAFE = [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "10:00", "to": "14:00"}]


@pytest.fixture(scope="module")
def settings(sending: dict[str, Any]) -> dict[str, Any]:
    return sending


@dataclass
class Call:
    """What Sam read back, what Priya was told, and who they are."""

    desk: Teller
    ravi: str
    preview: dict[str, Any]
    without: dict[str, Any]
    telling: str


@pytest.fixture(scope="module")
async def call(town: Platform) -> Call:
    """Monday 22 February 2027, 10:12: Priya is protected before any address is typed, agrees to the charity, and tells."""
    town.at("2027-02-22T10:12:00+00:00")
    desk = Teller(town)
    desk.north = town.officer("northmere", id="sam", permissions=CLEARED)
    admin = town.bearer("administrator", "admin", ["northmere"])
    for partner, name in ((CHARITY, "Safe Harbour"), ("southholt-homes", "Southholt Homes")):
        await town.post("partner-gateway", "/partners", {"partner_id": partner, "name": name}, admin)
        await agree(town, partner)
    ids = []
    for name in ("Priya Nair", "Ravi Sharma"):
        told = {"full_name": name, "channel": "phone"}
        ids.append(str((await town.post("customer-account", "/persons", told, desk.north))["person_id"]))
    desk.person, ravi = ids
    desk.resident = {**town.resident(desk.person), "Onedoor-Council": "northmere"}
    await town.post("customer-account", "/households", joint(ravi), desk.north)
    mark = {"reason": "domestic_abuse", "review_on": "2027-05-22", "asked_by": "person"}
    await town.post("customer-account", f"/persons/{desk.person}/protections", mark, desk.north)
    number = {"kind": "mobile", "value": HERS["phone"], "safe_hours": SAFE}
    await town.post("customer-account", f"/persons/{desk.person}/contact-points", number, desk.north)
    await town.post("customer-account", f"/persons/{desk.person}/consents", agreed(), desk.north)
    drafted = await desk.draft("move", HERS)
    assert drafted.status_code == 201, drafted.text
    telling = drafted.json()["telling_id"]
    without = await desk.post(f"/tellings/{telling}/exclusions", NO_LIBRARY)
    await desk.confirmed(without)
    return Call(desk, ravi, drafted.json(), without, telling)


def joint(person: str) -> dict[str, Any]:
    return {"kind": "council_tax", "person_id": person, "role": "holder", "effective_from": "2025-01-01"}


def agreed() -> dict[str, Any]:
    return {
        "purpose": "referral",
        "recipient": CHARITY,
        "field_groups": ["identity", "contact"],
        "lawful_basis": "explicit_consent",
        "wording_version": "1",
        "channel": "phone",
        "answer": "given",
    }


async def test_sam_reads_back_fifteen_and_she_says_no_to_one(call: Call) -> None:
    assert (call.preview["interests"], call.preview["told"], call.preview["excluded"]) == (15, 15, 0)
    assert (call.without["interests"], call.without["told"], call.without["excluded"]) == (15, 14, 1)
    going = [each for each in call.without["recipients"] if each["excluded"] is None]
    to = [each["recipient"] for each in going]
    assert {name: to.count(name) for name in to} == {"northmere": 7, "southholt": 5, "southholt-homes": 1, CHARITY: 1}
    assert [each["who"] for each in call.preview["still_to_tell_yourself"]] == [
        "GP",
        "Universal Credit",
        "Register to vote",
        "Banks, utilities and employer",
    ]


async def test_everybody_has_it_at_once_also_the_charity_and_until_when_is_counted_in_working_days(call: Call) -> None:
    parts = await call.desk.parts(call.telling)
    states = [each["status"] for each in parts.values()]
    assert {state: states.count(state) for state in states} == {"delivered": 12, "sent": 2, "excluded": 1}
    promised = {(part["acknowledge_by"], part["act_by"]) for part in parts.values() if part["delivery_id"]}
    assert promised == {("2027-02-24T23:59:59.999999Z", "2027-03-08T23:59:59.999999Z")}
    confirmed = (await call.desk.said("telling.confirmed"))[0]["told_to_resident"]
    assert confirmed.startswith("We tell 14 services what you told us.")
    assert not [each for each in HIDDEN if each in confirmed]


async def test_she_is_texted_how_many_hear_it_and_the_text_names_no_place(
    call: Call, town: Platform, provider: StandIn
) -> None:
    async def texts() -> list[str]:
        path, who = "/me/messages", call.desk.resident
        return [
            each["text"]
            for each in (await town.get("customer-account", path, who))["items"]
            if each["status"] == "sent"
        ]

    [reference] = [each["reference"] for each in await call.desk.said("telling.confirmed")]
    said = f"The council: what you told us goes to 13 of our services and partners. Reference {reference}."

    async def told() -> bool:
        return any(text.startswith(said) for text in await texts())

    await town.until(told)
    assert {each["phone_number"] for each in provider.taken} == {"+447700900031"}
    sent = json.dumps([each["personalisation"] for each in provider.taken])
    assert not [each for each in (*HIDDEN, "Northmere") if each in sent]


async def test_no_record_that_she_shares_with_ravi_is_told_where_she_is(call: Call) -> None:
    parts = await call.desk.parts(call.telling)
    for interest in SHARED_WITH_RAVI:
        item = await call.desk.get(f"/deliveries/{parts[f'northmere:{interest}:telling']['delivery_id']}")
        assert item["facts"]
        assert not [each for each in HIDDEN if each in json.dumps(item["facts"])], interest
    withheld = {each["interest"]: each["withheld"] for each in call.preview["recipients"] if each["withheld"]}
    assert {"new_address", "home_address"} <= set(withheld["council_tax_leaving"])
    assert withheld["school_transfer"] == ["school"]


async def test_her_new_council_has_her_address_and_shows_it_to_the_cleared_alone(call: Call, town: Platform) -> None:
    parts = await call.desk.parts(call.telling)
    path = f"/deliveries/{parts['southholt:council_tax_arriving:telling']['delivery_id']}"
    seen = await call.desk.get(path, call.desk.south)
    assert ("new_address" in seen["facts"], seen["protected_facts"]) == (False, ["new_address"])
    cleared = await call.desk.get(path, town.officer("southholt", permissions=CLEARED))
    assert cleared["facts"]["new_address"] == HERS["new_address"]
    assert cleared["facts"]["moving_date"] == "2027-03-01"


async def test_her_new_council_has_her_cases_and_shows_her_address_to_the_cleared_alone(
    call: Call, town: Platform
) -> None:
    """Nobody asks her for it again, and no other council has one."""

    async def open_all() -> bool:
        return len([part for part in (await call.desk.parts(call.telling)).values() if part["case_id"]]) == 2

    await town.until(open_all)
    parts = await call.desk.parts(call.telling)
    cleared = town.officer("southholt", permissions=CLEARED)
    for interest in ("council_tax_arriving", "benefits_claim"):
        path = f"/cases/{parts[f'southholt:{interest}:telling']['case_id']}"
        seen = await call.desk.get(path, call.desk.south)
        assert seen["protected_answers"] == ["address"]
        assert not [each for each in ("Quay St", "ZZ99 2QS", "900031") if each in json.dumps(seen)], interest
        assert "address" not in {each["question"] for each in seen["still_to_ask"]}
        shown = await call.desk.get(path, cleared)
        assert (shown["answers"]["address"], shown["told_once"]["new_address"]) == (HERS["new_address"],) * 2
        assert (await call.desk.client.get(path, headers=call.desk.north)).status_code == 404
    arriving = await call.desk.get(f"/cases/{parts['southholt:council_tax_arriving:telling']['case_id']}", cleared)
    assert arriving["answers"]["moved_in_on"] == HERS["moving_date"]
    assert [each["question"] for each in arriving["still_to_ask"]] == ["owner", "paid_how"]


async def test_who_is_not_cleared_reads_neither_where_she_goes_nor_who_is_told_there(
    call: Call, town: Platform
) -> None:
    curious = town.officer("northmere")
    for path in (f"/tellings/{call.telling}", f"/tellings/{call.telling}/preview"):
        seen = await call.desk.get(path, curious)
        assert not [each for each in HIDDEN if each in json.dumps(seen)], path
        assert seen["elsewhere"] == 7
    assert (
        await call.desk.client.get(f"/tellings/{call.telling}", headers=town.resident(call.ravi))
    ).status_code == 404


async def test_nothing_of_hers_is_said_to_others_or_read_by_ravi(call: Call, town: Platform) -> None:
    told = "SELECT name, data FROM onedoor.said WHERE person_id = $1 AND aggregate IN ('telling', 'delivery')"
    rows = await town.sql("case-crm", told, call.desk.person)
    assert len(rows) > 25
    for row in rows:
        said = {**row["data"], "tells": {**(row["data"].get("tells") or {}), "council": None}}
        said |= {"council": None, "recipient": None}  # to whom it goes is no secret to who sends it
        assert not [each for each in HIDDEN if each in json.dumps(said)], row["name"]
    ravi = town.resident(call.ravi, councils=["northmere"])
    for path in ("/me/timeline", "/me/household", "/me/access-entries", "/me/facts"):
        answer = await town["customer-account"].client.get(path, headers=ravi)
        assert answer.status_code == 200, path
        assert not [each for each in (*HIDDEN, "Priya") if each in answer.text], path
    assert (await call.desk.get("/me/tellings", ravi))["items"] == []


async def test_what_she_told_is_held_from_then_on_and_is_asked_of_her_no_more(call: Call, town: Platform) -> None:
    async def held() -> bool:
        mine = await town.get("customer-account", "/me/facts", call.desk.resident)
        return {fact["kind"] for fact in mine["items"]} >= set(HERS)

    await town.until(held)
    again = (await call.desk.draft("move", {})).json()
    assert again["still_to_tell"] == []
    assert {given["source"] for each in again["recipients"] for given in each["gives"]} == {"held"}


async def test_another_date_and_a_right_birthday_go_to_whoever_was_told_them(call: Call) -> None:
    """The last test of the story: from here on another telling stands for this one."""
    desk = call.desk
    told = await desk.parts(call.telling)
    later = {"facts": {"moving_date": "2027-03-08"}, "channel": "phone"}
    moved = await desk.post(f"/tellings/{call.telling}/corrections", later)
    corrections = await desk.parts(moved["telling_id"])
    assert {each["sends"] for each in corrections.values()} == {"correction"}
    assert all(each["fact_kinds"] == ["moving_date"] for each in corrections.values())
    had = [name for name, each in told.items() if "moving_date" in each["fact_kinds"]]
    assert sorted(name.replace(":telling", ":correction") for name in had) == sorted(corrections)
    assert (await desk.get(f"/tellings/{call.telling}"))["status"] == "superseded"
    birthday = {"facts": {"child_date_of_birth": "2019-05-14"}, "channel": "phone"}
    born = await desk.post(f"/tellings/{moved['telling_id']}/corrections", birthday)
    assert sorted(await desk.parts(born["telling_id"])) == [
        "northmere:school_transfer:correction",
        "southholt:school_places:correction",
    ]
