"""Two councils and every route: what is another's is not there, and nobody comes in who should not."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from common.embedded.issuer import PERMISSIONS, Issuer
from common.runtime.principal import OFFICIAL
from pydantic import BaseModel

from tests.architecture.routes import EVERY_PERMISSION, NAMED, SAMPLES, Operation
from tests.architecture.world import World, amounts


def test_every_route_has_a_sample(operation: Operation) -> None:
    assert operation.sample, "say in samples.yaml how it is called, and what that brings others"


def test_every_sample_has_a_route() -> None:
    assert {f"{service} {name}" for service, told in SAMPLES.items() for name in told} == set(NAMED)


# -- who comes in


async def test_nobody_comes_in_without_a_token_of_ours_for_this_service(
    world: World, closed: Operation, tmp_path: Path
) -> None:
    stranger = Issuer(tmp_path)
    stranger.ensure()
    forged = stranger.token(closed.roles[0], subject=world.names["person"], councils=["southholt"])
    elsewhere = [service for service in world.town.services if service != closed.service]
    for_elsewhere = world.rightful(closed.roles[0], audience=elsewhere)
    for headers in ({}, {"Authorization": f"Bearer {forged}"}, for_elsewhere):
        answer = await world.call(closed, headers)
        assert problem(answer) == (401, "/problems/not-signed-in")


async def test_a_role_that_the_rule_does_not_name_stays_outside_whatever_it_may_do(
    world: World, closed: Operation
) -> None:
    others = [role for role in PERMISSIONS if role not in closed.roles]
    answers = {role: await world.call(closed, world.rightful(role, permissions=EVERY_PERMISSION)) for role in others}
    assert {role: problem(answer) for role, answer in answers.items()} == dict.fromkeys(others, NOT_YOURS)


async def test_a_role_without_the_permission_that_the_rule_names_stays_outside(world: World, closed: Operation) -> None:
    for role, permission in closed.rule.roles:
        if permission is not None:
            without = [each for each in EVERY_PERMISSION if each != permission]
            assert problem(await world.call(closed, world.rightful(role, permissions=without))) == NOT_YOURS


async def test_nobody_acts_for_a_council_that_their_token_does_not_serve(world: World, closed: Operation) -> None:
    for role in closed.roles:
        answer = await world.call(closed, world.rightful(role) | {"Onedoor-Council": "northmere"})
        assert problem(answer) == (403, "/problems/not-your-council")


async def test_an_official_who_serves_both_councils_says_for_which(world: World, official: Operation) -> None:
    for role in OFFICIAL & {*official.roles}:
        both = world.rightful(role, councils=["southholt", "northmere"])
        assert problem(await world.call(official, both)) == (400, "/problems/say-which-council")


NOT_YOURS = (403, "/problems/not-yours")


def problem(answer: Any) -> tuple[int, str]:
    """What kind of refusal it is."""
    told = answer.json()
    return answer.status_code, told.get("type", "none") if answer.is_error else f"no refusal: {told}"


# -- what is sent


async def test_an_unknown_field_is_refused_wherever_it_is(world: World, worded: Operation) -> None:
    role = worded.sample.get("by", worded.roles)[0]
    headers = {} if role == "public" else world.rightful(role)
    assert worded.route.body_field
    bodies = list(odd(worded.route.body_field.field_info.annotation, world.named(worded.sample["body"])))
    assert bodies
    for where, body in bodies:
        answer = await world.call(worded, headers, body=body)
        if "takes_more" in worded.sample:
            assert answer.status_code == worded.sample["rightly"]
            continue
        assert problem(answer) == (422, "/problems/not-understood")
        pointers = [error["pointer"] for error in answer.json()["errors"]]
        assert any(pointer.endswith(f"{where}/surprise") for pointer in pointers), pointers


def odd(shape: Any, told: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """The body with an unknown field in it: once for each of its parts that is a model, with where that is."""
    if get_origin(shape) is Annotated:
        yield from odd(get_args(shape)[0], told, where)
    elif get_origin(shape) in (Union, types.UnionType):
        yield from odd(get_args(shape)[0], told, where)  # of a choice, or of what may be absent, the first will do
    elif isinstance(shape, type) and issubclass(shape, BaseModel) and isinstance(told, Mapping):
        yield where, {**told, "surprise": 1}
        for name, inner in shape.model_fields.items():
            for place, part in odd(inner.annotation, told.get(name), f"{where}/{name}"):
                yield place, {**told, name: part}
    elif get_origin(shape) is list and isinstance(told, list) and told:
        for place, part in odd(get_args(shape)[0], told[0], f"{where}/0"):
            yield place, [part, *told[1:]]


# -- what is another's: first what is read, then what is written, then that nothing has come of it


async def test_what_is_anothers_is_not_shown(world: World, guarded_reading: Operation) -> None:
    assert await world.leaks(guarded_reading) == []


@pytest.fixture(scope="module")
async def before(world: World) -> dict[str, Any]:
    """What everybody is shown before anybody tries to change what is another's."""
    return await world.shown()


async def test_what_is_anothers_is_not_changed(
    world: World, before: dict[str, Any], guarded_writing: Operation
) -> None:
    assert await world.leaks(guarded_writing) == []
    shown = await world.shown(by=guarded_writing.service)
    assert shown == {name: before[name] for name in shown}


async def test_nor_has_anything_come_of_it_anywhere_once_all_was_heard(world: World, before: dict[str, Any]) -> None:
    await world.town.all_heard()
    assert await world.shown() == before


async def test_a_referral_of_one_council_is_no_step_of_a_case_of_anothers(world: World) -> None:
    send, follows = NAMED["partner-gateway send_referral"], NAMED["review-engine directly_follows"]
    officer, reviewer = world.strangers("officer")[0], world.rightful("reviewer")
    before = (await world.call(follows, reviewer)).json()
    body = world.named(send.sample["body"]) | {"case_id": world.names["case"]}
    answer = await world.call(send, officer, body=body)
    assert problem(answer) == (422, "/problems/not-that-case")
    assert (await world.call(follows, reviewer)).json() == before


async def test_whoever_it_belongs_to_gets_it(world: World, reading: Operation) -> None:
    for role in reading.sample.get("by", reading.roles):
        answer = await world.call(reading, {} if role == "public" else world.rightful(role))
        assert answer.status_code == reading.route.status_code
        if reading.others(role) == "nothing":
            assert any(amounts(answer.json())), "the sample shows nothing even to whom it belongs"


async def test_whoever_it_belongs_to_changes_it(world: World, writing: Operation) -> None:
    role = writing.sample.get("by", writing.roles)[0]
    answer = await world.call(writing, {} if role == "public" else world.rightful(role))
    assert answer.status_code == writing.sample.get("rightly", writing.route.status_code), answer.text
