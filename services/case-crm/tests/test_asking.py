"""Telling us once: each question says how it stands and why; what is stale is confirmed; what is asked needlessly is counted."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from case_crm.domain import asking
from common.contracts.cases import Why
from common.contracts.people import FactRecorded
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

FORM = "/councils/northmere/services/council_tax_reduction/form"
REST = {"date_of_birth": "1995-08-02", "address": "3 Quay Cottages", "household_size": 3, "number_of_children": 2}
REST |= {"weekly_income": 180, "savings": 20, "disability": False}


def recorded(kind: str, value: Any, *, fresh_until: date | None = None) -> FactRecorded:
    return FactRecorded(
        fact_id=new_id(),
        kind=kind,
        value=value,
        asserted_by="person",
        channel="phone",
        told_at=datetime.now(UTC),
        told_to="northmere",
        told_to_service="customer-account",
        verification="verified",
        visible_to=["northmere"],
        fresh_until=fresh_until,
    )


async def known(town: Platform, nats: Nats, *facts: FactRecorded) -> UUID:
    """Somebody of whom customer-account said this."""
    person = new_id()
    rows = [said(event, person, version, person_id=person) for version, event in enumerate(facts, 1)]
    await publish(nats, rows, speaker="customer-account")
    await town.heard(f"facts/{person}@{len(facts)}")
    return person


def me(town: Platform, person: UUID) -> dict[str, str]:
    return {**town.resident(person), "Onedoor-Council": "northmere"}


async def form(town: Platform, person: UUID) -> dict[str, Any]:
    found: dict[str, Any] = await town.get("case-crm", FORM, me(town, person))
    return found | {"by_name": {each["question"]: each for each in found["questions"]}}


async def opened(town: Platform, person: UUID, answers: dict[str, Any], **more: Any) -> httpx.Response:
    body = {"service": "council_tax_reduction", "channel": "online", "answers": answers} | more
    return await town["case-crm"].client.post("/cases", json=body, headers=me(town, person))


async def told(town: Platform, answer: httpx.Response) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """What `case.opened` said, and which questions had been asked again, and why."""
    assert answer.status_code == 201, answer.text
    rows = await town.sql(
        "case-crm",
        "SELECT name, data FROM onedoor.said WHERE aggregate_id = $1 ORDER BY version",
        UUID(answer.json()["case_id"]),
    )
    again = [row["data"] for row in rows if row["name"] == "question.asked_again"]
    return rows[0]["data"], [(each["question"], each["because"]) for each in again]


async def test_each_question_says_how_it_stands_why_and_where_its_answer_is_from(town: Platform, nats: Nats) -> None:
    stale = recorded("weekly_income", 180, fresh_until=date(2020, 1, 1))
    person = await known(town, nats, recorded("full_name", "Priya Nair"), stale)
    shown = await form(town, person)
    name, income, savings, paid = (shown["by_name"][q] for q in ("full_name", "weekly_income", "savings", "paid_how"))
    assert [(each["standing"], each["why"]) for each in (name, income, savings, paid)] == [
        ("held", "current"),
        ("to_confirm", "stale"),
        ("to_ask", "not_held"),
        ("to_ask", "only_here"),
    ]
    assert income["in_words"] == "You told us this a while ago. Is it still so?"
    assert (income["value"], income["held"]["fresh_until"]) == (180, "2020-01-01")
    assert (name["held"]["told_to"], name["held"]["told_to_service"]) == ("northmere", "customer-account")
    assert shown["to_confirm"] == ["weekly_income"]
    assert "weekly_income" not in shown["still_to_tell"]
    assert set(asking.IN_WORDS) == set(asking.IN_WELSH) == set(Why)


async def test_what_is_fresh_today_is_to_be_confirmed_once_its_last_day_is_over(town: Platform, nats: Nats) -> None:
    today = town["case-crm"].inner.clock.now().date()
    person = await known(town, nats, recorded("savings", 20, fresh_until=today + timedelta(days=30)))
    assert (await form(town, person))["by_name"]["savings"]["standing"] == "held"
    town.step(days=29)
    assert (await form(town, person))["by_name"]["savings"]["standing"] == "held"
    town.step(days=3)
    assert (await form(town, person))["by_name"]["savings"]["standing"] == "to_confirm"


async def test_what_is_stale_is_confirmed_in_the_application_and_told_as_a_confirmation(
    town: Platform, nats: Nats
) -> None:
    stale = recorded("weekly_income", 180, fresh_until=date(2020, 1, 1))
    person = await known(town, nats, recorded("full_name", "Priya Nair"), stale)
    answers = {name: answer for name, answer in REST.items() if name != "weekly_income"}
    asked = await opened(town, person, answers)
    assert (asked.status_code, [(q["question"], q.get("confirm")) for q in asked.json()["questions"]]) == (
        422,
        [("weekly_income", True)],
    )
    assert "180" not in asked.text
    said_of, again = await told(town, await opened(town, person, answers, confirmed=["weekly_income"]))
    assert [fact["kind"] for fact in said_of["confirmed_facts"]] == ["weekly_income"]
    assert [fact["kind"] for fact in said_of["told_facts"]][-2:] == ["savings", "disability"]
    assert (said_of["prefilled"], said_of["confirmed"], said_of["asked"]) == (1, 1, 6)
    assert again == []
    assert (await form(town, person))["to_confirm"] == []


async def test_a_stale_answer_given_again_confirms_it_and_another_corrects_it_and_neither_is_a_re_ask(
    town: Platform, nats: Nats
) -> None:
    stale = {"fresh_until": date(2020, 1, 1)}
    facts = [recorded("weekly_income", 180, **stale), recorded("savings", 20, **stale)]
    person = await known(town, nats, *facts)
    said_of, again = await told(town, await opened(town, person, REST | {"full_name": "Priya Nair", "savings": 400}))
    told_kinds = {fact["kind"] for fact in said_of["told_facts"]}
    assert [fact["kind"] for fact in said_of["confirmed_facts"]] == ["weekly_income"]
    assert "savings" in told_kinds
    assert "weekly_income" not in told_kinds
    assert (said_of["prefilled"], said_of["confirmed"], said_of["asked"], again) == (0, 1, 7, [])


async def test_what_is_held_and_does_not_fit_is_asked_with_the_reason_and_is_no_re_ask(
    town: Platform, nats: Nats
) -> None:
    person = await known(town, nats, recorded("full_name", "Priya Nair"), recorded("weekly_income", "about 180"))
    shown = await form(town, person)
    income = shown["by_name"]["weekly_income"]
    assert (income["standing"], income["why"], income["value"]) == ("to_ask", "does_not_fit", "about 180")
    assert "weekly_income" in shown["still_to_tell"]
    asked = await opened(town, person, {name: answer for name, answer in REST.items() if name != "weekly_income"})
    assert (asked.status_code, [q["in_words"] for q in asked.json()["questions"]]) == (422, [income["in_words"]])
    said_of, again = await told(town, await opened(town, person, REST))
    assert ("weekly_income", 180) in [(fact["kind"], fact["value"]) for fact in said_of["told_facts"]]
    assert (said_of["prefilled"], again) == (1, [])


async def test_a_known_answer_given_again_is_a_re_ask_and_a_question_that_is_none_cannot_be_confirmed(
    town: Platform, nats: Nats
) -> None:
    person = await known(town, nats, recorded("full_name", "Priya Nair"))
    _, again = await told(town, await opened(town, person, REST | {"full_name": "Priya Nair"}))
    assert again == [("full_name", "known")]
    wrong = await opened(town, person, REST, confirmed=["shoe_size"])
    assert (wrong.status_code, wrong.json()["questions"]) == (422, ["shoe_size"])


async def test_where_the_key_is_missing_the_form_says_so_and_the_re_ask_has_that_reason(
    town: Platform, nats: Nats
) -> None:
    person = await known(town, nats, recorded("home_address", {"sealed": f"v1.address.7.{'A' * 60}"}))
    address = (await form(town, person))["by_name"]["address"]
    assert (address["standing"], address["why"], address["held"], address["value"]) == ("to_ask", "no_key", None, None)
    assert "cannot open it at the moment" in address["in_words"]
    said_of, again = await told(town, await opened(town, person, REST | {"full_name": "Priya Nair"}))
    assert again == [("address", "no_key")]
    assert said_of["asked"] == 8


class Slow:
    """The subscriber that keeps known facts, held back before each batch."""

    def __init__(self, town: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hearing = town["case-crm"].inner.again.hearings["case-crm-keep-known-facts"]
        self.may, self.waits = asyncio.Semaphore(0), asyncio.Event()
        parts = {part.name: part for part in town["case-crm"].inner.parts.parts}
        self.arrived = parts["hearing keep_known_facts"].run.__self__._arrived
        hear = self.hearing.hear

        async def slowly(batch: Any) -> None:
            self.waits.set()
            await self.may.acquire()
            await hear(batch)

        monkeypatch.setattr(self.hearing, "hear", slowly)

    async def more_has_come(self) -> bool:
        return not self.arrived.empty()

    async def one_batch(self) -> None:
        """Let the batch pass that waits, and wait for the next."""
        await asyncio.wait_for(self.waits.wait(), 10)
        self.waits.clear()
        self.may.release()
        await asyncio.wait_for(self.waits.wait(), 10)


async def test_where_our_copy_is_late_the_form_says_so_and_what_was_asked_meanwhile_counts(
    town: Platform, nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, others = await known(town, nats, recorded("full_name", "Priya Nair")), [new_id(), new_id()]
    slow, now = Slow(town, monkeypatch), town["case-crm"].inner.clock.now()
    earlier = now - timedelta(seconds=60)
    for number, other in enumerate(others):
        await publish(
            nats,
            [said(recorded("savings", 20), other, 1, person_id=other, occurred=earlier)],
            speaker="customer-account",
        )
        if number == 0:
            await asyncio.wait_for(slow.waits.wait(), 10)
    await town.until(slow.more_has_come)
    assert (await form(town, person))["by_name"]["savings"]["why"] == "not_held"
    await slow.one_batch()
    shown = (await form(town, person))["by_name"]
    assert [shown[q]["why"] for q in ("savings", "full_name", "paid_how")] == ["copy_late", "current", "only_here"]
    assert "has not arrived here yet" in shown["savings"]["in_words"]
    _, again = await told(town, await opened(town, person, REST))
    assert set(again) == {(question, "copy_late") for question in REST}
    slow.may.release()
    await town.heard(f"facts/{others[1]}@1")

    async def caught_up() -> bool:
        why: str = (await form(town, new_id()))["by_name"]["savings"]["why"]
        return why == "not_held"

    await town.until(caught_up)
