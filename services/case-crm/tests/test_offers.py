"""What a form follows from answers, over HTTP: what is asked, whom the service is for, where it leads, and in which words."""

from __future__ import annotations

from typing import Any

import httpx
from common.runtime.ids import new_id
from common.testing.platform import Platform

MARGARET = {"full_name": "Margaret Hartley", "address": "14 Weavers Row, Northmere ZZ99 1AB"}


def me(town: Platform, council: str = "northmere") -> dict[str, str]:
    return {**town.resident(new_id()), "Onedoor-Council": council}


async def form(town: Platform, name: str, answers: dict[str, Any], council: str = "northmere", **query: str) -> Any:
    path = f"/councils/{council}/services/{name}/form"
    answer = await town["case-crm"].client.post(
        path, json={"answers": answers}, params=query, headers=me(town, council)
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def opened(town: Platform, name: str, answers: dict[str, Any], council: str = "northmere") -> httpx.Response:
    body = {"service": name, "channel": "online", "answers": answers}
    return await town["case-crm"].client.post("/cases", json=body, headers=me(town, council))


async def test_a_question_is_asked_once_its_condition_holds(town: Platform) -> None:
    asked = [each["question"] for each in (await form(town, "garden_waste", {}))["questions"]]
    assert asked == ["full_name", "address", "garden"]
    with_garden = await form(town, "garden_waste", {**MARGARET, "garden": True})
    assert with_garden["still_to_tell"] == ["bins"]


async def test_an_answer_to_what_is_not_asked_is_not_kept(town: Platform) -> None:
    answers = {"place": "Mill Lane", "fault": "It is out", "wires": True}
    case = (await opened(town, "street_light", answers)).json()
    assert case["answers"] == {"place": "Mill Lane", "fault": "It is out"}


async def test_an_answer_that_fails_its_rule_is_refused_in_words(town: Platform) -> None:
    answers = {**MARGARET, "garden": True, "bins": 4}
    for answer in (await opened(town, "garden_waste", answers), await posted(town, "garden_waste", answers)):
        told = answer.json()
        assert (answer.status_code, told["type"]) == (422, "/problems/wrong-answer")
        assert told["detail"] == "You can have one, two or three bins."
        assert [each["question"] for each in told["questions"]] == ["bins"]


async def posted(town: Platform, name: str, answers: dict[str, Any]) -> httpx.Response:
    path = f"/councils/northmere/services/{name}/form"
    return await town["case-crm"].client.post(path, json={"answers": answers}, headers=me(town))


async def test_whom_a_service_is_not_for_is_told_why_and_who_helps_before_and_when_they_ask(town: Platform) -> None:
    answers = {**MARGARET, "garden": False}
    why = {
        "because": "This bin is for homes with a garden.",
        "signpost": {"to": "Recycling centre", "how": "Bring garden waste to the recycling centre at any time."},
    }
    assert (await form(town, "garden_waste", {}))["not_eligible"] == []
    assert (await form(town, "garden_waste", answers))["not_eligible"] == [why]
    refused = await opened(town, "garden_waste", answers)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-eligible")
    assert (refused.json()["detail"], refused.json()["reasons"]) == (why["because"], [why])


async def test_what_needs_no_case_leads_to_an_answer_or_a_signpost(town: Platform) -> None:
    answers = {"place": "Junction 3", "depth": 9, "surface": "The road", "motorway": True}
    leads = (await form(town, "pothole", answers))["leads_to"]
    assert (leads["to"], leads["signpost"]["to"]) == ("signpost", "National Highways")
    refused = await opened(town, "pothole", answers)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/no-case-needed")
    assert refused.json()["leads_to"] == leads


async def test_specialists_deal_with_it_where_a_rule_says_so_and_the_first_route_that_holds_otherwise(
    town: Platform,
) -> None:
    places = {"place": "Mill Lane", "fault": "The post is damaged"}
    usual = (await form(town, "street_light", {**places, "wires": False}))["dealt_with_by"]
    urgent = (await form(town, "street_light", {**places, "wires": True}))["dealt_with_by"]
    assert usual == {"team": "street_lighting", "skill": None, "priority": "normal", "specialist": False}
    assert urgent == {"team": "street_lighting", "skill": "live_wires", "priority": "urgent", "specialist": False}
    asbestos = await form(town, "fly_tipping", {"what": "Chemicals or asbestos", "seen": False})
    assert asbestos["leads_to"]["to"] == "specialist"
    assert asbestos["dealt_with_by"]["team"] == "environmental_health"
    assert asbestos["dealt_with_by"]["specialist"]
    case = {"place": "Quay Street", "what": "Chemicals or asbestos", "private_land": False, "seen": False}
    assert (await opened(town, "fly_tipping", case)).status_code == 201


async def test_the_other_council_asks_and_answers_by_its_own_differences(town: Platform) -> None:
    answers = {"place": "Quay Street", "depth": 4, "surface": "The road", "motorway": False}
    assert (await form(town, "pothole", answers))["dealt_with_by"]["priority"] == "urgent"
    assert (await form(town, "pothole", answers, "southholt"))["dealt_with_by"]["priority"] == "normal"


async def test_services_forms_and_cases_are_read_in_welsh(town: Platform) -> None:
    welsh = await form(town, "garden_waste", {}, language="cy")
    assert welsh["title"] == "Casglu eich gwastraff gardd"
    assert welsh["questions"][0]["text"] == "Beth yw eich enw llawn?"
    listed = await town["case-crm"].client.get("/councils/northmere/services", params={"language": "cy"})
    titles = {each["service"]: each["title"] for each in listed.json()["items"]}
    assert titles["garden_waste"] == "Casglu eich gwastraff gardd"
    assert titles["missed_bin"] == "Rhoi gwybod am fin a fethwyd"
    headers = me(town)
    body = {"service": "street_light", "channel": "online", "answers": {"place": "Mill Lane", "fault": "It is out"}}
    case = (await town["case-crm"].client.post("/cases", json=body, headers=headers)).json()
    for language, told in (("en", "We have your report."), ("cy", "Mae gennym eich adroddiad.")):
        path = f"/cases/{case['case_id']}"
        shown = await town["case-crm"].client.get(path, params={"language": language}, headers=headers)
        assert shown.json()["told_to_resident"] == told


async def test_a_form_in_welsh_is_welsh_to_its_end_and_is_answered_as_in_english(town: Platform) -> None:
    where = {"place": "Cyffordd 3", "depth": 9, "surface": "The road"}
    for language, reads, leads in (
        ("en", "The road", "Report it to National Highways at any hour."),
        ("cy", "Y ffordd", "Rhowch wybod i National Highways unrhyw awr."),
    ):
        shown = await form(town, "pothole", {**where, "motorway": True}, language=language)
        surface = next(each for each in shown["questions"] if each["question"] == "surface")
        assert surface["options"] == ["The road", "The pavement", "A cycle lane"]
        assert surface["choices"][0] == {"option": "The road", "text": reads}
        assert (shown["leads_to"]["to"], shown["leads_to"]["signpost"]["how"]) == ("signpost", leads)
    shown = await form(
        town, "council_tax_single_discount", {"lives_alone": False, "others_not_counted": False}, language="cy"
    )
    account = next(each for each in shown["questions"] if each["question"] == "account")
    assert (account["help"], account["in_words"]) == ("Mae ar frig eich bil.", "Nid oes neb wedi dweud hyn wrthym eto.")
    assert shown["not_eligible"][0]["signpost"]["to"] == "Talu llai o Dreth Gyngor"


async def test_what_is_wrong_with_an_answer_is_said_in_the_language_and_by_the_council_that_was_asked(
    town: Platform,
) -> None:
    answers = {**MARGARET, "items": 9, "what": "Cadeiriau", "cold": False, "hazardous": False}
    for council, told in (
        ("northmere", "Gallwn gymryd hyd at bum peth ar y tro."),
        ("southholt", "Gallwn gymryd hyd at dri pheth ar y tro."),
    ):
        refused = await town["case-crm"].client.post(
            f"/councils/{council}/services/bulky_waste/form",
            json={"answers": answers},
            params={"language": "cy"},
            headers=me(town, council),
        )
        assert (refused.status_code, refused.json()["detail"]) == (422, told)


async def test_a_channel_has_words_of_its_own(town: Platform) -> None:
    asked = {
        each["question"]: each["text"] for each in (await form(town, "telecare", {}, channel="phone"))["questions"]
    }
    assert asked["key_safe"] == "Is there a key safe at your door, so that somebody can get in?"
    assert asked["full_name"] == "What is your full name?"
