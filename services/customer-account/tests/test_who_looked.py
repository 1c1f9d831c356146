"""Who looked: each sees their own, nobody another's; what the law keeps back is shown later; what is asked is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.access import AccessRecorded
from common.contracts.cases import InteractionRecorded
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

Registers = Callable[..., Awaitable[dict[str, Any]]]
SECRET = {"legal_basis": "crime_and_taxation", "reference": "Counter-fraud 17/2026"}


@pytest.fixture(autouse=True)
async def real_time(town: Platform) -> AsyncIterator[None]:
    yield
    (town.home / "clock.json").unlink(missing_ok=True)


@pytest.fixture
async def person(register: Registers) -> str:
    return str((await register())["person_id"])


async def looks_at(town: Platform, person: str) -> list[dict[str, Any]]:
    answer = await town["customer-account"].client.get("/me/access-entries", headers=town.resident(person))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def look_with(town: Platform, person: str, reason: str) -> dict[str, Any]:
    """The person's entry of a look for this reason, once it is shown."""

    async def shown() -> list[dict[str, Any]]:
        return [look for look in await looks_at(town, person) if look["reason"] == reason]

    look: dict[str, Any] = (await town.until(shown))[0]
    return look


async def looked(town: Platform, nats: Nats, *persons: str, reason: str = "looked at a case", **more: Any) -> datetime:
    """Another service says, now, that somebody looked; gives when. Whether it is shown is another matter."""
    told = {"system": "case-crm", "role": "officer", "organisation": "northmere", **more}
    look = AccessRecorded(persons=[UUID(person) for person in persons], reason=reason, **told)
    row = said(look, new_id(), 1, occurred=town.clock.now())
    await publish(nats, [row], speaker="case-crm")
    await town.heard(f"access/{row['aggregate_id']}@1")
    at: datetime = row["occurred"]
    return at


async def declared(town: Platform, person: str, *, days: float = 30, council: str = "northmere") -> dict[str, Any]:
    body = {**SECRET, "until": (town.clock.now() + timedelta(days=days)).isoformat()}
    answer = await town["customer-account"].client.post(
        f"/persons/{person}/secrecies", json=body, headers=town.officer(council)
    )
    assert answer.status_code == 201, answer.text
    secrecy: dict[str, Any] = answer.json()
    return secrecy


# -- third parties


async def test_a_case_is_named_only_to_whose_it_is(town: Platform, nats: Nats, register: Registers) -> None:
    hers, other = [(await register())["person_id"] for _ in range(2)]
    case = new_id()
    touch = InteractionRecorded(interaction_id=new_id(), channel="phone", purpose="chased")
    await publish(nats, [said(touch, case, 1, person_id=UUID(hers))], speaker="case-crm")
    await town.heard(f"case/{case}@1")
    await looked(town, nats, hers, other, case_id=case)
    assert (await look_with(town, hers, "looked at a case"))["case_id"] == str(case)
    assert (await look_with(town, other, "looked at a case"))["case_id"] is None


async def test_a_list_of_people_leaves_each_an_entry_that_tells_of_no_other(
    town: Platform, nats: Nats, register: Registers
) -> None:
    people = [(await register())["person_id"] for _ in range(4)]
    await looked(town, nats, *people, reason="looked at the queue")
    for person in people:
        look = await look_with(town, person, "looked at the queue")
        assert not any(other in str(look) for other in people)


# -- lawful secrecy, with disclosure


async def test_a_look_in_secrecy_is_shown_when_it_ends_with_its_true_time(
    town: Platform, nats: Nats, client: httpx.AsyncClient, person: str
) -> None:
    before = await looked(town, nats, person, reason="looked before")
    await declared(town, person, days=30)
    during = await looked(town, nats, person, reason="looked in secret")
    assert (await client.get(f"/persons/{person}", headers=town.officer())).status_code == 200
    await looked(town, nats, person, reason="looked as a partner", role="partner", organisation="frs-nsfr")
    shown = {look["reason"] for look in await looks_at(town, person)}
    assert shown == {"registered a person", "looked before", "looked as a partner"}
    town.step(days=29)
    assert {look["reason"] for look in await looks_at(town, person)} == shown
    town.step(days=1, seconds=1)
    later = {look["reason"]: look for look in await looks_at(town, person)}
    assert later.keys() == shown | {
        "looked in secret",
        "looked at a person's record",
        "declared that looks are kept from a person for a while",
    }
    assert datetime.fromisoformat(later["looked in secret"]["at"]) == during
    assert datetime.fromisoformat(later["looked before"]["at"]) == before
    marked = {reason for reason, look in later.items() if look["disclosed_later"]}
    assert marked == later.keys() - shown
    after = await looked(town, nats, person, reason="looked afterwards")
    look = await look_with(town, person, "looked afterwards")
    assert (datetime.fromisoformat(look["at"]), look["disclosed_later"]) == (after, False)


async def test_only_the_council_that_declared_it_is_hidden_and_only_from_that_person(
    town: Platform, nats: Nats, client: httpx.AsyncClient, person: str, register: Registers
) -> None:
    neighbour = (await register())["person_id"]
    share = {"council": "southholt", "wording": "May Southholt see what you told us?"}
    assert (await client.post(f"/persons/{person}/councils", json=share, headers=town.officer())).status_code == 200
    await declared(town, person)
    await looked(town, nats, person, neighbour, reason="looked at a list")
    await looked(town, nats, person, reason="looked from Southholt", organisation="southholt")
    await look_with(town, neighbour, "looked at a list")
    reasons = {look["reason"] for look in await looks_at(town, person)}
    assert "looked from Southholt" in reasons
    assert "looked at a list" not in reasons


async def test_a_secrecy_that_is_ended_early_discloses_what_it_hid(
    town: Platform, nats: Nats, client: httpx.AsyncClient, person: str
) -> None:
    secrecy = await declared(town, person)
    await looked(town, nats, person, reason="looked in secret")
    path = f"/secrecies/{secrecy['secrecy_id']}/end"
    stale = await client.post(path, headers=town.officer() | {"If-Match": '"7"'})
    assert stale.status_code == 412
    ended = await client.post(path, headers=town.officer() | {"If-Match": f'"{secrecy["version"]}"'})
    assert ended.status_code == 200, ended.text
    assert ended.json()["ended_at"] is not None
    assert (await look_with(town, person, "looked in secret"))["disclosed_later"] is True
    await looked(town, nats, person, reason="looked afterwards")
    assert (await look_with(town, person, "looked afterwards"))["disclosed_later"] is False
    again = await client.post(path, headers=town.officer())
    assert (again.status_code, again.json()["type"]) == (409, "/problems/secrecy-over")


async def test_the_longest_of_several_secrecies_counts(town: Platform, nats: Nats, person: str) -> None:
    await declared(town, person, days=10)
    await declared(town, person, days=20)
    await looked(town, nats, person, reason="looked in secret")
    town.step(days=11)
    assert "looked in secret" not in {look["reason"] for look in await looks_at(town, person)}
    town.step(days=10)
    await look_with(town, person, "looked in secret")


async def test_the_officers_route_leaves_an_entry_that_is_hidden_too(
    town: Platform, client: httpx.AsyncClient, person: str
) -> None:
    secrecy = await declared(town, person, days=1)
    listed = await client.get(f"/persons/{person}/secrecies", headers=town.officer())
    assert listed.json() == {"items": [secrecy]}

    async def kept() -> bool:
        rows = await town.sql(
            "customer-account",
            "SELECT reason FROM access_entry WHERE person_id = $1 AND hidden_until IS NOT NULL",
            UUID(person),
        )
        return {row["reason"] for row in rows} == {
            "declared that looks are kept from a person for a while",
            "looked at what is kept from a person for a while",
        }

    await town.until(kept)
    assert [look["reason"] for look in await looks_at(town, person)] == ["registered a person"]


@pytest.mark.parametrize("days", [-1, 0, 367])
async def test_a_secrecy_ends_within_twelve_months(
    town: Platform, client: httpx.AsyncClient, person: str, days: int
) -> None:
    body = {**SECRET, "until": (datetime.now(UTC) + timedelta(days=days)).isoformat()}
    answer = await client.post(f"/persons/{person}/secrecies", json=body, headers=town.officer())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/secrecy-too-long")


async def test_secrecy_is_for_officers_with_that_permission_of_a_council_that_knows_the_person(
    town: Platform, client: httpx.AsyncClient, person: str
) -> None:
    secrecy = await declared(town, person)
    body = {**SECRET, "until": (datetime.now(UTC) + timedelta(days=3)).isoformat()}
    without = town.officer(permissions=["persons:read", "persons:write"])
    assert (await client.post(f"/persons/{person}/secrecies", json=body, headers=without)).status_code == 403
    for headers in (town.officer("southholt"),):
        assert (await client.post(f"/persons/{person}/secrecies", json=body, headers=headers)).status_code == 404
        assert (await client.get(f"/persons/{person}/secrecies", headers=headers)).status_code == 404
        assert (await client.post(f"/secrecies/{secrecy['secrecy_id']}/end", headers=headers)).status_code == 404
    assert (await client.get(f"/persons/{person}/secrecies", headers=town.resident(person))).status_code == 403
    told = (await client.get("/me/timeline", headers=town.resident(person))).text
    assert "secre" not in told.lower()


# -- asking about it


async def test_a_question_goes_to_the_council_that_looked_and_its_answer_is_shown_with_the_entry(
    town: Platform, nats: Nats, client: httpx.AsyncClient, person: str
) -> None:
    await looked(town, nats, person)
    look = await look_with(town, person, "looked at a case")
    assert look["question"] is None
    me, officer = town.resident(person), town.officer()
    path = f"/me/access-entries/{look['entry_id']}/questions"
    asked = await client.post(path, json={"text": "Why was that needed?"}, headers=me)
    assert asked.status_code == 201, asked.text
    await town.heard(asked)
    [question] = (await client.get("/access-questions", headers=officer)).json()["items"][:1]
    assert question == asked.json()
    assert (question["text"], question["reason"], question["system"]) == (
        "Why was that needed?",
        "looked at a case",
        "case-crm",
    )
    answer = {"text": "You rang about your bin, and we looked up your address."}
    path = f"/access-questions/{question['question_id']}/answer"
    stale = await client.post(path, json=answer, headers=officer | {"If-Match": '"9"'})
    assert stale.status_code == 412
    answered = await client.post(path, json=answer, headers=officer | {"If-Match": f'"{question["version"]}"'})
    assert answered.status_code == 200, answered.text
    await town.heard(answered)
    shown = (await look_with(town, person, "looked at a case"))["question"]
    assert (shown["text"], shown["answer"]) == ("Why was that needed?", answer["text"])
    assert shown["answered_at"] is not None
    timeline = (await client.get("/me/timeline", headers=me)).json()["items"]
    assert [entry["label"] for entry in timeline[:2]] == [
        "The council told you why somebody looked at your data",
        "You asked why somebody looked at your data",
    ]
    assert "bin" not in str(timeline)
    await look_with(town, person, "answered a question about who looked")
    again = await client.post(path, json=answer, headers=officer)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/answered-already")


async def test_an_entry_is_asked_about_once(town: Platform, nats: Nats, client: httpx.AsyncClient, person: str) -> None:
    await looked(town, nats, person)
    path = f"/me/access-entries/{(await look_with(town, person, 'looked at a case'))['entry_id']}/questions"
    me = town.resident(person) | {"Idempotency-Key": "once"}
    first = await client.post(path, json={"text": "Why?"}, headers=me)
    assert (await client.post(path, json={"text": "Why?"}, headers=me)).json() == first.json()
    other = await client.post(path, json={"text": "Why?"}, headers=town.resident(person))
    assert (other.status_code, other.json()["type"]) == (409, "/problems/asked-already")


async def test_a_partners_look_is_for_the_partner_to_answer(
    town: Platform, nats: Nats, client: httpx.AsyncClient, person: str
) -> None:
    await looked(town, nats, person, reason="read a referral", role="partner", organisation="frs-nsfr")
    entry = (await look_with(town, person, "read a referral"))["entry_id"]
    answer = await client.post(
        f"/me/access-entries/{entry}/questions", json={"text": "Why?"}, headers=town.resident(person)
    )
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-a-councils-look")


async def test_anothers_entry_or_a_hidden_one_is_not_there_to_be_asked_about(
    town: Platform, nats: Nats, client: httpx.AsyncClient, person: str
) -> None:
    await looked(town, nats, person)
    entry = (await look_with(town, person, "looked at a case"))["entry_id"]
    await declared(town, person)
    await looked(town, nats, person, reason="looked in secret")
    [row] = await town.sql(
        "customer-account",
        "SELECT entry_id FROM access_entry WHERE person_id = $1 AND reason = 'looked in secret'",
        UUID(person),
    )
    for whose, which in (
        (town.resident(), entry),
        (town.resident(person), row["entry_id"]),
        (town.resident(), new_id()),
    ):
        answer = await client.post(f"/me/access-entries/{which}/questions", json={"text": "Why?"}, headers=whose)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_another_council_neither_reads_nor_answers_a_question(
    town: Platform, nats: Nats, client: httpx.AsyncClient, person: str
) -> None:
    await looked(town, nats, person)
    entry = (await look_with(town, person, "looked at a case"))["entry_id"]
    path = f"/me/access-entries/{entry}/questions"
    question = (await client.post(path, json={"text": "Why?"}, headers=town.resident(person))).json()
    other = town.officer("southholt")
    assert (await client.get("/access-questions", headers=other)).json() == {"items": [], "next": None}
    answer = await client.post(
        f"/access-questions/{question['question_id']}/answer", json={"text": "Because."}, headers=other
    )
    assert answer.status_code == 404
    without = town.officer(permissions=["persons:read"])
    assert (await client.get("/access-questions", headers=without)).status_code == 403
