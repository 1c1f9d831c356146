"""Putting right what is held, and not using it, through all services: each says that it does its part."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import httpx
from common.contracts.people.rights import HOLDERS
from common.embedded.issuer import PERMISSIONS
from common.testing.platform import Platform


async def known(town: Platform, name: str) -> str:
    told = {"full_name": name, "channel": "phone"}
    return str((await town.post("customer-account", "/persons", told, town.officer()))["person_id"])


async def request(town: Platform, person: str, request_id: str) -> dict[str, Any]:
    path = f"/me/rights-requests/{request_id}"
    answer = await town["customer-account"].client.get(path, headers=town.resident(person))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def done(town: Platform, person: str, request_id: str) -> dict[str, Any]:
    async def is_done() -> Any:
        found = await request(town, person, request_id)
        return found if found["status"] == "done" else None

    found: dict[str, Any] = await town.until(is_done, seconds=30)
    return found


async def test_every_service_that_keeps_a_copy_confirms_that_it_holds_what_was_put_right(town: Platform) -> None:
    person = await known(town, "Margaret Hartley")
    told = {"kind": "weekly_rent", "value": 960, "channel": "phone"}
    fact = (await town.post("customer-account", f"/persons/{person}/facts", told, town.officer()))["id"]
    me = town.resident(person, councils=["northmere"])
    wrong = {"right": "rectification", "fact_id": fact, "says": "A nought too many"}
    request_id = (await town.post("customer-account", "/me/rights-requests", wrong, me))["id"]
    right = {"outcome": "corrected", "value": 96, "evidence": "The tenancy agreement"}
    await town.post("customer-account", f"/persons/{person}/facts/{fact}/settlement", right, town.officer())
    found = await done(town, person, request_id)
    assert [each["service"] for each in found["holders"]] == list(HOLDERS)
    assert all(each["answered_at"] for each in found["holders"])
    keep = [each["service"] for each in found["holders"] if each["keeps"]]
    assert keep == ["customer-account", "case-crm", "review-engine"]
    [copy] = await town.sql(
        "case-crm", "SELECT value FROM known_fact WHERE person_id = $1 AND kind = 'weekly_rent'", UUID(person)
    )
    assert copy["value"] == 96
    assert await town.sql("review-engine", "SELECT event FROM evidence") == []  # what people ask of us is no journey


async def test_a_service_that_cannot_take_it_in_is_named_and_confirms_when_it_can(town: Platform) -> None:
    person = await known(town, "Priya Nair")
    told = {"kind": "weekly_rent", "value": 80, "channel": "phone"}
    fact = (await town.post("customer-account", f"/persons/{person}/facts", told, town.officer()))["id"]
    holds = await asyncpg.connect(town.databases["case-crm"])
    try:
        await holds.execute("BEGIN; LOCK TABLE known_fact IN EXCLUSIVE MODE")
        wrong = {"right": "rectification", "fact_id": fact, "value": 88}
        me = town.resident(person, councils=["northmere"])
        answer = await town["customer-account"].client.post("/me/rights-requests", json=wrong, headers=me)
        request_id = answer.json()["id"]

        async def others_answered() -> Any:
            found = await request(town, person, request_id)
            return [each["service"] for each in found["holders"] if not each["answered_at"]] == ["case-crm"]

        await town.until(others_answered, seconds=30)
    finally:
        await holds.close()
    await done(town, person, request_id)


async def a_missed_bin(town: Platform, person: str, who: dict[str, str]) -> str:
    """They ask for a bin to be emptied."""
    answers = {"bin": "Rubbish", "address": "A bin behind the library"}
    asked = {"service": "missed_bin", "channel": "phone", "answers": answers}
    named = asked if who == town.resident(person, councils=["northmere"]) else asked | {"person_id": person}
    return str((await town.post("case-crm", "/cases", named, who))["case_id"])


async def ended(town: Platform, case: str, who: dict[str, str], transition: str, **more: Any) -> httpx.Response:
    answer = await town["case-crm"].client.post(
        f"/cases/{case}/transitions", json={"transition": transition, **more}, headers=who
    )
    if answer.is_success:
        await town.heard(answer)
    return answer


async def prefilled(town: Platform, council: str, person: str, who: dict[str, str]) -> set[str]:
    """What a council's form about a missed bin has an answer to."""
    path = f"/councils/{council}/services/missed_bin/form"
    answer = await town["case-crm"].client.get(path, params={"person_id": person}, headers=who)
    assert answer.status_code == 200, answer.text
    return {question["question"] for question in answer.json()["questions"] if question["held"]}


async def asks(town: Platform, person: str, right: str, **said: Any) -> str:
    """They ask for something that is kept to at a word, or that an officer grants; and every service says that it does."""
    me = town.resident(person, councils=["northmere"])
    asked = await town.post("customer-account", "/me/rights-requests", {"right": right} | said, me)
    if asked["status"] == "received":
        decision = {"granted": True, "because": "accuracy_contested"}
        officer = town.officer(permissions=[*PERMISSIONS["officer"].split(), "rights:decide"])
        await town.post("customer-account", f"/rights-requests/{asked['id']}/decision", decision, officer)
    found = await done(town, person, asked["id"])
    assert all(each["answered_at"] for each in found["holders"])
    return str(asked["id"])


async def invited(town: Platform, person: str) -> int:
    [row] = await town.sql("feedback", "SELECT count(*) AS n FROM invitation WHERE person_id = $1", UUID(person))
    return int(row["n"])


async def steps(town: Platform) -> int:
    [row] = await town.sql("review-engine", "SELECT count(*) AS n FROM evidence")
    return int(row["n"])


async def test_what_is_kept_and_not_used_is_so_in_every_service(town: Platform) -> None:
    person, officer = await known(town, "Ravi Nair"), town.officer()
    me = town.resident(person, councils=["northmere"])
    address = {"kind": "home_address", "value": "3 Mill Lane, Northmere ZZ99 1AA", "channel": "phone"}
    await town.post("customer-account", f"/persons/{person}/facts", address, officer)
    case = await a_missed_bin(town, person, officer)
    assert await prefilled(town, "northmere", person, officer) == {"address"}
    request_id = await asks(town, person, "restriction")
    before = await steps(town)

    refused = await ended(town, case, officer, "resolve", result="fixed")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/processing-restricted")
    assert await prefilled(town, "northmere", person, officer) == set()
    refer = {"to_council": "southholt", "person_id": person, "reason": "housing_advice", "shared": {}}
    sent = await town["partner-gateway"].client.post("/referrals", json=refer, headers=officer)
    assert sent.status_code in (409, 422), sent.text
    assert await prefilled(town, "northmere", person, me) == {"address"}
    assert (await ended(town, case, me, "withdraw")).status_code == 200
    assert (await invited(town, person), await steps(town)) == (0, before)

    back = await town["customer-account"].client.post(f"/me/rights-requests/{request_id}/withdrawal", headers=me)
    assert back.json()["holds"] is False
    await town.heard(back)
    other = await a_missed_bin(town, person, me)
    assert (await ended(town, other, officer, "resolve", result="fixed")).status_code == 200
    assert await invited(town, person) == 1
    assert await steps(town) > before


async def test_who_does_not_want_to_tell_once_is_asked_by_each_council(town: Platform) -> None:
    person, me = await known(town, "Ewa Kowalska"), {}
    me = town.resident(person)
    address = {"kind": "home_address", "value": "14 Weavers Row, Northmere ZZ99 1AB", "channel": "phone"}
    await town.post("customer-account", f"/persons/{person}/facts", address, town.officer())
    both = [await prefilled(town, council, person, me) for council in ("northmere", "southholt")]
    assert both == [{"address"}, {"address"}]
    await asks(town, person, "objection", purpose="tell_us_once")
    both = [await prefilled(town, council, person, me) for council in ("northmere", "southholt")]
    assert both == [{"address"}, set()]


async def test_who_wants_no_part_in_reviews_is_not_asked_and_leads_to_no_evidence(town: Platform) -> None:
    person, officer = await known(town, "Margaret Hughes"), town.officer()
    case = await a_missed_bin(town, person, officer)
    pseudonym = "SELECT pseudonym FROM pseudonym WHERE person_id = $1"
    assert len(await town.sql("review-engine", pseudonym, UUID(person))) == 1
    await asks(town, person, "objection", purpose="service_review")
    before = await steps(town)

    async def forgotten() -> bool:
        return await town.sql("review-engine", pseudonym, UUID(person)) == []

    await town.until(forgotten)
    assert (await ended(town, case, officer, "resolve", result="fixed")).status_code == 200
    assert (await invited(town, person), await steps(town)) == (0, before)
    await town.make_anew("review-engine", "review-engine-gather-evidence")
    assert await forgotten()
    assert await steps(town) >= before


async def test_a_case_of_theirs_is_not_closed_in_silence_until_it_may_be(town: Platform) -> None:
    person, officer = await known(town, "Aled Pryce"), town.officer()
    me = town.resident(person, councils=["northmere"])
    case = await a_missed_bin(town, person, officer)
    assert (await ended(town, case, officer, "resolve", result="fixed")).status_code == 200
    request_id = await asks(town, person, "restriction")
    looks_again = "SELECT due_at FROM onedoor.timer WHERE name = 'case_silence' AND aggregate_id = $1"
    town.step(days=40)

    async def put_off() -> bool:
        [timer] = await town.sql("case-crm", looks_again, UUID(case))
        return bool(timer["due_at"] > town.clock.now())

    await town.until(put_off)
    status = "SELECT status FROM case_file WHERE id = $1"
    assert [row["status"] for row in await town.sql("case-crm", status, UUID(case))] == ["resolved"]
    back = await town["customer-account"].client.post(f"/me/rights-requests/{request_id}/withdrawal", headers=me)
    await town.heard(back)
    town.step(days=2)

    async def closed() -> bool:
        return [row["status"] for row in await town.sql("case-crm", status, UUID(case))] == ["closed"]

    await town.until(closed)
