"""Accounts: how they stand, who may sign in, what a death does to them, and how sure we are of who somebody is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.runtime.ids import new_id
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
MISUSE = {"because": "misuse"}
OTHER = {"suspension": {}, "closure": {"because": "other"}}
DIED = {"evidence": "certificate_seen"}
THREE = {"method": "three_named_checks", "checks": ["full_name", "date_of_birth", "address"]}


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


async def answered(town: Platform, person: str, status: int, route: str = "/me") -> httpx.Response:
    """What a person is answered once it is this: how their account stood is remembered for a second."""

    async def so() -> httpx.Response | None:
        answer = await town["customer-account"].client.get(route, headers=town.resident(person))
        return answer if answer.status_code == status else None

    answer: httpx.Response = await town.until(so)
    return answer


@pytest.fixture
async def albert(register: Registers) -> str:
    """Somebody who came online."""
    return str((await register(channel="online"))["person_id"])


@pytest.fixture
async def helped(register: Registers) -> str:
    """Somebody who rang."""
    return str((await register(email=None))["person_id"])


async def test_who_was_helped_has_an_account_that_nobody_signs_in_with_yet(
    town: Platform, client: httpx.AsyncClient, helped: str, albert: str
) -> None:
    shown = [
        (await client.get(f"/persons/{person}/account", headers=town.officer())).json() for person in (helped, albert)
    ]
    assert [(each["status"], each["identity_level"], each["merged_into"]) for each in shown] == [
        ("provisional", "none", None),
        ("active", "none", None),
    ]


async def test_a_suspended_account_is_kept_out_of_every_route_until_it_is_reinstated(
    town: Platform, client: httpx.AsyncClient, albert: str
) -> None:
    path = f"/persons/{albert}/account"
    suspended = await client.post(f"{path}/suspension", json=MISUSE, headers=town.officer())
    assert (suspended.status_code, suspended.json()["status"], suspended.json()["because"]) == (
        200,
        "suspended",
        "misuse",
    )
    for method, route in (("GET", "/me"), ("GET", "/me/account"), ("GET", "/me/facts"), ("POST", "/me/facts")):
        told = {"kind": "savings", "value": 7, "channel": "online"}
        refused = await client.request(method, route, json=told, headers=town.resident(albert))
        assert problem(refused) == (403, "/problems/account-is-suspended")
        assert refused.json()["title"] == "Your account is suspended. Please get in touch with your council."
    again = await client.post(f"{path}/suspension", json=MISUSE, headers=town.officer())
    assert problem(again) == (409, "/problems/suspended-already")
    back = await client.post(f"{path}/reinstatement", headers=town.officer())
    assert (back.json()["status"], back.json()["because"]) == ("active", None)
    await answered(town, albert, 200)


@pytest.mark.parametrize("what", ["suspension", "closure"])
async def test_a_provisional_account_is_not_suspended_or_closed_for_nobody_signs_in(
    town: Platform, client: httpx.AsyncClient, helped: str, what: str
) -> None:
    refused = await client.post(f"/persons/{helped}/account/{what}", json=MISUSE | OTHER[what], headers=town.officer())
    assert problem(refused) == (409, "/problems/nobody-signs-in")


async def test_a_resident_closes_their_own_account_and_officers_still_help_them(
    town: Platform, client: httpx.AsyncClient, albert: str
) -> None:
    closed = await client.post("/me/account/closure", headers=town.resident(albert))
    assert (closed.json()["status"], closed.json()["because"]) == ("closed", "asked_by_person")
    assert problem(await answered(town, albert, 403)) == (403, "/problems/account-is-closed")
    assert (await client.get(f"/persons/{albert}", headers=town.officer())).status_code == 200
    told = {"kind": "lives_alone", "value": True, "channel": "phone"}
    assert (await client.post(f"/persons/{albert}/facts", json=told, headers=town.officer())).status_code == 200
    again = await client.post(
        f"/persons/{albert}/account/closure", json={"because": "not_used"}, headers=town.officer()
    )
    assert problem(again) == (409, "/problems/closed-already")


@pytest.mark.parametrize(("channel", "before"), [("online", "active"), ("phone", "provisional")])
async def test_a_death_locks_the_account_and_taken_back_it_is_as_it_was(
    town: Platform, client: httpx.AsyncClient, register: Registers, channel: str, before: str
) -> None:
    person = (await register(channel=channel))["person_id"]
    dead = await client.post(f"/persons/{person}/death", json=DIED, headers=town.officer())
    assert (dead.json()["status"], dead.json()["may_sign_in"]) == ("deceased", False)
    refused = await answered(town, person, 403)
    assert problem(refused) == (403, "/problems/account-is-locked")
    again = await client.post(f"/persons/{person}/death", json=DIED, headers=town.officer())
    assert problem(again) == (409, "/problems/death-on-record")
    alive = await client.request("DELETE", f"/persons/{person}/death", headers=town.officer())
    assert (alive.json()["status"], alive.json()["because"]) == (before, None)
    await town.heard(alive)
    timeline = (await answered(town, person, 200, "/me/timeline")).json()["items"]
    assert [entry["event"] for entry in timeline][:2] == ["person.death_retracted", "person.death_confirmed"]
    wrong = await client.request("DELETE", f"/persons/{person}/death", headers=town.officer())
    assert problem(wrong) == (409, "/problems/no-death-on-record")
    said = "SELECT data FROM onedoor.said WHERE name LIKE 'person.death%' AND person_id::text = $1"
    assert {tuple(row["data"]) for row in await town.sql("customer-account", said, person)} == {("visible_to",)}


async def test_a_suspended_account_that_was_locked_is_suspended_again(
    town: Platform, client: httpx.AsyncClient, albert: str
) -> None:
    await client.post(f"/persons/{albert}/account/suspension", json=MISUSE, headers=town.officer())
    await client.post(f"/persons/{albert}/death", json=DIED, headers=town.officer())
    alive = await client.request("DELETE", f"/persons/{albert}/death", headers=town.officer())
    assert alive.json()["status"] == "suspended"


async def test_two_officers_do_not_change_an_account_unawares_of_each_other(
    town: Platform, client: httpx.AsyncClient, albert: str
) -> None:
    path = f"/persons/{albert}/account"
    etag = (await client.get(path, headers=town.officer())).headers["etag"]
    await client.post(f"{path}/suspension", json=MISUSE, headers=town.officer() | {"If-Match": etag})
    late = await client.post(f"{path}/closure", json={"because": "other"}, headers=town.officer() | {"If-Match": etag})
    assert late.status_code == 412


CHANGES = [
    ("POST", "/account/suspension", MISUSE, "accounts:write"),
    ("POST", "/account/reinstatement", None, "accounts:write"),
    ("POST", "/account/closure", {"because": "other"}, "accounts:write"),
    ("POST", "/identity-checks", THREE, "accounts:write"),
    ("POST", "/death", DIED, "deaths:write"),
    ("DELETE", "/death", None, "deaths:write"),
]


@pytest.mark.parametrize(("method", "place", "body", "needs"), CHANGES)
async def test_only_officers_of_a_council_that_sees_the_person_with_the_permission_change_an_account(
    town: Platform, client: httpx.AsyncClient, albert: str, method: str, place: str, body: Any, needs: str
) -> None:
    path = f"/persons/{albert}{place}"
    others = [
        (town.officer("southholt"), 404),
        (town.officer(permissions=["persons:read", "persons:write"]), 403),
        (town.resident(albert), 403),
        ({}, 401),
    ]
    for headers, status in others:
        assert (await client.request(method, path, json=body, headers=headers)).status_code == status, needs
    unknown = f"/persons/{new_id()}{place}"
    assert (await client.request(method, unknown, json=body, headers=town.officer())).status_code == 404
    assert (await client.get(f"/persons/{albert}/account", headers=town.officer())).json()["version"] == 0


async def test_somebody_new_with_a_token_has_no_account_and_a_stranger_sees_nobody_elses(
    town: Platform, client: httpx.AsyncClient, albert: str
) -> None:
    assert (await client.get("/me/account", headers=town.resident())).status_code == 404
    assert (await client.get("/me/account", headers=town.resident(albert))).json()["person_id"] == albert


async def test_who_showed_their_documents_is_known_for_ten_years_as_well_as_can_be(
    town: Platform, client: httpx.AsyncClient, helped: str
) -> None:
    path = f"/persons/{helped}/identity-checks"
    seen = await client.post(path, json={"method": "documents_seen"}, headers=town.officer())
    assert (seen.status_code, seen.json()["identity_level"]) == (200, "high")
    town.step(days=3649)
    try:
        mine = await client.get("/me/account", headers=town.resident(helped))
        assert mine.json()["identity_level"] == "high"
        town.step(days=2)
        mine = await client.get("/me/account", headers=town.resident(helped))
        assert mine.json()["identity_level"] == "none"
    finally:
        town.step(days=-3651)


async def test_the_level_is_that_of_the_best_check_that_is_still_good(
    town: Platform, client: httpx.AsyncClient, helped: str
) -> None:
    path = f"/persons/{helped}/identity-checks"
    sam = town.officer(id="sam")
    first = (await client.post(path, json=THREE, headers=sam)).json()
    assert first["identity_level"] == "medium"
    best = await client.post(path, json={"method": "known_to_officer"}, headers=sam)
    assert best.json()["identity_level"] == "medium"
    mine = (await client.get("/me/account", headers=town.resident(helped))).json()
    assert [(each["method"], each["level"], each["checks"]) for each in mine["identity_checks"]] == [
        ("known_to_officer", "low", []),
        ("three_named_checks", "medium", THREE["checks"]),
    ]
    assert "sam" not in str(mine)
    town.step(days=366)
    try:
        assert (await client.get("/me/account", headers=town.resident(helped))).json()["identity_level"] == "none"
    finally:
        town.step(days=-366)


@pytest.mark.parametrize(
    "wrong",
    [
        THREE | {"checks": ["full_name", "address"]},
        THREE | {"checks": ["full_name", "full_name", "address"]},
        {"method": "documents_seen", "checks": ["full_name"]},
    ],
)
async def test_three_different_things_are_named(
    town: Platform, client: httpx.AsyncClient, helped: str, wrong: dict[str, Any]
) -> None:
    refused = await client.post(f"/persons/{helped}/identity-checks", json=wrong, headers=town.officer())
    assert problem(refused) == (422, "/problems/three-checks-needed")


@pytest.mark.parametrize(
    "more",
    [{"answers": {"date_of_birth": "1995-04-11"}}, {"checks": [{"date_of_birth": "1995-04-11"}]}, {"level": "high"}],
)
async def test_what_somebody_answered_and_a_level_of_ones_own_are_not_taken(
    town: Platform, client: httpx.AsyncClient, helped: str, more: dict[str, Any]
) -> None:
    refused = await client.post(f"/persons/{helped}/identity-checks", json=THREE | more, headers=town.officer())
    assert refused.status_code == 422
    kept = "SELECT checks FROM account WHERE id::text = $1"
    assert [row["checks"] for row in await town.sql("customer-account", kept, helped)] == [[]]


async def test_the_other_council_sees_the_account_once_it_sees_the_person(
    town: Platform, client: httpx.AsyncClient, helped: str
) -> None:
    path = f"/persons/{helped}/account"
    assert (await client.get(path, headers=town.officer("southholt"))).status_code == 404
    agreed = {"council": "southholt", "wording": "v1"}
    await client.post(f"/persons/{helped}/councils", json=agreed, headers=town.officer())
    assert (await client.get(path, headers=town.officer("southholt"))).json()["status"] == "provisional"
