"""Somebody who acts for a resident: where they are let in, and that it is them whom everything names who did it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from common.runtime.ids import new_id
from common.runtime.rules import May

from tests.architecture.routes import NAMED, OPERATIONS
from tests.architecture.world import HERE, World

# Every route that is open to whoever acts for a resident: what they must be allowed, and whether a scope of some services will do.
OPEN = {
    "customer-account my_account": ("see", False),
    "customer-account my_facts": ("see", False),
    "customer-account my_fact_history": ("see", False),
    "customer-account my_timeline": ("see", False),
    "customer-account record_my_fact": ("tell", False),
    "customer-account dispute_my_fact": ("tell", False),
    "case-crm form": ("see", True),
    "case-crm form_so_far": ("see", True),
    "case-crm case": ("see", True),
    "case-crm attach": ("tell", True),
    "case-crm attachments": ("see", True),
    "case-crm remove_attachment": ("decide", True),
    "case-crm attachment": ("see", True),
    "case-crm nearby_cases": ("see", True),
    "case-crm my_cases": ("see", False),
    "case-crm open_case": ("tell", True),
    "case-crm move_case": ("decide", True),
    "case-crm draft_telling": ("tell", False),
    "case-crm my_tellings": ("see", False),
    "case-crm telling": ("see", False),
    "case-crm preview": ("see", False),
    "case-crm exclude_recipients": ("tell", False),
    "case-crm read_preview": ("tell", False),
    "case-crm abandon_telling": ("tell", False),
    "case-crm confirm_telling": ("decide", False),
    "case-crm correct_telling": ("decide", False),
    "case-crm withdraw_telling": ("decide", False),
    "case-crm need": ("see", True),
    "case-crm case_timeline": ("see", True),
    "case-crm add_party": ("decide", True),
    "case-crm end_party": ("decide", True),
    "case-crm book_appointment": ("decide", True),
    "case-crm move_appointment": ("decide", True),
    "case-crm cancel_appointment": ("decide", True),
    "case-crm begin_draft": ("tell", True),
    "case-crm draft": ("see", True),
    "case-crm go_on_with_draft": ("tell", True),
    "case-crm my_drafts": ("see", False),
    "case-crm submit_draft": ("tell", True),
    "feedback my_transactions": ("see", False),
    "feedback my_invitations": ("see", False),
    "feedback answer_invitation": ("tell", False),
    "partner-gateway my_referrals": ("see", False),
    "partner-gateway referral": ("see", False),
}
SILENT = {"case-crm begin_draft", "case-crm go_on_with_draft"}  # nothing is asked for yet
WRITING = [name for name in OPEN if NAMED[name].writes]
SAID_BY = "SELECT * FROM onedoor.said WHERE (actor_id, representation_id) = ($1, $2) ORDER BY id"
PARTY = {"officer_id": "oz", "role": "councillor", "called": "Councillor Oz Lind"}
INSTEAD = {
    "case-crm move_case": {"body": {"transition": "withdraw"}},  # the sample is an officer's
    "case-crm begin_draft": {"body": {"service": "missed_bin", "channel": "online"}},  # the sample is an officer's
    "case-crm submit_draft": {"path": {"draft_id": "$to_send_for_her"}},  # once, and the sample's was sent above
    "case-crm remove_attachment": {"path": {"case_id": "$case", "attachment_id": "$her_attachment"}, "body": {}},
    "case-crm add_party": {"body": PARTY},
    "case-crm book_appointment": {"path": {"case_id": "$her_wedding"}},
    "case-crm move_appointment": {"path": {"case_id": "$her_booked"}},
    "case-crm cancel_appointment": {"path": {"case_id": "$her_to_cancel"}},
    "case-crm end_party": {"path": {"case_id": "$case", "officer_id": "oz"}},
}
ENDLESS = ("my_facts", "my_cases", "my_transactions", "my_referrals")  # one read of each service
IN_PERSON = "Only the person themself can do this, not somebody who acts for them."
BEYOND = "You act for this person, but what you may do for them does not include this."


def acts(world: World, **scope: Any) -> dict[str, str]:
    """Headers of her who acts for the person of this world, in whatever there is where nothing else is said."""
    known = {"may": tuple(May), "representation": world.names["representation"]}
    token = world.town.representative(world.names["person"], world.names["joanne"], **known | scope)
    return token | {"Onedoor-Council": HERE}


def test_these_routes_and_no_others_are_open_to_whoever_acts_for_a_resident() -> None:
    found = {str(each): (str(each.rule.acting), each.rule.by_service) for each in OPERATIONS if each.rule.acting}
    assert found == OPEN


@pytest.mark.parametrize(
    "name", [str(each) for each in OPERATIONS if "resident" in each.roles and str(each) not in OPEN]
)
async def test_everything_else_is_refused_in_plain_words(world: World, name: str) -> None:
    answer = await world.call(NAMED[name], acts(world))
    assert (answer.status_code, answer.json()["title"]) == (403, IN_PERSON)


@pytest.mark.parametrize("name", OPEN)
async def test_what_their_scope_does_not_hold_is_refused(world: World, name: str) -> None:
    needed, by_service = OPEN[name]
    less = [each for each in May if each != needed]
    elsewhere = acts(world, services=["council_tax"])
    for headers in (acts(world, may=less), elsewhere):
        answer = await world.call(NAMED[name], headers)
        assert (answer.status_code, answer.json()["title"]) == (403, BEYOND), by_service
        assert [each for each in world.hidden if each in answer.text] == []


@pytest.mark.parametrize("name", [name for name, (_, by_service) in OPEN.items() if by_service])
async def test_a_scope_of_the_very_service_is_enough(world: World, name: str) -> None:
    answer = await world.call(
        NAMED[name], acts(world, services=["missed_bin", "blocked_drain", "registrar_appointment"])
    )
    assert answer.status_code != 403 or answer.json()["title"] != BEYOND


@pytest.mark.parametrize("name", OPEN)
async def test_no_token_helps_whose_representation_is_none_another_s_or_suspended(world: World, name: str) -> None:
    person, joanne = world.names["person"], world.names["joanne"]
    of_nobody, of_another = new_id(), world.names["suspended"]
    for headers in (
        acts(world, representation=of_nobody),
        acts(world, representation=of_another),
        world.town.representative(person, new_id(), may=tuple(May), representation=world.names["representation"]),
        world.town.representative(joanne, person, may=tuple(May), representation=world.names["representation"]),
        world.town.representative(world.names["guarded"], joanne, may=tuple(May), representation=of_another),
    ):
        answer = await world.call(NAMED[name], headers | {"Onedoor-Council": HERE})
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-acting")


async def test_every_service_knows_at_once_that_it_ended(world: World) -> None:
    token, reads = (
        acts(world, representation=world.names["my_representation"]),
        [n for n in OPEN if n.endswith(ENDLESS)],
    )
    assert {(await world.call(NAMED[name], token)).status_code for name in reads} == {200}
    ended = await world.call(NAMED["customer-account end_my_representation"], world.rightful("resident"))
    await world.town.heard(ended)
    answers = [await world.call(NAMED[name], token) for name in reads]
    assert [answer.json()["type"] for answer in answers] == ["/problems/not-acting"] * len(ENDLESS)


@pytest.mark.parametrize("name", WRITING)
async def test_what_they_do_is_said_to_be_done_by_them_for_the_person(world: World, name: str) -> None:
    operation, representation = NAMED[name], UUID(world.names["representation"])
    answer = await world.call(operation, acts(world), **world.named(INSTEAD.get(name, {})))
    assert answer.is_success, answer.text
    person = UUID(world.names["person"])
    rows = await world.town.sql(operation.service, SAID_BY, world.names["joanne"], representation)
    assert {row["name"] for row in rows} - {"access.recorded"} or name in SILENT
    assert {(row["actor_kind"], row["on_behalf_of"]) for row in rows} == {("representative", person)}
    look = next(row["data"] for row in rows if row["name"] == "access.recorded")
    assert (look["role"], look["organisation"], look["persons"]) == ("representative", None, [str(person)])
    assert look["reason"].startswith("acted for the person, as attorney")
