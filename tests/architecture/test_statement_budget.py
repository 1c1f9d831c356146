"""How many statements an answer takes, counted at the driver over the real routes; and that services ask nothing unnamed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml
from common.runtime.store.database import ROLES
from common.testing import plans
from onedoor.contracts import services

from tests.architecture.driver import Driver
from tests.architecture.routes import NAMED as NAMED_OPERATIONS
from tests.architecture.routes import OPERATIONS, Operation
from tests.architecture.world import World

MOST = 3  # statements of one read; what says on whose behalf it is done is not counted
USUAL = 2
WHO_READS = yaml.safe_load(Path(__file__).with_name("who_reads.yaml").read_text())
NAMED = {
    service.name: {query.sql: name for name, query in plans.named_queries(service).items()} for service in services()
}


async def asked(world: World, driver: Driver, operation: Operation, role: str, **headers: str) -> list[str]:
    """The statements of the sample call by whomever it is for, with nothing remembered from a moment ago."""
    world.town[operation.service].client.cookies.clear()
    for service in services():
        for query in plans.named_queries(service).values():
            query._remembered.clear()
    with driver.during() as told:
        answer = await world.call(operation, headers | ({} if role == "public" else world.rightful(role)))
    assert answer.status_code == operation.route.status_code, answer.text
    return told


async def test_a_read_takes_at_most_three_statements(world: World, driver: Driver, reading: Operation) -> None:
    wrote = {
        "Onedoor-After": f"case/{world.names['case']}@1, facts/{world.names['person']}@1"
    }  # one more, to have heard it
    for role in reading.roles:
        told = await asked(world, driver, reading, role, **wrote)
        if any("onedoor.granted_key" in sql for sql in told):  # once in a while, for whoever reads what is sealed
            told = await asked(world, driver, reading, role, **wrote)
        assert len(told) <= MOST, "\n".join(told)


async def test_most_reads_of_residents_take_at_most_two(
    world: World, driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = {
        f"{each} ({role})": len(await asked(world, driver, each, role))
        for each in OPERATIONS
        if not each.writes
        for role in each.roles
        if role in {"resident", "public"}
    }
    lines = [f"{count}  {name}" for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", "statements of each read by residents and the public", *lines, ""]))
    assert sum(count <= USUAL for count in counts.values()) > 0.8 * len(counts)


async def test_my_account_with_all_that_reaches_me_takes_two(world: World, driver: Driver) -> None:
    told = await asked(world, driver, NAMED_OPERATIONS["customer-account me"], "resident")
    assert len(told) == USUAL, "\n".join(told)
    shown = (await world.call(NAMED_OPERATIONS["customer-account me"], world.rightful("resident"))).json()
    assert shown["contact_points"]
    assert shown["facts"]


async def test_what_people_see_first_takes_two_statements_whoever_acted_for_them(world: World, driver: Driver) -> None:
    overview = NAMED_OPERATIONS["customer-account my_overview"]
    told = await asked(world, driver, overview, "resident")
    assert len(told) == USUAL, "\n".join(told)
    shown = (await world.call(overview, world.rightful("resident"))).json()
    apart = {
        name: (await world.call(NAMED_OPERATIONS[f"customer-account {read}"], world.rightful("resident"))).json()
        for name, read in (("account", "my_account"), ("preferences", "my_preferences"), ("timeline", "my_timeline"))
    }
    assert shown["account"] == apart["account"]
    assert shown["preferences"] == apart["preferences"]
    assert shown["timeline"]["items"] == apart["timeline"]["items"][:20]
    assert shown["timeline"]["items"]


async def test_a_case_and_ones_own_list_take_two_statements_and_other_lists_one_with_all_that_was_promised(
    world: World, driver: Driver
) -> None:
    case = NAMED_OPERATIONS["case-crm case"]
    for role in ("resident", "officer"):
        for name, most in (("case", 2), ("my_cases", 2), ("cases_of_person", 1), ("case_queue", 1)):
            if role in NAMED_OPERATIONS[f"case-crm {name}"].roles:
                told = await asked(world, driver, NAMED_OPERATIONS[f"case-crm {name}"], role)
                assert len(told) == most, "\n".join(told)
    shown = await world.call(case, world.rightful("resident"), path={"case_id": world.names["promised_case"]})
    assert world.names["clock"] in [clock["clock_id"] for clock in shown.json()["clocks"]]


async def test_a_read_of_one_statement_is_one_round_trip_for_whoever_is_no_officer(
    world: World, driver: Driver, reading: Operation
) -> None:
    for role in {"resident", "public"} & set(reading.roles):
        told, again = [""], await asked(world, driver, reading, role)
        for _ in range(4):  # keys that were fetched long ago are fetched anew, and what waits for them is read again
            driver.said.clear()
            told, again = again, await asked(world, driver, reading, role)
            if told == again:
                break
        assert told == again
        assert len(told) != 1 or len(driver.said) == 1, driver.said


async def test_a_named_read_is_run_only_as_roles_that_its_plan_is_checked_for(world: World, driver: Driver) -> None:
    for operation in OPERATIONS:
        for role in operation.roles:
            callers = [{}] if role == "public" else [world.rightful(role), *world.strangers(role)]
            for headers in callers:
                await world.call(operation, headers)
    ran = {
        (s, role, NAMED[s][sql]) for (s, role), told in driver.asked.items() for sql in told if sql in NAMED.get(s, {})
    }
    planned = {(s, role, read) for s, roles in WHO_READS.items() for role, reads in roles.items() for read in reads}
    assert ran - planned == set()
    assert len(ran) > 0.7 * len(planned)  # the others need more unusual calls: that this watches anything at all


async def test_a_request_asks_nothing_but_named_reads_and_the_runtime(world: World, driver: Driver) -> None:
    for (service, role), told in driver.asked.items():
        if role in ROLES and role != "hearer":
            unnamed = {sql for sql in told if sql not in NAMED[service] and not of_the_runtime(sql)}
            assert unnamed == set(), f"{service} as {role}"


def of_the_runtime(sql: str) -> bool:
    known = ("WITH said", "WITH guarded", "WITH part", "SELECT rolsuper", "SELECT 1")
    return "onedoor." in sql.replace("onedoor.persons()", "") or sql.startswith(known)
