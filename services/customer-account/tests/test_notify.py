"""Messages by GOV.UK Notify, with its own client against a stand-in: refused, slow, killed, answered; each is there once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.messages import MessageRequested
from common.contracts.people import DeathConfirmed
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.settings import CannotServe
from common.runtime.transaction import Transaction
from common.testing import notify as stand
from common.testing.killing import killed_before_telling
from common.testing.notify import StandIn, stand_in
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from customer_account.app import service
from customer_account.commands import callbacks
from customer_account.outside import notify as adapter

HERE = "customer-account"
TOKEN = {"Authorization": f"Bearer {stand.CALLBACK_TOKEN}"}
_numbers = itertools.count(200)


@pytest.fixture(scope="module")
def provider() -> Iterator[StandIn]:
    with stand_in() as running:
        yield running


@pytest.fixture(scope="module")
async def town(
    servers: Servers, nats: Nats, provider: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Platform]:
    file = provider.write_agreed(tmp_path_factory.mktemp("notify") / "notify.yaml")
    async with platform(servers, nats, [service], notify_file=file, outbox=None) as running:
        yield running


@pytest.fixture
def client(town: Platform) -> httpx.AsyncClient:
    return town[HERE].client


async def somebody(town: Platform, **said: Any) -> dict[str, str]:
    """Somebody with a mobile number of their own."""
    phone = f"07700 900{next(_numbers)}"
    body = {"full_name": f"Reader {phone[-3:]}", "phone": phone, "channel": "phone", **said}
    answer = await town[HERE].client.post("/persons", json=body, headers=town.officer())
    assert answer.status_code == 201, answer.text
    return {"id": answer.json()["person_id"], "number": "+44" + phone.replace(" ", "")[1:]}


async def wanted(nats: Nats, person: dict[str, str], **told: Any) -> UUID:
    request = MessageRequested(template="request_received", values={"reference": "NBC-00042-7"}, **told)
    message_id = new_id()
    await publish(nats, [said(request, message_id, 1, person_id=UUID(person["id"]))], speaker="case-crm")
    return message_id


async def row(town: Platform, message_id: UUID, **has: Any) -> dict[str, Any]:
    """A message, once it is so."""

    async def there() -> Any:
        found = await town.sql(HERE, "SELECT * FROM message WHERE id = $1", message_id)
        return found and {**found[0]}.items() >= has.items() and dict(found[0])

    return dict(await town.until(there, seconds=20))


async def said_of(town: Platform, message_id: UUID) -> list[str]:
    log = "SELECT name FROM onedoor.said WHERE aggregate_id = $1 AND aggregate = 'message' ORDER BY version"
    return [each["name"] for each in await town.sql(HERE, log, message_id)]


def taken(provider: StandIn, message_id: UUID) -> list[dict[str, Any]]:
    return [each for each in provider.taken if each["reference"].startswith(str(message_id))]


async def receipt(client: httpx.AsyncClient, message_id: UUID, status: str, *, leg: int = 1) -> None:
    told = {"id": str(new_id()), "reference": f"{message_id}/{leg}", "status": status, "to": "+447700900000"}
    answer = await client.post("/notify/receipts", json=told, headers=TOKEN)
    assert answer.status_code == 201, answer.text


async def texted(client: httpx.AsyncClient, number: str, words: str, *, text_id: str | None = None) -> str:
    told = {
        "id": text_id or str(new_id()),
        "source_number": number.lstrip("+"),
        "message": words,
        "date_received": "today",
    }
    answer = await client.post("/notify/received-texts", json=told, headers=TOKEN)
    assert answer.status_code == 201, answer.text
    return told["id"]


async def all_taken_in(town: Platform) -> None:
    async def nothing_left() -> bool:
        return not await town.sql(HERE, "SELECT FROM notify_callback")

    await town.until(nothing_left)


async def test_a_message_is_handed_over_with_our_reference_and_its_receipt_is_taken_in(
    town: Platform, nats: Nats, provider: StandIn, client: httpx.AsyncClient
) -> None:
    reader = await somebody(town)
    asked = await wanted(nats, reader)
    await row(town, asked, status="sent")
    [message] = taken(provider, asked)
    assert (message["kind"], message["phone_number"], message["reference"]) == ("sms", reader["number"], f"{asked}/1")
    assert message["template_id"] == stand.TEMPLATES["text"]
    assert message["personalisation"]["text"].startswith("Northmere Council has your request.")
    await receipt(client, asked, "delivered")
    await row(town, asked, status="delivered")
    assert await said_of(town, asked) == ["message.sent", "message.delivered"]
    [left] = await town.sql(HERE, "SELECT count(*) AS n FROM notify_callback")
    assert left["n"] == 0


async def test_a_letter_goes_with_its_lines_and_the_template_of_its_style(
    town: Platform, nats: Nats, provider: StandIn, client: httpx.AsyncClient
) -> None:
    reader = await somebody(town)
    lines = ["Flat 1", "Weavers House", "Old Yard", "14 Weavers Row", "Weavers End", "By the mill", "Northmere"]
    home = {"role": "home", "lines": lines, "postcode": "ZZ99 1AB"}
    assert (await client.post(f"/persons/{reader['id']}/addresses", json=home, headers=town.officer())).is_success
    liked = {"channel": "post", "adjustments": [{"kind": "large_print"}]}
    assert (await client.put(f"/persons/{reader['id']}/preferences", json=liked, headers=town.officer())).is_success
    asked = await wanted(nats, reader)
    await row(town, asked, status="sent")
    [letter] = taken(provider, asked)
    assert (letter["kind"], letter["template_id"]) == ("letter", stand.TEMPLATES["post_large_print"])
    told = letter["personalisation"]
    assert [told[f"address_line_{n}"] for n in (1, 6, 7)] == ["Flat 1", "By the mill, Northmere", "ZZ99 1AB"]
    assert told["subject"] == "We have your request NBC-00042-7"


@pytest.mark.parametrize(
    ("fault", "because", "passes"),
    [
        (stand.RATE_LIMIT, "rate_limit", {"seconds": 31}),
        (stand.DAILY_LIMIT, "daily_limit", {"days": 1, "minutes": 6}),
        (stand.BROKEN, "unavailable", {"minutes": 3}),
        (stand.WRONG_KEY, "unavailable", {"minutes": 3}),
    ],
    ids=["too many a minute", "too many a day", "broken", "our key is wrong"],
)
async def test_what_is_not_taken_now_is_tried_again_when_that_may_help(
    town: Platform, nats: Nats, provider: StandIn, fault: tuple[int, str], because: str, passes: dict[str, int]
) -> None:
    town.at("2026-12-14T11:00:00+00:00")
    provider.faults.append(fault)
    asked = await wanted(nats, await somebody(town))
    waiting = await row(town, asked, status="queued", because=because)
    begun, due = town.clock.now(), waiting["not_before"]
    if because == "rate_limit":
        assert (due - begun).total_seconds() <= 60
    if because == "daily_limit":
        assert due.isoformat() == "2026-12-15T00:05:00+00:00"
    assert taken(provider, asked) == []
    town.step(**passes)
    await row(town, asked, status="sent", because=None)
    assert len(taken(provider, asked)) == 1
    assert await said_of(town, asked) == ["message.sent"]


async def test_what_is_not_accepted_goes_by_the_next_channel_and_at_last_has_failed(
    town: Platform, nats: Nats, provider: StandIn
) -> None:
    reader = await somebody(town, email="reader@example.org")
    provider.faults.append(stand.NOT_ACCEPTED)
    asked = await wanted(nats, reader)
    await row(town, asked, status="sent", channel="text", leg=2)
    assert [each["kind"] for each in taken(provider, asked)] == ["sms"]
    provider.faults += [stand.NOT_ACCEPTED, stand.NOT_ACCEPTED]
    in_vain = await wanted(nats, reader)
    await row(town, in_vain, status="failed", because="not_accepted")
    assert await said_of(town, in_vain) == ["message.failed"]
    assert provider.faults == []


async def test_what_did_not_arrive_goes_by_the_next_channel_and_an_old_receipt_changes_nothing(
    town: Platform, nats: Nats, provider: StandIn, client: httpx.AsyncClient
) -> None:
    asked = await wanted(nats, await somebody(town, email="another@example.org"))
    await row(town, asked, status="sent", channel="email")
    await receipt(client, asked, "permanent-failure")
    await row(town, asked, status="sent", channel="text", leg=2)
    await receipt(client, asked, "permanent-failure")  # of the e-mail, once more
    await receipt(client, asked, "delivered", leg=2)
    await row(town, asked, status="delivered")
    assert [each["kind"] for each in taken(provider, asked)] == ["email", "sms"]
    assert await said_of(town, asked) == ["message.sent", "message.sent", "message.delivered"]


async def test_an_answer_that_never_comes_is_looked_up_before_it_is_sent_again(
    town: Platform, nats: Nats, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "SECONDS", 0.3)
    provider.faults.append(stand.TAKEN_WITHOUT_A_WORD)
    asked = await wanted(nats, await somebody(town))
    await row(town, asked, status="queued", because="unavailable")
    monkeypatch.undo()
    town.step(minutes=3)
    await row(town, asked, status="sent", tries=2)
    assert len(taken(provider, asked)) == 1


async def test_whoever_is_killed_between_sending_and_noting_it_leaves_one_message(
    town: Platform, nats: Nats, provider: StandIn, client: httpx.AsyncClient
) -> None:
    town.at("2027-01-05T09:00:00+00:00")  # a Tuesday
    later = await somebody(town)
    hours = [{"days": ["wed"], "from": "10:00", "to": "11:00"}]
    point = {"kind": "mobile", "value": "07700 900199", "safe_hours": hours}
    path = f"/persons/{later['id']}/contact-points"
    assert (await client.post(path, json=point, headers=town.officer())).is_success
    asked = await wanted(nats, later)
    await row(town, asked, status="queued", channel="text")
    await killed_before_telling(town, HERE, days=1, hours=1, minutes=1)
    assert len(taken(provider, asked)) == 1
    assert (await row(town, asked, status="sending"))["sent_at"] is None
    town.step(minutes=6)
    await row(town, asked, status="sent", tries=2)
    assert len(taken(provider, asked)) == 1
    assert await said_of(town, asked) == ["message.sent"]


async def test_a_message_that_is_withdrawn_while_it_is_taken_does_not_leave(
    town: Platform, nats: Nats, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    errands, albert = town[HERE].inner.errands, await somebody(town)
    [person] = await town.sql(HERE, "SELECT version FROM person WHERE id = $1", UUID(albert["id"]))
    write = errands._write

    async def dies_first(*taken: Any) -> None:
        monkeypatch.undo()
        died = DeathConfirmed(visible_to=["northmere"])
        death = said(died, UUID(albert["id"]), person["version"] + 1, person_id=UUID(albert["id"]))
        await publish(nats, [death], speaker=HERE)
        _, [due], _ = taken
        await row(town, due.aggregate_id, status="suppressed", because="deceased")
        await write(*taken)

    monkeypatch.setattr(errands, "_write", dies_first)
    asked = await wanted(nats, albert)
    await row(town, asked, status="suppressed")
    town.step(minutes=6)
    await row(town, await wanted(nats, await somebody(town)), status="sent")  # whatever was due has left by now
    assert taken(provider, asked) == []
    assert await said_of(town, asked) == ["message.suppressed"]


async def test_nobody_but_notify_with_the_agreed_token_is_believed(town: Platform, client: httpx.AsyncClient) -> None:
    told = {"id": str(new_id()), "reference": f"{new_id()}/1", "status": "delivered"}
    wrong = [{}, {"Authorization": "Bearer nobody"}, {"Authorization": stand.CALLBACK_TOKEN}, town.officer()]
    for headers in wrong:
        answer = await client.post("/notify/receipts", json=told, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-from-notify")
    text = {"id": str(new_id()), "source_number": "447700900000", "message": "YES"}
    assert (await client.post("/notify/received-texts", json=text)).status_code == 401


async def test_an_answer_is_told_to_whoever_asked_without_its_words(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    reader = await somebody(town)
    asked = await wanted(nats, reader)
    await row(town, asked, status="sent")
    await texted(client, reader["number"], "Yes!")
    assert (await row(town, asked, reply="yes"))["status"] == "sent"
    received = "SELECT data FROM onedoor.said WHERE aggregate_id = $1 AND name = 'message.received'"
    [event] = await town.sql(HERE, received, asked)
    assert event["data"] == {"template": "request_received", "requested_by": "case-crm", "reply": "yes"}
    [mine] = (await client.get("/me/messages", headers=town.resident(reader["id"]))).json()["items"]
    assert mine["reply"] == "yes"


async def test_stop_ends_text_messages_that_the_law_does_not_require(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    reader = await somebody(town)
    asked = await wanted(nats, reader)
    await row(town, asked, status="sent")
    await texted(client, reader["number"], "stop")
    await row(town, asked, reply="stop")
    shown = (await client.get("/me/preferences", headers=town.resident(reader["id"]))).json()
    by_text = {each["kind"]: each["wanted"] for each in shown["messages"] if each["channel"] == "text"}
    assert by_text
    assert not any(by_text.values())
    await row(town, await wanted(nats, reader), status="suppressed", because="no_way_to_reach")


async def test_an_answer_from_a_number_of_two_people_is_nobodys(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    one = await somebody(town)
    shared = {"phone": one["number"]}
    two = await somebody(town, **shared)
    asked = [await wanted(nats, each) for each in (one, two)]
    for each in asked:
        await row(town, each, status="sent")
    await texted(client, one["number"], "YES")
    await all_taken_in(town)
    assert [(await row(town, each))["reply"] for each in asked] == [None, None]


async def test_stop_from_a_number_of_two_people_ends_text_messages_to_both(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    one = await somebody(town)
    two = await somebody(town, phone=one["number"])
    await row(town, await wanted(nats, one), status="sent")
    await texted(client, one["number"], "STOP")
    await all_taken_in(town)
    for each in (one, two):
        await row(town, await wanted(nats, each), status="suppressed", because="no_way_to_reach")


async def test_an_answer_that_we_are_told_twice_is_one_and_its_number_and_words_lie_nowhere(
    town: Platform, nats: Nats, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await somebody(town)
    first = await wanted(nats, reader)
    await row(town, first, status="sent")
    text_id = str(new_id())
    with monkeypatch.context() as patched:
        looked, taken_in = asyncio.Event(), callbacks.take_in

        async def once_looked_at(tx: Transaction, callback_id: UUID) -> None:
            await looked.wait()
            await taken_in(tx, callback_id)

        patched.setattr(callbacks, "take_in", once_looked_at)
        await texted(client, reader["number"], "Yes!", text_id=text_id)
        [noted] = await town.sql(HERE, "SELECT * FROM notify_callback")
        looked.set()
        await row(town, first, reply="yes")
    assert (str(noted["text_id"]), noted["reply"]) == (text_id, "yes")
    assert not [each for each in map(str, noted.values()) if reader["number"][-9:] in each or "Yes!" in each]
    second = await wanted(nats, reader)
    await row(town, second, status="sent")
    await texted(client, reader["number"], "Yes!", text_id=text_id)
    await all_taken_in(town)
    received = "SELECT aggregate_id FROM onedoor.said WHERE aggregate_id = ANY($1) AND name = 'message.received'"
    assert [each["aggregate_id"] for each in await town.sql(HERE, received, [first, second])] == [first]


async def test_an_answer_comes_from_whatever_number_was_texted(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    """Somebody who prefers a second number for texts is looked up by their first, and answers from the second."""
    reader = await somebody(town)
    asked = await wanted(nats, reader)
    await row(town, asked, status="sent")
    await town.sql(HERE, "UPDATE find_by SET phone = NULL WHERE person_id = $1", UUID(reader["id"]))
    await texted(client, reader["number"], "NO")
    await row(town, asked, reply="no")


async def test_an_answer_to_what_was_asked_under_another_id_of_theirs_is_told_all_the_same(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    rang = await somebody(town)
    came = await somebody(town, phone=rang["number"])
    officer = town.officer(permissions=["persons:merge"])
    joined = await client.post(f"/persons/{rang['id']}/merge", json={"into": came["id"]}, headers=officer)
    await town.heard(joined)
    asked = await wanted(nats, rang)
    await row(town, asked, status="sent")
    await texted(client, rang["number"], "stop")
    await row(town, asked, reply="stop")
    await row(town, await wanted(nats, rang), status="suppressed", because="no_way_to_reach")


async def test_what_was_sent_while_the_database_went_away_is_noted_later_and_sent_once(
    town: Platform, nats: Nats, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    errands = town[HERE].inner.errands
    asked = await wanted(nats, await somebody(town))

    async def away(*_: Any) -> None:
        monkeypatch.undo()
        raise ConnectionRefusedError

    monkeypatch.setattr(errands, "_tell", away)
    await row(town, asked, status="sending")
    await town.until(lambda: asyncio.sleep(0, taken(provider, asked)))
    town.step(minutes=6)
    await row(town, asked, status="sent", tries=2)
    assert len(taken(provider, asked)) == 1


async def test_where_messages_leave_there_is_no_outbox(town: Platform, client: httpx.AsyncClient) -> None:
    admin = town.bearer("administrator", "admin", ["northmere"])
    assert (await client.get("/outbox", headers=admin)).status_code == 404


@pytest.mark.parametrize("written", ["", "key: x", "[", "key: x\ncallback_token: y\ntemplates: {text: none}"])
def test_a_file_that_is_not_what_was_agreed_is_refused_without_being_quoted(tmp_path: Path, written: str) -> None:
    file = tmp_path / "notify.yaml"
    file.write_text(written)
    with pytest.raises(CannotServe, match="not what is needed") as refused:
        adapter.agreed(file)
    assert "none" not in str(refused.value)
