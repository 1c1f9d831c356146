"""Where cases go: what would lose one or keep it for ever is refused, and every open case can be taken back and stopped."""

from __future__ import annotations

import pytest
from case_crm.domain import cases
from case_crm.domain.definitions import NotSound, ServiceDefinition, read
from case_crm.domain.wording import Wording
from case_crm.publishing import FILES, offered
from common.contracts.cases import ENDED, MoveCase, Status
from common.testing.platform import Platform
from common.testing.publishing import PARTY, check, publish

from .conftest import DEFINITIONS, Desk

HOLD = "  held: {status: awaiting_partner, told: We hold it.}\n"
WAIT = "  - {transition: hold, label: Hold, leaves: [asked], to: held}\n"
WITH_HOLD = PARTY.replace("  done:", f"{HOLD}  done:") + WAIT


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


FLAWED = {
    "a stage that no case leaves": (
        WITH_HOLD, "held: {", "stages.held", "no case gets from the stage held to an end, unless it is given up"),
    "two stages that lead to each other alone": (
        WITH_HOLD.replace("  done:", "  kept: {status: in_progress, told: We keep it.}\n  done:")
        + "  - {transition: keep, label: Keep, leaves: [held], to: kept}\n"
        + "  - {transition: hold_again, label: Hold, leaves: [kept], to: held}\n",
        "kept: {", "stages.kept", "no case gets from the stage kept to an end, unless it is given up"),
    "a transition that is there twice": (
        PARTY + "  - {transition: agree, label: Agree too, leaves: [asked], to: done, results: [provided]}\n",
        "label: Agree too", "transitions.1.transition", "the transition agree is there twice"),
    "a transition that nobody may make": (
        PARTY.replace("label: Agree,", "label: Agree, by: [],"),
        "label: Agree", "transitions.0.by", "nobody may make the transition agree"),
    "a transition that leaves no stage": (
        PARTY + "  - {transition: go, label: Go, leaves: [], to: done, results: [provided]}\n",
        "label: Go", "transitions.1.leaves", "the transition go leaves no stage"),
    "a key that is said twice": (
        PARTY + "start: done\n", "start: done", "", "start is said twice"),
    "a key that is said twice in a question": (
        PARTY.replace("type: date,", "type: date, type: text,"), "type: text", "", "type is said twice"),
    "a date for a fact that is a text": (
        PARTY.replace("purpose: Buses go another way on that day.", "fact_kind: full_name"),
        "question: day", "questions.1.type", "an answer of the type date is no fact of the kind full_name"),
    "a text for a fact that is a date": (
        PARTY.replace("purpose: We close that one.", "fact_kind: date_of_birth"),
        "question: street", "questions.0.type", "an answer of the type text is no fact of the kind date_of_birth"),
    "a number for a fact that is yes or no": (
        PARTY.replace("purpose: We close that one.", "type: number, fact_kind: lives_alone"),
        "question: street", "questions.0.type", "an answer of the type number is no fact of the kind lives_alone"),
    "an option that no such fact is": (
        PARTY.replace("purpose: We close that one.", "type: choice, options: [ZZ99 1AB, Elsewhere], fact_kind: postcode"),
        "question: street", "questions.0.options", "Elsewhere is no fact of the kind postcode"),
    "recipients of nothing": (
        PARTY.replace("start: asked", "recipients: [highways]\nstart: asked"),
        "recipients:", "recipients", "it learns no fact, so nothing goes to its recipients"),
    "a recipient that is nobody": (
        PARTY.replace("purpose: We close that one.", "fact_kind: home_address").replace(
            "start: asked", "recipients: [council_tax, the_moon]\nstart: asked"),
        "recipients:", "recipients.1", "nobody is called the_moon: no owner of a service or an interest, and no team"),
    "what is there everywhere meaning something else": (
        PARTY + "  - {transition: cancel, label: Go, leaves: [asked], to: done, results: [provided]}\n",
        "label: Go", "transitions.1.to", "the transition cancel leads to what is not cancelled"),
    "a way that is taken away for no reason": (
        PARTY + "without:\n  - {transition: withdraw, leaves: [asked]}\n",
        "{transition: withdraw", "without.0.because", "Field required"),
    "a way that is taken away where there is none": (
        PARTY + "without:\n  - {transition: withdraw, leaves: [done], because: It is over.}\n",
        "{transition: withdraw", "without.0.leaves", "done is no open stage of it"),
}  # fmt: skip


@pytest.mark.parametrize("flawed", FLAWED)
async def test_what_would_lose_a_case_or_a_fact_is_refused_by_line_and_is_not_published(
    town: Platform, flawed: str
) -> None:
    text, line, at, because = FLAWED[flawed]
    text = text.replace("street_party", "flawed_party")
    mistakes = (await check(town, text))["mistakes"]
    assert {"line": line_of(text, line), "at": at, "because": because} in mistakes
    refused = await publish(town, text)
    assert (refused.status_code, refused.json()["mistakes"]) == (422, mistakes)


def every_definition() -> dict[str, ServiceDefinition]:
    """What both councils offer in this release, and what only tests have."""
    released = {f"{service} of {council}": each for (council, service), (each, _) in offered(FILES).items()}
    tested = {file.stem: read(file.read_text()) for file in sorted(DEFINITIONS.glob("*.yaml"))}
    return released | tested


def ways(definition: ServiceDefinition, stage: str, role: str, status: Status) -> list[str]:
    """The transitions by which somebody ends a case so."""
    return [
        move.transition
        for move in definition.moves_from(stage)
        if role in move.by and definition.every_stage[move.to].status is status
    ]


@pytest.mark.parametrize("definition", every_definition().values(), ids=every_definition())
def test_from_every_open_stage_its_person_takes_a_case_back_and_an_officer_stops_it(
    definition: ServiceDefinition,
) -> None:
    shut = {(each.transition, stage) for each in definition.without for stage in each.leaves}
    for name, stage in definition.stages.items():
        for role, status, usual in (
            ("resident", Status.WITHDRAWN, "withdraw"),
            ("officer", Status.CANCELLED, "cancel"),
        ):
            expected = 0 if stage.status in ENDED or (usual, name) in shut else 1
            assert len(ways(definition, name, role, status)) == expected, (name, usual)


def test_a_service_keeps_its_own_words_for_it_and_else_has_everybodys_in_either_language() -> None:
    fund = read((DEFINITIONS / "hardship_fund.yaml").read_text())
    own = {(each.transition, each.label, each.to) for each in fund.moves_from("visit") if "resident" in each.by}
    assert own == {("withdraw", "Take it back", "withdrawn")}
    check_up = read((DEFINITIONS / "home_check.yaml").read_text())
    moved = cases.move_case(MoveCase(transition="withdraw"), check_up, stage="waiting", result=None, role="resident")
    assert (moved.status, moved.stage, moved.told_to_resident) == ("withdrawn", "withdrawn", "You took this back.")
    assert Wording(check_up, "cy").told("withdrawn") == "Gwnaethoch dynnu hyn yn ôl."


def test_what_is_kept_of_a_service_is_what_it_says_itself() -> None:
    for definition in every_definition().values():
        document = definition.document()
        assert {*document["stages"]} == {*definition.stages}
        assert ServiceDefinition.published(document) == definition


async def test_an_officer_stops_a_case_with_a_reason_although_its_service_says_nothing_of_that(desk: Desk) -> None:
    await desk.opened(service="home_check", answers={"what": "The roof"})
    actions = {each["transition"]: each for each in (await desk.view(desk.ada))["next_actions"]}
    assert actions["cancel"]["needs_reason"]
    assert desk.kind(await desk.move("cancel")) == (422, "reason-needed")
    stopped = await desk.move("cancel", reason="The house is not ours.")
    assert (stopped.json()["status"], stopped.json()["told_to_resident"]) == (
        "cancelled",
        "We stopped this, and told you why.",
    )
    assert (await desk.said())[-1] == "case.cancelled"
    assert (await desk.view(desk.resident))["next_actions"] == []


async def test_its_person_takes_a_case_back_while_it_waits_for_them(desk: Desk) -> None:
    await desk.opened(service="home_check", answers={"what": "The roof"})
    assert (await desk.move("ask")).is_success
    assert [each["transition"] for each in (await desk.view(desk.resident))["next_actions"]] == ["withdraw"]
    assert (await desk.move("withdraw", desk.resident)).json()["status"] == "withdrawn"


async def test_where_a_service_says_why_not_a_case_is_not_taken_back(desk: Desk) -> None:
    await desk.opened(service="worried_about_someone", answers={"what": "He is never seen"})
    assert [each["transition"] for each in (await desk.view(desk.resident))["next_actions"]] == []
    assert desk.kind(await desk.move("withdraw", desk.resident)) == (409, "no-such-transition")


def test_a_document_with_keys_that_are_no_texts_is_no_definition() -> None:
    for text in ("? [a]\n: b\n", "? {a: b}\n: c\n", "1: a\n1: b\n"):
        with pytest.raises(NotSound):
            read(text)
