"""Protected people's records, on every route of customer-account that shows or changes somebody: the try leaves an entry."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from common.embedded import Nats
from common.testing.servers import Servers

from tests.architecture.routes import OPERATIONS, Operation
from tests.architecture.world import World, furnished, permissions_of

# Whoever protects somebody, or looks at how they are protected, is cleared by a permission of their own.
OF_PROTECTION = {"mark_protected", "protection_of_person", "review_protection", "lift_protection"}
# What several people have a part in is shown without those who are protected.
OF_SEVERAL = {
    *("organisation", "describe_organisation", "add_contact_person"),
    *("household", "join_household", "leave_household"),
}
FOR_OFFICERS = [
    each
    for each in OPERATIONS
    if each.service == "customer-account" and "officer" in each.roles and each.route.operation_id not in OF_PROTECTION
]
OF_A_PERSON = [each for each in FOR_OFFICERS if "{person_id}" in each.route.path]
OF_SOMETHING_OF_THEIRS = [
    each
    for each in FOR_OFFICERS
    if "{" in each.route.path and each not in OF_A_PERSON and each.route.operation_id not in OF_SEVERAL
]
OF_MANY = [each for each in FOR_OFFICERS if not each.writes and each not in OF_A_PERSON + OF_SOMETHING_OF_THEIRS]
REFUSED = (403, "/problems/record-restricted")


@pytest.fixture(scope="module")
async def guarded(servers: Servers, nats: Nats) -> AsyncIterator[World]:
    """The world in which everything was made, and everybody in it was protected then."""
    async with furnished(servers, nats) as made:
        client = made.town["customer-account"].client
        told = {"reason": "domestic_abuse", "asked_by": "person", "review_on": made.names["review_on"]}
        unprotected = "SELECT id FROM facts_of_person WHERE NOT protected AND $1 = ANY(visible_to)"
        for each in await made.town.sql("customer-account", unprotected, "southholt"):
            marked = await client.post(
                f"/persons/{each['id']}/protections", json=told, headers=made.rightful("officer", subject="cleared")
            )
            assert marked.status_code in {201, 409}, (
                marked.text
            )  # with one record each that was joined with it is protected
        yield made


def uncleared(world: World, name: str) -> dict[str, str]:
    """Headers of an officer who may do everything else."""
    may = [each for each in permissions_of("officer") if each != "protection:read"]
    return world.rightful("officer", subject=name, permissions=may)


def test_there_are_such_routes() -> None:
    assert len(OF_A_PERSON) > 15
    assert len(OF_SOMETHING_OF_THEIRS) > 8
    assert len(OF_MANY) > 5


@pytest.mark.parametrize("asked", OF_A_PERSON + OF_SOMETHING_OF_THEIRS, ids=str)
async def test_an_officer_who_is_not_cleared_is_refused_and_leaves_an_entry(guarded: World, asked: Operation) -> None:
    curious = f"curious-{asked.route.operation_id}"
    answer = await guarded.call(asked, uncleared(guarded, curious))
    assert (answer.status_code, answer.json()["type"]) == REFUSED, answer.text

    told = "SELECT id FROM onedoor.said WHERE aggregate = 'access' AND actor_id = $1"
    [entry] = await guarded.town.sql("customer-account", told, curious)
    noted = "SELECT person_id FROM access_entry WHERE entry_id = $1"
    await guarded.town.until(lambda: guarded.town.sql("customer-account", noted, entry["id"]))


@pytest.mark.parametrize("asked", OF_MANY, ids=str)
async def test_nobody_is_in_what_is_listed_for_an_officer_who_is_not_cleared(guarded: World, asked: Operation) -> None:
    answer = await guarded.call(asked, uncleared(guarded, "curious"))
    assert answer.is_success or (answer.status_code, answer.json()["type"]) == REFUSED, answer.text
    people = await guarded.town.sql("customer-account", "SELECT id FROM facts_of_person WHERE protected")
    assert [each["id"] for each in people if str(each["id"]) in answer.text] == []
