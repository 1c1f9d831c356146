"""Somebody asks to be erased: every service lets go of them, and of what the law keeps in its time; a page proves it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import nats as driver
import pytest
from common.contracts.people.rights import HOLDERS
from common.embedded import Nats
from common.runtime.envelope import EVENTS_STREAM
from common.testing.killing import killed_while_erasing
from common.testing.partnering import agree, join
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from onedoor.contracts import services

OWNER, CRM, FEEDBACK, GATEWAY, ENGINE = HOLDERS
HELPER, FROM = "warmth-debt-advice", "frs-nsfr"


@dataclass
class Erased:
    """Somebody who had told us a good deal, and asked to be erased."""

    town: Platform
    token: str
    person: str
    case: str = ""
    proof: str = ""
    request: dict[str, Any] | None = None

    async def shown(self) -> dict[str, Any]:
        answer = await self.town[OWNER].client.get(f"/erasures/{self.proof}")
        return dict(answer.json()) if answer.status_code == 200 else {}

    async def until(self, status: str, *, seconds: float = 40) -> dict[str, Any]:
        async def reached() -> Any:
            shown = await self.shown()
            return shown if shown.get("status") == status else None

        found: dict[str, Any] = await self.town.until(reached, seconds=seconds)
        return found


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, services()) as running:
        for partner in (HELPER, FROM):
            await join(running, partner)
        yield running


@pytest.fixture(autouse=True)
async def real_time(town: Platform) -> AsyncIterator[None]:
    yield
    gone = town.clock.offset()
    town.step(seconds=-gone.total_seconds())
    if gone.days > 365:  # what was agreed with them ended meanwhile
        for partner in (HELPER, FROM):
            await agree(town, partner)


async def somebody(town: Platform) -> Erased:
    """Margaret, with a token in whatever she and others wrote."""
    token = f"zeb{secrets.token_hex(6)}"
    email = f"{token}@example.org"
    told = {"full_name": f"Margaret {token}", "email": email, "channel": "phone", "postcode": "ZZ99 1AB"}
    them = Erased(town, token, (await town.post(OWNER, "/persons", told))["person_id"])
    for kind, value in (("known_as", f"Meg {token}"), ("blue_badge_need", f"oxygen {token}")):
        await town.post(OWNER, f"/persons/{them.person}/facts", {"kind": kind, "value": value, "channel": "phone"})
    await a_case(them)
    await a_referral(them)
    return them


async def a_case(them: Erased) -> None:
    """A bin was missed: noted, done, closed and told about."""
    town = them.town
    answers = {"address": f"3 {them.token} Cottages, ZZ99 2BD", "bin": "Rubbish"}
    ask = {"service": "missed_bin", "channel": "phone", "person_id": them.person, "answers": answers}
    them.case = (await town.post(CRM, "/cases", ask))["case_id"]
    note = {"channel": "phone", "purpose": "chase", "note": f"She said {them.token}"}
    await town.post(CRM, f"/cases/{them.case}/interactions", note)
    over = {"transition": "withdraw", "reason": f"Not {them.token}"}
    await town.post(CRM, f"/cases/{them.case}/transitions", over, town.resident(them.person))

    async def invited() -> Any:
        answer = await town[FEEDBACK].client.get("/me/invitations", headers=town.resident(them.person))
        return answer.json()["items"]

    [invitation] = await town.until(invited)
    rated = {"rating": 4, "comment": f"Ask for {them.token}"}
    path = f"/me/invitations/{invitation['invitation_id']}/feedback"
    await town.post(FEEDBACK, path, rated, town.resident(them.person))


async def a_referral(them: Erased) -> None:
    """The fire service asks a charity for help, which says it cannot."""
    town, shared = them.town, {"money": {"about": f"owes {them.token}"}}
    consent = {"purpose": "referral", "recipient": HELPER, "field_groups": ["money"], "wording_version": "1"}
    consent |= {"given_via": "face_to_face", "given_at": datetime.now(UTC).isoformat()}
    why = f"cold_home_of_{them.token}"  # lies open, as what is shared does not
    body = {"to_partner": HELPER, "person_id": them.person, "reason": why, "shared": shared, "consent": consent}
    dee = town.bearer("partner", FROM, ["northmere"])
    made = await town.post(GATEWAY, "/referrals", body, dee)

    async def sent() -> Any:
        shown = await town[GATEWAY].client.get(f"/referrals/{made['referral_id']}", headers=dee)
        return shown.json()["status"] == "sent"

    await town.until(sent)
    path = f"/referrals/{made['referral_id']}/transitions"
    helper = town.bearer("partner", HELPER, ["northmere"])
    await town.post(GATEWAY, path, {"transition": "reject", "reason": "no_capacity"}, helper)


async def asked(them: Erased) -> None:
    """They ask, and an officer grants it."""
    town = them.town
    me = town.resident(them.person, councils=["northmere"])
    wish = {"right": "erasure", "says": f"I am Margaret {them.token}"}
    them.request = await town.post(OWNER, "/me/rights-requests", wish, me)
    them.proof = them.request["proof_reference"]
    assert await them.shown() == {}
    decider = town.officer(permissions=["rights:decide", "persons:read"])
    path = f"/rights-requests/{them.request['id']}/decision"
    await town.post(OWNER, path, {"granted": True}, decider)


async def where(town: Platform, token: str) -> set[str]:
    """In which tables of which services a text lies, the runtime's own and those of rebuilds among them."""
    found = set()
    for service in town.services:
        tables = await town.sql(
            service,
            "SELECT schemaname || '.\"' || tablename || '\"' AS name FROM pg_tables "
            "WHERE schemaname IN ('public', 'onedoor', 'shadow')",
        )
        for row in tables:
            sql = f"SELECT 1 FROM {row['name']} t WHERE t::text LIKE $1 LIMIT 1"
            if await town.sql(service, sql, f"%{token}%"):
                found.add(f"{service} {row['name']}")
    return found


async def in_stream(nats: Nats, token: str) -> list[datetime]:
    """When the running broker lets go of each message with this text in it."""
    client = await driver.connect(nats.url())
    try:
        stream = client.jetstream()
        info = await stream.stream_info(EVENTS_STREAM)
        state, kept = info.state, timedelta(seconds=info.config.max_age or 10**9)
        found = []
        for number in range(state.first_seq, state.last_seq + 1):
            message = await stream.get_msg(EVENTS_STREAM, number)
            if token in message.data.decode():
                found.append(message.time + kept)
        return found
    finally:
        await client.close()


async def test_nothing_is_left_of_somebody_but_what_the_law_keeps_and_in_time_not_that(
    town: Platform, nats: Nats, caplog: pytest.LogCaptureFixture
) -> None:
    them = await somebody(town)
    before = await where(town, them.token)
    expected = {f'{OWNER} public."fact"', f'{CRM} public."interaction"', f'{FEEDBACK} public."submission"'}
    assert expected | {f'{GATEWAY} public."referral"'} <= before
    await asked(them)
    proof = await them.until("partly_done")
    assert await where(town, them.token) <= {
        f'{CRM} public."case_file"',
        f'{CRM} public."case_entry"',
        f'{CRM} public."interaction"',
        f'{GATEWAY} public."referral"',
        *(name for name in before if name.startswith((f'{CRM} onedoor."said', f'{GATEWAY} onedoor."said'))),
    }
    kept = {each["called"]: each for here in proof["services"] for each in here["kept"] if not each["for_good"]}
    assert set(kept) == {
        "What you asked us for",
        "What happened to what you asked us for",
        "When we spoke",
        "What you wanted met",
        "Help from partners",
    }
    six_years = datetime.now(UTC).year + 6
    assert all(each["until"].startswith(str(six_years)) and each["because"] for each in kept.values())
    assert proof["keys_destroyed_at"] is None
    town.step(days=365 * 6 + 10)
    done = await them.until("done")
    assert await where(town, them.token) == set()
    assert [each["kept"] for here in done["services"] if here["service"] == CRM for each in [here]] == [[]]
    for running in town.services.values():
        running.inner.traces.force_flush()
    files = [each for each in town.home.rglob("*") if each.is_file() and each.parent.name != "outbox"]
    assert [str(each) for each in files if them.token.encode() in each.read_bytes()] == []
    assert them.token not in caplog.text
    lies = await in_stream(nats, them.token)
    gone_on = datetime.fromisoformat(done["copies_gone_on"]).replace(tzinfo=UTC)
    assert lies
    assert all(each < gone_on + timedelta(days=1) for each in lies)


async def test_a_service_killed_while_it_erases_does_it_whole_when_another_takes_it_up(town: Platform) -> None:
    told = {"full_name": "Ravi Menon", "channel": "phone", "not_the_same_as": []}
    them = Erased(town, "", (await town.post(OWNER, "/persons", told))["person_id"])
    ask = {"service": "missed_bin", "channel": "phone", "person_id": them.person}
    await town.post(CRM, "/cases", ask | {"answers": {"address": "3 Quay Cottages, ZZ99 2BD", "bin": "Rubbish"}})
    known = "SELECT 1 FROM known_fact WHERE person_id = $1"
    assert await town.sql(CRM, known, UUID(them.person))
    await asked(them)
    await killed_while_erasing(town, CRM)
    assert await town.sql(CRM, known, UUID(them.person))
    [taken] = await town.sql(CRM, "SELECT done FROM onedoor.to_erase WHERE id = $1", UUID(them.request["id"]))
    assert taken["done"] == 0
    proof = await them.until("partly_done")
    assert await town.sql(CRM, known, UUID(them.person)) == []
    said = "SELECT 1 FROM onedoor.said WHERE name = 'erasure.confirmed' AND data->>'request_id' = $1"
    assert len(await town.sql(CRM, said, them.request["id"])) == 1
    [kept] = [each["kept"] for each in proof["services"] if each["service"] == CRM]
    assert [(each["called"], each["until"]) for each in kept] == [
        ("What you asked us for", None),
        ("When we spoke", None),
        ("What you wanted met", None),
    ]


async def test_a_case_that_is_kept_goes_on_to_its_end_and_nothing_new_begins(town: Platform) -> None:
    told = {"full_name": "Priya Nair", "channel": "phone"}
    them = Erased(town, "", (await town.post(OWNER, "/persons", told))["person_id"])
    ask = {"service": "missed_bin", "channel": "phone", "person_id": them.person}
    ask |= {"answers": {"address": "3 Quay Cottages, ZZ99 2BD", "bin": "Rubbish"}}
    case = (await town.post(CRM, "/cases", ask))["case_id"]
    await asked(them)
    await them.until("partly_done")
    opened = await town[CRM].client.post("/cases", json=ask, headers=town.officer())
    assert (opened.status_code, opened.json()["type"]) == (404, "/problems/not-found")
    mine = await town[CRM].client.get("/me/cases", headers=town.resident(them.person))
    assert mine.status_code == 401
    end = {"transition": "resolve", "result": "fixed"}
    await town.post(CRM, f"/cases/{case}/transitions", end)
    person = UUID(them.person)
    assert await town.sql(FEEDBACK, "SELECT 1 FROM invitation WHERE person_id = $1", person) == []
    assert await town.sql(FEEDBACK, "SELECT 1 FROM transaction WHERE person_id = $1", person) == []
    assert await town.sql(OWNER, "SELECT 1 FROM timeline_entry WHERE person_id = $1", person) == []


async def test_tables_are_made_again_without_them(town: Platform) -> None:
    them = await somebody(town)
    await asked(them)
    await them.until("partly_done")
    rebuilt = {OWNER: "customer-account-add-to-timeline", CRM: "case-crm-keep-known-facts"}
    rebuilt |= {FEEDBACK: "feedback-follow-transactions", GATEWAY: "partner-gateway-keep-known-cases"}
    for service, consumer in rebuilt.items():
        await town.make_anew(service, consumer)
    person = UUID(them.person)
    for service, table in (
        (OWNER, "timeline_entry"),
        (CRM, "known_fact"),
        (FEEDBACK, "transaction"),
        (GATEWAY, "known_case"),
    ):
        assert await town.sql(service, f"SELECT 1 FROM {table} WHERE person_id = $1", person) == [], table
    parked = [await town.sql(service, "SELECT name, reason FROM onedoor.parked") for service in rebuilt]
    assert parked == [[]] * len(rebuilt)
