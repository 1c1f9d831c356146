"""Services published while the platform runs: checked first, offered from then on, and running cases stay on their version."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_crm.app import service
from case_crm.publishing import FILES
from common.testing.platform import Platform, serving
from common.testing.publishing import ANSWERS, PARTY, SECOND, administrator, check, document, publish, services

BUS_PASS = (FILES / "bus_pass.yaml").read_text()


async def test_a_case_stays_on_its_version_while_the_next_one_asks_by_the_new(town: Platform) -> None:
    assert (await publish(town, PARTY)).status_code == 201
    resident = {**town.resident(), "Onedoor-Council": "northmere"}
    body = {"service": "street_party", "channel": "online", "answers": ANSWERS}
    first = (await town["case-crm"].client.post("/cases", json=body, headers=resident)).json()
    second_version = SECOND.replace("transition: agree", "transition: allow")
    assert (await publish(town, second_version)).json()["definition_version"] == 2
    shown = (await town["case-crm"].client.get(f"/cases/{first['case_id']}", headers=town.officer())).json()
    assert shown["told_to_resident"] == "We have your request."
    assert [each["transition"] for each in shown["next_actions"]] == ["agree", "cancel"]

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


async def test_what_was_published_while_it_ran_is_offered_after_the_next_start_too(town: Platform) -> None:
    of_both = administrator(town, "northmere", "southholt")
    assert (await publish(town, BUS_PASS.replace("version: 3", "version: 4"), of_both)).status_code == 201
    async with serving(service, town.told["case-crm"]) as again:
        answer = await again.client.get("/councils/northmere/services")
    assert {each["service"]: each["definition_version"] for each in answer.json()["items"]}["bus_pass"] == 4


async def test_a_release_with_another_version_of_that_number_starts_and_what_was_published_stays(
    town: Platform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ours = (FILES / "telecare.yaml").read_text().replace("version: 2", "version: 3")
    who = administrator(town, "northmere", "southholt")
    assert (await publish(town, ours.replace("told: We", "told: Yes we"), who)).status_code == 201

    async def followed() -> bool:
        return (await services(town, "southholt"))["telecare"] == 3

    await town.until(followed)
    told = town.told["case-crm"].model_copy(update={"definitions": tmp_path})
    for version, said in ((3, True), (4, False)):
        (tmp_path / "telecare.yaml").write_text(ours.replace("version: 3", f"version: {version}"))
        async with serving(service, told):
            found = await document(town, "telecare", "northmere")
        assert found["version"] == version
        assert found["stages"]["asked"]["told"].startswith("Yes we") == said
    kept = [line.getMessage() for line in caplog.records if line.name == "case_crm.commands.offering"]
    both = ("northmere", "southholt")
    assert kept == [f"telecare.yaml: {each} keeps version 3, published while it ran" for each in both]


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
