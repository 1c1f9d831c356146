"""People who are protected: their record is shown to cleared officers alone, and whoever tries leaves an entry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from common.embedded.issuer import PERMISSIONS
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
PRIYA = {"full_name": "Priya Nair", "date_of_birth": "1995-04-11", "postcode": "ZZ99 2QS", "email": "priya@example.org"}
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]
RESTRICTED = (403, "/problems/record-restricted")
SECRETS = ("ZZ99 2QS", "ZZ992QS", "3 Quay St", "07700 900031", "priya@example.org", "Nair")


def cleared(town: Platform, *councils: str) -> dict[str, str]:
    return town.officer(*councils, permissions=CLEARED)


def protecting(**changes: Any) -> dict[str, Any]:
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    return {"reason": "domestic_abuse", "review_on": in_spring, "asked_by": "person"} | changes


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


async def protect(town: Platform, person: str, **changes: Any) -> httpx.Response:
    client = town["customer-account"].client
    answer = await client.post(f"/persons/{person}/protections", json=protecting(**changes), headers=cleared(town))
    if answer.status_code == 201:
        await town.heard(answer)
    return answer


@pytest.fixture(scope="module")
async def priya(town: Platform) -> str:
    """Priya Nair, with her new address, protected."""
    client, said = town["customer-account"].client, PRIYA | {"phone": "07700 900031", "channel": "phone"}
    person = (await client.post("/persons", json=said, headers=town.officer())).json()["person_id"]
    told = {"kind": "home_address", "value": "Flat 6, 3 Quay St, Southholt ZZ99 2QS", "channel": "phone"}
    await client.post(f"/persons/{person}/facts", json=told, headers=town.officer())
    assert (await protect(town, person)).status_code == 201
    return str(person)


async def reasons(town: Platform, person: str) -> list[str]:
    """Why others looked at a person, or tried to, in order; what was said of it in the said log."""
    found = "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1 ORDER BY id"
    return [row["data"]["reason"] for row in await town.sql("customer-account", found, person)]


ROUTES = {
    "record": ("GET", "", None, "looked at a person's record"),
    "facts": ("GET", "/facts", None, "looked at what a person told us"),
    "timeline": ("GET", "/timeline", None, "looked at what happened to a person"),
    "telling": ("POST", "/facts", {"kind": "savings", "value": 7, "channel": "phone"}, "noted what a person told us"),
    "sharing": ("POST", "/councils", {"council": "southholt", "wording": "v4"}, "let another council see a person"),
}


@pytest.mark.parametrize("route", ROUTES)
async def test_an_officer_without_clearance_is_told_it_is_restricted_and_the_try_is_logged(
    town: Platform, client: httpx.AsyncClient, priya: str, route: str
) -> None:
    method, place, body, why = ROUTES[route]
    refused = await client.request(method, f"/persons/{priya}{place}", json=body, headers=town.officer())
    assert problem(refused) == RESTRICTED
    assert refused.json()["title"] == "This record is restricted. Ask a colleague who is cleared for it."
    assert [secret for secret in SECRETS if secret in refused.text] == []
    assert (await reasons(town, priya))[-1] == f"{why}: it is restricted, they were refused"
    allowed = await client.request(method, f"/persons/{priya}{place}", json=body, headers=cleared(town))
    assert allowed.status_code == 200
    assert (await reasons(town, priya))[-1] == f"{why}: it is restricted, they are cleared for it"


async def test_the_person_reads_who_was_refused(town: Platform, client: httpx.AsyncClient, priya: str) -> None:
    await client.get(f"/persons/{priya}", headers=town.officer())

    async def read() -> bool:
        found = await client.get("/me/access-entries", headers=town.resident(priya))
        return any(entry["reason"].endswith("they were refused") for entry in found.json()["items"])

    await town.until(read)


async def test_the_person_themself_is_shown_everything(town: Platform, client: httpx.AsyncClient, priya: str) -> None:
    mine = (await client.get("/me", headers=town.resident(priya))).json()
    assert (mine["full_name"], mine["protected"]) == ("Priya Nair", True)
    told = {"kind": "weekly_income", "value": 214.5, "channel": "online"}
    assert (await client.post("/me/facts", json=told, headers=town.resident(priya))).status_code == 200
    for place in ("/me/facts", "/me/timeline", "/me/access-entries"):
        assert (await client.get(place, headers=town.resident(priya))).status_code == 200


FITTING = [
    {"phone": "07700 900031"},
    {"email": "priya@example.org"},
    {"full_name": "priya nair", "postcode": "zz99 2qs"},
    {"phone": "07700 900031", "full_name": "Priya Nair", "date_of_birth": "1995-04-11"},
]


@pytest.mark.parametrize("asked", FITTING)
async def test_she_is_not_found_by_where_she_is_or_how_she_is_reached_and_the_try_is_logged(
    town: Platform, client: httpx.AsyncClient, priya: str, asked: dict[str, str]
) -> None:
    found = await client.post("/person-searches", json=asked, headers=town.officer())
    assert found.json() == {"items": [], "more": False}
    assert (await reasons(town, priya))[-1] == "looked for a person"
    shown = (await client.post("/person-searches", json=asked, headers=cleared(town))).json()["items"]
    assert [(each["full_name"], each["postcode"], each["restricted"]) for each in shown] == [
        ("Priya Nair", "ZZ99 2QS", False)
    ]


async def test_by_name_and_birth_it_is_said_that_there_is_a_restricted_record_and_no_guess_is_confirmed(
    town: Platform, client: httpx.AsyncClient, priya: str
) -> None:
    asked = {"full_name": "Priya Nair", "date_of_birth": "1995-04-11"}
    there = {"person_id": priya, "full_name": None, "date_of_birth": None, "postcode": None, "restricted": True}
    for guess in ({}, {"postcode": "ZZ99 2QS"}, {"postcode": "ZZ99 1LN"}):
        found = await client.post("/person-searches", json=asked | guess, headers=town.officer())
        assert found.json() == {"items": [there], "more": False}
    assert "looked for a person" in await reasons(town, priya)
    cleared_guess = asked | {"postcode": "ZZ99 1LN"}
    assert (await client.post("/person-searches", json=cleared_guess, headers=cleared(town))).json()["items"] == []


async def test_somebody_like_her_is_registered_by_a_cleared_officer_alone(
    town: Platform, client: httpx.AsyncClient, priya: str
) -> None:
    said = {"full_name": "Priya Nair", "date_of_birth": "1995-04-11", "channel": "phone"}
    refused = await client.post("/persons", json=said, headers=town.officer())
    assert problem(refused) == RESTRICTED
    assert priya not in refused.text
    assert "they were refused" in (await reasons(town, priya))[-1]
    asked = await client.post("/persons", json=said, headers=cleared(town))
    assert problem(asked) == (409, "/problems/perhaps-the-same-person")
    assert priya in asked.json()["candidates"]


@pytest.mark.parametrize("guess", [{"phone": "07700 900031"}, {"email": "priya@example.org"}, {"postcode": "ZZ99 2QS"}])
async def test_no_guess_at_how_to_reach_her_is_confirmed_by_a_refusal(
    town: Platform, client: httpx.AsyncClient, priya: str, guess: dict[str, str]
) -> None:
    said = {"full_name": "Priya Nair", "channel": "phone"} | guess
    answer = await client.post("/persons", json=said, headers=town.officer("northmere"))
    if answer.status_code == 409:  # those of the other guesses, who are nobody's secret
        assert priya not in answer.text
    else:
        assert answer.status_code == 201, answer.text


async def test_a_fact_says_how_carefully_it_is_handled(town: Platform, client: httpx.AsyncClient, priya: str) -> None:
    told = {"kind": "new_address", "value": "9 Harbour Road", "channel": "phone"}
    kept = await client.post(f"/persons/{priya}/facts", json=told, headers=cleared(town))
    assert kept.json()["sensitivity"] == "protected"
    facts = (await client.get(f"/persons/{priya}/facts", headers=cleared(town))).json()["items"]
    found = {fact["kind"]: fact["sensitivity"] for fact in facts}
    assert {found.pop(kind) for kind in ("postcode", "email", "phone", "home_address", "new_address")} == {"protected"}
    assert set(found.values()) == {"personal"}
    said = await town.sql(
        "customer-account",
        "SELECT name, data FROM onedoor.said WHERE aggregate = 'facts' AND aggregate_id::text = $1 ORDER BY version",
        priya,
    )
    recorded = [(row["data"]["kind"], row["data"]["sensitivity"]) for row in said if row["name"] == "fact.recorded"]
    assert ("home_address", "personal") in recorded
    assert recorded[-1] == ("new_address", "protected")
    protected = next(row["data"] for row in said if row["name"] == "facts.protected")
    assert {"home_address", "postcode", "property_number", "new_address", "phone", "email"} <= set(protected["kinds"])
    assert "household_size" not in protected["kinds"]


async def test_of_who_is_not_protected_an_officer_may_write_where_a_paper_is_from(
    town: Platform, client: httpx.AsyncClient
) -> None:
    said = {"full_name": "Sian Protheroe", "date_of_birth": "1961-08-30", "channel": "phone"}
    person = (await client.post("/persons", json=said, headers=town.officer())).json()["person_id"]
    told = {"kind": "savings", "value": 7, "channel": "phone"}
    fact = (await client.post(f"/persons/{person}/facts", json=told, headers=town.officer())).json()["id"]
    path, seen = f"/persons/{person}/facts/{fact}/verification", "A statement sent to 14 Quay Street, ZZ99 2QS"
    body = {"verification": "evidenced", "evidence": seen}
    verified = await client.post(path, json=body, headers=town.officer() | {"If-Match": "*"})
    assert verified.status_code == 200, verified.text


async def test_no_event_says_why_she_is_protected(town: Platform, priya: str) -> None:
    said = await town.sql(
        "customer-account",
        "SELECT name, data FROM onedoor.said WHERE person_id::text = $1 AND name LIKE 'prot%'",
        priya,
    )
    assert [row["name"] for row in said] == ["protection.marked"]
    assert set(said[0]["data"]) == {"since", "review_on", "visible_to"}


async def test_a_protection_is_looked_at_reviewed_and_ended_and_then_the_record_is_shown_again(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    await protect(town, person)
    again = await protect(town, person)
    assert problem(again) == (409, "/problems/protected-already")
    current = await client.get(f"/persons/{person}/protection", headers=cleared(town))
    told = current.json()
    assert (told["reason"], told["asked_by"], told["lifted_at"]) == ("domestic_abuse", "person", None)
    path, later = f"/protections/{told['protection_id']}", (datetime.now(UTC) + timedelta(days=200)).date().isoformat()
    stale = await client.post(f"{path}/reviews", json={"review_on": later}, headers=cleared(town) | {"If-Match": '"9"'})
    assert stale.status_code == 412
    reviewed = await client.post(
        f"{path}/reviews", json={"review_on": later}, headers=cleared(town) | {"If-Match": current.headers["ETag"]}
    )
    assert (reviewed.json()["review_on"], reviewed.headers["ETag"]) == (later, '"2"')
    ended = await client.post(f"{path}/end", json={"asked_by": "person"}, headers=cleared(town))
    assert ended.json()["lifted_at"] is not None
    shown = await client.get(f"/persons/{person}", headers=town.officer())
    assert (shown.status_code, shown.json()["protected"]) == (200, False)
    assert {fact["sensitivity"] for fact in shown.json()["facts"]} == {"personal"}
    for change, body in (("reviews", {"review_on": later}), ("end", {"asked_by": "person"})):
        late = await client.post(f"{path}/{change}", json=body, headers=cleared(town))
        assert problem(late) == (409, "/problems/no-longer-protected")
    assert (await client.get(f"/persons/{person}/protection", headers=cleared(town))).status_code == 404
    assert (await protect(town, person, reason="witness", asked_by="police")).status_code == 201


async def test_her_protection_goes_with_her_to_the_other_council(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    await protect(town, person)
    there = cleared(town, "southholt")
    for path in (f"/persons/{person}", f"/persons/{person}/protection"):
        assert (await client.get(path, headers=there)).status_code == 404
    agreed = {"council": "southholt", "wording": "v4"}
    await client.post(f"/persons/{person}/councils", json=agreed, headers=cleared(town))
    assert problem(await client.get(f"/persons/{person}", headers=town.officer("southholt"))) == RESTRICTED
    assert (await client.get(f"/persons/{person}", headers=there)).json()["protected"] is True
    assert (await client.get(f"/persons/{person}/protection", headers=there)).json()["reason"] == "domestic_abuse"


async def test_only_who_may_protect_does_and_only_whom_they_may_see(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    path = f"/persons/{person}/protections"
    assert problem(await client.post(path, json=protecting(), headers=town.officer())) == (403, "/problems/not-yours")
    assert (await client.post(path, json=protecting(), headers=cleared(town, "southholt"))).status_code == 404
    assert (await client.post(path, json=protecting())).status_code == 401
    assert (await client.get(f"/persons/{person}/protection", headers=town.officer())).status_code == 403
    assert (await client.get(f"/persons/{person}/protection", headers=cleared(town))).status_code == 404


@pytest.mark.parametrize(
    ("name", "days", "said"),
    [("since", 2, "to come"), ("review_on", -1, "after today"), ("review_on", 500, "within a year")],
)
async def test_a_protection_begins_by_today_and_is_reviewed_within_a_year(
    town: Platform, register: Registers, name: str, days: int, said: str
) -> None:
    person = (await register())["person_id"]
    wrong = {name: (datetime.now(UTC) + timedelta(days=days)).date().isoformat()}
    refused = await protect(town, person, **wrong)
    assert problem(refused) == (422, "/problems/wrong-days")
    assert [(error["pointer"], said in error["detail"]) for error in refused.json()["errors"]] == [(f"/{name}", True)]
