"""Somebody is erased: who is waited for, what follows from all answers, and what is taken out of the rows of others."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.people.erasing import ErasureConfirmed
from common.contracts.people.rights import HOLDERS, KeptByLaw
from common.embedded import Nats
from common.runtime.ids import new_id, new_tracking_reference
from common.runtime.sealed import ERASED
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from customer_account.app import service

OWNER = service.name
OTHERS = [name for name in HOLDERS if name != OWNER]
BECAUSE = "A claim about what a council did can be made for six years."
_names = itertools.count(700)
Registers = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service]) as running:
        yield running


def decider(town: Platform) -> dict[str, str]:
    cleared = ["rights:decide", "persons:read", "persons:write", "protection:read", "protection:write", "persons:merge"]
    return town.officer(permissions=cleared)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


@dataclass
class Asked:
    """A request to be erased, and who asked."""

    town: Platform
    nats: Nats
    person: str
    id: str
    proof: str

    @property
    def client(self) -> httpx.AsyncClient:
        return self.town[OWNER].client

    async def granted(self) -> httpx.Response:
        path = f"/rights-requests/{self.id}/decision"
        return await self.client.post(path, json={"granted": True}, headers=decider(self.town))

    async def shown(self) -> dict[str, Any]:
        answer = await self.client.get(f"/erasures/{self.proof}")
        return dict(answer.json()) if answer.status_code == 200 else {}

    async def until(self, status: str) -> dict[str, Any]:
        async def reached() -> Any:
            shown = await self.shown()
            return shown if shown.get("status") == status else None

        found: dict[str, Any] = await self.town.until(reached, seconds=20)
        return found

    async def confirmed(
        self, *names: str, kept: list[KeptByLaw] | None = None, sealed: bool = False, round: int = 1
    ) -> None:
        """These services say that they have done their part."""
        for name in names:
            told = {"request_id": self.id, "service": name, "round": round, "emptied": {"Cases": 2}, "kept": kept or []}
            await publish(self.nats, [said(ErasureConfirmed(**told, sealed=sealed), new_id(), 1)], speaker=name)

    async def answered(self) -> set[str]:
        """Which services have answered, as officers see it."""
        path = f"/rights-requests/{self.id}"
        view = (await self.client.get(path, headers=decider(self.town))).json()
        return {each["service"] for each in view["holders"] if each["answered_at"]}


@pytest.fixture
def asks(town: Platform, nats: Nats) -> Callable[[str], Awaitable[Asked]]:
    async def asking(person: str) -> Asked:
        path, body = f"/persons/{person}/rights-requests", {"right": "erasure", "channel": "phone"}
        answer = await town[OWNER].client.post(path, json=body, headers=town.officer())
        assert answer.status_code == 201, answer.text
        return Asked(town, nats, person, answer.json()["id"], answer.json()["proof_reference"])

    return asking


async def test_who_has_not_answered_is_named_and_nothing_ends_without_them(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    asked = await asks((await register())["person_id"])
    assert await asked.shown() == {}
    again = await town[OWNER].client.post(
        f"/persons/{asked.person}/rights-requests",
        json={"right": "erasure", "channel": "phone"},
        headers=town.officer(),
    )
    assert problem(again) == (409, "/problems/right-asked-already")
    assert (await asked.granted()).status_code == 200
    await asked.confirmed(*OTHERS[:-1])
    await asked.confirmed(*OTHERS[:-1])  # said twice, it is counted once

    async def all_but_one() -> bool:
        return await asked.answered() == {OWNER, *OTHERS[:-1]}

    await town.until(all_but_one, seconds=15)
    shown = await asked.until("under_way")
    assert [each["service"] for each in shown["services"] if each["at"] is None] == OTHERS[-1:]
    assert shown["keys_destroyed_at"] is None
    await asked.confirmed(OTHERS[-1])
    done = await asked.until("done")
    assert {each["service"]: each["emptied"] for each in done["services"] if each["service"] != OWNER} == {
        name: {"Cases": 2} for name in OTHERS
    }
    assert done["backups_gone_on"] == str((datetime.now(UTC) + timedelta(days=14)).date())
    assert done["copies_gone_on"] == str((datetime.now(UTC) + timedelta(days=31)).date())


async def test_nothing_is_left_of_them_here_and_their_keys_are_gone(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    name = f"Zebedee Quill{next(_names)}"
    person = (await register(full_name=name, email="zebedee.quill@example.org"))["person_id"]
    me = town.resident(person, councils=["northmere"])
    asked = await asks(person)
    await asked.granted()
    await asked.confirmed(*OTHERS)
    await asked.until("done")

    async def gone() -> bool:
        keys = (await town[OWNER].inner.keeping.keys.fetch([UUID(person)]))[UUID(person)]
        rows = await town.sql(OWNER, "SELECT done FROM onedoor.to_erase WHERE id = $1", UUID(asked.id))
        return bool(keys.erased) and [row["done"] for row in rows] == [2]

    await town.until(gone, seconds=15)
    events = await town.sql(OWNER, "SELECT name, data FROM onedoor.said WHERE aggregate_id = $1", UUID(person))
    assert {row["name"] for row in events if row["data"] != ERASED} == {"person.erased"}
    named = await town.sql(OWNER, "SELECT name FROM onedoor.said WHERE person_id = $1", UUID(person))
    assert {row["name"] for row in named} == {"erasure.requested", "person.erased"}
    for table in ("fact", "find_by", "account", "timeline_entry", "match_key", "facts_of_person"):
        column = "id" if table in {"account", "facts_of_person"} else "person_id"
        assert await town.sql(OWNER, f"SELECT 1 FROM {table} WHERE {column} = $1", UUID(person)) == []
    answer = await town[OWNER].client.get("/me/facts", headers=me)
    assert problem(answer) == (401, "/problems/not-signed-in")
    looked = await town[OWNER].client.get(f"/persons/{person}", headers=town.officer())
    assert looked.status_code == 404
    told = {"kind": "known_as", "value": "Zeb", "channel": "phone"}
    written = await town[OWNER].client.post(f"/persons/{person}/facts", json=told, headers=town.officer())
    assert written.status_code == 404
    assert (await town[OWNER].client.get(f"/rights-requests/{asked.id}", headers=decider(town))).status_code == 404


async def test_what_the_law_keeps_is_listed_and_asked_for_again_on_its_day(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    asked = await asks((await register())["person_id"])
    until = date.today() + timedelta(days=100)  # noqa: DTZ011 - far from midnight
    kept = KeptByLaw(called="What you asked us for", records=1, because=BECAUSE, until=until)
    await asked.granted()
    await asked.confirmed(*OTHERS[1:])
    await asked.confirmed(OTHERS[0], kept=[kept], sealed=True)
    partly = await asked.until("partly_done")
    [shown] = [each["kept"] for each in partly["services"] if each["service"] == OTHERS[0]]
    assert shown == [{**kept.model_dump(mode="json")}]
    assert partly["keys_destroyed_at"] is None
    rounds = "SELECT data->'round' AS round FROM onedoor.said WHERE aggregate_id = $1 AND name = $2 ORDER BY version"

    async def asked_twice() -> bool:
        return [row["round"] for row in await town.sql(OWNER, rounds, UUID(asked.id), "erasure.requested")] == [1, 2]

    town.step(days=99)
    assert not await asked_twice()
    town.step(days=3)
    await town.until(asked_twice)
    await asked.confirmed(*OTHERS, round=2)
    done = await asked.until("done")
    assert done["keys_destroyed_at"] is not None
    [emptied] = [each["emptied"] for each in done["services"] if each["service"] == OTHERS[0]]
    assert emptied == {"Cases": 4}
    town.step(seconds=-town.clock.offset().total_seconds())


async def test_nothing_is_left_of_what_they_wrote_with_what_they_asked_nor_of_their_package(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    name = f"Zebedee Quill{next(_names)}"
    person = (await register(full_name=name))["person_id"]
    me = town.resident(person, councils=["northmere"])
    [fact] = [each for each in (await town.get(OWNER, "/me/facts", me))["items"] if each["kind"] == "full_name"]
    wrong = {"right": "rectification", "fact_id": fact["id"], "says": f"I am not {name}"}
    await town.post(OWNER, "/me/rights-requests", wrong, me)
    await town.post(OWNER, "/me/rights-requests", {"right": "access"}, me)
    kept = "SELECT * FROM rights_request WHERE person_id = $1"

    async def part_of_package() -> bool:
        return any(row["package"] for row in await town.sql(OWNER, kept, UUID(person)))

    await town.until(part_of_package)
    asked = await asks(person)
    await asked.granted()
    open_case = KeptByLaw(called="What you asked us for", records=1, because=BECAUSE, until=None)
    await asked.confirmed(*OTHERS, kept=[open_case])
    await asked.until("partly_done")
    rows = await town.sql(OWNER, kept, UUID(person))
    assert [(row["says"], row["fact_id"], row["receivers"], row["package"]) for row in rows] == [
        (None, None, [], None)
    ] * 3
    assert {row["right"]: row["status"] for row in rows}["access"] == "withdrawn"


async def test_whoever_shared_or_acted_or_spoke_with_them_keeps_nothing_of_them(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    name = f"Zebedee Quill{next(_names)}"
    person, other = (await register(full_name=name))["person_id"], (await register())["person_id"]
    client, lee = town[OWNER].client, town.officer()
    home = await client.post("/households", json={"kind": "tenancy", "person_id": other, "role": "holder"}, headers=lee)
    joining = f"/households/{home.json()['household_id']}/members"
    assert (await client.post(joining, json={"person_id": person, "role": "adult"}, headers=lee)).is_success
    company = await client.post(
        "/organisations", json={"name": f"Quay {name} Ltd", "kind": "business", "channel": "phone"}, headers=lee
    )
    assert company.is_success, company.text
    path = f"/organisations/{company.json()['organisation_id']}/contact-persons"
    added = await client.post(path, json={"person_id": person, "role": "director"}, headers=lee)
    assert added.is_success, added.text
    await town.heard(added)
    asked = await asks(person)
    await asked.granted()
    await asked.confirmed(*OTHERS)
    await asked.until("done")
    for table, column in (("household_member", "others"), ("organisation", "contacts")):
        rows = await town.sql(OWNER, f"SELECT {column}::text AS shown FROM {table}")
        assert [row for row in rows if name in row["shown"] or person in row["shown"]] == []
    left = await town.sql(
        OWNER, "SELECT person_id FROM household_member WHERE person_id = ANY($1)", [UUID(person), UUID(other)]
    )
    assert [str(row["person_id"]) for row in left] == [other]


async def test_records_that_were_joined_with_theirs_go_too_and_are_not_asked_for_alone(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    alias, person = (await register())["person_id"], (await register())["person_id"]
    joined = await town[OWNER].client.post(f"/persons/{alias}/merge", json={"into": person}, headers=decider(town))
    assert joined.status_code == 200, joined.text
    await town.heard(joined)
    alone, asked = await asks(alias), await asks(person)
    assert problem(await alone.granted()) == (409, "/problems/joined-not-erased")
    await asked.granted()
    await asked.confirmed(*OTHERS)
    await asked.until("done")
    facts = await town.sql(OWNER, "SELECT 1 FROM fact WHERE person_id = ANY($1)", [UUID(alias), UUID(person)])
    assert facts == []
    assert await alone.shown() == {}


async def test_who_is_protected_is_not_erased_before_that_is_ended(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    person = (await register())["person_id"]
    asked = await asks(person)
    marked = {"reason": "domestic_abuse", "asked_by": "person", "review_on": str(date.today() + timedelta(days=30))}  # noqa: DTZ011
    answer = await town[OWNER].client.post(f"/persons/{person}/protections", json=marked, headers=decider(town))
    assert answer.is_success, answer.text
    await town.heard(answer)
    assert problem(await asked.granted()) == (409, "/problems/protected-not-erased")


async def test_the_page_is_for_whoever_holds_the_reference_and_reads_as_a_page(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    asked = await asks((await register())["person_id"])
    await asked.granted()
    await asked.confirmed(*OTHERS)
    await asked.until("done")
    client = town[OWNER].client
    typed = asked.proof.lower().replace("-", " ")
    page = await client.get(f"/erasures/{typed}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert page.text.startswith("<!doctype html>")
    for words in (
        'lang="en-GB"',
        "Everything that had to go is gone.",
        "Requests and cases",
        "Backups of keys",
        "<li>Cases: 2</li>",
    ):
        assert words in page.text
    assert asked.person not in page.text
    wrong = [await client.get(f"/erasures/{each}") for each in (new_tracking_reference(), "nonsense", asked.id)]
    assert [problem(each) for each in wrong] == [(404, "/problems/not-found")] * 3


async def held(town: Platform, person: str, holder: dict[str, str]) -> dict[str, Any]:
    """A legal hold that was placed on a person, and is heard of."""
    review_on = str((town.clock.now() + timedelta(days=90)).date())
    told = {"because": "claim", "reference": "NBC-LEG-2026/15", "review_on": review_on}
    hold: dict[str, Any] = await town.post(OWNER, f"/persons/{person}/legal-holds", told, holder)
    return hold


async def asked_of_everybody(town: Platform, request_id: str) -> list[int]:
    """The rounds in which every service was asked to erase somebody."""
    rounds = "SELECT data->'round' AS round FROM onedoor.said WHERE aggregate_id = $1 AND name = $2 ORDER BY version"
    return [row["round"] for row in await town.sql(OWNER, rounds, UUID(request_id), "erasure.requested")]


async def test_under_a_legal_hold_nobody_is_asked_until_it_is_lifted(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    asked = await asks((await register())["person_id"])
    me, facts = town.resident(asked.person), "SELECT 1 FROM fact WHERE person_id = $1"
    holder = town.officer(permissions=["holds:write", "persons:read"])
    hold = await held(town, asked.person, holder)
    assert (await asked.granted()).status_code == 200
    waits = await asked.until("under_way")
    assert [each["at"] for each in waits["services"]] == [None] * len(HOLDERS)
    town.step(days=2)
    waits = "SELECT FROM onedoor.timer WHERE name = 'erase' AND aggregate_id = $1 AND due_at > $2"
    await town.until(lambda: town.sql(OWNER, waits, UUID(asked.id), town.clock.now()))
    assert await asked_of_everybody(town, asked.id) == []
    assert await town.sql(OWNER, facts, UUID(asked.person))
    assert (await asked.client.get("/me/facts", headers=me)).status_code == 200
    await town.post(OWNER, f"/legal-holds/{hold['hold_id']}/end", None, holder)
    town.step(days=2)
    await asked.confirmed(*OTHERS)
    own = next(each for each in (await asked.until("partly_done"))["services"] if each["service"] == OWNER)
    assert await town.sql(OWNER, facts, UUID(asked.person)) == []
    kept = [each["called"] for each in own["kept"] if not each["for_good"]]
    assert kept == ["That what we hold of you is kept for a legal matter"]  # that there was one is itself kept
    town.step(seconds=-town.clock.offset().total_seconds())


async def test_what_is_kept_of_somebody_who_was_erased_in_part_can_still_be_held(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    asked = await asks((await register())["person_id"])
    until = (town.clock.now() + timedelta(days=100)).date()
    kept = KeptByLaw(called="What you asked us for", records=1, because=BECAUSE, until=until)
    await asked.granted()
    await asked.confirmed(*OTHERS, kept=[kept])
    await asked.until("partly_done")
    path, may = f"/persons/{asked.person}/legal-holds", ["holds:write", "persons:read"]
    told = {"because": "claim", "reference": "NBC-LEG-2026/16", "review_on": str(until)}
    elsewhere = town.officer("southholt", permissions=may)
    assert (await asked.client.post(path, json=told, headers=elsewhere)).status_code == 404
    hold = await held(town, asked.person, town.officer(permissions=may))
    assert await town.sql(OWNER, "SELECT FROM onedoor.held WHERE hold_id = $1", UUID(hold["hold_id"]))
    town.step(days=102)
    waits = "SELECT FROM onedoor.timer WHERE name = 'erase' AND aggregate_id = $1 AND due_at > $2"
    await town.until(lambda: town.sql(OWNER, waits, UUID(asked.id), town.clock.now()))
    assert await asked_of_everybody(town, asked.id) == [1]
    await town.post(OWNER, f"/legal-holds/{hold['hold_id']}/end", None, town.officer(permissions=may))
    town.step(days=2)
    await asked.confirmed(*OTHERS, round=2)

    async def asked_again() -> bool:
        return await asked_of_everybody(town, asked.id) == [1, 2]

    await town.until(asked_again)
    town.step(seconds=-town.clock.offset().total_seconds())


async def test_what_a_council_may_keep_from_somebody_is_not_told_by_their_erasure(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    asked = await asks((await register())["person_id"])
    investigator = town.officer(permissions=["secrecy:write", "holds:write", "persons:read"])
    until = (town.clock.now() + timedelta(days=80)).isoformat()
    secret = {"until": until, "legal_basis": "serious_harm", "reference": "OP-7"}
    await town.post(OWNER, f"/persons/{asked.person}/secrecies", secret, investigator)
    hold = await held(town, asked.person, investigator)
    await town.post(OWNER, f"/legal-holds/{hold['hold_id']}/end", None, investigator)
    assert (await asked.granted()).status_code == 200
    await asked.confirmed(*OTHERS)
    done = await asked.until("done")
    [kept] = [each["kept"] for each in done["services"] if each["service"] == OWNER]
    shown = {"Who looked at your data", "What you asked us to do with your data, and what we did"}
    assert {each["called"] for each in kept} == shown
    left = "SELECT 1 FROM legal_hold WHERE person_id = $1"  # it goes six years after it was lifted, as every one does
    assert await town.sql(OWNER, left, UUID(asked.person))


async def test_who_acts_for_another_record_of_theirs_does_so_no_longer_and_they_are_erased(
    town: Platform, register: Registers, asks: Callable[[str], Awaitable[Asked]]
) -> None:
    alias, person = (await register())["person_id"], (await register())["person_id"]
    joined = await town[OWNER].client.post(f"/persons/{alias}/merge", json={"into": person}, headers=decider(town))
    assert joined.status_code == 200, joined.text
    wanted = {"representative_id": alias, "kind": "adviser", "name": "Myself"}
    acting = await town[OWNER].client.post("/me/representations", json=wanted, headers=town.resident(person))
    assert acting.status_code == 201, acting.text
    asked = await asks(person)
    await asked.granted()
    await asked.confirmed(*OTHERS)
    await asked.until("partly_done")  # that one acted for the other is kept for six years
    ended = "SELECT 1 FROM onedoor.said WHERE name = 'representation.ended' AND aggregate_id = $1"
    assert len(await town.sql(OWNER, ended, UUID(acting.json()["representation_id"]))) == 1
