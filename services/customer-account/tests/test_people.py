"""Becoming known, being found, being seen: over HTTP, on real PostgreSQL and NATS."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.runtime.ids import new_id
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def client(town: Platform) -> httpx.AsyncClient:
    return town["customer-account"].client


async def test_somebody_without_an_email_address_becomes_known_by_phone(
    town: Platform, client: httpx.AsyncClient
) -> None:
    body = {"full_name": " Priya Nair ", "date_of_birth": "1996-02-01", "phone": "07700 900031", "channel": "phone"}
    answer = await client.post("/persons", json={**body, "postcode": "zz99 1ln"}, headers=town.officer())
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"4"'
    person = answer.json()
    assert (person["full_name"], person["assisted"], person["visible_to"]) == ("Priya Nair", True, ["northmere"])
    assert {fact["kind"]: fact["value"] for fact in person["facts"]} == {
        "full_name": "Priya Nair",
        "date_of_birth": "1996-02-01",
        "phone": "07700 900031",
        "postcode": "ZZ99 1LN",
    }
    fact = person["facts"][0]
    del fact["id"], fact["told_at"]
    assert fact == {
        "kind": "date_of_birth",
        "label": "Date of birth",
        "value": "1996-02-01",
        "asserted_by": "officer",
        "channel": "phone",
        "told_to": "northmere",
        "told_to_service": "customer-account",
        "effective_from": None,
        "verification": "asserted",
    }


ALBERT = {
    "full_name": "Albert Hartley",
    "phone": "07700 900014",
    "date_of_birth": "1941-03-17",
    "email": "albert@example.org",
}


@pytest.fixture
async def albert(town: Platform, client: httpx.AsyncClient, register: Registers) -> str:
    """The one Albert these tests know."""
    found = await client.post("/person-searches", json={"email": ALBERT["email"]}, headers=town.officer())
    known = found.json()["items"] or [await register(**ALBERT)]
    return str(known[0]["person_id"])


@pytest.mark.parametrize(
    "again",
    [
        {"full_name": "Somebody Else", "email": "ALBERT@example.org"},
        {"full_name": "albert  hártley", "phone": "+44 7700 900014"},
        {"full_name": "Albert-Hartley", "date_of_birth": "1941-03-17"},
    ],
)
async def test_who_is_known_already_is_not_registered_twice(
    town: Platform, client: httpx.AsyncClient, albert: str, again: dict[str, Any]
) -> None:
    refused = await client.post("/persons", json={**again, "channel": "phone"}, headers=town.officer())
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/perhaps-the-same-person"
    assert refused.json()["candidates"] == [albert]
    assert "Hartley" not in refused.text
    other = {**again, "channel": "phone", "not_the_same_as": [str(new_id())]}
    assert (await client.post("/persons", json=other, headers=town.officer())).status_code == 409


@pytest.mark.parametrize(
    "other",
    [
        {"full_name": "Margaret Hartley", "phone": "07700 900014"},
        {"full_name": "Albert Hartley", "date_of_birth": "1971-03-17"},
        {"full_name": "Albert Hartley"},
    ],
)
async def test_a_shared_phone_or_a_shared_name_alone_is_somebody_else(
    town: Platform, client: httpx.AsyncClient, albert: str, other: dict[str, Any]
) -> None:
    answer = await client.post("/persons", json={**other, "channel": "phone"}, headers=town.officer())
    assert answer.status_code == 201


async def test_a_namesake_born_on_the_same_day_is_registered_once_somebody_looked(
    town: Platform, client: httpx.AsyncClient, albert: str
) -> None:
    twin = {"full_name": "Albert Hartley", "date_of_birth": "1941-03-17", "channel": "phone"}
    answer = await client.post("/persons", json={**twin, "not_the_same_as": [albert]}, headers=town.officer())
    assert answer.status_code == 201
    third = await client.post("/persons", json=twin, headers=town.officer())
    assert third.json()["candidates"] == sorted([albert, answer.json()["person_id"]])


async def test_people_of_another_council_are_neither_found_nor_taken_for_the_same(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    joanne = {"full_name": "Joanne Hartley-Price", "email": "joanne@example.org"}
    await register(council="southholt", **joanne)
    found = await client.post("/person-searches", json={"email": "joanne@example.org"}, headers=town.officer())
    assert found.json() == {"items": [], "more": False}
    answer = await client.post("/persons", json={**joanne, "channel": "phone"}, headers=town.officer())
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "said",
    [
        {"full_name": "MARGARET O'HARTLEY", "date_of_birth": "1947-05-02"},
        {"full_name": "margaret ohartley", "postcode": "ZZ99 1AB"},
        {"phone": "+447700900777"},
        {"email": "Margaret@example.org"},
        {"email": "margaret@example.org", "full_name": "Margaret O’Hartley", "postcode": "zz991ab"},
    ],
)
async def test_a_person_is_found_by_what_they_say_of_themselves(
    town: Platform, client: httpx.AsyncClient, register: Registers, said: dict[str, Any]
) -> None:
    margaret = {"full_name": "Margaret O'Hartley", "date_of_birth": "1947-05-02", "postcode": "ZZ99 1AB"}
    first = await client.post("/person-searches", json={"phone": "07700 900777"}, headers=town.officer())
    if not first.json()["items"]:
        await register(**margaret, phone="07700 900777", email="margaret@example.org")
    found = await client.post("/person-searches", json=said, headers=town.officer())
    assert found.status_code == 200
    [person] = found.json()["items"]
    assert person["full_name"] == "Margaret O'Hartley"
    assert (person["date_of_birth"], person["postcode"]) == ("1947-05-02", "ZZ99 1AB")


async def test_all_that_is_said_of_somebody_must_agree(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    await register(full_name="Ewa Kowalska", phone="07700 900555")
    await register(full_name="Marcin Kowalski", phone="07700 900555")
    both = await client.post("/person-searches", json={"phone": "07700900555"}, headers=town.officer())
    assert [p["full_name"] for p in both.json()["items"]] == ["Ewa Kowalska", "Marcin Kowalski"]
    one = {"phone": "07700900555", "full_name": "Marcin Kowalski"}
    found = await client.post("/person-searches", json=one, headers=town.officer())
    assert [p["full_name"] for p in found.json()["items"]] == ["Marcin Kowalski"]


async def test_a_search_that_is_too_wide_gives_twenty_and_says_so(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    for number in range(21):
        await register(full_name=f"Tenant {number:02}", phone="07700 900999")
    found = (await client.post("/person-searches", json={"phone": "07700900999"}, headers=town.officer())).json()
    assert (len(found["items"]), found["more"]) == (20, True)


@pytest.mark.parametrize("said", [{}, {"full_name": "Margaret"}, {"postcode": "ZZ99 1AB"}, {"full_name": "..."}])
async def test_a_search_by_too_little_is_refused(
    town: Platform, client: httpx.AsyncClient, said: dict[str, str]
) -> None:
    answer = await client.post("/person-searches", json=said, headers=town.officer())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/too-little-to-go-on")


async def test_the_same_request_again_registers_nobody_twice(town: Platform, client: httpx.AsyncClient) -> None:
    officer = {**town.officer(), "Idempotency-Key": "one call"}
    body = {"full_name": "Dee Okoro", "channel": "phone", "phone": "07700 900456"}
    first = await client.post("/persons", json=body, headers=officer)
    second = await client.post("/persons", json=body, headers=officer)
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    other = await client.post("/persons", json={**body, "full_name": "Dee Other"}, headers=officer)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/another-request")


async def test_an_officer_sees_a_record_and_so_does_its_person(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    seen = await client.get(f"/persons/{person['person_id']}", headers=town.officer())
    mine = await client.get("/me", headers=town.resident(person["person_id"]))
    assert seen.json() == mine.json() == person
    assert seen.headers["ETag"] == '"2"'


async def test_the_other_council_finds_nothing_until_the_person_agreed(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    there = town.officer("southholt")
    for place in ("", "/facts", "/timeline"):
        assert (await client.get(path + place, headers=there)).status_code == 404
    told = {"kind": "savings", "value": 10, "channel": "phone"}
    assert (await client.post(f"{path}/facts", json=told, headers=there)).status_code == 404
    agreed = {"council": "southholt", "wording": "v4"}
    assert (await client.post(f"{path}/councils", json=agreed, headers=there)).status_code == 404
    shared = await client.post(f"{path}/councils", json=agreed, headers=town.officer())
    assert shared.json()["visible_to"] == ["northmere", "southholt"]
    assert shared.headers["ETag"] == '"3"'
    await town.heard(shared)
    seen = await client.get(path, headers=there)
    assert [fact["kind"] for fact in seen.json()["facts"]] == ["full_name", "phone"]
    entries = (await client.get(f"{path}/timeline", headers=there)).json()["items"]
    assert [entry["event"] for entry in entries] == ["person.shared"]
    found = await client.post("/person-searches", json={"phone": seen.json()["facts"][1]["value"]}, headers=there)
    assert [p["person_id"] for p in found.json()["items"]] == [seen.json()["person_id"]]


async def test_sharing_says_who_may_see_what_from_now_on_once(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    agreed = {"council": "southholt", "wording": "v4"}
    for _ in range(2):
        answer = await client.post(f"/persons/{person}/councils", json=agreed, headers=town.officer())
        assert answer.status_code == 200
    said = await town.sql(
        "customer-account",
        "SELECT name, version, data, council FROM onedoor.said WHERE aggregate_id::text = $1 ORDER BY id DESC LIMIT 2",
        person,
    )
    both = ["northmere", "southholt"]
    assert [tuple(row) for row in said] == [
        ("facts.shared", 3, {"visible_to": both}, "northmere"),
        ("person.shared", 2, {"visible_to": both, "because": "agreed", "wording": "v4"}, "northmere"),
    ]


async def test_what_was_superseded_before_is_not_shared(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    for address in ("27 Mill Lane", "Flat 6, 3 Quay St"):
        told = {"kind": "home_address", "value": address, "channel": "phone"}
        await client.post(f"/persons/{person}/facts", json=told, headers=town.officer())
    agreed = {"council": "southholt", "wording": "v4"}
    await client.post(f"/persons/{person}/councils", json=agreed, headers=town.officer())
    rows = await town.sql(
        "customer-account",
        "SELECT value, current, visible_to FROM fact WHERE person_id::text = $1 AND kind = 'home_address' ORDER BY told_at",
        person,
    )
    assert [tuple(row) for row in rows] == [
        ("27 Mill Lane", False, ["northmere"]),
        ("Flat 6, 3 Quay St", True, ["northmere", "southholt"]),
    ]


async def test_a_resident_sees_nobody_elses_record(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    stranger = town.resident()
    assert (await client.get("/me", headers=stranger)).status_code == 404
    assert (await client.get("/me/facts", headers=stranger)).json() == {"version": 0, "items": []}
    assert (await client.get(f"/persons/{person}", headers=stranger)).status_code == 403
    assert (await client.get(f"/persons/{person}", headers=town.resident(person))).status_code == 403


GETS = ("/persons/{id}", "/persons/{id}/facts", "/persons/{id}/timeline", "/me", "/me/facts", "/me/timeline")
POSTS = ("/persons", "/person-searches", "/persons/{id}/facts", "/persons/{id}/councils", "/me/facts")
ROUTES = [*(("GET", path) for path in (*GETS, "/me/access-entries")), *(("POST", path) for path in POSTS)]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_who_is_not_signed_in_or_has_the_wrong_role_is_refused(
    town: Platform, client: httpx.AsyncClient, register: Registers, method: str, path: str
) -> None:
    address = path.replace("{id}", str(new_id()))
    assert (await client.request(method, address, json={})).status_code == 401
    forged = {"Authorization": "Bearer " + "a" * 40}
    assert (await client.request(method, address, json={}, headers=forged)).status_code == 401
    wrong = [town.officer()] if path.startswith("/me") else [town.resident(), town.officer(permissions=["cases:read"])]
    for headers in (*wrong, town.bearer("partner", "frs-nsfr", ["northmere"])):
        assert (await client.request(method, address, json={}, headers=headers)).status_code == 403


async def test_an_officer_of_two_councils_says_for_which(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register()
    both = town.officer("northmere", "southholt")
    unsaid = await client.get(f"/persons/{person['person_id']}", headers=both)
    assert (unsaid.status_code, unsaid.json()["type"]) == (400, "/problems/say-which-council")
    for council, status in (("northmere", 200), ("southholt", 404), ("westport", 403)):
        answer = await client.get(f"/persons/{person['person_id']}", headers={**both, "Onedoor-Council": council})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/persons", {"full_name": "A B", "channel": "phone", "surname": "B"}),
        ("/persons", {"full_name": "A B", "channel": "pigeon"}),
        ("/persons", {"full_name": "A B", "channel": "phone", "email": "not an address"}),
        ("/persons", {"full_name": "A\x00B", "channel": "phone"}),
        ("/persons", {"full_name": "A B", "channel": "phone", "date_of_birth": "2999-01-01"}),
        ("/person-searches", {"phone": "07700900123", "nickname": "x"}),
        ("/persons/{id}/councils", {"council": "southholt", "wording": "v4", "because": "x"}),
    ],
)
async def test_what_no_form_asks_is_refused_without_repeating_it(
    town: Platform, client: httpx.AsyncClient, register: Registers, path: str, body: dict[str, Any]
) -> None:
    person = await register()
    answer = await client.post(path.replace("{id}", person["person_id"]), json=body, headers=town.officer())
    assert answer.status_code == 422
    assert answer.json()["type"] in {"/problems/not-understood", "/problems/wrong-shape"}
    assert "2999" not in answer.text
    assert "pigeon" not in answer.text


async def test_the_ledger_of_a_registration_names_its_story(town: Platform, client: httpx.AsyncClient) -> None:
    story = str(new_id())
    body = {"full_name": "Sam Agent", "channel": "phone", "email": "sam@example.org"}
    answer = await client.post("/persons", json=body, headers={**town.officer(), "Onedoor-Correlation": story})
    person = answer.json()["person_id"]
    said = await town.sql(
        "customer-account",
        "SELECT aggregate, version, name, person_id::text, correlation_id::text FROM onedoor.said "
        "WHERE aggregate_id::text = $1 ORDER BY aggregate, version",
        person,
    )
    assert [tuple(row) for row in said] == [
        ("facts", 1, "fact.recorded", person, story),
        ("facts", 2, "fact.recorded", person, story),
        ("person", 1, "person.registered", person, story),
    ]
    assert answer.headers["Onedoor-After"] == f"person/{person}@1, facts/{person}@1, facts/{person}@2"
