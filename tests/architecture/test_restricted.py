"""A protected person's record, on every route of customer-account that shows or changes a person: the try leaves an entry."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.architecture.routes import OPERATIONS, Operation
from tests.architecture.world import World, permissions_of

# Whoever protects somebody, or looks at how they are protected, is cleared by a permission of their own.
OF_PROTECTION = {"mark_protected", "protection_of_person"}
OF_A_PERSON = [
    each
    for each in OPERATIONS
    if each.service == "customer-account"
    and "{person_id}" in each.route.path
    and each.route.operation_id not in OF_PROTECTION
]


def test_there_are_such_routes() -> None:
    assert len(OF_A_PERSON) > 15


@pytest.mark.parametrize("of_a_person", OF_A_PERSON, ids=str)
async def test_an_officer_who_is_not_cleared_is_refused_and_leaves_an_entry(
    world: World, of_a_person: Operation
) -> None:
    person = world.names["protected"]
    uncleared = [each for each in permissions_of("officer") if each != "protection:read"]
    path = world.named(of_a_person.sample["path"]) | {"person_id": person}
    curious = f"curious-{of_a_person.route.operation_id}"
    officer = world.rightful("officer", subject=curious, permissions=uncleared)
    answer = await world.call(of_a_person, officer, path=path)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/record-restricted"), answer.text

    told = "SELECT id FROM onedoor.said WHERE aggregate = 'access' AND actor_id = $1"
    [entry] = await world.town.sql("customer-account", told, curious)
    noted = "SELECT 1 FROM access_entry WHERE entry_id = $1 AND person_id = $2"
    await world.town.until(lambda: world.town.sql("customer-account", noted, entry["id"], UUID(person)))
