"""Services published while the platform runs: checked first, offered from then on, and running cases stay on their version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from case_crm.app import service
from case_crm.domain.definitions import without
from case_crm.publishing import FILES
from common.testing.platform import Platform, serving

PARTY = """\
service: street_party
version: 1
title: Close your street for a party
summary: Say when and where, and we tell you what to do.
councils: [northmere]
owner: highways
about_a_person: false
questions:
  - {question: street, text: "Which street is it?", purpose: We close that one.}
  - {question: day, text: "On which day?", type: date, purpose: Buses go another way on that day.}
start: asked
stages:
  asked: {status: submitted, told: We have your request.}
  done: {status: resolved, told: Your street is yours for the day.}
transitions:
  - {transition: agree, label: Agree, leaves: [asked], to: done, results: [decided_approved]}
"""
SECOND = PARTY.replace("version: 1", "version: 2").replace("told: We have your request.", "told: We read your request.")
BUS_PASS = (FILES / "bus_pass.yaml").read_text()
ANSWERS = {"street": "Mill Lane", "day": "2027-06-01"}


def administrator(town: Platform, *councils: str, council: str = "northmere") -> dict[str, str]:
    return {**town.bearer("administrator", "admin-1", councils or ("northmere",)), "Onedoor-Council": council}


async def publish(town: Platform, text: str, who: dict[str, str] | None = None) -> httpx.Response:
    headers = who or administrator(town)
    return await town["case-crm"].client.post("/definitions", json={"definition": text}, headers=headers)


async def check(town: Platform, text: str) -> Any:
    answer = await town["case-crm"].client.post(
        "/definitions/checks", json={"definition": text}, headers=administrator(town)
    )
    assert answer.status_code == 200
    return answer.json()


async def document(town: Platform, service: str, council: str) -> Any:
    """What a council offers now: the whole document of its newest version."""
    who = administrator(town, council, council=council)
    answer = await town["case-crm"].client.get(f"/definitions/{service}/versions", headers=who)
    return answer.json()["items"][0]["document"]


async def services(town: Platform, council: str = "northmere") -> dict[str, int]:
    answer = await town["case-crm"].client.get(f"/councils/{council}/services")
    return {each["service"]: each["definition_version"] for each in answer.json()["items"]}


async def test_a_case_stays_on_its_version_while_the_next_one_asks_by_the_new(town: Platform) -> None:
    assert (await publish(town, PARTY)).status_code == 201
    resident = {**town.resident(), "Onedoor-Council": "northmere"}
    body = {"service": "street_party", "channel": "online", "answers": ANSWERS}
    first = (await town["case-crm"].client.post("/cases", json=body, headers=resident)).json()
    second_version = SECOND.replace("transition: agree", "transition: allow")
    assert (await publish(town, second_version)).json()["definition_version"] == 2
    shown = (await town["case-crm"].client.get(f"/cases/{first['case_id']}", headers=town.officer())).json()
    assert shown["told_to_resident"] == "We have your request."
    assert [each["transition"] for each in shown["next_actions"]] == ["agree"]

    async def by_the_new() -> bool:
        later = (await town["case-crm"].client.post("/cases", json=body, headers=resident)).json()
        return bool(later["told_to_resident"] == "We read your request.")

    await town.until(by_the_new)
    versions = await town["case-crm"].client.get("/definitions/street_party/versions", headers=administrator(town))
    assert [each["definition_version"] for each in versions.json()["items"]] == [2, 1]
    assert (await services(town))["street_party"] == 2
    assert "street_party" not in await services(town, "southholt")


async def test_a_version_that_is_published_is_not_changed_and_the_same_again_changes_nothing(town: Platform) -> None:
    text = PARTY.replace("street_party", "block_party")
    assert (await publish(town, text)).status_code == 201
    assert (await publish(town, text)).status_code == 201
    said = "SELECT count(*) AS n FROM onedoor.said WHERE name = 'definition.published' AND data ->> 'service' = $1"
    assert (await town.sql("case-crm", said, "block_party"))[0]["n"] == 1
    refused = await publish(town, text.replace("Mill", "Quay").replace("On which day?", "When?"))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/version-taken")


async def test_a_definition_is_checked_without_being_published(town: Platform) -> None:
    before = await services(town)
    assert await check(town, PARTY.replace("street_party", "never_party")) == {"sound": True, "mistakes": []}
    assert await services(town) == before


@pytest.mark.parametrize(
    ("change", "to", "line", "at", "because"),
    [
        ("to: done,", "to: asked,", 14, "stages.done", "nothing leads to the stage done"),
        (", purpose: We close that one.", "", 9, "questions.0", "the question street is bound to no fact and says no purpose"),
        ("purpose: We close that one.", "fact_kind: shoe_size", 9, "questions.0", "no fact of the kind shoe_size is kept"),
        ("We close that one.", "We close that one., asked_if: 'answers.day != \"\"'", 9, "questions.0.asked_if",
         "it depends on day, which is asked after it"),
        ("start: asked", "eligibility:\n  - rule: years(answers.day, today) > 3 && years(answers.day, today) < 2\n"
         "    otherwise: No.\nstart: asked",
         12, "eligibility.0.rule", "no answers make this rule true"),
        ("start: asked", "routing:\n  - {when: '[1].all(x, x > 0)', team: a}\nstart: asked", 12, "routing.0.when",
         "a rule that goes through lists may run away: compare the answers one by one"),
        ("start: asked", "triage:\n  - {when: answers.shoe > 1, leads_to: case}\nstart: asked", 12, "triage.0.when",
         "at character 8: undeclared reference to 'answers.shoe'"),
        ("start: asked", "texts: {cy: {stages: {moon: Lleuad}}}\nstart: asked", 11, "texts.cy.stages.moon",
         "there are words for moon, which it does not have"),
        ("start: asked", "terms:\n  - term: decision\n    kind: target\n    promise: we decide\n    runs_from: [opened]\n"
         "    within: {amount: 9999, unit: working_days}\n    basis: Ours.\nstart: asked", 16, "terms.0.within",
         "no calendar knows so long a term: england-and-wales knows 2025-01-01 to 2040-12-31, not 2041-01-01"),
        ("owner: highways\n", "", 1, "owner", "it does not say its owner, who answers for it"),
        ("title:", "b: &b [1]\nc: *b\ntitle:", 1, "", "this is not YAML"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said_by_line_and_nothing_of_it_is_published(
    town: Platform, change: str, to: str, line: int, at: str, because: str
) -> None:
    assert change in PARTY
    text = PARTY.replace(change, to).replace("street_party", "broken_party")
    mistakes = (await check(town, text))["mistakes"]
    assert {"line": line, "at": at, "because": because} in mistakes
    refused = await publish(town, text)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/definition-not-sound")
    assert refused.json()["mistakes"] == mistakes
    assert "broken_party" not in await services(town)


async def test_questions_that_wait_for_each_other_are_refused(town: Platform) -> None:
    text = PARTY.replace("We close that one.", "We close that one., asked_if: 'answers.day != \"\"'").replace(
        "another way on that day.", "another way on that day., asked_if: 'answers.street != \"\"'"
    )
    assert (await check(town, text))["mistakes"] == [
        {"line": 9, "at": "questions.0.asked_if", "because": "these questions wait for each other: day, street"}
    ]


async def test_an_administrator_publishes_for_their_own_council_alone(town: Platform) -> None:
    both = PARTY.replace("[northmere]", "[northmere, southholt]").replace("street_party", "joint_party")
    refused = await publish(town, both)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-one-of-yours")
    of_both = administrator(town, "northmere", "southholt", council="southholt")
    assert (await publish(town, both, of_both)).status_code == 201
    assert "joint_party" in await services(town, "southholt")
    assert "joint_party" not in await services(town)


async def test_a_councils_own_version_is_published_over_the_others_and_is_in_the_ledger(town: Platform) -> None:
    assert (await publish(town, PARTY.replace("street_party", "fair"))).status_code == 201
    local = """\
service: fair
version: 1
councils: [southholt]
extends: fair
differences:
  - {at: /stages/done/told, is: The street is closed for you., because: Southholt closes it itself.}
  - {at: /questions/day/required, is: false, because: Southholt asks by phone.}
"""
    theirs = administrator(town, "southholt", council="southholt")
    assert (await publish(town, local, theirs)).status_code == 201
    ledger = await town["case-crm"].client.get("/definitions/ledger", params={"council": "southholt"})
    entries = [each for each in ledger.json()["items"] if each["service"] == "fair"]
    assert entries[0] == {
        "service": "fair",
        "council": "southholt",
        "extends": "fair",
        "definition_version": 1,
        "at": "/stages/done/told",
        "was": "Your street is yours for the day.",
        "becomes": "The street is closed for you.",
        "because": "Southholt closes it itself.",
    }
    nowhere = local.replace("/stages/done/told", "/stages/moon/told").replace("version: 1", "version: 2")
    refused = await publish(town, nowhere, theirs)
    assert refused.json()["mistakes"] == [{"line": 6, "at": "differences.0", "because": "it leads nowhere"}]


FAIR = PARTY.replace("street_party", "winter_fair")
THEIR_FAIR = """\
service: winter_fair
version: 3
councils: [southholt]
extends: winter_fair
differences:
  - {at: /stages/done/told, is: The street is closed for you., because: Southholt closes it itself.}
"""


async def test_a_base_is_followed_by_whoever_extends_it_and_they_are_the_same_but_for_the_ledger(
    town: Platform,
) -> None:
    theirs = administrator(town, "southholt", council="southholt")
    assert (await publish(town, FAIR)).status_code == 201
    assert (await publish(town, THEIR_FAIR, theirs)).status_code == 201
    changed = FAIR.replace("version: 1", "version: 2").replace("We have your request.", "We read it.")
    assert (await publish(town, changed)).status_code == 201

    async def followed() -> bool:
        return (await services(town, "southholt"))["winter_fair"] == 4

    await town.until(followed)
    assert without(await document(town, "winter_fair", "southholt"), ["/stages/done/told"]) == without(
        await document(town, "winter_fair", "northmere"), ["/stages/done/told"]
    )
    nowhere = changed.replace("version: 2", "version: 3").replace("done", "over")
    refused = await publish(town, nowhere)
    assert refused.json()["mistakes"] == [
        {
            "line": 1,
            "at": "service",
            "because": "the version of southholt, which extends it, cannot follow: it leads nowhere",
        }
    ]


async def test_a_whole_definition_does_not_part_from_another_councils_without_a_ledger(town: Platform) -> None:
    both = PARTY.replace("[northmere]", "[northmere, southholt]").replace("street_party", "spring_fair")
    of_both = [administrator(town, "northmere", "southholt", council=each) for each in ("northmere", "southholt")]
    for who in of_both:
        assert (await publish(town, both, who)).status_code == 201
    alone = both.replace("version: 1", "version: 2").replace("On which day?", "When?")
    text = alone.replace("[northmere, southholt]", "[northmere]")
    why = "southholt offers this service otherwise: extend it and say where, or publish for both"
    assert (await check(town, text))["mistakes"] == [{"line": 5, "at": "councils", "because": why}]
    assert (await publish(town, text)).status_code == 422
    assert (await publish(town, both.replace("version: 1", "version: 2"), of_both[0])).status_code == 201
    assert (await publish(town, alone.replace("version: 2", "version: 3"), of_both[0])).status_code == 201

    async def both_ask_when() -> bool:
        found = [await document(town, "spring_fair", council) for council in ("northmere", "southholt")]
        return [each["questions"][1]["text"] for each in found] == ["When?", "When?"]

    await town.until(both_ask_when)
    assert (await services(town, "southholt"))["spring_fair"] == 3


@pytest.mark.parametrize(
    ("extends", "because"),
    [
        ("summer_fair", "there is no service summer_fair to extend"),
        ("bus_pass", "a council's own version has the name of the service that it extends"),
    ],
)
async def test_nothing_extends_itself_or_a_service_of_another_name(town: Platform, extends: str, because: str) -> None:
    await publish(town, PARTY.replace("street_party", "summer_fair"))
    own = THEIR_FAIR.replace("winter_fair", "summer_fair").replace("southholt", "northmere")
    refused = await publish(town, own.replace("extends: summer_fair", f"extends: {extends}"))
    assert refused.json()["mistakes"] == [{"line": 4, "at": "extends", "because": because}]


async def test_an_extension_is_not_extended(town: Platform) -> None:
    theirs = administrator(town, "southholt", council="southholt")
    await publish(town, PARTY.replace("street_party", "autumn_fair"))
    own = THEIR_FAIR.replace("winter_fair", "autumn_fair")
    assert (await publish(town, own, theirs)).status_code == 201
    ours = own.replace("southholt", "northmere").replace("closed for you", "closed by us")
    refused = await publish(town, ours)
    assert refused.json()["mistakes"] == [
        {"line": 4, "at": "extends", "because": "there is no service autumn_fair to extend"}
    ]


async def test_what_was_published_while_it_ran_is_offered_after_the_next_start_too(town: Platform) -> None:
    of_both = administrator(town, "northmere", "southholt")
    assert (await publish(town, BUS_PASS.replace("version: 1", "version: 2"), of_both)).status_code == 201
    async with serving(service, town.told["case-crm"]) as again:
        answer = await again.client.get("/councils/northmere/services")
    assert {each["service"]: each["definition_version"] for each in answer.json()["items"]}["bus_pass"] == 2


async def test_a_release_with_another_version_of_that_number_starts_and_what_was_published_stays(
    town: Platform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ours = (FILES / "telecare.yaml").read_text().replace("version: 1", "version: 2")
    who = administrator(town, "northmere", "southholt")
    assert (await publish(town, ours.replace("told: We", "told: Yes we"), who)).status_code == 201

    async def followed() -> bool:
        return (await services(town, "southholt"))["telecare"] == 2

    await town.until(followed)
    told = town.told["case-crm"].model_copy(update={"definitions": tmp_path})
    for version, said in ((2, True), (3, False)):
        (tmp_path / "telecare.yaml").write_text(ours.replace("version: 2", f"version: {version}"))
        async with serving(service, told):
            found = await document(town, "telecare", "northmere")
        assert found["version"] == version
        assert found["stages"]["asked"]["told"].startswith("Yes we") == said
    kept = [line.getMessage() for line in caplog.records if line.name == "case_crm.publishing"]
    both = ("northmere", "southholt")
    assert kept == [f"telecare.yaml: {each} keeps version 2, published while it ran" for each in both]


async def test_a_script_is_played_without_anything_being_kept(town: Platform) -> None:
    script = """
council: northmere
today: 2026-12-14
applications:
  - who: Ewa
    answers: {street: Mill Lane, day: "2027-06-01"}
    asked: [street, day]
    told: We have your request.
    steps: [{makes: agree, result: decided_approved, told: Something else.}]
"""
    told = {"definition": PARTY.replace("street_party", "tried_party"), "script": script}
    answer = await town["case-crm"].client.post("/definitions/trials", json=told, headers=administrator(town))
    assert answer.json()["otherwise"] == [
        "officer makes agree; is told: Your street is yours for the day.: the script says Something else."
    ]
    assert "    Which street is it?" in answer.json()["seen"]
    assert "tried_party" not in await services(town)
