"""Who looked at my data: seen within seconds, sealed, asked about and answered; kept back where the law says so, and then shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from case_crm.app import service as case_crm
from common.embedded import Nats
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from customer_account.app import service as customer_account

QUEUE, SECRETLY = "looked at the queue", "looked at a person's cases"  # why case-crm says that somebody looked
CASE = {"service": "missed_bin", "channel": "phone", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [customer_account, case_crm]) as running:
        yield running


@dataclass
class Story:
    """Margaret, the people of Northmere who look at her data, and what she sees of that."""

    town: Platform
    person: str
    case: str

    async def looks(self) -> dict[str, dict[str, Any]]:
        """What she is shown of who looked, by the reason."""
        answer = await self.account.get("/me/access-entries", headers=self.town.resident(self.person))
        return {look["reason"]: look for look in answer.json()["items"]}

    async def sees(self, reason: str) -> dict[str, Any]:
        async def shown() -> dict[str, Any] | None:
            return (await self.looks()).get(reason)

        look: dict[str, Any] = await self.town.until(shown, seconds=5)
        return look

    async def timeline(self) -> list[str]:
        answer = await self.account.get("/me/timeline", headers=self.town.resident(self.person))
        return [entry["label"] for entry in answer.json()["items"]]

    @property
    def account(self) -> httpx.AsyncClient:
        return self.town["customer-account"].client

    @property
    def cases(self) -> httpx.AsyncClient:
        return self.town["case-crm"].client


async def registered(town: Platform, name: str, phone: str) -> str:
    body = {"full_name": name, "phone": phone, "channel": "phone"}
    answer = await town["customer-account"].client.post("/persons", json=body, headers=town.officer())
    assert answer.status_code == 201, answer.text
    await town.heard(answer)
    return str(answer.json()["person_id"])


async def opened(town: Platform, person: str) -> str:
    answer = await town["case-crm"].client.post("/cases", json={**CASE, "person_id": person}, headers=town.officer())
    assert answer.status_code == 201, answer.text
    await town.heard(answer)
    return str(answer.json()["case_id"])


@pytest.fixture(scope="module")
async def story(town: Platform) -> Story:
    person = await registered(town, "Margaret Hartley", "07700 900014")
    return Story(town, person, await opened(town, person))


async def test_she_sees_within_seconds_that_another_service_showed_her_case_and_it_is_sealed(story: Story) -> None:
    answer = await story.cases.get(f"/cases/{story.case}", headers=story.town.officer())
    assert answer.status_code == 200
    look = await story.sees("looked at a case")
    assert (look["system"], look["organisation"], look["role"]) == ("case-crm", "northmere", "officer")
    assert (look["case_id"], look["disclosed_later"]) == (story.case, False)

    async def sealed() -> bool:
        rows = await story.town.sql(
            "customer-account",
            "SELECT FROM access_seal, jsonb_array_elements(entries) each WHERE each ->> 0 = $1",
            look["entry_id"],
        )
        return len(rows) == 1

    await story.town.until(sealed, seconds=5)


async def test_a_list_that_an_officer_reads_leaves_each_person_an_entry(story: Story) -> None:
    people = [story.person]
    for number in range(3):
        people.append(await registered(story.town, f"Priya Nair{number}", f"07700 90002{number}"))
        await opened(story.town, people[-1])
    queue = await story.cases.get("/cases", headers=story.town.officer())
    assert len(queue.json()["items"]) == len(people)
    looks = [await Story(story.town, person, "").sees(QUEUE) for person in people]
    assert len({look["entry_id"] for look in looks}) == 1  # one screen, and of the others nobody reads
    assert not any(person in str(looks) for person in people)


async def test_she_asks_why_and_the_council_answers(story: Story) -> None:
    look = await story.sees("looked at a case")
    path = f"/me/access-entries/{look['entry_id']}/questions"
    asked = await story.account.post(
        path, json={"text": "Who needed my case?"}, headers=story.town.resident(story.person)
    )
    assert asked.status_code == 201, asked.text
    questions = (await story.account.get("/access-questions", headers=story.town.officer())).json()["items"]
    [question] = [each for each in questions if each["entry_id"] == look["entry_id"]]
    answered = await story.account.post(
        f"/access-questions/{question['question_id']}/answer",
        json={"text": "The crew's supervisor, to plan tomorrow's round."},
        headers=story.town.officer(),
    )
    assert answered.status_code == 200, answered.text
    await story.town.heard(answered)
    shown = (await story.sees("looked at a case"))["question"]
    assert (shown["text"], shown["answer"]) == (
        "Who needed my case?",
        "The crew's supervisor, to plan tomorrow's round.",
    )
    assert (await story.timeline())[:2] == [
        "The council told you why somebody looked at your data",
        "You asked why somebody looked at your data",
    ]


async def test_what_the_law_keeps_from_her_for_a_while_she_sees_afterwards_with_its_true_time(story: Story) -> None:
    town = story.town
    for reason in ("looked at questions about who looked", "answered a question about who looked"):
        await story.sees(reason)
    before = await story.looks()
    until = (town.clock.now() + timedelta(days=60)).isoformat()
    body = {"until": until, "legal_basis": "crime_and_taxation", "reference": "Counter-fraud 17/2026"}
    declared = await story.account.post(f"/persons/{story.person}/secrecies", json=body, headers=town.officer())
    assert declared.status_code == 201, declared.text
    looked_at = town.clock.now()
    answer = await story.cases.get(f"/persons/{story.person}/cases", headers=town.officer())
    assert answer.status_code == 200
    open_look = await story.cases.get(f"/cases/{await opened(town, story.person)}", headers=town.officer())
    assert open_look.status_code == 200

    async def kept() -> bool:
        rows = await town.sql("customer-account", "SELECT FROM access_entry WHERE reason = $1", SECRETLY)
        return bool(rows)

    await town.until(kept)
    assert await story.looks() == before
    town.step(days=60, minutes=1)
    disclosed = await story.sees(SECRETLY)
    assert disclosed["disclosed_later"] is True
    assert abs((datetime.fromisoformat(disclosed["at"]) - looked_at).total_seconds()) < 10
    assert len(await story.looks()) > len(before)
