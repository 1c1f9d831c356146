"""What is sensitive goes sealed from service to service, is opened by those who have a purpose for it, and lies nowhere open."""

from __future__ import annotations

import base64
import itertools
import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import httpx
import psycopg
import pytest
from common.contracts.keys import FACT_VALUE, KEY_OWNER, PURPOSES, KeyClass, KeyRequested
from common.contracts.partners.consents import KnownGroup
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.keeping import sealing
from common.runtime.keeping.secrets import NotOurs, Secrets, letter_to
from common.runtime.sealed import token_of
from common.testing.platform import Platform
from common.testing.servers import Servers

from tests.journeys import packages
from tests.journeys.referring import a_partner, referred

CRM, ENGINE, GATEWAY = "case-crm", "review-engine", "partner-gateway"
BADGE = {"full_name": "Margaret Hartley", "date_of_birth": "1947-05-02", "address": "14 Weavers Row"}
_people = itertools.count(400)
GRANTED = "SELECT person_id, class, version, wrapped, known_to_owner FROM onedoor.granted_key"


async def opened(town: Platform, person: UUID | str, need: str) -> httpx.Response:
    body = {"service": "blue_badge", "channel": "phone", "person_id": str(person), "answers": BADGE | {"need": need}}
    answer = await town[CRM].client.post("/cases", json=body, headers=town.officer())
    assert answer.status_code == 201, answer.text
    await town.heard(answer)
    return answer


async def registered(town: Platform, **more: Any) -> str:
    number = next(_people)
    body = {"full_name": f"Priya Nair {number}", "phone": f"07700 900{number}", "channel": "phone", **more}
    answer = await town[KEY_OWNER].client.post("/persons", json=body, headers=town.officer())
    assert answer.status_code == 201, answer.text
    await town.heard(answer)
    return str(answer.json()["person_id"])


async def told(town: Platform, person: str, kind: str, value: Any) -> None:
    body = {"kind": kind, "value": value, "channel": "phone"}
    answer = await town[KEY_OWNER].client.post(f"/persons/{person}/facts", json=body, headers=town.officer())
    assert answer.status_code == 200, answer.text
    await town.heard(answer)


async def form(town: Platform, person: str) -> dict[str, Any]:
    path = f"/councils/northmere/services/blue_badge/form?person_id={person}"
    answer = await town[CRM].client.get(path, headers=town.officer())
    assert answer.status_code == 200, answer.text
    return {question["question"]: question["value"] for question in answer.json()["questions"]}


def forget(town: Platform, person: str) -> None:
    """As if these processes had held nobody's keys."""
    for name in (KEY_OWNER, CRM):
        town[name].inner.ground.keeper.ring.forget(UUID(person))
        town[name].inner.ground.keeper.ring._asked.clear()


async def test_what_was_told_in_a_case_of_somebody_new_is_sealed_on_its_way_and_shown_by_its_owner(
    town: Platform,
) -> None:
    person = new_id()
    case = (await opened(town, person, "I need oxygen")).json()
    shown = (await town[CRM].client.get(f"/cases/{case['case_id']}", headers=town.officer())).json()
    assert (shown["answers"]["need"], shown["answers"]["address"]) == ("I need oxygen", "14 Weavers Row")
    record = (await town[KEY_OWNER].client.get(f"/persons/{person}/facts", headers=town.officer())).json()["items"]
    assert {"I need oxygen", "14 Weavers Row"} <= {fact["value"] for fact in record}
    said = await town.sql(CRM, "SELECT data FROM onedoor.said WHERE name = 'case.opened' AND person_id = $1", person)
    kept = await town.sql(CRM, "SELECT answers, sealed_answers FROM case_file WHERE person_id = $1", person)
    assert "oxygen" not in json.dumps([dict(row) for row in (*said, *kept)])
    assert "Weavers" not in json.dumps([dict(row) for row in (*said, *kept)])

    async def adopted() -> bool:
        rows = await town.sql(CRM, f"{GRANTED} WHERE person_id = $1", person)
        return bool(rows) and all(row["known_to_owner"] for row in rows)

    await town.until(adopted)


async def test_a_fact_is_sealed_once_and_the_copy_of_another_service_is_that_very_text(town: Platform) -> None:
    person = await registered(town)
    await told(town, person, "blue_badge_need", "cannot walk far")
    [copy] = await town.sql(
        CRM, "SELECT fact_id, value FROM known_fact WHERE kind = 'blue_badge_need' AND person_id = $1", UUID(person)
    )
    said = await town.sql(
        KEY_OWNER, "SELECT data FROM onedoor.said WHERE name = 'fact.recorded' AND person_id = $1", UUID(person)
    )
    assert copy["value"] in [row["data"]["value"] for row in said]
    assert token_of(copy["value"])
    assert (await form(town, person))["need"] == "cannot walk far"


async def test_a_lost_grant_is_asked_for_again_by_whoever_reads(town: Platform) -> None:
    person = await registered(town)
    await told(town, person, "blue_badge_need", "cannot climb stairs")
    await town.sql(CRM, "DELETE FROM onedoor.granted_key WHERE person_id = $1", UUID(person))
    forget(town, person)
    assert (await form(town, person))["need"] == "cannot climb stairs"


async def test_tables_are_made_again_without_any_key_and_read_with_one(town: Platform) -> None:
    person = await registered(town)
    await told(town, person, "blue_badge_need", "cannot stand long")
    await town.sql(CRM, "DELETE FROM onedoor.granted_key WHERE person_id = $1", UUID(person))
    before = await town.sql(CRM, "SELECT value FROM known_fact WHERE person_id = $1 ORDER BY kind", UUID(person))
    await town.make_anew(CRM, "case-crm-keep-known-facts")
    assert (
        await town.sql(CRM, "SELECT value FROM known_fact WHERE person_id = $1 ORDER BY kind", UUID(person)) == before
    )
    forget(town, person)
    assert (await form(town, person))["need"] == "cannot stand long"


async def test_who_is_erased_is_erased_for_every_service_that_asks(town: Platform) -> None:
    person = await registered(town)
    await told(town, person, "blue_badge_need", "cannot lift")

    async def shown() -> bool:
        """Once the key is here: until then the form asks."""
        return bool((await form(town, person))["need"] == "cannot lift")

    await town.until(shown)
    await town[KEY_OWNER].inner.keeping.erasures.note([UUID(person)])

    async def let_go() -> bool:
        return not await town.sql(CRM, f"{GRANTED} WHERE person_id = $1", UUID(person))

    await town.until(let_go)
    assert (await form(town, person))["need"] is None
    [gone] = await town.sql(CRM, "SELECT 1 AS gone FROM onedoor.erased WHERE person_id = $1", UUID(person))
    assert gone["gone"] == 1


# -- one service's secrets


def secrets_of(town: Platform, service: str) -> Secrets:
    file = town.told[service].key_file
    assert file
    return Secrets.of(file)


async def test_one_services_secrets_open_only_what_its_purposes_allow(town: Platform) -> None:
    """Everything that lies in anybody's database is tried with the secrets, and all the grants, of one service."""
    person = await registered(town, postcode="ZZ99 7QQ")
    await told(town, person, "blue_badge_need", "cannot see well")
    await a_partner(town)
    await referred(town, person, {"health": {"condition": "cannot see well"}})
    await form(town, person)
    facts = await town.sql(KEY_OWNER, "SELECT fact_id, kind, value FROM fact WHERE person_id = $1", UUID(person))
    sealed = [row for row in facts if token_of(row["value"])]
    grants = [
        row
        for name in (CRM, ENGINE, GATEWAY)
        for row in await town.sql(name, f"{GRANTED} WHERE person_id = $1", UUID(person))
    ]
    opens: dict[str, set[KeyClass]] = {}
    for service in town.services:
        keys = [key for row in grants if (key := _unwrapped(secrets_of(town, service), row))]
        opens[service] = {key.name.under for key, row in itertools.product(keys, sealed) if _shown(key, row, person)}
    everything = {KeyClass.ADDRESS, KeyClass.CONTACT, KeyClass.SPECIAL}
    assert opens == {name: set() for name in town.services} | {CRM: everything & set(PURPOSES[CRM])}


async def test_a_service_without_a_purpose_is_granted_nothing_and_its_offer_is_adopted_by_nobody(
    town: Platform,
) -> None:
    person = UUID(await registered(town))
    owner = json.loads(town.told[ENGINE].public_keys.read_text())[KEY_OWNER]  # type: ignore[union-attr]
    letter = letter_to(owner, b"x" * 32, about=f"{ENGINE}>{KEY_OWNER}|{person}|special|{2**62}")
    asked = KeyRequested(person_id=person, under=KeyClass.SPECIAL, version=2**62, letter=letter)
    await town[ENGINE].inner.stream.client.publish(f"key.{KEY_OWNER}.{ENGINE}", asked.model_dump_json().encode())
    await opened(town, new_id(), "a later one, so that the earlier was heard")
    assert await town.sql(ENGINE, GRANTED) == []
    keys = (await town[KEY_OWNER].inner.keeping.keys.fetch([person]))[person]
    assert 2**62 not in {name.version for name in keys.by_name}


def _unwrapped(own: Secrets, row: Any) -> sealing.Key | None:
    name = sealing.KeyName(KeyClass(row["class"]), row["version"])
    about = f"person_key|{row['person_id']}|{name.under}|{name.version}"
    try:
        return sealing.Key(name, own.unwrap(row["wrapped"], about=about))
    except NotOurs:
        return None


def _shown(key: sealing.Key, row: Any, person: str) -> bool:
    place = FACT_VALUE.place({"fact_id": row["fact_id"], "kind": row["kind"], "person_id": person})
    try:
        sealing.opened(key, token_of(row["value"]) or "", place=place)
    except sealing.Swapped:
        return False
    return True


# -- at rest


_LEAST = 8  # letters: what is sealed is base64 too, and of four any are in there somewhere


def written(token: str) -> Iterator[bytes]:
    """A text as it may lie in a file: plain, in hexadecimal, and in base64 at each of its three offsets."""
    raw = token.encode()
    yield raw
    yield raw.hex().encode()
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw)[4 if offset else 0 : -4]
        if len(coded) >= _LEAST:
            yield coded


def found_in(folders: list[Path], tokens: list[str], *, since: float) -> dict[str, set[str]]:
    """In which files each of these texts lies, in whatever way: of those that were written since there were such texts."""
    found: dict[str, set[str]] = {token: set() for token in tokens}
    files = (each for folder in folders for each in folder.rglob("*") if each.is_file() and not each.is_symlink())
    for file in (
        each for each in files if each.parent.name != "outbox" and each.stat().st_mtime >= since
    ):  # there messages have left for who they are to
        content = file.read_bytes()
        for token in tokens:
            if any(way in content for way in written(token)):
                found[token].add(str(file))
    return found


async def everything_held_of(town: Platform, person: str) -> str:
    """What they get who ask what is held of them: all of it went through the object store."""
    request = (await packages.asked(town, person, "access"))["id"]
    await packages.ready(town, person, request)
    return "".join((await packages.fetched(town, person, request)).values())


async def test_nothing_sensitive_lies_open_in_any_file(town: Platform, servers: Servers, nats: Nats) -> None:
    clusters = [link.resolve() for link in (servers.home / "cluster").glob("postgres")]
    if not clusters:
        pytest.skip("the files of a database in a container are not ours to read")
    since = time.time() - 1  # a file's moment may be rounded
    special, home, hidden, line, open_one = (
        f"{word}-{secrets.token_hex(6)}" for word in ("oxygen", "quay", "steps", "lane", "meg")
    )
    groups = {group.value: f"{group}-{secrets.token_hex(6)}" for group in get_args(KnownGroup)}
    phone, point = (f"+999{secrets.randbelow(10**9):09}" for _ in range(2))  # of no country
    email = f"margaret-{secrets.token_hex(6)}@example.org"
    person = await registered(town, phone=phone, email=email)
    await told(town, person, "home_address", home)
    await told(town, person, "known_as", open_one)
    await opened(town, person, special)
    await a_partner(town)
    await referred(town, person, {group: {"told": value} for group, value in groups.items()})
    me = {**town.resident(person), "Onedoor-Council": "northmere", "Idempotency-Key": secrets.token_hex(8)}
    for path, body in (
        ("/me/contact-points", {"kind": "mobile", "value": point}),
        ("/me/addresses", {"role": "protected", "lines": [hidden], "postcode": "ZZ99 7QQ"}),
        ("/me/addresses", {"role": "home", "lines": [line]}),
    ):
        answer = await town[KEY_OWNER].client.post(
            path, json=body, headers=me | {"Idempotency-Key": secrets.token_hex(8)}
        )
        assert answer.status_code == 201, answer.text
        await town.heard(answer)
    finer, band = "gypsy_or_irish_traveller", "widowed_or_surviving"  # of these, review-engine keeps the band as it is
    answers = {"ethnic_group": "white", "white_background": finer, "marital_status": "widowed"}
    mine = await town[KEY_OWNER].client.put("/me/equality-profile", json={"answers": answers}, headers=me)
    assert mine.status_code == 200, mine.text
    await town.heard(mine)
    noted = {"json": {"answers": {"religion": (noted_one := "buddhist")}}, "headers": town.officer()}
    assert (await town[KEY_OWNER].client.post(f"/persons/{person}/equality-answers", **noted)).status_code == 201
    await town.until(lambda: town.sql(ENGINE, "SELECT 1 FROM characteristics WHERE bands ->> 'religion' = 'other'"))
    package = await everything_held_of(town, person)
    assert all(planted in package for planted in (special, home, hidden, line, email, *groups.values()))
    for running in town.services.values():
        running.inner.traces.force_flush()
    with psycopg.connect(servers.admin, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    planted = [special, home, hidden, line, phone[1:], point[1:], email, finer, noted_one, *groups.values()]
    found = found_in([*clusters, nats.home, town.home], [*planted, open_one, band], since=since)
    assert {token: files for token, files in found.items() if token in planted and files} == {}
    lies = found[open_one]  # what is not sensitive lies open in all of these: so the others would be found
    for place in ("/base/", "/pg_wal/", "/nats/"):
        assert any(place in file for file in lies), place
    assert {place for place in ("/base/", "/nats/", "/traces/") if any(place in file for file in found[band])} == {
        "/base/"
    }
