"""Messages to people, as any service asks for them: sent when it is safe, seen by the person, stopped when they have died."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.messages import MessageRequested
from common.contracts.people import DeathConfirmed, DeathRetracted
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.settings import CannotServe, Settings
from common.testing.platform import Platform
from common.testing.stream import publish, said

Registers = Callable[..., Awaitable[dict[str, Any]]]
HERE = "customer-account"
VALUES = {"reference": "NBC-00042-7"}


async def wanted(nats: Nats, person: str, *, council: str = "northmere", **told: Any) -> UUID:
    """Another service asks that a person be written to. Gives the id of the message."""
    request = MessageRequested(**{"template": "request_received", "values": VALUES} | told)
    message_id = new_id()
    asked = said(request, message_id, 1, council=council, person_id=UUID(person))
    await publish(nats, [asked], speaker="case-crm")
    return message_id


async def message(town: Platform, message_id: UUID, *statuses: str) -> dict[str, Any]:
    """A message, once it has one of these statuses."""

    async def there() -> Any:
        rows = await town.sql(HERE, "SELECT * FROM message WHERE id = $1", message_id)
        return dict(rows[0]) if rows and rows[0]["status"] in statuses else None

    return dict(await town.until(there))


async def waits(town: Platform, message_id: UUID) -> dict[str, Any]:
    async def there() -> Any:
        rows = await town.sql(HERE, "SELECT * FROM message WHERE id = $1 AND not_before IS NOT NULL", message_id)
        return rows and dict(rows[0])

    return dict(await town.until(there))


async def said_of(town: Platform, message_id: UUID) -> list[tuple[str, Any]]:
    rows = await town.sql(
        HERE, "SELECT name, data FROM onedoor.said WHERE aggregate_id = $1 AND aggregate = 'message' ORDER BY version",
        message_id,
    )  # fmt: skip
    return [(row["name"], row["data"]) for row in rows]


async def outbox(town: Platform, message_id: UUID, council: str = "northmere") -> list[dict[str, Any]]:
    admin = town.bearer("administrator", "admin", [council])
    answer = await town[HERE].client.get("/outbox", headers=admin)
    assert answer.status_code == 200, answer.text
    return [each for each in answer.json()["items"] if each["reference"].startswith(str(message_id))]


async def reached(town: Platform, person: str, **point: Any) -> None:
    answer = await town[HERE].client.post(f"/persons/{person}/contact-points", json=point, headers=town.officer())
    assert answer.status_code == 201, answer.text


async def prefers(town: Platform, person: str, **told: Any) -> None:
    answer = await town[HERE].client.put(f"/persons/{person}/preferences", json=told, headers=town.officer())
    assert answer.status_code == 200, answer.text


async def test_a_message_leaves_at_once_by_the_number_that_was_told(
    town: Platform, nats: Nats, register: Registers
) -> None:
    person = (await register(phone="07700 900014"))["person_id"]
    asked = await wanted(nats, person)
    sent = await message(town, asked, "sent")
    assert (sent["channel"], sent["parts"], sent["requested_by"]) == ("text", 1, "case-crm")
    [left] = await outbox(town, asked)
    assert left["to"] == ["+447700900014"]
    assert left["text"] == "Northmere Council has your request. Your reference is NBC-00042-7. " + (
        "You do not need to do anything now."
    )
    told = {"template": "request_received", "requested_by": "case-crm", "channel": "text", "language": "en"}
    assert await said_of(town, asked) == [("message.sent", told)]


async def test_outside_safe_hours_it_waits_until_they_begin(town: Platform, nats: Nats, register: Registers) -> None:
    town.at("2026-12-14T09:30:00+00:00")
    person = (await register(phone=None))["person_id"]
    hours = [{"days": ["mon", "tue"], "from": "10:00", "to": "14:00"}]
    await reached(town, person, kind="mobile", value="07700 900031", safe_hours=hours)
    asked = await wanted(nats, person)
    row = await waits(town, asked)
    assert (row["status"], row["not_before"].isoformat()) == ("queued", "2026-12-14T10:00:00+00:00")
    assert await outbox(town, asked) == []
    town.at("2026-12-14T10:00:01+00:00")
    await message(town, asked, "sent")
    assert len(await outbox(town, asked)) == 1


async def test_it_comes_in_the_language_and_by_the_channel_of_its_reader(
    town: Platform, nats: Nats, register: Registers
) -> None:
    person = (await register(email="ewa@example.org", phone="07700 900042"))["person_id"]
    await prefers(town, person, channel="text", language="pl")
    polish = await message(town, await wanted(nats, person), "sent")
    assert (polish["channel"], polish["language"], polish["parts"]) == ("text", "pl", 2)
    welsh = await message(town, await wanted(nats, person, language="cy"), "sent")
    assert welsh["language"] == "cy"


async def test_a_letter_is_in_large_print_for_who_needs_it(town: Platform, nats: Nats, register: Registers) -> None:
    person = (await register(phone=None))["person_id"]
    home = {"role": "home", "lines": ["14 Weavers Row", "Northmere"], "postcode": "ZZ99 1AB"}
    answer = await town[HERE].client.post(f"/persons/{person}/addresses", json=home, headers=town.officer())
    assert answer.status_code == 201
    await prefers(town, person, channel="post", adjustments=[{"kind": "large_print"}])
    asked = await wanted(nats, person)
    await message(town, asked, "sent")
    [letter] = await outbox(town, asked)
    assert (letter["channel"], letter["style"]) == ("post", "large_print")
    assert letter["to"] == ["14 Weavers Row", "Northmere", "ZZ99 1AB"]


async def test_a_protected_person_gets_no_letter_and_no_name_of_a_place(
    town: Platform, nats: Nats, register: Registers
) -> None:
    person = (await register(phone=None))["person_id"]
    home = {"role": "home", "lines": ["14 Weavers Row", "Northmere"]}
    cleared = town.officer(permissions=["persons:write", "protection:read", "protection:write"])
    client = town[HERE].client
    await client.post(f"/persons/{person}/addresses", json=home, headers=cleared)
    review_on = date.fromordinal(town.clock.now().date().toordinal() + 90).isoformat()
    mark = {"reason": "domestic_abuse", "review_on": review_on, "asked_by": "person"}
    assert (await client.post(f"/persons/{person}/protections", json=mark, headers=cleared)).status_code == 201
    by_law = await wanted(nats, person, legally_required=True)
    assert (await message(town, by_law, "suppressed"))["because"] == "protected"
    assert [name for name, _ in await said_of(town, by_law)] == ["message.suppressed"]
    number = {"kind": "mobile", "value": "07700 900032"}
    assert (await client.post(f"/persons/{person}/contact-points", json=number, headers=cleared)).status_code == 201
    asked = await wanted(nats, person)
    await message(town, asked, "sent")
    [left] = await outbox(town, asked)
    assert left["text"].startswith("The council has your request.")


async def test_the_person_sees_it_with_its_words_and_an_officer_of_the_council_without(
    town: Platform, nats: Nats, register: Registers, client: httpx.AsyncClient
) -> None:
    person = (await register())["person_id"]
    asked = await wanted(nats, person)
    await message(town, asked, "sent")
    [mine] = (await client.get("/me/messages", headers=town.resident(person))).json()["items"]
    assert (mine["about"], mine["status"], "NBC-00042-7" in mine["text"]) == ("We have your request", "sent", True)
    [theirs] = (await client.get(f"/persons/{person}/messages", headers=town.officer())).json()["items"]
    assert theirs == {**mine, "text": None}
    other = await client.get(f"/persons/{person}/messages", headers=town.officer("southholt"))
    assert other.status_code == 404
    assert (await client.get("/me/messages", headers=town.resident())).json()["items"] == []


async def test_its_words_are_kept_for_four_weeks(town: Platform, nats: Nats, register: Registers) -> None:
    person = (await register())["person_id"]
    asked = await wanted(nats, person)
    assert (await message(town, asked, "sent"))["text"]
    town.step(days=28, minutes=1)

    async def gone() -> bool:
        [row] = await town.sql(HERE, "SELECT text, message_values FROM message WHERE id = $1", asked)
        return (row["text"], row["message_values"]) == (None, {})

    await town.until(gone)


@pytest.mark.parametrize(
    ("told", "because"),
    [
        ({"template": "poem"}, "no_such_template"),
        ({"values": {}}, "wrong_values"),
        ({"values": {**VALUES, "more": "x"}}, "wrong_values"),
    ],
)
async def test_what_cannot_be_written_fails_and_whoever_asked_is_told(
    town: Platform, nats: Nats, register: Registers, told: Any, because: str
) -> None:
    asked = await wanted(nats, (await register())["person_id"], **told)
    assert (await message(town, asked, "failed"))["because"] == because
    [(name, data)] = await said_of(town, asked)
    assert (name, data["because"]) == ("message.failed", because)


async def test_what_somebody_does_not_want_is_not_sent(town: Platform, nats: Nats, register: Registers) -> None:
    person = (await register())["person_id"]
    off = [{"kind": "request_updates", "channel": each, "wanted": False} for each in ("text", "email")]
    await prefers(town, person, messages=off)
    asked = await wanted(nats, person)
    assert (await message(town, asked, "suppressed"))["because"] == "not_wanted"


async def test_a_person_whom_we_do_not_know_yet_is_waited_for(
    town: Platform, nats: Nats, client: httpx.AsyncClient
) -> None:
    person = str(new_id())
    asked = await wanted(nats, person)

    async def put_off() -> bool:
        rows = await town.sql(HERE, "SELECT due_at FROM onedoor.timer WHERE aggregate_id = $1", asked)
        return bool(rows) and bool(rows[0]["due_at"] > town.clock.now())

    await town.until(put_off)
    mine = {"kind": "mobile", "value": "07700 900077"}
    assert (await client.post("/me/contact-points", json=mine, headers=town.resident(person))).status_code == 201
    town.step(minutes=1)
    await message(town, asked, "sent")


# -- stop-mail


async def confirmed(nats: Nats, person: str, *versions: int) -> None:
    """Somebody's death is confirmed; with a second version, that is taken back."""
    events: Iterable[Any] = (DeathConfirmed(visible_to=["northmere"]), DeathRetracted(visible_to=["northmere"]))
    rows = [said(e, UUID(person), v, person_id=UUID(person)) for e, v in zip(events, versions, strict=False)]
    await publish(nats, rows, speaker=HERE)


async def version_of(town: Platform, person: str) -> int:
    rows = await town.sql(HERE, "SELECT version FROM person WHERE id = $1", UUID(person))
    return int(rows[0]["version"])


async def test_a_message_that_waits_for_somebody_who_died_is_withdrawn_within_a_minute(
    town: Platform, nats: Nats, register: Registers
) -> None:
    town.at("2027-03-01T09:29:00+00:00")
    person = (await register(full_name="Albert Hartley", phone=None))["person_id"]
    hours = [{"days": ["mon"], "from": "09:30", "to": "17:00"}]
    await reached(town, person, kind="mobile", value="07700 900016", safe_hours=hours)
    asked = await wanted(nats, person)
    await waits(town, asked)
    known = await version_of(town, person)
    await confirmed(nats, person, known + 1)
    assert (await message(town, asked, "suppressed"))["because"] == "deceased"
    later = await wanted(nats, person)
    assert (await message(town, later, "suppressed"))["because"] == "deceased"
    town.step(hours=2)
    after = await wanted(nats, (await register())["person_id"])
    await message(town, after, "sent")  # whatever was due has left by now
    assert [await outbox(town, each) for each in (asked, later)] == [[], []]
    assert [name for name, _ in await said_of(town, asked)] == ["message.suppressed"]


async def test_what_was_said_in_error_is_taken_back_and_mail_goes_on(
    town: Platform, nats: Nats, register: Registers
) -> None:
    person = (await register())["person_id"]
    known = await version_of(town, person)
    await confirmed(nats, person, known + 1, known + 2)

    async def taken_back() -> bool:
        marks = "SELECT FROM onedoor.mark WHERE aggregate_id = $1 AND version = $2 AND consumer LIKE '%stop-mail'"
        return bool(await town.sql(HERE, marks, UUID(person), known + 2))

    await town.until(taken_back)
    await message(town, await wanted(nats, person), "sent")


async def test_it_goes_to_whoever_acts_for_them_where_one_is_known(
    town: Platform, nats: Nats, register: Registers
) -> None:
    albert, joanne = [(await register())["person_id"] for _ in range(2)]
    await town.sql(
        HERE, "INSERT INTO stop_mail (person_id, representative) VALUES ($1, $2)", UUID(albert), UUID(joanne)
    )
    asked = await wanted(nats, albert)
    await message(town, asked, "suppressed")

    async def to_her() -> Any:
        sent = "SELECT * FROM message WHERE on_behalf_of = $1 AND person_id = $2 AND status = 'sent'"
        return await town.sql(HERE, sent, UUID(albert), UUID(joanne))

    [row] = await town.until(to_her)
    assert row["text"].startswith("This is about somebody you act for. Northmere Council has your request.")


# -- the outbox


async def test_production_has_no_outbox(town: Platform) -> None:
    issuers = {"issuer": "https://example.org", "resident_issuer": "https://example.org/residents"}
    told = town.told[HERE].model_dump() | {"profile": "production", "clock_file": None} | issuers
    with pytest.raises(CannotServe, match="ONEDOOR_OUTBOX"):
        Settings(**told)
    Settings(**told | {"outbox": None})


async def test_an_outbox_shows_a_council_its_own_and_no_officer_anything(
    town: Platform, nats: Nats, register: Registers, client: httpx.AsyncClient
) -> None:
    asked = await wanted(nats, (await register())["person_id"])
    await message(town, asked, "sent")
    assert len(await outbox(town, asked)) == 1
    assert await outbox(town, asked, council="southholt") == []
    assert (await client.get("/outbox", headers=town.officer())).status_code == 403


async def test_neither_words_nor_numbers_are_in_what_is_said(town: Platform) -> None:
    rows = await town.sql(HERE, "SELECT data FROM onedoor.said WHERE aggregate = 'message'")
    told = json.dumps([row["data"] for row in rows])
    assert rows
    assert [each for each in ("07700", "+447", "has your request", "NBC-00042-7", "Weavers") if each in told] == []
