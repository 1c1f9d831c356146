"""What people share, over HTTP: Priya flees from Ravi, and nothing that he can read, or that is said of him, tells where she is."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from common.embedded.issuer import PERMISSIONS
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]
TODAY = datetime.now(UTC).date()
# What Priya tells the other council, planted so that it cannot be mistaken.
PLANTED = ("Quarrelsome Wharf", "ZZ99 2QS", "ZZ992QS", "07700 900931", "7700900931", "Gullhaven", "southholt")


def cleared(town: Platform, *councils: str) -> dict[str, str]:
    return town.officer(*councils, permissions=CLEARED)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


async def post(town: Platform, path: str, body: dict[str, Any], *, by: dict[str, str] | None = None) -> httpx.Response:
    answer = await town["customer-account"].client.post(path, json=body, headers=by or town.officer())
    if answer.is_success and "Onedoor-After" in answer.headers:
        await town.heard(answer)
    return answer


async def make(town: Platform, kind: str, *people: str, by: dict[str, str] | None = None, **said: Any) -> str:
    """Something that these people share since last year."""
    since, role = (TODAY - timedelta(days=400)).isoformat(), "adult" if kind == "home" else "holder"
    first, *others = [{"person_id": each, "role": role, "effective_from": since} for each in people]
    made = await post(town, "/households", {"kind": kind, **first, **said}, by=by)
    assert made.status_code == 201, made.text
    household = str(made.json()["household_id"])
    for each in others:
        assert (await post(town, f"/households/{household}/members", each, by=by)).status_code == 200
    return household


async def leave(town: Platform, household: str, person: str, **said: Any) -> httpx.Response:
    return await post(town, f"/households/{household}/departures", {"person_id": person, **said}, by=cleared(town))


async def protect(town: Platform, person: str) -> str:
    review = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    marked = {"reason": "domestic_abuse", "review_on": review, "asked_by": "person"}
    answer = await post(town, f"/persons/{person}/protections", marked, by=cleared(town))
    assert answer.status_code == 201
    return str(answer.json()["protection_id"])


async def unprotect(town: Platform, protection: str) -> None:
    answer = await post(town, f"/protections/{protection}/end", {"asked_by": "person"}, by=cleared(town))
    assert answer.status_code == 200


async def goes_to_southholt(town: Platform, person: str) -> None:
    """She agrees that Southholt sees her, tells it where she lives now, and shares a home there with her sister."""
    await post(town, f"/persons/{person}/councils", {"council": "southholt", "wording": "v4"}, by=cleared(town))
    there = cleared(town, "southholt")
    for kind, value in (
        ("home_address", "Flat 6, 3 Quarrelsome Wharf, Southholt ZZ99 2QS"),
        ("postcode", "ZZ99 2QS"),
        ("phone", "07700 900931"),
        ("school", "Gullhaven Primary School"),
    ):
        await post(town, f"/persons/{person}/facts", {"kind": kind, "value": value, "channel": "phone"}, by=there)
    sister = await post(town, "/persons", {"full_name": "Asha Nair", "channel": "phone"}, by=there)
    await make(town, "home", sister.json()["person_id"], person, by=there)


@pytest.fixture
async def priya(register: Registers) -> str:
    return str((await register(full_name="Priya Nair"))["person_id"])


@pytest.fixture
async def ravi(register: Registers) -> str:
    return str((await register(full_name="Ravi Sharma"))["person_id"])


async def shares(town: Platform, person: str) -> list[dict[str, Any]]:
    found = await town["customer-account"].client.get("/me/household", headers=town.resident(person))
    assert found.status_code == 200
    items: list[dict[str, Any]] = found.json()["items"]
    return items


async def everything_he_reads(town: Platform, person: str) -> str:
    """Every resident's read of customer-account that takes no id, and all that was ever said about him or of what he shares."""
    read = []
    for route in town["customer-account"].service.api:
        for each in route.paths():
            if each.methods == {"GET"} and each.path.startswith("/me") and "{" not in each.path:
                answer = await town["customer-account"].client.get(each.path, headers=town.resident(person))
                assert answer.status_code in {200, 404}, each.path  # 404: they never claimed an account, say
                read.append(answer.text)
    said = await town.sql(
        "customer-account",
        "SELECT name, data, council FROM onedoor.said WHERE person_id::text = $1 OR aggregate_id IN "
        "(SELECT household_id FROM household_member WHERE person_id::text = $1)",
        person,
    )
    rows = await town.sql("customer-account", "SELECT * FROM household_member WHERE person_id::text = $1", person)
    assert len(read) >= 8
    return "\n".join([*read, *(json.dumps([*row.values()], default=str) for row in (*said, *rows))])


def planted_in(text: str) -> list[str]:
    return [each for each in PLANTED if each.lower() in text.lower()]


async def test_both_see_with_whom_they_share_and_nobody_else_does(
    town: Platform, client: httpx.AsyncClient, register: Registers, priya: str, ravi: str
) -> None:
    account = await make(town, "council_tax", ravi, priya, reference="CT 400 77")
    [his] = await shares(town, ravi)
    assert (his["household_id"], his["kind"], his["role"], his["changed_on"]) == (
        account,
        "council_tax",
        "holder",
        None,
    )
    assert [(each["name"], each["left_on"]) for each in his["others"]] == [("Priya Nair", None)]
    assert priya not in json.dumps(his)
    [hers] = await shares(town, priya)
    assert [each["name"] for each in hers["others"]] == ["Ravi Sharma"]
    stranger = str((await register())["person_id"])
    assert await shares(town, stranger) == []
    shown = await client.get(f"/households/{account}", headers=town.officer())
    assert [each["name"] for each in shown.json()["members"]] == ["Ravi Sharma", "Priya Nair"]
    assert (await client.get(f"/households/{account}", headers=town.officer("southholt"))).status_code == 404
    in_other = await client.get(f"/persons/{priya}/households", headers=town.officer("southholt"))
    assert in_other.status_code == 404
    for path in ("members", "departures"):
        body = {"person_id": priya} | ({"role": "adult"} if path == "members" else {})
        refused = await client.post(f"/households/{account}/{path}", json=body, headers=town.officer("southholt"))
        assert refused.status_code == 404


@pytest.mark.parametrize("kind", ["council_tax", "tenancy", "home"])
@pytest.mark.parametrize("order", ["protected, then gone", "gone, then protected"])
async def test_of_her_leaving_he_reads_that_the_liability_changed_and_nothing_else(
    town: Platform, client: httpx.AsyncClient, priya: str, ravi: str, kind: str, order: str
) -> None:
    shared = await make(town, kind, ravi, priya)
    before = await shares(town, ravi)
    if order.startswith("protected"):
        await protect(town, priya)
        assert await shares(town, ravi) == before  # that she vanished would warn him
    left = await leave(town, shared, priya)
    assert left.status_code == 200, left.text
    if order.startswith("gone"):
        await protect(town, priya)
    await goes_to_southholt(town, priya)
    [his] = await shares(town, ravi)
    assert his == before[0] | {"others": [], "changed_on": None if kind == "home" else TODAY.isoformat()}
    found = await everything_he_reads(town, ravi)
    assert planted_in(found) == []
    timeline = (await client.get("/me/timeline", headers=town.resident(ravi))).json()["items"]
    day = f" from {TODAY.day} {TODAY:%B %Y}"
    known = order.startswith("gone") or kind != "home"
    words = {"council_tax": "your council tax account", "tenancy": "your tenancy", "home": "your household"}[kind]
    assert timeline[0]["label"] == f"Who shares {words} changed" + (day if known else "")
    assert "Priya" not in json.dumps(timeline)


async def test_the_walk_would_find_what_is_planted(town: Platform, priya: str) -> None:
    await protect(town, priya)
    await goes_to_southholt(town, priya)
    assert set(planted_in(await everything_he_reads(town, priya))) >= {"Quarrelsome Wharf", "ZZ99 2QS", "southholt"}


async def test_protected_before_she_joined_she_is_shown_to_nobody_there(
    town: Platform, client: httpx.AsyncClient, priya: str, ravi: str
) -> None:
    protection = await protect(town, priya)
    shared = await make(town, "home", ravi)
    joining = {"person_id": priya, "role": "adult"}
    path = f"/households/{shared}/members"
    refused = await client.post(path, json=joining, headers=town.officer())
    assert problem(refused) == (403, "/problems/record-restricted")
    assert (await post(town, path, joining, by=cleared(town))).status_code == 200
    [his] = await shares(town, ravi)
    assert (his["others"], his["changed_on"]) == ([], None)
    labels = [each["label"] for each in (await client.get("/me/timeline", headers=town.resident(ravi))).json()["items"]]
    assert "Who shares your household changed" not in " ".join(labels)
    [hers] = await shares(town, priya)
    assert [each["name"] for each in hers["others"]] == ["Ravi Sharma"]
    await unprotect(town, protection)
    [his] = await shares(town, ravi)
    assert [each["name"] for each in his["others"]] == ["Priya Nair"]


async def test_protection_undone_shows_what_was_shown_before(town: Platform, priya: str, ravi: str) -> None:
    shared = await make(town, "council_tax", ravi, priya)
    await leave(town, shared, priya)
    before = await shares(town, ravi)
    assert [(each["name"], each["left_on"]) for each in before[0]["others"]] == [("Priya Nair", TODAY.isoformat())]
    for _ in range(2):
        protection = await protect(town, priya)
        assert (await shares(town, ravi))[0]["others"] == []
        await unprotect(town, protection)
        assert await shares(town, ravi) == before


async def test_protection_reaches_what_is_shared_with_another_council(town: Platform, priya: str) -> None:
    """The officer who protects sees no row of the other council; the subscriber does."""
    await post(town, f"/persons/{priya}/councils", {"council": "southholt", "wording": "v4"})
    there = cleared(town, "southholt")
    sister = (await post(town, "/persons", {"full_name": "Asha Nair", "channel": "phone"}, by=there)).json()[
        "person_id"
    ]
    shared = await make(town, "home", sister, priya, by=there)
    await post(town, f"/households/{shared}/departures", {"person_id": priya}, by=there)
    assert [each["name"] for each in (await shares(town, sister))[0]["others"]] == ["Priya Nair"]
    await protect(town, priya)
    assert (await shares(town, sister))[0]["others"] == []


async def test_an_officer_who_is_not_cleared_is_shown_that_somebody_restricted_shares_it_and_no_more(
    town: Platform, client: httpx.AsyncClient, priya: str, ravi: str
) -> None:
    shared = await make(town, "home", ravi, priya)
    await protect(town, priya)
    shown = await client.get(f"/households/{shared}", headers=town.officer())
    nothing = {
        "person_id": None,
        "name": None,
        "role": None,
        "effective_from": None,
        "left_on": None,
        "restricted": True,
    }
    assert shown.json()["members"][1] == nothing
    assert priya not in shown.text
    assert problem(await client.get(f"/persons/{priya}/households", headers=town.officer())) == (
        403,
        "/problems/record-restricted",
    )
    departure = {"person_id": priya}
    refused = await client.post(f"/households/{shared}/departures", json=departure, headers=town.officer())
    assert problem(refused) == (403, "/problems/record-restricted")
    full = await client.get(f"/households/{shared}", headers=cleared(town))
    assert (full.json()["members"][1]["name"], full.json()["members"][1]["restricted"]) == ("Priya Nair", True)


async def test_a_departure_is_not_noted_beforehand_nor_twice(
    town: Platform, client: httpx.AsyncClient, priya: str, ravi: str
) -> None:
    shared = await make(town, "tenancy", ravi, priya)
    ahead = await leave(town, shared, priya, left_on=(TODAY + timedelta(days=3)).isoformat())
    assert problem(ahead) == (422, "/problems/impossible-dates")
    again = await post(town, f"/households/{shared}/members", {"person_id": priya, "role": "holder"})
    assert problem(again) == (409, "/problems/shares-already")
    stale = await client.post(
        f"/households/{shared}/departures", json={"person_id": priya}, headers=town.officer() | {"If-Match": '"1"'}
    )
    assert stale.status_code == 412
    assert (await leave(town, shared, priya)).status_code == 200
    assert problem(await leave(town, shared, priya)) == (409, "/problems/not-of-these")
    assert [each["left_on"] for each in (await shares(town, priya))] == [TODAY.isoformat()]


async def test_her_own_representative_who_is_he_reads_nothing_once_she_is_protected(
    town: Platform, client: httpx.AsyncClient, priya: str, ravi: str
) -> None:
    """He was her carer: that is suspended with her protection, and what she shares was never open to a representative."""
    signed = {"kind": "signed_consent", "reference": "Letter of 3 December"}
    given = {"representative_id": ravi, "kind": "carer", "evidence": signed}
    assert (await post(town, f"/persons/{priya}/representations", given)).status_code == 201
    await make(town, "home", ravi, priya)
    await protect(town, priya)
    await goes_to_southholt(town, priya)
    acting = (await client.get("/me/representations", headers=town.resident(ravi))).json()["i_act_for"]
    assert [(each["state"], each["name"]) for each in acting] == [("suspended", None)]
    assert planted_in(await everything_he_reads(town, ravi)) == []
    token = town.representative(priya, ravi, may=["see", "tell", "decide"])
    assert problem(await client.get("/me/household", headers=token)) == (403, "/problems/in-person-only")
