"""Forms that were begun: gone on with at the exact question by whoever helps, sent once, and gone by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from case_crm.domain.definitions import ServiceDefinition
from common.runtime.ids import new_id
from common.runtime.sealed import token_of
from common.runtime.store.database import on_behalf_of
from common.testing.platform import Platform

FORM = {"service": "council_tax_reduction", "channel": "online"}
FIRST = {"full_name": "Priya Nair", "date_of_birth": "1995-08-02", "address": "3 Quay Cottages"}
REST = {"household_size": 3, "number_of_children": 2, "weekly_income": 180, "savings": 20, "disability": False}
LIBRARY = {"how": "did_it_together", "where": "Northmere library"}


class Form:
    """A resident, their officer, and the form they began."""

    def __init__(self, town: Platform) -> None:
        self.town, self.client, self.person = town, town["case-crm"].client, new_id()
        self.me = {**town.resident(self.person), "Onedoor-Council": "northmere"}
        self.officer = town.officer()
        self.draft = ""

    async def begun(self, **more: Any) -> dict[str, Any]:
        answer = await self.client.post("/drafts", json=FORM | more, headers=self.me)
        assert answer.status_code == 201, answer.text
        self.draft = answer.json()["draft_id"]
        found: dict[str, Any] = answer.json()
        return found

    async def go_on(self, who: dict[str, str], channel: str = "online", **more: Any) -> httpx.Response:
        return await self.client.patch(f"/drafts/{self.draft}", json={"channel": channel} | more, headers=who)

    async def shown(self, who: dict[str, str]) -> httpx.Response:
        return await self.client.get(f"/drafts/{self.draft}", headers=who)

    async def send(self, who: dict[str, str], channel: str = "online", **more: Any) -> httpx.Response:
        return await self.client.post(f"/drafts/{self.draft}/submission", json={"channel": channel} | more, headers=who)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Nobody can write the form meanwhile; all may read it."""
        database = self.town["case-crm"].inner.database
        async with database.begin("hearer", on_behalf_of(council=None)) as connection:
            await connection.execute(f"SELECT FROM draft WHERE id = '{UUID(self.draft)}' FOR UPDATE")
            yield

    async def waiting(self, number: int) -> None:
        """Until so many have read the form, and wait to write it."""

        async def wait() -> bool:
            blocked = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            return len(await self.town.sql("case-crm", blocked)) == number

        await self.town.until(wait)

    async def rows(self, table: str) -> list[Any]:
        column = {"draft": "id", "case_file": "id", "interaction": "case_id"}.get(table, "draft_id")
        return await self.town.sql("case-crm", f"SELECT * FROM {table} WHERE {column} = $1", UUID(self.draft))


async def test_a_form_is_gone_on_with_at_the_exact_question_by_the_officer_who_helps_and_both_are_recorded(
    town: Platform,
) -> None:
    form = Form(town)
    begun = await form.begun(answers={"full_name": "Priya Nair"}, at_question="date_of_birth")
    assert (begun["status"], begun["resume_at"]) == ("draft", "date_of_birth")
    await form.go_on(form.me, answers={"date_of_birth": "1995-08-02"}, at_question="savings")  # and the call drops
    resumed = (await form.shown(form.officer)).json()
    assert resumed["resume_at"] == "savings"
    assert resumed["answers"] == {"full_name": "Priya Nair", "date_of_birth": "1995-08-02"}
    answers = {"address": FIRST["address"]} | REST
    helped = await form.go_on(form.officer, "face_to_face", answers=answers, help=LIBRARY)
    assert helped.json()["resume_at"] is None
    assert [(t["by"], t["channel"]) for t in helped.json()["worked_at_by"]] == [
        ("resident", "online"),
        ("officer", "face_to_face"),
    ]
    sent = await form.send(form.me, "phone")
    assert (sent.status_code, sent.json()["status"], sent.json()["case_id"]) == (201, "submitted", form.draft)
    case = (await form.client.get(f"/cases/{form.draft}", headers=form.officer)).json()
    assert [(t["by"], t["purpose"], t["channel"], t["help"]) for t in case["interactions"]] == [
        ("resident", "form", "online", None),
        ("officer", "form", "face_to_face", LIBRARY),
        ("resident", "asked", "phone", None),
    ]
    entries = "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1"
    looks = await town.sql("case-crm", entries, str(form.person))
    assert {row["data"]["reason"] for row in looks} >= {"looked at a form that was begun", "went on with a form"}


async def test_without_a_question_that_was_being_asked_it_goes_on_with_the_first_that_is_open(town: Platform) -> None:
    form = Form(town)
    assert (await form.begun(answers={"full_name": "Priya Nair"}))["resume_at"] == "date_of_birth"
    answered = await form.go_on(form.me, answers=FIRST, at_question="address")
    assert answered.json()["resume_at"] == "household_size"  # what was being asked is answered by now
    wrong = await form.go_on(form.me, at_question="shoe_size")
    assert (wrong.status_code, wrong.json()["questions"]) == (422, ["shoe_size"])


async def test_what_is_sealed_in_a_case_lies_sealed_in_a_form(town: Platform) -> None:
    form = Form(town)
    await form.begun(answers=FIRST)
    [row] = await form.rows("draft")
    assert set(row["answers"]) == {"full_name", "date_of_birth"}
    assert (token_of(row["sealed_answers"]) or "").startswith("v1.special.")
    assert (await form.shown(form.me)).json()["answers"] == FIRST


async def test_a_form_is_sent_once_and_only_whole(town: Platform) -> None:
    form = Form(town)
    await form.begun(answers=FIRST)
    unfinished = await form.send(form.me)
    assert (unfinished.status_code, unfinished.json()["type"]) == (422, "/problems/still-to-tell")
    assert [q["question"] for q in unfinished.json()["questions"]] == list(REST)
    answers = await asyncio.gather(*(form.send(who, answers=REST) for who in (form.me, form.officer, form.me)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409]
    assert {each.json()["type"] for each in answers if each.status_code == 409} == {"/problems/already-sent"}
    assert [len(await form.rows(table)) for table in ("case_file", "draft", "draft_touch")] == [1, 0, 0]
    late = await form.go_on(form.me, answers=REST)
    assert late.json()["type"] == "/problems/already-sent"


async def test_two_who_work_at_a_form_at_once_lose_nothing(town: Platform) -> None:
    form = Form(town)
    await form.begun()
    parts = [{name: answer} for name, answer in (FIRST | REST).items()]
    who = [form.me, form.officer]
    kept = await asyncio.gather(*(form.go_on(who[n % 2], answers=part) for n, part in enumerate(parts)))
    assert {each.status_code for each in kept} == {200}
    assert (await form.shown(form.me)).json()["answers"] == FIRST | REST
    stale = await form.client.patch(
        f"/drafts/{form.draft}", json={"channel": "online"}, headers=form.me | {"If-Match": '"1"'}
    )
    assert stale.status_code == 412


async def test_nobody_else_finds_a_form_and_the_person_finds_theirs_in_a_list(town: Platform) -> None:
    form = Form(town)
    await form.begun(answers=FIRST)
    for stranger in (town.officer("southholt"), {**town.resident(new_id()), "Onedoor-Council": "northmere"}):
        assert (await form.shown(stranger)).status_code == 404
        assert (await form.go_on(stranger)).status_code == 404
        assert (await form.send(stranger, answers=REST)).status_code == 404
    mine = (await form.client.get("/me/drafts", headers=form.me)).json()["items"]
    theirs = (await form.client.get(f"/persons/{form.person}/drafts", headers=form.officer)).json()["items"]
    assert [each["draft_id"] for each in mine] == [each["draft_id"] for each in theirs] == [form.draft]
    assert (await form.client.get(f"/persons/{form.person}/drafts", headers=town.officer("southholt"))).json()[
        "items"
    ] == []


async def test_a_form_goes_by_itself_when_nobody_works_at_it_for_the_days_of_its_service(town: Platform) -> None:
    left, kept = Form(town), Form(town)
    await left.begun(answers=FIRST)
    await kept.begun(answers=FIRST)
    town.step(days=27)
    await kept.go_on(kept.me, answers=REST)
    town.step(days=2)

    async def gone() -> bool:
        return (await left.shown(left.me)).status_code == 404

    await town.until(gone)
    assert [len(await left.rows(table)) for table in ("draft", "draft_touch")] == [0, 0]
    assert (await kept.shown(kept.me)).json()["answers"] == FIRST | REST
    assert (await kept.send(kept.me)).status_code == 201


async def test_a_form_says_whom_the_service_is_not_for_by_the_day_of_its_council(town: Platform) -> None:
    form = Form(town)
    town.at("2027-07-01T22:30:00+00:00")  # half an hour before it is 2 July in London
    answers = {"full_name": "Kofi Mensah", "date_of_birth": "2009-07-02", "address": "3 Quay Cottages"}
    begun = await form.begun(service="allotment", answers=answers | {"size": "Half a plot"})
    assert [each["because"] for each in begun["not_eligible"]] == ["Somebody has to be 18 to rent an allotment."]
    refused = await form.send(form.me)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-eligible")
    town.at("2027-07-01T23:30:00+00:00")
    assert (await form.shown(form.me)).json()["not_eligible"] == []
    path = "/councils/northmere/services/allotment/form"
    so_far = await form.client.post(path, json={"answers": answers}, headers=form.me)
    assert so_far.json()["not_eligible"] == []
    assert (await form.send(form.me)).status_code == 201


async def test_a_form_that_leads_to_no_case_says_so(town: Platform) -> None:
    form = Form(town)
    answers = {"place": "Junction 3", "depth": 9, "surface": "The road", "motorway": True}
    leads = (await form.begun(service="pothole", answers=answers))["leads_to"]
    assert (leads["to"], leads["signpost"]["to"]) == ("signpost", "National Highways")
    refused = await form.send(form.me)
    assert (refused.json()["type"], refused.json()["leads_to"]) == ("/problems/no-case-needed", leads)


@pytest.mark.parametrize("first", ["save", "send"])
async def test_a_form_that_is_saved_as_it_is_sent_loses_no_answer(town: Platform, first: str) -> None:
    form = Form(town)
    await form.begun(answers=FIRST | REST)
    calls = {"save": form.go_on(form.me, answers={"savings": 7}), "send": form.send(form.officer)}
    going: dict[str, asyncio.Task[httpx.Response]] = {}
    async with form.held():
        for name in (first, *(calls.keys() - {first})):
            going[name] = asyncio.create_task(calls[name])
            await form.waiting(len(going))
    saved, sent = await going["save"], await going["send"]
    [case] = await form.rows("case_file")
    assert (sent.status_code, len(await form.rows("draft")), len(await form.rows("draft_touch"))) == (201, 0, 0)
    if first == "save":
        assert (saved.status_code, case["answers"]["savings"]) == (200, 7)
    else:
        assert (saved.json()["type"], case["answers"]["savings"]) == ("/problems/already-sent", 20)


@pytest.mark.parametrize("first", ["save", "end"])
async def test_a_form_that_is_saved_as_it_goes_by_itself_is_kept_whole_or_gone(town: Platform, first: str) -> None:
    form = Form(town)
    await form.begun(answers=FIRST)
    async with form.held():
        if first == "end":
            town.step(days=29)
            await form.waiting(1)
        saving = asyncio.create_task(form.go_on(form.me, answers=REST))
        await form.waiting(1 if first == "save" else 2)
    saved = await saving
    left = [len(await form.rows(table)) for table in ("draft", "draft_touch")]
    assert (saved.status_code, left) == ((200, [1, 2]) if first == "save" else (404, [0, 0]))


async def test_a_form_of_a_service_that_was_published_before_a_check_became_stricter_goes_on(town: Platform) -> None:
    stage = """'{"status": "in_progress", "told": "We look."}'"""
    lost = f"SET document = jsonb_set(document, '{{stages,nothing_leads_here}}', {stage})"
    service = "WHERE service = 'council_tax_reduction' AND council = 'northmere' RETURNING document"
    form = Form(town)
    await form.begun(answers=FIRST)
    [(document,)] = await town.sql("case-crm", f"UPDATE definition {lost} {service}")
    with pytest.raises(ValueError, match="nothing leads to the stage nothing_leads_here"):
        ServiceDefinition.model_validate(document)
    assert (await form.shown(form.me)).json()["answers"] == FIRST
    assert (await form.go_on(form.me, answers=REST)).status_code == 200
    assert (await form.send(form.me)).status_code == 201


async def test_a_form_that_was_begun_is_read_in_welsh_too(town: Platform) -> None:
    form = Form(town)
    await form.begun(answers=FIRST)
    for language, title, reads in (
        ("en", "Pay less Council Tax", "In person"),
        ("cy", "Talu llai o Dreth Gyngor", "Wyneb yn wyneb"),
    ):
        path = f"/drafts/{form.draft}"
        shown = (await form.client.get(path, params={"language": language}, headers=form.me)).json()
        [paid_how] = [each for each in shown["questions"] if each["question"] == "paid_how"]
        assert (shown["title"], paid_how["choices"][2]) == (title, {"option": "In person", "text": reads})
