"""We have your request: asked for in one service, written by another, as each person can read it and when it is safe to write."""

from __future__ import annotations

from typing import Any

import pytest
from common.testing import notify as stand
from common.testing.notify import StandIn
from common.testing.platform import Platform


@pytest.fixture(scope="module")
def settings(sending: dict[str, Any]) -> dict[str, Any]:
    return sending


async def known(town: Platform, name: str, **said: Any) -> str:
    told = {"full_name": name, "channel": "phone", **said}
    return str((await town.post("customer-account", "/persons", told))["person_id"])


async def asks(town: Platform, person: str) -> str:
    """They ask for a bin to be emptied. Gives the reference."""
    answers = {"bin": "Rubbish", "address": "A bin behind the library"}
    ask = {"service": "missed_bin", "channel": "phone", "person_id": person, "answers": answers}
    return str((await town.post("case-crm", "/cases", ask))["reference"])


async def prefers(town: Platform, person: str, **told: Any) -> None:
    path = f"/persons/{person}/preferences"
    answer = await town["customer-account"].client.put(path, json=told, headers=town.officer())
    assert answer.is_success, answer.text


async def mine(town: Platform, person: str, **has: Any) -> dict[str, Any]:
    """The only message that a person reads of, once it is so."""

    async def shown() -> Any:
        answer = await town["customer-account"].client.get("/me/messages", headers=town.resident(person))
        items = answer.json()["items"]
        return items and {**items[0]}.items() >= has.items() and items

    [message] = await town.until(shown)
    return dict(message)


async def test_margaret_reads_it_in_large_print(town: Platform, provider: StandIn) -> None:
    margaret = await known(town, "Margaret Hartley")
    home = {"role": "home", "lines": ["14 Weavers Row", "Northmere"], "postcode": "ZZ99 1AB"}
    await town.post("customer-account", f"/persons/{margaret}/addresses", home)
    await prefers(town, margaret, channel="post", adjustments=[{"kind": "large_print"}])
    reference = await asks(town, margaret)
    message = await mine(town, margaret, status="sent")
    assert (message["channel"], message["style"], reference in message["text"]) == ("post", "large_print", True)
    letter = provider.taken[-1]
    assert letter["template_id"] == stand.TEMPLATES["post_large_print"]
    assert letter["personalisation"]["address_line_3"] == "ZZ99 1AB"


async def test_ewa_reads_it_in_polish_when_it_is_safe_and_answers(town: Platform, provider: StandIn) -> None:
    town.at("2026-12-14T09:30:00+00:00")
    ewa = await known(town, "Ewa Kowalska")
    hours = [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "10:00", "to": "14:00"}]
    point = {"kind": "mobile", "value": "07700 900041", "safe_hours": hours}
    await town.post("customer-account", f"/persons/{ewa}/contact-points", point)
    await prefers(town, ewa, channel="text", language="pl")
    before = len(provider.taken)
    reference = await asks(town, ewa)
    waiting = await mine(town, ewa, status="queued", channel="text")
    assert waiting["not_before"] == "2026-12-14T10:00:00Z"
    assert len(provider.taken) == before
    town.step(minutes=31)
    sent = await mine(town, ewa, status="sent")
    assert (sent["language"], sent["parts"], reference in sent["text"], "zgłoszenie" in sent["text"]) == (
        "pl",
        2,
        True,
        True,
    )
    assert [each["phone_number"] for each in provider.taken[before:]] == ["+447700900041"]
    answered = {"id": provider.taken[-1]["id"], "source_number": "447700900041", "message": "TAK"}
    token = {"Authorization": f"Bearer {stand.CALLBACK_TOKEN}"}
    answer = await town["customer-account"].client.post("/notify/received-texts", json=answered, headers=token)
    assert answer.status_code == 201
    assert (await mine(town, ewa, reply="yes"))["status"] == "sent"


async def test_it_is_on_the_timeline_once_and_in_one_story_with_the_case(town: Platform) -> None:
    priya = await known(town, "Priya Nair", phone="07700 900031")
    await asks(town, priya)
    await mine(town, priya, status="sent")

    async def labels() -> Any:
        path = f"/persons/{priya}/timeline"
        items = (await town["customer-account"].client.get(path, headers=town.officer())).json()["items"]
        told = [each["label"] for each in items]
        return "We sent you a message" in told and told

    told = await town.until(labels)
    assert told.count("We sent you a message") == 1
    stories = "SELECT correlation_id FROM onedoor.said WHERE name = ANY($1) AND person_id = $2"
    [opened] = await town.sql("case-crm", stories, ["case.opened"], priya)
    [sent] = await town.sql("customer-account", stories, ["message.sent"], priya)
    assert opened["correlation_id"] == sent["correlation_id"]


async def test_what_is_no_news_any_more_is_not_sent(town: Platform) -> None:
    town.at("2026-12-14T09:30:00+00:00")
    person = await known(town, "Dee Marlow")
    never = [{"days": ["sun"], "from": "10:00", "to": "10:01"}]
    point = {"kind": "mobile", "value": "07700 900066", "safe_hours": never}
    await town.post("customer-account", f"/persons/{person}/contact-points", point)
    await asks(town, person)
    await mine(town, person, status="queued", not_before="2026-12-20T10:00:00Z")
    town.step(days=15)
    assert (await mine(town, person, status="suppressed"))["because"] == "expired"
