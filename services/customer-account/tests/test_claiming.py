"""Somebody who was helped claims their account later: by reference and check, with one answer for whatever is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from common.contracts.people.accounts import AccountStatus
from common.runtime.ids import new_id, read_base32
from common.testing.platform import Platform, serving
from customer_account.app import service
from customer_account.domain import claims
from hypothesis import given
from hypothesis import strategies as st

Registers = Callable[..., Awaitable[dict[str, Any]]]
BORN, HOME = "1995-04-11", "ZZ99 1LN"
RIGHT = {"date_of_birth": BORN, "postcode": HOME}
NOBODYS = "38J9-P7RG-M1P9-DBZJQ"
CLEARED = ["persons:read", "persons:write", "accounts:write", "protection:read", "protection:write"]


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


@pytest.fixture
async def priya(register: Registers) -> str:
    """Somebody who rang, without an e-mail address."""
    return str((await register(date_of_birth=BORN, postcode=HOME))["person_id"])


async def reference_for(town: Platform, person: str, **said: Any) -> dict[str, Any]:
    path = f"/persons/{person}/account/claim-references"
    officer = town.officer(permissions=CLEARED)
    answer = await town["customer-account"].client.post(path, json=said, headers=officer)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def claim(town: Platform, login: str, reference: str, **said: Any) -> dict[str, Any]:
    """Claims, and gives what came of it."""
    client, body = town["customer-account"].client, {"reference": reference, **RIGHT, **said}
    made = await client.post("/me/claims", json=body, headers=town.resident(login))
    assert made.status_code == 201, made.text
    assert made.json()["status"] == "pending"
    await town.heard(made)
    return dict((await client.get("/me/claim", headers=town.resident(login))).json())


async def test_who_was_helped_claims_their_account_with_the_reference_and_what_they_know(
    town: Platform, client: httpx.AsyncClient, priya: str
) -> None:
    given, login = await reference_for(town, priya), str(new_id())
    assert given["checks"] == ["date_of_birth", "postcode"]
    assert read_base32(given["reference"]) is not None
    typed = given["reference"].lower().replace("-", " ").replace("0", "o")
    assert (await claim(town, login, typed, postcode="zz991ln"))["status"] == "claimed"
    mine = (await client.get("/me/claim", headers=town.resident(login))).json()
    assert mine["person_id"] == priya
    account = (await client.get("/me/account", headers=town.resident(priya))).json()
    assert (account["status"], account["identity_level"]) == ("active", "low")
    assert [check["method"] for check in account["identity_checks"]] == ["claim_reference"]
    said = "SELECT person_id, data FROM onedoor.said WHERE name = 'account.claimed' AND aggregate_id::text = $1"
    [row] = await town.sql("customer-account", said, priya)
    assert (str(row["person_id"]), row["data"]) == (priya, {"claimed_by": login, "visible_to": ["northmere"]})


async def test_the_login_leads_to_the_person_and_writes_nothing_of_its_own_any_more(
    town: Platform, client: httpx.AsyncClient, priya: str
) -> None:
    login = str(new_id())
    await claim(town, login, (await reference_for(town, priya))["reference"])
    alias = (await client.get("/me/account", headers=town.resident(login))).json()
    assert (alias["status"], alias["merged_into"], alias["may_sign_in"]) == ("merged_into", priya, False)
    told = {"kind": "savings", "value": 7, "channel": "online"}
    refused = await client.post("/me/facts", json=told, headers=town.resident(login))
    assert problem(refused) == (403, "/problems/sign-in-again")
    assert (await client.post("/me/facts", json=told, headers=town.resident(priya))).status_code == 200


async def test_a_login_that_told_us_things_before_it_claimed_keeps_them_and_everybody_is_told_whose_they_are(
    town: Platform, client: httpx.AsyncClient, priya: str
) -> None:
    login, told = str(new_id()), {"kind": "savings", "value": 7, "channel": "online"}
    await client.post("/me/facts", json=told, headers=town.resident(login))
    assert (await claim(town, login, (await reference_for(town, priya))["reference"]))["status"] == "claimed"
    said = "SELECT data FROM onedoor.said WHERE name = 'person.merged' AND person_id::text = $1"
    [row] = await town.sql("customer-account", said, login)
    assert (row["data"]["into"], row["data"]["because"]) == (priya, "claimed")
    kept = (await client.get("/me/facts", headers=town.resident(login))).json()["items"]
    assert [(fact["kind"], fact["value"]) for fact in kept] == [("savings", 7)]


WRONG: dict[str, dict[str, Any]] = {
    "reference of nobody": {"reference": NOBODYS},
    "reference with a mistake in it": {"reference": "38J9-P7RG-M1P9-DBZJR"},
    "no reference at all": {"reference": "Priya"},
    "date of birth": {"date_of_birth": "1995-04-12"},
    "postcode": {"postcode": "ZZ99 9ZZ"},
    "no postcode": {"postcode": None},
}


@pytest.mark.parametrize("what", WRONG)
async def test_whatever_is_wrong_the_answer_is_the_same_and_nothing_is_written_but_that_it_was(
    town: Platform, client: httpx.AsyncClient, priya: str, what: str
) -> None:
    given, login = await reference_for(town, priya), str(new_id())
    before = (await client.get("/me/account", headers=town.resident(priya))).json()
    answer = await claim(town, login, **{"reference": given["reference"], **WRONG[what]})
    assert (answer.pop("more_from")[:2], answer) == (
        "20",
        {"status": "not_matched", "person_id": None, "tries_left": claims.MOST_OF_LOGIN - 1},
    )
    assert (await client.get("/me/account", headers=town.resident(priya))).json() == before
    assert (await client.get("/me/account", headers=town.resident(login))).status_code == 404
    assert (await claim(town, str(new_id()), given["reference"]))["status"] == "claimed"


async def test_a_reference_that_expired_was_withdrawn_replaced_or_used_is_answered_the_same(
    town: Platform, client: httpx.AsyncClient, priya: str, register: Registers
) -> None:
    replaced, withdrawn = (await reference_for(town, priya))["reference"], await reference_for(town, priya)
    path = f"/persons/{priya}/account/claim-references"
    await client.delete(path, headers=town.officer())
    again = await client.delete(path, headers=town.officer())
    assert problem(again) == (409, "/problems/no-claim-reference")
    other = (await register(date_of_birth=BORN, postcode=HOME, full_name="Priya Nair"))["person_id"]
    used = (await reference_for(town, other))["reference"]
    assert (await claim(town, str(new_id()), used))["status"] == "claimed"
    expired = (await reference_for(town, priya, days=1))["reference"]
    town.step(days=1)
    try:
        answers = [await claim(town, str(new_id()), each) for each in (replaced, withdrawn["reference"], used, expired)]
    finally:
        town.step(days=-1)
    assert [(each["status"], each["person_id"]) for each in answers] == [("not_matched", None)] * 4
    taken = await client.post(f"/persons/{other}/account/claim-references", json={}, headers=town.officer())
    assert problem(taken) == (409, "/problems/in-use-already")


async def test_of_two_who_claim_at_the_same_moment_one_is_led_to_the_account(
    town: Platform, client: httpx.AsyncClient, priya: str
) -> None:
    reference = (await reference_for(town, priya))["reference"]
    answers = await asyncio.gather(*(claim(town, str(new_id()), reference) for _ in range(2)))
    assert sorted(each["status"] for each in answers) == ["claimed", "not_matched"]


async def test_a_login_tries_five_times_an_hour_by_the_platforms_clock_also_after_a_restart(
    town: Platform, priya: str
) -> None:
    login, given = str(new_id()), await reference_for(town, priya)
    left = [(await claim(town, login, NOBODYS))["tries_left"] for _ in range(claims.MOST_OF_LOGIN)]
    assert left == [4, 3, 2, 1, 0]
    async with serving(service, town.told["customer-account"]) as restarted:
        body = {"reference": given["reference"], **RIGHT}
        refused = await restarted.client.post("/me/claims", json=body, headers=town.resident(login))
        assert problem(refused) == (429, "/problems/too-many-tries")
        assert set(refused.json()) == {"type", "title", "status", "more_from"}
    town.step(hours=1)
    try:
        assert (await claim(town, login, given["reference"]))["status"] == "claimed"
    finally:
        town.step(hours=-1)


async def test_a_reference_that_was_tried_five_times_is_good_for_nothing(town: Platform, priya: str) -> None:
    reference = (await reference_for(town, priya))["reference"]
    for _ in range(claims.MOST_OF_REFERENCE):
        assert (await claim(town, str(new_id()), reference, date_of_birth="1990-01-01"))["status"] == "not_matched"
    assert (await claim(town, str(new_id()), reference))["status"] == "not_matched"
    outcomes = "SELECT why FROM wrong_claim ORDER BY claim_id DESC LIMIT 2"
    assert [row["why"] for row in await town.sql("customer-account", outcomes)] == ["too_many", "wrong_answers"]
    assert (await claim(town, str(new_id()), (await reference_for(town, priya))["reference"]))["status"] == "claimed"


async def test_when_very_many_were_wrong_in_a_council_nobody_claims_there_for_an_hour(
    town: Platform, client: httpx.AsyncClient, priya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = (await reference_for(town, priya))["reference"]
    monkeypatch.setattr(claims, "MOST_IN_COUNCIL", 1)

    async def in_northmere(said: dict[str, Any]) -> str:
        login = town.resident(new_id(), councils=["northmere"])
        made = await client.post("/me/claims", json={**RIGHT, **said}, headers=login)
        await town.heard(made)
        return str((await client.get("/me/claim", headers=login)).json()["status"])

    town.step(days=400)
    try:
        assert await in_northmere({"reference": NOBODYS}) == "not_matched"
        fresh = (await reference_for(town, priya))["reference"]
        assert await in_northmere({"reference": fresh}) == "not_matched"
        town.step(hours=1)
        assert await in_northmere({"reference": fresh}) == "claimed"
    finally:
        town.step(days=-400, hours=-1)
    assert reference != fresh


async def test_of_a_protected_person_no_address_is_asked_and_a_reference_of_before_is_good_for_nothing(
    town: Platform, client: httpx.AsyncClient, priya: str
) -> None:
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    mark = {"reason": "domestic_abuse", "review_on": in_spring, "asked_by": "person"}
    before, officer = await reference_for(town, priya), town.officer(permissions=CLEARED)
    assert (await client.post(f"/persons/{priya}/protections", json=mark, headers=officer)).status_code == 201
    assert (await claim(town, str(new_id()), before["reference"]))["status"] == "not_matched"
    given = await reference_for(town, priya)
    assert given["checks"] == ["date_of_birth"]
    assert (await claim(town, str(new_id()), given["reference"], postcode="ZZ99 9ZZ"))["status"] == "claimed"


async def test_without_a_date_of_birth_there_is_nothing_to_check_by(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    refused = await client.post(f"/persons/{person}/account/claim-references", json={}, headers=town.officer())
    assert problem(refused) == (409, "/problems/nothing-to-check-by")


async def test_nothing_that_was_said_with_a_claim_and_no_reference_is_kept_or_said_anywhere(
    town: Platform, priya: str
) -> None:
    reference = (await reference_for(town, priya))["reference"]
    login, born = str(new_id()), "1931-02-03"
    await claim(town, login, reference, date_of_birth=born, postcode="ZZ99 8YX")
    rows = "SELECT t::text AS row FROM (SELECT data::text FROM onedoor.said UNION ALL SELECT a::text FROM account a UNION ALL "
    rows += "SELECT c::text FROM claims_of_login c UNION ALL SELECT w::text FROM wrong_claim w) t"
    kept = " ".join(row["row"] for row in await town.sql("customer-account", rows))
    number = str(read_base32(reference))
    plain = reference.replace("-", "")
    assert [each for each in (reference, plain, number, born, "ZZ99 8YX", "ZZ998YX") if each in kept] == []


async def test_a_stranger_sees_nobodys_claim_and_an_officer_claims_nothing(
    town: Platform, client: httpx.AsyncClient, priya: str
) -> None:
    await claim(town, str(new_id()), (await reference_for(town, priya))["reference"])
    assert (await client.get("/me/claim", headers=town.resident())).status_code == 404
    body = {"reference": NOBODYS, **RIGHT}
    assert (await client.post("/me/claims", json=body, headers=town.officer())).status_code == 403
    assert (await client.post("/me/claims", json=body)).status_code == 401
    path = f"/persons/{priya}/account/claim-references"
    assert (await client.post(path, json={}, headers=town.officer("southholt"))).status_code == 404
    assert (await client.delete(path, headers=town.officer("southholt"))).status_code == 404


@given(st.integers(1 << 41, (1 << 80) - 1), st.dates(), st.sampled_from([None, "ZZ99 1LN", "zz991ln"]))
def test_the_right_answers_fit_however_they_are_written_and_no_others_do(
    number: int, born: date, postcode: str | None
) -> None:
    right = claims.proof(number, born.isoformat(), "ZZ991LN" if postcode else None)
    offered = claims.Offered(right, expires_at=_LATER, status=AccountStatus.PROVISIONAL)

    def outcome(of: int, **said: Any) -> claims.Outcome:
        told = claims.said(of, **{"date_of_birth": born, "postcode": postcode, **said})
        return claims.settle(told.proofs, offered, AccountStatus.ACTIVE, too_many=False, held=False, at=_NOW)

    assert outcome(number) is claims.Outcome.FITS
    assert outcome(number ^ 1) is claims.Outcome.WRONG_ANSWERS
    assert outcome(number, postcode="ZZ99 9ZZ") is (claims.Outcome.WRONG_ANSWERS if postcode else claims.Outcome.FITS)


_NOW, _LATER = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (22, 23))


async def test_while_either_is_held_by_law_no_login_is_led_to_an_account(
    town: Platform, client: httpx.AsyncClient, priya: str
) -> None:
    officer = town.officer(permissions=[*CLEARED, "holds:write"])
    review_on = str((town.clock.now() + timedelta(days=90)).date())
    hold = {"because": "claim", "reference": "NBC-LEG-2026/14", "review_on": review_on}
    placed = await client.post(f"/persons/{priya}/legal-holds", json=hold, headers=officer)
    await town.heard(placed)
    given, login = await reference_for(town, priya), str(new_id())
    assert (await claim(town, login, given["reference"]))["status"] == "not_matched"
    account = (await client.get("/me/account", headers=town.resident(priya))).json()
    assert account["status"] != "active"
    match = {"If-Match": f'"{placed.json()["version"]}"'}
    await town.heard(await client.post(f"/legal-holds/{placed.json()['hold_id']}/end", headers=officer | match))
    assert (await claim(town, login, given["reference"]))["status"] == "claimed"
