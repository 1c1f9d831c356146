"""What people say of themselves for equality's sake: no role but the person finds an answer, on any route of any service."""

from __future__ import annotations

import re

import asyncpg
import pytest
from common.contracts.keys import PURPOSES, KeyClass
from common.contracts.people.equality import Characteristic
from common.embedded.issuer import PERMISSIONS
from common.runtime.store.database import on_behalf_of
from common.testing.platform import Platform

from tests.architecture.routes import EVERY_PERMISSION, NAMED, OPERATIONS, Operation
from tests.architecture.world import World

ANSWERED = re.compile("gypsy|traveller|white", re.IGNORECASE)
PUBLISHED = {"customer-account questions_of_equality"}  # the answers there are; nobody's
COUNTED = {"review-engine directly_follows"}  # names of groups
MINE = NAMED["customer-account my_answers_of_equality"]
OTHERS = [role for role in PERMISSIONS if role != "resident"]


async def test_the_person_reads_it(world: World) -> None:
    answer = await world.call(MINE, world.rightful("resident"))
    assert ANSWERED.search(answer.text)


@pytest.mark.parametrize("role", OTHERS)
async def test_nobody_else_reads_a_word_of_it_on_any_route_that_shows_something(world: World, role: str) -> None:
    """With every permission there is, and her own id wherever an id is asked for."""
    headers = world.rightful(role, permissions=EVERY_PERMISSION)
    shown = 0
    for each in OPERATIONS:
        if not each.writes and str(each) not in PUBLISHED | COUNTED:
            answer = await world.call(each, headers)
            shown += answer.is_success
            assert not ANSWERED.search(answer.text), f"{each} as {role}"
    assert shown > 3


@pytest.mark.parametrize("by", list(Characteristic))
async def test_a_reviewer_reads_no_number_of_one_person(world: World, by: Characteristic) -> None:
    follows = NAMED["review-engine directly_follows"]
    told = world.named(follows.sample)["query"] | {"by": by.value}
    answer = await world.call(follows, world.rightful("reviewer"), query=told)
    groups = answer.json()["groups"]
    assert groups
    assert {edge["count"] for group in groups for edge in group["edges"]} == {None}


def test_the_routes_that_touch_it_are_these_and_officers_are_on_none_that_shows_it() -> None:
    found: dict[str, Operation] = {str(each): each for each in OPERATIONS if "equality" in each.route.path}
    assert {name: (each.method, each.roles) for name, each in found.items()} == {
        "customer-account questions_of_equality": ("GET", ["public"]),
        "customer-account my_answers_of_equality": ("GET", ["resident"]),
        "customer-account set_my_answers_of_equality": ("PUT", ["resident"]),
        "customer-account take_back_my_answers_of_equality": ("DELETE", ["resident"]),
        "customer-account note_answers_of_equality": ("POST", ["officer"]),
    }
    assert [name for name, each in found.items() if each.rule.acting] == []


@pytest.mark.parametrize("role", ["officer", "partner", "public"])
async def test_the_database_gives_these_roles_no_row_of_it(world: World, role: str) -> None:
    assert await rows(world.town, "equality_profile", role) in (0, None)
    assert await rows(world.town, "equality_note", role) is None


async def rows(town: Platform, table: str, role: str) -> int | None:
    """How many rows a role of customer-account is shown; None where it may not even ask."""
    database = town["customer-account"].inner.database
    try:
        async with database.begin(role, on_behalf_of(council="southholt"), reading=True) as connection:
            return len(await connection.fetch(f"SELECT * FROM {table}"))
    except asyncpg.InsufficientPrivilegeError:
        return None


def test_no_service_may_open_an_answer_and_only_one_the_bands() -> None:
    may = {service: set(classes) for service, classes in PURPOSES.items()}
    assert [service for service, classes in may.items() if KeyClass.EQUALITY_ANSWERS in classes] == []
    assert [service for service, classes in may.items() if KeyClass.EQUALITY in classes] == ["review-engine"]
