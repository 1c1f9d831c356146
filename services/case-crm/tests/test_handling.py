"""How cases are handled: who decides what, how a decision is contested, until when a case is taken up again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from case_crm.app import service
from case_crm.domain import cases
from case_crm.domain.handling import Caller, Standing, check_move, next_actions
from case_crm.publishing import BrokenDefinition, read_definition
from common.contracts.cases import MoveCase, ReasonNeeded
from common.testing.platform import serving

FUND = yaml.safe_load((Path(__file__).parent / "definitions" / "hardship_fund.yaml").read_text())
DECIDES = ["cases:read", "cases:write"]


async def test_a_case_goes_through_every_status_of_the_shared_vocabulary(desk: Any) -> None:
    await desk.opened()
    path = ["acknowledge", "triage", "start_work", "refer_out", "resume", "book", "resume"]
    seen = [(await desk.move(name)).json()["status"] for name in path]
    seen.append((await desk.move("request_information", reason="A payslip is missing.")).json()["status"])
    seen.append((await desk.move("decide", result="decided_refused", reason="Nothing came.")).json()["status"])
    seen.append((await desk.move("confirm", desk.resident)).json()["status"])
    assert seen == [
        "received",
        "triaged",
        "in_progress",
        "awaiting_partner",
        "in_progress",
        "scheduled",
        "in_progress",
        "awaiting_customer",
        "resolved",
        "closed",
    ]


async def test_who_may_decide_depends_on_the_amount_and_a_refusal_names_the_role(desk: Any) -> None:
    await desk.assessed()
    leader = desk.officer("lee", permissions=[*DECIDES, "decisions:team_leader"])
    manager = desk.officer("max", permissions=[*DECIDES, "decisions:manager"])
    for who, amount, role in (
        (desk.ben, 50_000, "team_leader"),
        (leader, 50_001, "manager"),
        (manager, 200_001, "head_of_service"),
    ):
        refused = await desk.move("decide", who, result="decided_approved", amount=amount)
        assert (desk.kind(refused), refused.json()["role"]) == ((403, "beyond-your-authority"), role)
    silent = await desk.move("decide", leader, result="decided_approved")
    assert desk.kind(silent) == (422, "amount-needed")
    assert (await desk.view(desk.ada))["status"] == "in_progress"
    decided = await desk.move("decide", manager, result="decided_approved", amount=50_001)
    assert (decided.status_code, decided.json()["result"]) == (200, "decided_approved")


async def test_next_actions_say_how_far_their_reader_may_decide(desk: Any) -> None:
    await desk.assessed()
    leader = desk.officer("lee", permissions=[*DECIDES, "decisions:team_leader"])

    async def decide(who: Any) -> tuple[Any, Any]:
        action = {each["transition"]: each for each in (await desk.view(who))["next_actions"]}["decide"]
        return action["results"], action["up_to"]

    assert await decide(desk.ben) == (["decided_refused"], None)
    assert await decide(leader) == (["decided_approved", "decided_refused"], 50_000)
    assert await decide(desk.ada) == (["decided_approved", "decided_refused"], None)


async def test_a_refusal_carries_its_reason_and_what_can_be_done_against_it(desk: Any) -> None:
    await desk.assessed()
    assert desk.kind(await desk.move("decide", result="decided_refused")) == (422, "reason-needed")
    await desk.move("decide", result="decided_refused", reason="Too much in savings.")
    mine = await desk.view(desk.resident)
    assert "Ombudsman" in mine["appeal"]["route"]
    again = await desk.move("reopen", desk.resident, reason="The savings are my sister's.")
    assert again.json()["appeal"] is None


async def test_a_resident_takes_a_case_up_again_within_28_days_under_its_reference(desk: Any) -> None:
    desk.town.at("2027-02-01T10:00:00+00:00")
    await desk.decided()
    reference = (await desk.view(desk.resident))["reference"]
    await desk.town.sql("case-crm", "UPDATE case_file SET ended_at = ended_at - interval '28 days'")
    again = await desk.move("reopen", desk.resident, reason="It is still cold.")
    assert (again.json()["status"], again.json()["reference"]) == ("in_progress", reference)
    assert [row["data"]["failure_demand"] for row in await desk.rows() if row["name"] == "case.reopened"] == [True]


async def test_after_28_days_only_staff_take_it_up_again(desk: Any) -> None:
    desk.town.at("2027-02-01T10:00:00+00:00")
    await desk.decided()
    await desk.town.sql("case-crm", "UPDATE case_file SET ended_at = ended_at - interval '29 days'")
    late = await desk.move("reopen", desk.resident, reason="It is still cold.")
    assert desk.kind(late) == (409, "too-late-to-reopen")
    assert [each["transition"] for each in (await desk.view(desk.resident))["next_actions"]] == ["confirm"]
    assert (await desk.move("reopen", desk.ben, reason="She rang.")).json()["status"] == "in_progress"


async def test_a_closed_case_is_changed_only_by_whoever_was_given_leave(desk: Any) -> None:
    await desk.decided()
    await desk.move("confirm", desk.resident)
    ahead = {"kind": "chase", "what": "Ask again", "due_at": "2099-01-01T09:00:00Z"}
    attempts = [
        await desk.move("reopen", desk.ben, reason="She rang."),
        await desk.send(f"{desk.path}/owner", {"called": "Ben"}, desk.ben),
        await desk.send(f"{desk.path}/tasks", ahead, desk.ben),
        await desk.send(f"{desk.path}/entries", {"kind": "note", "text": "Odd."}, desk.ben),
    ]
    assert [desk.kind(each) for each in attempts] == [(403, "closed-for-good")] * 4
    assert (await desk.view(desk.ben))["next_actions"] == []
    assert [each["transition"] for each in (await desk.view(desk.ada))["next_actions"]] == ["reopen"]
    assert (await desk.move("reopen", desk.ada, reason="She rang.")).json()["status"] == "in_progress"


async def test_a_case_is_withdrawn_by_its_resident_and_cancelled_by_staff_with_a_reason(desk: Any) -> None:
    await desk.opened()
    assert desk.kind(await desk.move("withdraw")) == (403, "not-for-you")
    assert (await desk.move("withdraw", desk.resident)).json()["status"] == "withdrawn"
    await desk.opened()
    assert desk.kind(await desk.move("cancel")) == (422, "reason-needed")
    assert desk.kind(await desk.move("cancel", desk.resident, reason="No.")) == (403, "not-for-you")
    assert (await desk.move("cancel", reason="Asked twice.")).json()["status"] == "cancelled"


async def test_nothing_is_closed_without_a_result_nor_with_one_that_is_not_the_services(desk: Any) -> None:
    await desk.assessed()
    assert desk.kind(await desk.move("confirm")) == (409, "no-such-transition")
    assert desk.kind(await desk.move("decide")) == (422, "result-needed")
    assert desk.kind(await desk.move("decide", result="fixed")) == (422, "result-needed")
    assert (await desk.view(desk.ada))["result"] is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"checklists": {"nowhere": {"items": [{"item": "a", "text": "A"}]}}}, "checklist for the stage nowhere"),
        ({"checklists": {"asked": {"items": [{"item": "a", "text": "A"}], "before": ["decide"]}}}, "does not leave"),
        (
            {"checklists": {"asked": {"items": [{"item": "a", "text": "A"}, {"item": "a", "text": "B"}]}}},
            "the item a is twice",
        ),
        ({"delegation": [{"transitions": ["bless"], "role": "manager"}]}, "delegates the transition bless"),
        ({"delegation": [{"transitions": ["decide"], "role": "mayor"}]}, "handling.delegation.0.role"),
        ({"endings": {"fixed": {}}}, "no transition ends with the result fixed"),
        ({"reopen_within_days": -1}, "handling.reopen_within_days"),
    ],
)
def test_what_does_not_fit_a_service_is_refused_with_its_place(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BrokenDefinition, match=said):
        read_definition(yaml.safe_dump(FUND | {"handling": change}), name="fund.yaml")


def test_cancelling_has_a_reason_whatever_the_service_says() -> None:
    moves = [move | {"needs_reason": False} for move in FUND["transitions"]]
    fund = read_definition(yaml.safe_dump(FUND | {"transitions": moves}), name="fund.yaml")
    at, who = Standing("asked", date(2026, 11, 20), date(2026, 11, 20)), Caller("officer")
    with pytest.raises(ReasonNeeded):
        check_move(MoveCase(transition="cancel"), fund, at, who)
    offered = next_actions(cases.next_actions(fund, "asked", role="officer"), fund, at, who)
    assert {each.transition: each.needs_reason for each in offered} == {"acknowledge": False, "cancel": True}


async def test_what_was_published_before_cases_were_handled_so_is_not_published_again(desk: Any) -> None:
    version = "SELECT definition_version FROM definition WHERE service = 'street_problem'"
    before = await desk.town.sql("case-crm", version)
    await desk.town.sql(
        "case-crm", "UPDATE definition SET document = document - 'handling' WHERE service = 'street_problem'"
    )
    async with serving(service, desk.town.told["case-crm"]):
        assert await desk.town.sql("case-crm", version) == before
