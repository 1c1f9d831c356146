"""Two records of one person are joined, and that is taken back: nothing of either is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.base import Channel
from common.contracts.cases import CaseOpened, Status
from common.contracts.people import ToldFact
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

Registers = Callable[..., Awaitable[dict[str, Any]]]
CLEARED = ["persons:read", "persons:write", "persons:merge", "protection:read", "protection:write"]


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


@pytest.fixture
async def two(register: Registers) -> tuple[str, str]:
    """Ewa rang, and came online another day."""
    rang, came = await register(full_name="Ewa Kowalska"), await register(channel="online")
    return str(rang["person_id"]), str(came["person_id"])


async def merge(town: Platform, person: str, into: str, **headers: Any) -> httpx.Response:
    client = town["customer-account"].client
    return await client.post(f"/persons/{person}/merge", json={"into": into}, headers=headers or town.officer())


async def records(town: Platform, *people: str) -> list[Any]:
    client = town["customer-account"].client
    return [(await client.get(f"/persons/{person}", headers=town.officer())).json() for person in people]


async def test_joined_and_parted_both_are_what_they_were(
    town: Platform, client: httpx.AsyncClient, two: tuple[str, str]
) -> None:
    rang, came = two
    before = await records(town, *two)
    joined = await merge(town, rang, came)
    assert (joined.json()["status"], joined.json()["merged_into"]) == ("merged_into", came)
    assert await records(town, *two) == [before[0] | {"leads_to": came}, before[1]]
    assert problem(await merge(town, rang, came)) == (409, "/problems/joined-with-another")
    parted = await client.delete(f"/persons/{rang}/merge", headers=town.officer())
    assert (parted.json()["status"], parted.json()["merged_into"]) == ("provisional", None)
    assert problem(await client.delete(f"/persons/{rang}/merge", headers=town.officer())) == (
        409,
        "/problems/not-joined",
    )
    await town.heard(parted)
    assert await records(town, *two) == before
    names = "SELECT aggregate_id::text AS id, name, data FROM onedoor.said WHERE aggregate_id::text = ANY($1) "
    names += "AND aggregate IN ('person', 'account') AND version > CASE aggregate WHEN 'person' THEN 1 ELSE 0 END ORDER BY id"
    said = [(row["id"], row["name"]) for row in await town.sql("customer-account", names, [*two])]
    assert sorted(said) == sorted(
        [
            *((rang, name) for name in ("person.merged", "account.locked", "person.unmerged", "account.unlocked")),
            (came, "account.joined"),
        ]
    )


async def test_what_is_heard_of_the_first_is_kept_with_the_other_until_they_are_parted(
    town: Platform, client: httpx.AsyncClient, nats: Nats, two: tuple[str, str]
) -> None:
    rang, came = two

    async def told(kind: str, value: Any) -> None:
        case = new_id()
        fact = ToldFact(id=new_id(), kind=kind, value=value)
        await publish(nats, [said(_opened(fact), case, 1, person_id=UUID(rang))], speaker="case-crm")
        await town.heard(f"case/{case}@1")

    await merge(town, rang, came)
    await told("household_size", 3)
    await client.delete(f"/persons/{rang}/merge", headers=town.officer())
    await told("savings", 90)
    held = [
        {fact["kind"] for fact in each["facts"]} & {"household_size", "savings"} for each in await records(town, *two)
    ]
    assert held == [{"savings"}, {"household_size"}]


async def test_a_record_is_not_joined_with_itself_nor_with_one_that_cannot_be_gone_on_with(
    town: Platform, client: httpx.AsyncClient, register: Registers, two: tuple[str, str]
) -> None:
    rang, came = two
    third = (await register())["person_id"]
    assert problem(await merge(town, rang, rang)) == (422, "/problems/not-with-itself")
    assert (await merge(town, rang, str(new_id()))).status_code == 404
    await merge(town, came, third)
    assert problem(await merge(town, rang, came)) == (409, "/problems/not-in-use")
    await client.post(f"/persons/{third}/death", json={"evidence": "registrar"}, headers=town.officer())
    assert problem(await merge(town, rang, third)) == (409, "/problems/not-in-use")


async def test_two_officers_who_join_them_either_way_at_the_same_moment_do_not_make_a_circle(
    town: Platform, two: tuple[str, str]
) -> None:
    rang, came = two
    answers = await asyncio.gather(merge(town, rang, came), merge(town, came, rang))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    leads = "SELECT count(merged_into) AS n FROM account WHERE id::text = ANY($1)"
    assert [row["n"] for row in await town.sql("customer-account", leads, [*two])] == [1]


async def test_only_officers_with_the_permission_who_see_both_join_them(
    town: Platform, client: httpx.AsyncClient, register: Registers, two: tuple[str, str]
) -> None:
    rang, came = two
    elsewhere = str((await register(council="southholt"))["person_id"])
    assert (await merge(town, rang, elsewhere)).status_code == 404
    assert (await merge(town, elsewhere, rang)).status_code == 404
    assert (await merge(town, rang, came, **town.officer("southholt"))).status_code == 404
    assert (await merge(town, rang, came, **town.officer(permissions=["persons:write"]))).status_code == 403
    assert (await merge(town, rang, came, **town.resident(rang))).status_code == 403
    assert (await client.post(f"/persons/{rang}/merge", json={"into": came})).status_code == 401


@pytest.mark.parametrize("which", [0, 1])
async def test_a_protected_record_is_joined_either_way_by_a_cleared_officer_alone(
    town: Platform, client: httpx.AsyncClient, two: tuple[str, str], which: int
) -> None:
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    mark = {"reason": "stalking", "review_on": in_spring, "asked_by": "person"}
    officer = town.officer(permissions=CLEARED)
    marked = await client.post(f"/persons/{two[which]}/protections", json=mark, headers=officer)
    assert marked.status_code == 201
    assert problem(await merge(town, *two)) == (403, "/problems/record-restricted")
    assert (await merge(town, *two, **officer)).status_code == 200


def _opened(fact: ToldFact) -> CaseOpened:
    return CaseOpened(
        service="missed_bin",
        service_title="Report a missed bin",
        definition_version=1,
        reference="NBC-000001",
        tracking_digest="0" * 64,
        need_id=new_id(),
        interaction_id=new_id(),
        channel=Channel.PHONE,
        status=Status.SUBMITTED,
        stage="reported",
        told_to_resident="We have your report.",
        told_facts=[fact],
    )
