"""A restricted case, on every route by which officers could come to it: for those whom it is not shown to there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.servers import Servers
from onedoor.contracts import services

from tests.architecture.routes import NAMED, OPERATIONS, Operation
from tests.architecture.world import FILES, World, furnished, permissions_of

OF_A_CASE = [each for each in OPERATIONS if "{case_id}" in each.route.path and "officer" in each.roles]
SHOWN = [
    each
    for each in OPERATIONS
    if not each.writes and "officer" in each.roles and each.route.operation_id not in FILES and each not in OF_A_CASE
]
LIFTS = {"restrict_case", "lift_case_restriction"}  # whoever may do that is cleared
IDS = "SELECT DISTINCT aggregate_id AS id FROM onedoor.said WHERE aggregate = 'case' AND name = 'case.opened'"
CASES = f"SELECT id::text, reference FROM case_file WHERE id IN ({IDS})"
UNCLEARED = [each for each in permissions_of("officer") if each != "cases:restrict"]


@pytest.fixture(scope="module")
async def closed_world(servers: Servers, nats: Nats) -> AsyncIterator[World]:
    """The world, with every case in it restricted, and what officers were shown of them before."""
    async with furnished(servers, nats) as made:
        made.names["referral"] = await _referral_of_a_case(made)
        cases = await made.town.sql("case-crm", CASES)
        made.hidden = {value for row in cases for value in (row["id"], row["reference"])}
        made.names |= {f"before {each}": (await _shown(made, each)).text for each in SHOWN}
        for row in cases:
            body = {"reason": made.names["secret"], "officers": ["nia"]}
            path, who = f"/cases/{row['id']}/restriction", made.rightful("officer")
            answer = await made.town["case-crm"].client.put(path, json=body, headers=who)
            assert answer.status_code == 200, answer.text
        await made.town.all_heard()
        yield made


async def _referral_of_a_case(made: World) -> str:
    """A referral that belongs to a case: officers read its reference there."""
    send = NAMED["partner-gateway send_referral"]
    body = made.named(send.sample["body"]) | {"case_id": made.names["case"], "person_id": made.names["person"]}
    answer = await made.call(send, made.rightful("officer"), body=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["referral_id"])


def stranger(world: World) -> dict[str, str]:
    """An officer of the council whose cases they are, who may do anything but see those."""
    return world.rightful("officer", subject="stranger", permissions=UNCLEARED)


async def _shown(world: World, operation: Operation, **changes: Any) -> Any:
    return await world.call(operation, stranger(world), **changes)


def test_there_are_such_routes() -> None:
    assert {"case", "move_case", "attachment", "case_timeline", "councillor_case"} <= {
        each.route.operation_id for each in OF_A_CASE
    }
    assert {each.service for each in SHOWN} >= {"case-crm", "customer-account", "feedback", "partner-gateway"}


@pytest.mark.parametrize("of_a_case", OF_A_CASE, ids=str)
async def test_an_officer_whom_it_is_not_shown_to_is_told_what_they_are_told_of_a_case_that_there_is_not(
    closed_world: World, of_a_case: Operation
) -> None:
    if of_a_case.route.operation_id in LIFTS:
        assert dict(of_a_case.rule.roles) == {"officer": "cases:restrict"}
        return
    answer = await _shown(closed_world, of_a_case)
    path = closed_world.named(of_a_case.sample["path"]) | {"case_id": str(new_id())}
    unknown = await _shown(closed_world, of_a_case, path=path)
    assert (answer.status_code, answer.json()) == (unknown.status_code, unknown.json()) == (404, NOT_FOUND)


NOT_FOUND = {"type": "/problems/not-found", "title": "We cannot find that.", "status": 404}


@pytest.mark.parametrize("shown", SHOWN, ids=str)
async def test_it_is_in_nothing_else_that_an_officer_is_shown(closed_world: World, shown: Operation) -> None:
    answer = await _shown(closed_world, shown)
    assert sorted(each for each in closed_world.hidden if each in answer.text) == []


async def test_before_they_were_restricted_officers_were_shown_them_in_every_service(closed_world: World) -> None:
    found = {
        each.service
        for each in SHOWN
        if any(hidden in closed_world.names[f"before {each}"] for hidden in closed_world.hidden)
    }
    assert found >= {"case-crm", "partner-gateway"}


@pytest.mark.parametrize("service", ["customer-account", "feedback", "partner-gateway"])
async def test_every_service_knows_which_they_are(closed_world: World, service: str) -> None:
    known = await closed_world.town.sql(service, "SELECT id::text FROM restricted_case WHERE shown_to IS NOT NULL")
    assert {row["id"] for row in known} == {each for each in closed_world.hidden if len(each) == len(str(UUID(int=0)))}


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
async def test_every_table_with_rows_of_cases_that_officers_read_hides_those_of_restricted_ones(
    closed_world: World, service: Any
) -> None:
    """Asked of PostgreSQL's catalogue: a table that is added later is in, whatever is read of it."""
    role, policy = f"{service.package}_officer", "officer_cases"
    open_to_officers = await closed_world.town.sql(
        service.name,
        "SELECT c.relname AS name, EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = $2 "
        "AND NOT p.polpermissive) AS hides FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'case_id' "
        "WHERE nspname = 'public' AND relkind = 'r' AND has_table_privilege($1, c.oid, 'SELECT')",
        role,
        policy,
    )
    assert {row["name"] for row in open_to_officers if not row["hides"]} <= {"imported_row"}


async def test_its_person_goes_on_seeing_it(closed_world: World) -> None:
    answer = await closed_world.call(NAMED["case-crm case"], closed_world.rightful("resident"))
    assert answer.status_code == 200
    timeline = await closed_world.call(
        NAMED["customer-account my_timeline"], closed_world.rightful("resident"), query={"limit": 200}
    )
    assert "You asked for" in timeline.text
