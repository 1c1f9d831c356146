"""What happened, and who looked: projections of what every service says. Events of other services come by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import nats as driver
import orjson
from common.contracts.base import Channel, Event
from common.contracts.cases import (
    CaseOpened,
    CaseResolved,
    InteractionRecorded,
    QuestionAskedAgain,
    Result,
    Status,
)
from common.contracts.cases.clocks import ClockBreached
from common.contracts.feedback import FeedbackInvited
from common.embedded import Nats
from common.runtime.envelope import to_headers
from common.runtime.ids import new_id
from common.runtime.pages import NoSuchCursor
from common.testing.platform import Platform
from common.testing.stream import Row, publish, said
from customer_account.domain.timeline import LABELS, NEVER_SHOWN, NOT_SHOWN, label
from customer_account.queries.kinds import fact_kinds

Registers = Callable[..., Awaitable[dict[str, Any]]]
CONSUMER = "customer-account-add-to-timeline"
SECRET = "27 Mill Lane"
SPOKEN: dict[str, list[Row]] = defaultdict(list)  # what other services said in this module, by speaker


async def speak(town: Platform, nats: Nats, rows: list[Row], *, speaker: str) -> None:
    """Say this as another service, and wait until it was heard."""
    SPOKEN[speaker] += rows
    await publish(nats, rows, speaker=speaker)
    await town.heard(f"{rows[-1]['aggregate']}/{rows[-1]['aggregate_id']}@{rows[-1]['version']}")


def missed_bin(case: UUID, person: UUID | str) -> list[Row]:
    """A case from its opening to its end, as case-crm says it, a minute a step."""
    opened = CaseOpened(
        service="missed_bin",
        service_title="Report a missed bin",
        definition_version=1,
        reference="NBC-000001",
        tracking_digest="0" * 64,
        need_id=new_id(),
        interaction_id=new_id(),
        channel=Channel.PHONE,
        status=Status.SUBMITTED,
        stage="reported",
        told_to_resident="We have your report.",
    )
    asked = InteractionRecorded(interaction_id=new_id(), channel=Channel.PHONE, purpose="asked")
    again = QuestionAskedAgain(service="missed_bin", question="address", fact_kind="home_address", because="x")
    chased = InteractionRecorded(interaction_id=new_id(), channel=Channel.PHONE, purpose="chased")
    resolved = CaseResolved(
        transition="resolve",
        was=Status.SUBMITTED,
        status=Status.RESOLVED,
        stage="done",
        told_to_resident="We have dealt with your report.",
        reason=SECRET,
        result=Result.FIXED,
    )
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    steps: list[Event] = [opened, again, asked, chased, resolved]
    return [
        said(event, case, version, person_id=UUID(str(person)), occurred=start + timedelta(minutes=version))
        for version, event in enumerate(steps, start=1)
    ]


async def test_a_person_reads_what_happened_newest_first_in_plain_words(
    town: Platform, nats: Nats, client: httpx.AsyncClient, register: Registers
) -> None:
    person, case = (await register())["person_id"], new_id()
    told = {"kind": "home_address", "value": SECRET, "channel": "phone"}
    await town.heard(await client.post(f"/persons/{person}/facts", json=told, headers=town.officer()))
    rows = missed_bin(case, person)
    await speak(town, nats, rows, speaker="case-crm")
    mine = await client.get("/me/timeline", headers=town.resident(person))
    entries = mine.json()["items"]
    assert [(entry["event"], entry["label"]) for entry in entries[:4]] == [
        ("case.resolved", "We have dealt with your report."),
        ("interaction.recorded", "We were in touch about your request"),
        ("case.opened", "You asked for: Report a missed bin"),
        ("fact.recorded", "You told us: Home address"),
    ]
    assert sorted(entry["label"] for entry in entries[4:]) == [
        "We made a record for you",
        "You told us: Full name",
        "You told us: Phone number",
    ]
    assert (entries[0]["case_id"], entries[3]["case_id"]) == (str(case), None)
    assert (entries[0]["council"], entries[0]["service"]) == ("northmere", "case-crm")
    assert datetime.fromisoformat(entries[0]["at"]) == rows[4]["occurred"]
    assert SECRET not in mine.text
    seen = await client.get(f"/persons/{person}/timeline", headers=town.officer())
    assert seen.json() == mine.json()


async def test_what_follows_a_case_is_shown_with_it(
    town: Platform, nats: Nats, client: httpx.AsyncClient, register: Registers
) -> None:
    person, case, invitation = (await register())["person_id"], new_id(), new_id()
    invited = FeedbackInvited(
        case_id=case,
        service="missed_bin",
        case_channel=Channel.PHONE,
        ended_as=Status.RESOLVED,
        result=Result.FIXED,
        expires_at=datetime.now(UTC),
    )
    when = datetime.now(UTC) + timedelta(hours=1)
    rows = [said(invited, invitation, 1, person_id=UUID(person), occurred=when)]
    await speak(town, nats, rows, speaker="feedback")
    [entry, *_] = (await client.get("/me/timeline", headers=town.resident(person))).json()["items"]
    assert (entry["label"], entry["case_id"], entry["service"]) == ("We asked you how it went", str(case), "feedback")


async def test_an_event_nobody_wrote_words_for_is_shown_by_its_name(
    town: Platform, nats: Nats, client: httpx.AsyncClient, register: Registers
) -> None:
    person, case = (await register())["person_id"], new_id()
    unknown = missed_bin(case, person)[:1]
    unknown[0]["name"] = "case.escalated"
    await speak(town, nats, unknown, speaker="case-crm")
    [entry, *_] = (await client.get("/me/timeline", headers=town.resident(person))).json()["items"]
    assert (entry["event"], entry["label"]) == ("case.escalated", "Case escalated")


def test_a_promise_is_told_of_where_there_are_words_for_the_person() -> None:
    told = {"clock_id": new_id(), "term": "decision", "kind": "legal", "direction": "council_to_customer"}
    late = ClockBreached(**told, due_at=datetime.now(UTC), told_to_resident="We are late.")
    theirs = late.model_copy(update={"told_to_resident": None})
    assert label("clock.breached", late, fact_kinds()) == "We are late."
    assert label("clock.breached", theirs, fact_kinds()) is None


def test_whatever_becomes_of_an_appointment_is_told_kindly_and_in_words_of_its_own() -> None:
    turns = [name for name in Event.catalogue if name.startswith("appointment.")]
    assert (
        len({label(name, None, fact_kinds()) for name in turns} & {LABELS[name] for name in turns}) == len(turns) == 5
    )
    assert "You can book another" in LABELS["appointment.missed"]


def test_what_is_not_even_heard_would_not_be_shown() -> None:
    left_out = {name for name, event in Event.catalogue.items() if event.aggregate in NEVER_SHOWN}
    assert "message.requested" in left_out
    assert left_out <= NOT_SHOWN


async def test_a_council_sees_what_happened_with_it_and_not_with_the_other(
    town: Platform, nats: Nats, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    for council in ("northmere", "southholt"):
        case = new_id()
        rows = [{**row, "council": council} for row in missed_bin(case, person)]
        await speak(town, nats, rows, speaker="case-crm")
    mine = (await client.get("/me/timeline", headers=town.resident(person))).json()["items"]
    assert [entry["council"] for entry in mine if entry["service"] == "case-crm"].count("southholt") == 3
    for council, other in (("northmere", "southholt"), ("southholt", "northmere")):
        seen = (await client.get(f"/persons/{person}/timeline", headers=town.officer(council))).json()["items"]
        cases = [entry["council"] for entry in seen if entry["service"] == "case-crm"]
        assert (cases.count(council), cases.count(other)) == (3, 0)


async def test_a_long_story_is_read_in_pages(
    town: Platform, nats: Nats, client: httpx.AsyncClient, register: Registers
) -> None:
    person, case = (await register())["person_id"], new_id()
    await speak(town, nats, missed_bin(case, person), speaker="case-crm")
    for path, headers in (
        ("/me/timeline", town.resident(person)),
        (f"/persons/{person}/timeline", town.officer()),
    ):
        whole = (await client.get(path, headers=headers)).json()
        assert (len(whole["items"]), whole["next"]) == (6, None)
        pages, cursor = [], None
        while True:
            found = await client.get(
                path, params={"limit": 4, **({"cursor": cursor} if cursor else {})}, headers=headers
            )
            pages.append(found.json()["items"])
            if (cursor := found.json()["next"]) is None:
                break
        assert [len(page) for page in pages] == [4, 2]
        assert [entry for page in pages for entry in page] == whole["items"]
    bad = await client.get("/me/timeline", params={"cursor": "x"}, headers=town.resident(person))
    assert (bad.status_code, bad.json()["type"]) == (NoSuchCursor.status, "/problems/no-such-cursor")


class OtherOwners:
    """Every other service, as far as saying again goes: repeats to whoever asks what it said, then says it is done."""

    def __init__(self, nats: Nats) -> None:
        self.nats = nats

    async def __aenter__(self) -> None:
        self.client = await driver.connect(self.nats.url())
        await self.client.subscribe("ask.again.*", cb=self._answer)

    async def __aexit__(self, *_: Any) -> None:
        await self.client.close()

    async def _answer(self, message: Any) -> None:
        speaker, ask = message.subject.rpartition(".")[2], orjson.loads(message.data)
        if speaker == "customer-account":
            return
        stream = self.client.jetstream()
        for row in SPOKEN[speaker]:
            to = f"again.{ask['consumer']}.{row['aggregate']}.{row['name']}"
            await stream.publish(to, orjson.dumps(row["data"]), headers=to_headers(row, speaker=speaker))
        await stream.publish(f"again.{ask['consumer']}.done", orjson.dumps({"speaker": speaker}))


async def test_the_timeline_made_again_from_its_owners_is_the_same(
    town: Platform, nats: Nats, register: Registers
) -> None:
    await speak(town, nats, missed_bin(new_id(), (await register())["person_id"]), speaker="case-crm")
    before = await town.sql("customer-account", "SELECT * FROM timeline_entry ORDER BY id")
    async with OtherOwners(nats):
        await town["customer-account"].inner.again.rebuilds.start(CONSUMER)

        async def swapped() -> bool:
            return not await town.sql("customer-account", "SELECT FROM onedoor.rebuild")

        await town.until(swapped, seconds=30)
    assert len(before) >= 6
    assert await town.sql("customer-account", "SELECT * FROM timeline_entry ORDER BY id") == before


async def test_the_person_sees_within_seconds_that_an_officer_looked_and_why(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = await register(phone="07700 900601")
    officer = town.officer()
    path = f"/persons/{person['person_id']}"
    for place in ("", "/facts", "/timeline"):
        assert (await client.get(path + place, headers=officer)).status_code == 200
    await client.post("/person-searches", json={"phone": "07700900601"}, headers=officer)
    await client.get(path, headers=officer)  # the same look again within a quarter of an hour is no other entry

    async def entries() -> list[dict[str, Any]]:
        found = await client.get("/me/access-entries", headers=town.resident(person["person_id"]))
        items: list[dict[str, Any]] = found.json()["items"]
        return items if len(items) == 5 else []

    looks = await town.until(entries, seconds=5)
    assert [look["reason"] for look in looks] == [
        "looked for a person",
        "looked at what happened to a person",
        "looked at what a person told us",
        "looked at a person's record",
        "registered a person",
    ]
    assert {(look["role"], look["organisation"], look["system"], look["case_id"]) for look in looks} == {
        ("officer", "northmere", "customer-account", None)
    }
    first = await client.get("/me/access-entries", params={"limit": 4}, headers=town.resident(person["person_id"]))
    more = {"limit": 4, "cursor": first.json()["next"]}
    second = await client.get("/me/access-entries", params=more, headers=town.resident(person["person_id"]))
    assert first.json()["items"] + second.json()["items"] == looks
    assert second.json()["next"] is None


async def test_one_screen_with_many_people_leaves_each_an_entry_and_shows_nobody_anothers(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    people = [(await register(phone="07700 900602"))["person_id"] for _ in range(3)]
    await client.post("/person-searches", json={"phone": "07700900602"}, headers=town.officer())
    for person in people:

        async def found(person: str = person) -> bool:
            answer = await client.get("/me/access-entries", headers=town.resident(person))
            return [look["reason"] for look in answer.json()["items"]] == ["looked for a person", "registered a person"]

        await town.until(found, seconds=5)
    stranger = await client.get("/me/access-entries", headers=town.resident())
    assert stranger.json() == {"items": [], "next": None}


async def test_a_person_who_looks_at_themselves_leaves_no_entry(town: Platform, client: httpx.AsyncClient) -> None:
    me = town.resident()
    told = {"kind": "full_name", "value": "Ada Newcomer", "channel": "online"}
    await town.heard(await client.post("/me/facts", json=told, headers=me))
    for path in ("/me", "/me/facts", "/me/timeline"):
        assert (await client.get(path, headers=me)).status_code == 200
    said_of_looks = await town.sql(
        "customer-account", "SELECT FROM onedoor.said WHERE aggregate = 'access' AND actor_kind = 'resident'"
    )
    assert said_of_looks == []
