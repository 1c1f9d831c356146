"""Protected people's records, on every route of customer-account that shows or changes somebody: the try leaves an entry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy
from functools import reduce
from operator import getitem

import pytest
from common.contracts.people.protection import AddressInText
from common.embedded import Nats
from common.testing.servers import Servers

from tests.architecture.routes import NAMED, OPERATIONS, Operation
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
WAYS_OUT = [each for each in OPERATIONS if not each.writes and set(each.roles) - {"resident"}]
REFUSED = (403, "/problems/record-restricted")
# What officers write of somebody in words of their own: its place in what they send.
IN_WORDS = {
    "verify_fact": "/evidence",
    "dispute_fact": "/why",
    "settle_dispute": "/evidence",
    "withdraw_consent": "/reason",
    "give_representation": "/evidence/reference",
    "end_representation": "/reason",
    "ask_for_right": "/says",
    "decide_rights_request": "/explanation",
    "lift_restriction": "/explanation",
    "answer_access_question": "/text",
    "decide_duplicate": "/why",
}


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
            # Whoever is protected is so under each id of theirs: some were when another of theirs was.
            assert marked.status_code in {201, 409}, marked.text
        yield made


def uncleared(world: World, name: str) -> dict[str, str]:
    """Headers of an officer who may do everything else."""
    may = [each for each in permissions_of("officer") if each != "protection:read"]
    return world.rightful("officer", subject=name, permissions=may)


def as_uncleared(world: World, role: str) -> dict[str, str]:
    """Headers of somebody in a role who is not cleared for whoever is protected."""
    if role == "public":
        return {}
    return uncleared(world, "curious") if role == "officer" else world.rightful(role)


def test_there_are_such_routes() -> None:
    assert len(OF_A_PERSON) > 15
    assert len(OF_SOMETHING_OF_THEIRS) > 8
    assert len(OF_MANY) > 5
    assert len(WAYS_OUT) > 80


@pytest.mark.parametrize("asked", OF_A_PERSON + OF_SOMETHING_OF_THEIRS, ids=str)
async def test_an_officer_who_is_not_cleared_is_refused_and_leaves_an_entry(guarded: World, asked: Operation) -> None:
    curious = f"curious-{asked.route.operation_id}"
    answer = await guarded.call(asked, uncleared(guarded, curious))
    assert (answer.status_code, answer.json()["type"]) == REFUSED, answer.text

    told = "SELECT id FROM onedoor.said WHERE aggregate = 'access' AND actor_id = $1"
    [entry] = await guarded.town.sql("customer-account", told, curious)
    noted = "SELECT person_id FROM access_entry WHERE entry_id = $1"
    await guarded.town.until(lambda: guarded.town.sql("customer-account", noted, entry["id"]))


def test_every_route_that_refuses_an_address_in_words_is_tried() -> None:
    said = str(AddressInText.__doc__)
    refusing = {each.route.operation_id for each in FOR_OFFICERS if said in str(each.route.responses)}
    assert refusing == set(IN_WORDS)


@pytest.mark.parametrize("name", IN_WORDS)
async def test_where_somebody_is_is_kept_in_no_words_of_an_officer_not_even_of_one_who_is_cleared(
    guarded: World, name: str
) -> None:
    asked = NAMED[f"customer-account {name}"]
    body = deepcopy(guarded.named(asked.sample["body"]))
    *outer, field = IN_WORDS[name].strip("/").split("/")
    reduce(getitem, outer, body)[field] = "It says so in the letter to 14 Quay Street, Southholt ZZ99 2QS."
    writer = guarded.rightful("officer", subject=f"writer-of-{name}")
    answer = await guarded.call(asked, writer, body=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/address-in-text"), answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == [IN_WORDS[name]]
    tried = "SELECT data->>'reason' AS why FROM onedoor.said WHERE aggregate = 'access' AND actor_id = $1"
    [entry] = await guarded.town.sql("customer-account", tried, f"writer-of-{name}")
    assert entry["why"] == "wrote what seems an address of a protected person: it was not kept"


@pytest.mark.parametrize("asked", OF_MANY, ids=str)
async def test_nobody_is_in_what_is_listed_for_an_officer_who_is_not_cleared(guarded: World, asked: Operation) -> None:
    answer = await guarded.call(asked, uncleared(guarded, "curious"))
    assert answer.is_success or (answer.status_code, answer.json()["type"]) == REFUSED, answer.text
    people = await guarded.town.sql("customer-account", "SELECT id FROM facts_of_person WHERE protected")
    assert [each["id"] for each in people if str(each["id"]) in answer.text] == []


@pytest.mark.parametrize("asked", WAYS_OUT, ids=str)
async def test_where_they_live_and_their_number_leave_by_no_way_out_that_there_is(
    guarded: World, asked: Operation
) -> None:
    for role in set(asked.roles) - {"resident"}:
        answer = await guarded.call(asked, as_uncleared(guarded, role))
        assert answer.status_code in {200, 403, 404, 410}, f"{role}: {answer.text}"
        found = [each for each in ("address", "phone") if guarded.names[each] in answer.text]
        assert found == [], f"{role}: {answer.text[:500]}"


async def test_whoever_is_cleared_is_shown_it_by_some_of_these_ways(guarded: World) -> None:
    cleared = guarded.rightful("officer")
    answers = [await guarded.call(each, cleared) for each in WAYS_OUT if "officer" in each.roles]
    shown = {str(answer.url.path) for answer in answers if guarded.names["address"] in answer.text}
    assert len(shown) > 2, shown
