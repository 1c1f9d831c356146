"""Data that its person had us not use: every route by which others write is closed, but for those that say why they are not."""

from __future__ import annotations

import pytest
from common.contracts.people.limits import ProcessingRestricted
from common.runtime.limits import THEIR_OWN, closes, despite

from tests.architecture.routes import OPERATIONS, Operation
from tests.architecture.world import World

OTHERS_WRITE = [each for each in OPERATIONS if each.writes and {*each.roles} - THEIR_OWN]
OPEN = {
    "record_fact",
    "verify_fact",
    "dispute_fact",
    "settle_dispute",
    "add_contact_point",
    "change_contact_point",
    "set_preferences",
    "link_address",
    "change_address",
    "record_consent",
    "answer_consent",
    "withdraw_consent",
    "mark_protected",
    "review_protection",
    "answer_access_question",
    "suspend_account",
    "reinstate_account",
    "confirm_death",
    "retract_death",
    "unmerge_person",
    "withdraw_claim_reference",
    "end_representation",
    "ask_for_right",
    "decide_rights_request",
    "lift_restriction",
    "open_case",
    "draft_telling",
    "exclude_recipients",
    "read_preview",
    "abandon_telling",
    "record_interaction",
    "record_contact",
    "begin_draft",
    "go_on_with_draft",
    "submit_draft",
    "confirm_stop",
}
"""What is done for the person, or keeps what they bring: opening another is a decision, so it is written here too."""

OF_A_PERSON = [each for each in OTHERS_WRITE if "{person_id}" in each.route.path and each.sample]
CLOSED = (409, "/problems/processing-restricted")


def test_what_is_open_is_listed_and_says_why() -> None:
    said = {str(each.route.operation_id): despite(each.route.endpoint) for each in OTHERS_WRITE}
    assert {name for name, why in said.items() if why} == OPEN
    assert all(len(why) > 15 for why in said.values() if why)


@pytest.mark.parametrize("written", OTHERS_WRITE, ids=str)
def test_what_a_route_refuses_for_it_is_in_its_documentation(written: Operation) -> None:
    documented = str(written.route.responses)
    assert (ProcessingRestricted.title in documented) == bool(closes(written.route.endpoint))


@pytest.mark.parametrize("of_a_person", OF_A_PERSON, ids=str)
async def test_no_officer_writes_of_them_by_a_route_that_is_closed(world: World, of_a_person: Operation) -> None:
    path = world.named(of_a_person.sample["path"]) | {"person_id": world.names["limited"]}
    answer = await world.call(of_a_person, world.rightful("officer"), path=path)
    if despite(of_a_person.route.endpoint):
        assert answer.is_success or answer.json()["type"] != CLOSED[1], answer.text
    else:
        assert not answer.is_success, answer.text


@pytest.mark.parametrize("name", ["share_person", "record_identity_check", "give_representation", "declare_secrecy"])
async def test_and_is_told_that_it_is_so(world: World, name: str) -> None:
    [found] = [each for each in OF_A_PERSON if each.route.operation_id == name]
    path = world.named(found.sample["path"]) | {"person_id": world.names["limited"]}
    answer = await world.call(found, world.rightful("officer"), path=path)
    assert (answer.status_code, answer.json()["type"]) == CLOSED


async def test_a_case_of_theirs_moves_by_themself_alone(world: World) -> None:
    ask = {
        "service": "missed_bin",
        "channel": "phone",
        "person_id": world.names["limited"],
        "answers": {"bin": "Rubbish"},
    }
    [opens, moves] = [
        next(each for each in OTHERS_WRITE if each.route.operation_id == name) for name in ("open_case", "move_case")
    ]
    ask["answers"] = {"bin": "Rubbish", "address": "A bin behind the library"}  # type: ignore[assignment]  # a document
    opened = await world.call(opens, world.rightful("officer"), body=ask)
    assert opened.status_code == 201, opened.text
    end = {"path": {"case_id": opened.json()["case_id"]}, "body": {"transition": "resolve", "result": "fixed"}}
    answer = await world.call(moves, world.rightful("officer"), **end)
    assert (answer.status_code, answer.json()["type"]) == CLOSED
    end["body"] = {"transition": "withdraw"}
    theirs = world.rightful("resident", subject=world.names["limited"])
    assert (await world.call(moves, theirs, **end)).status_code == 200
