"""Organisations and visitors are customers too: what an organisation is, who speaks for it, and what these see of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from common.contracts.people.organisations import (
    ContactDaysContradict,
    ContactPersonAlready,
    ContactRole,
    NoSuchContactPerson,
    NotACharityNumber,
    NotACompanyNumber,
)
from common.runtime.ids import new_id
from common.testing.platform import Platform
from customer_account.domain import organisations
from customer_account.domain.organisations import Contact

Registers = Callable[..., Awaitable[dict[str, Any]]]
HOMES = {"name": "Dale Homes", "kind": "landlord", "company_number": "123456", "channel": "phone"}
CLEARED = ["persons:read", "persons:write", "protection:read", "protection:write"]


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


@pytest.fixture
async def homes(town: Platform, client: httpx.AsyncClient) -> str:
    answer = await client.post("/organisations", json=HOMES, headers=town.officer())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["organisation_id"])


async def speaks(town: Platform, organisation: str, person: str, **more: Any) -> httpx.Response:
    path, body = f"/organisations/{organisation}/contact-persons", {"person_id": person, "role": "agent"}
    headers = more.pop("headers", None) or town.officer()
    return await town["customer-account"].client.post(path, json=body | more, headers=headers)


async def test_an_organisation_is_a_customer_with_its_numbers_and_is_found_by_its_phone(
    town: Platform, client: httpx.AsyncClient
) -> None:
    told = HOMES | {"name": "Quay Trust", "kind": "charity", "charity_number": "sc 012345", "phone": "07700 900071"}
    made = (await client.post("/organisations", json=told, headers=town.officer())).json()
    shown = (await client.get(f"/organisations/{made['organisation_id']}", headers=town.officer())).json()
    assert shown == made
    assert (shown["name"], shown["company_number"], shown["charity_number"]) == ("Quay Trust", "00123456", "SC012345")
    customer = (await client.get(f"/persons/{made['organisation_id']}", headers=town.officer())).json()
    assert (customer["kind"], customer["full_name"]) == ("organisation", "Quay Trust")
    found = await client.post("/person-searches", json={"phone": "07700 900071"}, headers=town.officer())
    assert [each["person_id"] for each in found.json()["items"]] == [made["organisation_id"]]
    again = await client.post("/organisations", json=told, headers=town.officer())
    assert problem(again) == (409, "/problems/perhaps-the-same-person")


async def test_who_speaks_for_it_sees_it_under_its_present_name_and_nobody_else_does(
    town: Platform, client: httpx.AsyncClient, register: Registers, homes: str
) -> None:
    person = (await register())["person_id"]
    added = await speaks(town, homes, person, **{"from": "2026-01-05"})
    expected = {"person_id": person, "role": "agent", "from": "2026-01-05", "to": None}
    assert added.json()["contact_persons"] == [expected]
    assert problem(await speaks(town, homes, person)) == (409, "/problems/contact-person-already")
    told = {"kind": "full_name", "value": "Dale Homes North", "channel": "phone"}
    await town.heard(await client.post(f"/persons/{homes}/facts", json=told, headers=town.officer()))
    mine = (await client.get("/me/organisations", headers=town.resident(person))).json()["items"]
    shown = {"organisation_id": homes, "name": "Dale Homes North", "kind": "landlord", "role": "agent"}
    assert mine == [shown | {"from": "2026-01-05", "to": None}]
    assert (await client.get("/me/organisations", headers=town.resident())).json() == {"items": []}
    end = f"/organisations/{homes}/contact-persons/{person}/end"
    wrong = await client.post(end, json={"role": "owner"}, headers=town.officer())
    assert problem(wrong) == (409, "/problems/no-such-contact-person")
    ended = await client.post(end, json={"role": "agent", "to": "2026-03-31"}, headers=town.officer())
    await town.heard(ended)
    mine = (await client.get("/me/organisations", headers=town.resident(person))).json()["items"]
    assert [each["to"] for each in mine] == ["2026-03-31"]
    events = [
        each["event"] for each in (await client.get("/me/timeline", headers=town.resident(person))).json()["items"]
    ]
    assert events[:2] == ["contact_person.ended", "contact_person.added"]


async def test_a_customer_who_was_registered_as_an_organisation_is_described_later(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register(kind="organisation", full_name="Harbour Cafe"))["person_id"]
    shown = (await client.get(f"/organisations/{person}", headers=town.officer())).json()
    assert (shown["name"], shown["kind"], shown["version"]) == ("Harbour Cafe", "other", 0)
    business = {"kind": "business", "company_number": "SC123456"}
    described = await client.put(f"/organisations/{person}", json=business, headers=town.officer())
    assert (described.json()["kind"], described.json()["company_number"]) == ("business", "SC123456")
    late = town.officer() | {"If-Match": '"0"'}
    assert (await client.put(f"/organisations/{person}", json={"kind": "other"}, headers=late)).status_code == 412
    human = (await register())["person_id"]
    assert (await client.get(f"/organisations/{human}", headers=town.officer())).status_code == 404


async def test_the_other_council_and_strangers_see_and_change_nothing(
    town: Platform, client: httpx.AsyncClient, register: Registers, homes: str
) -> None:
    person, path = (await register())["person_id"], f"/organisations/{homes}"
    calls = [
        ("GET", path, None),
        ("PUT", path, {"kind": "other"}),
        ("POST", f"{path}/contact-persons", {"person_id": person, "role": "agent"}),
        ("POST", f"{path}/contact-persons/{person}/end", {"role": "agent"}),
    ]
    for method, place, body in calls:
        others = [(town.officer("southholt"), 404), (town.resident(person), 403), ({}, 401)]
        for headers, status in others:
            assert (await client.request(method, place, json=body, headers=headers)).status_code == status
    theirs = (await register(council="southholt"))["person_id"]
    assert (await speaks(town, homes, theirs)).status_code == 404
    assert (await speaks(town, homes, str(new_id()))).status_code == 404
    agreed = {"council": "southholt", "wording": "v1"}
    await client.post(f"/persons/{homes}/councils", json=agreed, headers=town.officer())
    assert (await client.get(path, headers=town.officer("southholt"))).json()["visible_to"] == [
        "northmere",
        "southholt",
    ]


async def test_a_contact_person_who_is_protected_is_shown_to_cleared_officers_alone(
    town: Platform, client: httpx.AsyncClient, register: Registers, homes: str
) -> None:
    person, cleared = (await register())["person_id"], town.officer(permissions=CLEARED)
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    mark = {"reason": "stalking", "review_on": in_spring, "asked_by": "person"}
    await client.post(f"/persons/{person}/protections", json=mark, headers=cleared)
    assert problem(await speaks(town, homes, person)) == (403, "/problems/record-restricted")
    assert (await speaks(town, homes, person, headers=cleared)).status_code == 200
    for who, shown in ((town.officer(), []), (cleared, [person])):
        found = (await client.get(f"/organisations/{homes}", headers=who)).json()["contact_persons"]
        assert [each["person_id"] for each in found] == shown


async def test_a_visitor_is_known_by_a_way_to_reach_them_and_anybody_else_by_a_name(
    town: Platform, client: httpx.AsyncClient
) -> None:
    visitor = {"kind": "visitor", "email": "walker@example.org", "channel": "email"}
    made = await client.post("/persons", json=visitor, headers=town.officer())
    assert (made.status_code, made.json()["kind"], made.json()["full_name"]) == (201, "visitor", None)
    found = await client.post("/person-searches", json={"email": "walker@example.org"}, headers=town.officer())
    assert [each["person_id"] for each in found.json()["items"]] == [made.json()["person_id"]]
    for nameless in (
        {"kind": "visitor"},
        {"email": "w@example.org"},
        {"kind": "organisation", "phone": "07700 900072"},
    ):
        refused = await client.post("/persons", json={"channel": "email"} | nameless, headers=town.officer())
        assert problem(refused) == (422, "/problems/name-needed")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1234567", "01234567"),
        ("sc123456", "SC123456"),
        ("OC 301 234", "OC301234"),
        ("00000001", "00000001"),
        (None, None),
    ],
)
def test_a_company_number_is_kept_with_its_eight_characters(typed: str | None, kept: str | None) -> None:
    assert organisations.company_number(typed) == kept


@pytest.mark.parametrize("typed", ["123456789", "S1234567", "Priya", "SC12345", "١٢٣٤٥٦٧٨"])
def test_what_is_no_company_number_is_refused(typed: str) -> None:
    with pytest.raises(NotACompanyNumber):
        organisations.company_number(typed)


@pytest.mark.parametrize(
    ("typed", "kept"), [("1234567", "1234567"), ("sc012345", "SC012345"), ("NIC 100123", "NIC100123")]
)
def test_a_charity_number_is_kept_as_its_register_writes_it(typed: str, kept: str) -> None:
    assert organisations.charity_number(typed) == kept


@pytest.mark.parametrize("typed", ["12345", "0123456", "SC1234", "NI123456", "Priya"])
def test_what_is_no_charity_number_is_refused(typed: str) -> None:
    with pytest.raises(NotACharityNumber):
        organisations.charity_number(typed)


def test_somebody_speaks_again_after_their_last_day_and_not_before_their_first() -> None:
    person, begin = new_id(), date(2026, 1, 5)
    first = Contact(person_id=person, role=ContactRole.AGENT, first_day=begin)
    [ended] = organisations.end([first], person, ContactRole.AGENT, last_day=date(2026, 3, 31))
    with pytest.raises(ContactPersonAlready):
        organisations.add([ended], first.model_copy(update={"first_day": date(2026, 3, 31)}))
    again = first.model_copy(update={"first_day": date(2026, 4, 1)})
    assert organisations.add([ended], again) == [again]
    with pytest.raises(ContactDaysContradict):
        organisations.end([first], person, ContactRole.AGENT, last_day=begin - timedelta(days=1))
    with pytest.raises(NoSuchContactPerson):
        organisations.end([first], person, ContactRole.OWNER, last_day=begin)
    assert organisations.contacts_of(organisations.as_kept([ended])) == [ended]
