"""Promises of case-crm over HTTP, on real PostgreSQL and NATS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from common.contracts.people import FactDisputed, FactExpired, FactRecorded, FactRefused, FactVerified, FactWithdrawn
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

BIN = {"address": "14 Weavers Row", "bin": "Rubbish"}
LIBRARY = {"full_name": "Priya Nair", "date_of_birth": "1995-08-02", "address": "3 Quay Street", "library": "Gullhaven"}
ADDRESS_QUESTIONS = ["full_name", "date_of_birth", "new_address", "moved_in_on", "household_size"]


def me(town: Platform, person: UUID | None = None, council: str = "northmere") -> dict[str, str]:
    return {**town.resident(person or new_id()), "Onedoor-Council": council}


async def opened(town: Platform, headers: dict[str, str], **more: Any) -> httpx.Response:
    body = {"service": "missed_bin", "channel": "online", "answers": BIN} | more
    return await town["case-crm"].client.post("/cases", json=body, headers=headers)


async def move(town: Platform, case: str, headers: dict[str, str], transition: str, **more: Any) -> httpx.Response:
    return await town["case-crm"].client.post(
        f"/cases/{case}/transitions", json={"transition": transition} | more, headers=headers
    )


def fact(person: UUID, version: int, kind: str, value: Any, **more: Any) -> dict[str, Any]:
    event = FactRecorded(
        fact_id=more.pop("fact_id", new_id()),
        kind=kind,
        value=value,
        asserted_by="person",
        channel="phone",
        told_at=datetime.now(UTC),
        told_to="northmere",
        told_to_service="customer-account",
        verification=more.pop("verification", "verified"),
        visible_to=more.pop("visible_to", ["northmere"]),
        **more,
    )
    return said(event, person, version, person_id=person)


async def test_an_incomplete_story_is_answered_with_the_missing_questions(town: Platform) -> None:
    answer = await opened(town, me(town), answers={})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/still-to-tell")
    assert [question["question"] for question in answer.json()["questions"]] == ["address", "bin"]


async def test_a_case_is_opened_with_a_reference_and_found_again(town: Platform) -> None:
    headers = me(town)
    case = (await opened(town, headers)).json()
    assert case["reference"].startswith("NBC-")
    assert (case["status"], case["told_to_resident"]) == ("submitted", "We have your report.")
    assert len(case["tracking_reference"].replace("-", "")) == 17
    mine = await town["case-crm"].client.get("/me/cases", headers=headers)
    assert [each["reference"] for each in mine.json()["items"]] == [case["reference"]]
    shown = await town["case-crm"].client.get(f"/cases/{case['case_id']}", headers=headers)
    assert shown.json()["tracking_reference"] is None
    assert [touch["purpose"] for touch in shown.json()["interactions"]] == ["asked"]


async def test_what_was_told_once_is_not_asked_again_even_by_the_other_council(town: Platform) -> None:
    person = new_id()
    await opened(town, me(town, person))
    answer = await opened(town, me(town, person, "southholt"), answers={"bin": "Recycling"})
    assert (answer.status_code, answer.json()["answers"]["address"]) == (201, "14 Weavers Row")
    form = await town["case-crm"].client.get(
        "/councils/southholt/services/missed_bin/form", headers=me(town, person, "southholt")
    )
    held = form.json()["questions"][0]["held"]
    assert (held["told_to"], held["told_to_service"], held["channel"]) == ("northmere", "case-crm", "online")
    assert form.json()["still_to_tell"] == ["bin"]


async def test_facts_of_customer_account_fill_the_form_with_where_they_came_from(town: Platform, nats: Nats) -> None:
    person = new_id()
    told = [
        fact(person, 1, "full_name", "Priya Nair"),
        fact(person, 2, "date_of_birth", "1995-08-02"),
        fact(person, 3, "household_size", 3),
    ]
    await publish(nats, told, speaker="customer-account")
    await town.heard(f"facts/{person}@3")
    answer = await opened(town, me(town, person), service="change_of_address", answers={})
    assert [q["question"] for q in answer.json()["questions"]] == ["new_address", "moved_in_on"]


async def test_a_superseded_or_refused_fact_is_let_go(town: Platform, nats: Nats) -> None:
    person, old, refused = new_id(), new_id(), new_id()
    rows = [
        fact(person, 1, "household_size", 3, fact_id=old),
        fact(person, 2, "household_size", 4, supersedes=old),
        fact(person, 3, "weekly_income", 180, fact_id=refused),
        said(FactRefused(fact_id=refused, kind="weekly_income", because="wrong_shape"), person, 4, person_id=person),
    ]
    await publish(nats, rows, speaker="customer-account")
    await town.heard(f"facts/{person}@4")
    form = await town["case-crm"].client.get(
        "/councils/northmere/services/council_tax_reduction/form", headers=me(town, person)
    )
    held = {q["question"]: q["value"] for q in form.json()["questions"] if q["held"]}
    assert held == {"household_size": 4}


async def test_what_is_withdrawn_or_over_is_let_go_and_what_is_surer_is_known_to_be(town: Platform, nats: Nats) -> None:
    person, gone, over, surer, disputed = (new_id() for _ in range(5))
    named: dict[str, Any] = {"visible_to": ["northmere"]}
    told = [
        ("household_size", 3, gone),
        ("weekly_income", 180, over),
        ("savings", 20, surer),
        ("disability", True, disputed),
    ]
    changed: list[Any] = [
        FactWithdrawn(fact_id=gone, kind="household_size", **named),
        FactExpired(fact_id=over, kind="weekly_income", **named),
        FactVerified(fact_id=surer, kind="savings", verification="verified", **named),
        FactDisputed(fact_id=disputed, kind="disability", **named),
    ]
    rows = [
        fact(person, n, kind, value, fact_id=key, verification="asserted")
        for n, (kind, value, key) in enumerate(told, 1)
    ]
    rows += [said(event, person, n, person_id=person) for n, event in enumerate(changed, 5)]
    await publish(nats, rows, speaker="customer-account")
    await town.heard(f"facts/{person}@8")
    known = await town.sql("case-crm", "SELECT kind, verification FROM known_fact WHERE person_id = $1", person)
    assert {tuple(row) for row in known} == {("savings", "verified"), ("disability", "disputed")}


async def test_a_held_answer_given_again_is_counted_as_a_re_ask_and_another_value_is_a_correction(
    town: Platform,
) -> None:
    person = new_id()
    await opened(town, me(town, person))
    same = (await opened(town, me(town, person))).json()["case_id"]
    other = (await opened(town, me(town, person), answers=BIN | {"address": "Flat 6, 3 Quay St"})).json()["case_id"]
    names = "SELECT name, data FROM onedoor.said WHERE aggregate_id = $1 ORDER BY version"
    again = await town.sql("case-crm", names, UUID(same))
    assert [row["name"] for row in again] == ["case.opened", "question.asked_again"]
    corrected = await town.sql("case-crm", names, UUID(other))
    assert [row["name"] for row in corrected] == ["case.opened"]
    assert [told["kind"] for told in corrected[0]["data"]["told_facts"]] == ["home_address"]
    view = (await town["case-crm"].client.get(f"/cases/{other}", headers=me(town, person))).json()
    assert view["answers"]["address"] == "Flat 6, 3 Quay St"


async def test_a_case_moves_only_along_its_definition_and_says_what_it_became(town: Platform) -> None:
    headers, officer = me(town), town.officer("northmere")
    case = (await opened(town, headers)).json()["case_id"]
    assert (await move(town, case, officer, "confirm")).json()["type"] == "/problems/no-such-transition"
    assert (await move(town, case, headers, "tell_round")).status_code == 403
    assert (await move(town, case, officer, "resolve")).json()["possible"][0] == "fixed"
    done = await move(town, case, officer, "resolve", result="fixed")
    assert (done.json()["status"], done.json()["result"]) == ("resolved", "fixed")
    assert (await move(town, case, headers, "reopen")).json()["type"] == "/problems/reason-needed"
    again = await move(town, case, headers, "reopen", reason="It is still full.")
    assert (again.json()["status"], again.json()["result"]) == ("submitted", None)
    assert again.json()["reference"] == done.json()["reference"]
    rows = await town.sql(
        "case-crm", "SELECT name FROM onedoor.said WHERE aggregate_id = $1 ORDER BY version", UUID(case)
    )
    assert [row["name"] for row in rows] == ["case.opened", "case.resolved", "case.reopened"]


async def test_next_actions_are_what_the_reader_may_do(town: Platform) -> None:
    headers, officer = me(town), town.officer("northmere")
    case = (await opened(town, headers)).json()["case_id"]
    mine = await town["case-crm"].client.get(f"/cases/{case}", headers=headers)
    theirs = await town["case-crm"].client.get(f"/cases/{case}", headers=officer)
    assert [action["transition"] for action in mine.json()["next_actions"]] == ["withdraw"]
    assert [action["transition"] for action in theirs.json()["next_actions"]] == ["tell_round", "resolve", "cancel"]


async def test_notes_are_for_officers(town: Platform) -> None:
    headers, officer = me(town), town.officer("northmere")
    case = (await opened(town, headers)).json()["case_id"]
    note = {"channel": "phone", "purpose": "chase", "note": "Sounded upset."}
    assert (
        await town["case-crm"].client.post(f"/cases/{case}/interactions", json=note, headers=officer)
    ).status_code == 201
    mine = (await town["case-crm"].client.get(f"/cases/{case}", headers=headers)).json()["interactions"]
    theirs = (await town["case-crm"].client.get(f"/cases/{case}", headers=officer)).json()["interactions"]
    assert [touch["note"] for touch in mine] == [None, None]
    assert [touch["note"] for touch in theirs] == [None, "Sounded upset."]


async def test_strangers_and_the_other_council_find_nothing(town: Platform) -> None:
    case = (await opened(town, me(town))).json()["case_id"]
    for stranger in (me(town), town.officer("southholt")):
        assert (await town["case-crm"].client.get(f"/cases/{case}", headers=stranger)).status_code == 404
        assert (await move(town, case, stranger, "resolve", result="fixed")).status_code == 404
    assert (await town["case-crm"].client.get(f"/cases/{case}")).status_code == 401
    unlisted = town.officer("northmere", permissions=[])
    assert (await town["case-crm"].client.get(f"/cases/{case}", headers=unlisted)).status_code == 403


async def test_an_answer_that_does_not_fit_is_named_and_not_repeated(town: Platform) -> None:
    answer = await opened(town, me(town), answers={"address": "x", "bin": "The purple one"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-answer")
    assert "purple" not in answer.text
    unknown = await opened(town, me(town), answers=BIN | {"shoe_size": 9})
    assert unknown.json()["questions"] == ["shoe_size"]


async def test_pages_follow_one_another_without_gap_or_repetition(town: Platform) -> None:
    headers = me(town)
    made = [(await opened(town, headers)).json()["case_id"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await town["case-crm"].client.get("/me/cases", params=params, headers=headers)).json()
        seen += [each["case_id"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_a_list_shows_of_each_case_what_its_own_page_does(town: Platform) -> None:
    """Of two councils and services, one dealt with by somebody and one closed."""
    headers, client = me(town), town["case-crm"].client
    bins = [(await opened(town, headers)).json()["case_id"] for _ in range(2)]
    elsewhere = headers | {"Onedoor-Council": "southholt"}
    ask = {"service": "library_membership", "channel": "online", "answers": LIBRARY}
    library = (await client.post("/cases", json=ask, headers=elsewhere)).json()["case_id"]
    officer = town.officer(id="ada")
    await client.post(f"/cases/{bins[0]}/owner", json={"called": "Ada Quill"}, headers=officer)
    for step in ({"transition": "resolve", "result": "fixed"}, {"transition": "confirm"}):
        await move(town, bins[1], officer, **step)
    listed = {each["case_id"]: each for each in (await client.get("/me/cases", headers=headers)).json()["items"]}
    assert {*listed} == {*bins, library}
    for case in listed:
        page = (await client.get(f"/cases/{case}", headers=headers)).json()
        assert listed[case] == {name: page[name] for name in listed[case]}, case
    assert listed[bins[0]]["owner"]["officer_id"] is None
    assert listed[bins[0]]["owner"]["called"]
    assert [each["transition"] for each in listed[bins[1]]["next_actions"]] == ["reopen"]
    assert len({tuple(each["transition"] for each in case["next_actions"]) for case in listed.values()}) > 1


async def test_the_queue_is_the_councils_open_cases(town: Platform) -> None:
    officer = town.officer("southholt")
    first, second = [(await opened(town, me(town, council="southholt"))).json()["case_id"] for _ in range(2)]
    await move(town, first, officer, "resolve", result="fixed")
    await move(town, first, officer, "confirm")
    page = await town["case-crm"].client.get("/cases", headers=officer)
    assert page.status_code == 200
    cases = [each["case_id"] for each in page.json()["items"]]
    assert second in cases
    assert first not in cases


async def test_an_imported_case_keeps_its_dates_and_the_same_row_changes_nothing(town: Platform) -> None:
    officer = town.officer("northmere")
    row = {
        "source": "old_system",
        "source_id": "1049265",
        "service": "street_problem",
        "channel": "online",
        "opened_at": "2018-01-01T10:00:00+00:00",
        "answers": {"problem": "Hole", "place": "Mill Lane"},
        "steps": [{"at": "2017-12-31T10:00:00+00:00", "stage": "done", "result": "fixed"}],
    }

    async def post(**more: Any) -> dict[str, Any]:
        answer = await town["case-crm"].client.post("/imported-cases", json=row | more, headers=officer)
        assert answer.status_code == 201
        body: dict[str, Any] = answer.json()
        return body

    first, again, other = await post(), await post(), await post(channel="phone")
    assert [each["outcome"] for each in (first, again, other)] == ["opened", "repeated", "second_interaction"]
    assert (first["oddities"], again["case_id"], other["case_id"]) == (
        ["done_before_it_began"],
        first["case_id"],
        first["case_id"],
    )
    shown = (await town["case-crm"].client.get(f"/cases/{first['case_id']}", headers=officer)).json()
    assert (shown["status"], shown["result"], shown["opened_at"]) == ("resolved", "fixed", "2018-01-01T10:00:00Z")
    assert [touch["channel"] for touch in shown["interactions"]] == ["online", "phone"]
    clerk = town.officer("northmere", permissions=["cases:write"])
    assert (await town["case-crm"].client.post("/imported-cases", json=row, headers=clerk)).status_code == 403
