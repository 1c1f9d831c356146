"""What is held of somebody is put together for them from every service's part, and for nobody else."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import httpx
import pytest
from common.contracts.access import AccessRecorded
from common.contracts.people.rights import HOLDERS, AccessPackagePartReady
from common.embedded import Nats
from common.runtime.envelope import PACKAGES_STREAM
from common.runtime.ids import new_id
from common.runtime.objects import Kept, Spoilt, part_of
from common.testing.platform import Platform
from common.testing.stream import publish, said

from .conftest import Registers

OWN = "customer-account"
OTHERS = [service for service in HOLDERS if service != OWN]
PARTS = "SELECT status, package, answers FROM rights_request WHERE id = $1"


def me(town: Platform, person: dict[str, Any] | str) -> dict[str, str]:
    whose = person if isinstance(person, str) else person["person_id"]
    return {**town.resident(whose), "Onedoor-Council": "northmere"}


async def asked(client: httpx.AsyncClient, town: Platform, person: dict[str, Any], right: str = "access") -> str:
    answer = await client.post("/me/rights-requests", json={"right": right}, headers=me(town, person))
    assert answer.status_code == 201, answer.text
    await town.heard(answer)
    return str(answer.json()["id"])


async def shown(client: httpx.AsyncClient, town: Platform, person: dict[str, Any], request: str) -> dict[str, Any]:
    answer = await client.get(f"/me/rights-requests/{request}", headers=me(town, person))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def until(
    client: httpx.AsyncClient, town: Platform, person: dict[str, Any], request: str, **wanted: Any
) -> dict[str, Any]:
    """The view of a request once these are as wanted; `answered`: who has, `unanswered`: who is missing in the package."""

    async def is_so() -> dict[str, Any] | None:
        view = await shown(client, town, person, request)
        known = {
            "status": view["status"],
            "answered": {each["service"] for each in view["holders"] if each["answered_at"]},
            "unanswered": (view["package"] or {}).get("unanswered"),
        }
        return view if {name: known[name] for name in wanted} == wanted else None

    found: dict[str, Any] = await town.until(is_so, seconds=20)
    return found


async def get(client: httpx.AsyncClient, town: Platform, person: Any, request: str) -> httpx.Response:
    return await client.get(f"/me/rights-requests/{request}/package", headers=me(town, person))


async def files(client: httpx.AsyncClient, town: Platform, person: Any, request: str) -> dict[str, str]:
    answer = await get(client, town, person, request)
    assert answer.status_code == 200, answer.text
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def lines(*records: dict[str, Any]) -> AsyncIterator[bytes]:
    for line in ({"table": "case_file", "called": "What you asked us for"}, *({"record": each} for each in records)):
        yield json.dumps(line).encode() + b"\n"


async def put(town: Platform, request: str, service: str, *records: dict[str, Any]) -> Kept:
    """A part as a service would put it into the object store."""
    kept: Kept = await town[OWN].inner.ground.objects.put(lines(*records), about=part_of(UUID(request), service))
    return kept


async def say(
    town: Platform, nats: Nats, person: dict[str, Any], request: str, service: str, kept: Kept, **changes: Any
) -> None:
    """Say that a part is there, as its service would."""
    part = {"object": kept.object, "sha256": kept.sha256, "size": kept.size, "records": 1} | changes
    ready = AccessPackagePartReady(request_id=UUID(request), service=service, **part)
    row = said(ready, new_id(), 1, person_id=UUID(person["person_id"]))
    await publish(nats, [row], speaker=service)
    await town.heard(f"{row['aggregate']}/{row['aggregate_id']}@1")


async def hand_in(town: Platform, nats: Nats, person: dict[str, Any], request: str, service: str) -> None:
    kept = await put(town, request, service, {"opened_at": "2026-11-01", "held_by": service})
    await say(town, nats, person, request, service, kept)


async def test_with_the_last_part_it_is_ready_and_once_fetched_it_is_done(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person = await register(full_name="Margaret Hartley")
    request = await asked(client, town, person)
    early = await get(client, town, person, request)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/package-not-ready")
    view = await until(client, town, person, request, status="under_way", answered={OWN})
    assert [each["service"] for each in view["holders"]] == [*HOLDERS]
    for service in OTHERS:
        await hand_in(town, nats, person, request, service)
    ready = await until(client, town, person, request, status="ready", answered={*HOLDERS}, unanswered=[])
    assert ready["reference"].startswith("NBC-R")
    answer = await get(client, town, person, request)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{ready["reference"]}.zip"'
    assert answer.headers["cache-control"] == "no-store"
    digest = hashlib.sha256(answer.content)
    assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert (ready["package"]["sha256"], ready["package"]["size"]) == (digest.hexdigest(), len(answer.content))
    done = await until(client, town, person, request, status="done")
    assert done["ended_at"]
    found = await files(client, town, person, request)  # it stays there
    assert [*found] == [
        "your-account.json",
        "requests-and-cases.json",
        "tracking-and-feedback.json",
        "help-from-partners.json",
        "reviews-of-our-services.json",
        "who-looked.json",
        "index.html",
    ]
    cases = json.loads(found["requests-and-cases.json"])
    assert cases == {
        "service": "case-crm",
        "called": "Requests and cases",
        "tables": [
            {
                "table": "case_file",
                "called": "What you asked us for",
                "records": [{"opened at": "2026-11-01", "held by": "case-crm"}],
            }
        ],
    }
    own = {each["table"]: each["records"] for each in json.loads(found["your-account.json"])["tables"]}
    assert "Margaret Hartley" in [fact["value"] for fact in own["fact"]]
    assert {"access_entry", "match_key", "secrecy", "sign_in"} & {*own} == set()
    [looks] = json.loads(found["who-looked.json"])["tables"]
    assert [each["reason"] for each in looks["records"]] == ["registered a person"]
    for workings in ("correlation id", "visible to", "claim digest", "name key"):
        assert workings not in found["your-account.json"]
    assert "What is missing" not in found["index.html"]


async def own_part(client: httpx.AsyncClient, town: Platform, person: Any, request: str) -> dict[str, Any]:
    """What customer-account itself holds, by table, once it is put together."""
    found = await files(client, town, person, request)
    parts = [json.loads(found[name])["tables"] for name in ("your-account.json", "who-looked.json")]
    return {each["table"]: each["records"] for part in parts for each in part}


async def only_own_part_is_ready(client: httpx.AsyncClient, town: Platform, person: Any, request: str) -> None:
    await until(client, town, person, request, answered={OWN})
    town.step(hours=1, minutes=1)
    await until(client, town, person, request, status="ready", unanswered=OTHERS)


async def test_who_looked_names_nobody_elses_case_and_what_was_disclosed_early(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person, officer = await register(), town.officer()
    tells = {"until": (town.clock.now() + timedelta(days=30)).isoformat(), "reference": "OP-7"}
    path = f"/persons/{person['person_id']}/secrecies"
    secret = await client.post(path, json={**tells, "legal_basis": "crime_and_taxation"}, headers=officer)
    look = AccessRecorded(
        persons=[UUID(person["person_id"])],
        reason="looked at a case",
        system="case-crm",
        role="officer",
        organisation="northmere",
        case_id=new_id(),
    )
    row = said(look, new_id(), 1, occurred=town.clock.now())
    await publish(nats, [row], speaker="case-crm")
    await town.heard(f"access/{row['aggregate_id']}@1")
    match = {"If-Match": f'"{secret.json()["version"]}"'}
    ended = await client.post(f"/secrecies/{secret.json()['secrecy_id']}/end", headers=officer | match)
    assert ended.status_code == 200, ended.text
    request = await asked(client, town, person)
    await only_own_part_is_ready(client, town, person, request)
    looks = (await own_part(client, town, person, request))["access_entry"]
    [disclosed] = [each for each in looks if each["reason"] == "looked at a case"]
    assert disclosed.keys() == {"entry id", "at", "role", "organisation", "system", "reason", "hidden until"}


async def test_of_records_that_were_joined_everything_is_in_it_and_once_they_are_parted_nothing_of_the_other(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    alias, person = await register(full_name="Ewa Kowalska"), await register(full_name="Ewa Kowalska-Hart")
    officer = town.officer(permissions=["persons:merge", "persons:read"])
    merge = f"/persons/{alias['person_id']}/merge"
    joined = await client.post(merge, json={"into": person["person_id"]}, headers=officer)
    assert joined.status_code == 200, joined.text
    await town.heard(joined)

    async def names(request: str) -> tuple[set[str], int]:
        held = await own_part(client, town, person, request)
        looks = [each for each in held["access_entry"] if each["reason"] == "registered a person"]
        return {fact["value"] for fact in held["fact"] if fact["kind"] == "full_name"}, len(looks)

    request = await asked(client, town, person)
    await only_own_part_is_ready(client, town, person, request)
    assert await names(request) == ({"Ewa Kowalska", "Ewa Kowalska-Hart"}, 2)
    await town.heard(await client.delete(merge, headers=officer))
    await only_own_part_is_ready(client, town, person, request)
    assert await names(request) == ({"Ewa Kowalska-Hart"}, 1)


async def test_it_is_read_of_on_the_timeline(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person = await register()
    request = await asked(client, town, person)
    for service in OTHERS:
        await hand_in(town, nats, person, request, service)
    await until(client, town, person, request, status="ready")
    await get(client, town, person, request)
    wanted = [
        "We have done what you asked us to do with your data",
        "You fetched what we hold about you",
        "What we hold about you is ready for you to fetch",
        "You asked us to do something with your data",
    ]

    async def read() -> bool:
        items = (await client.get("/me/timeline", headers=me(town, person))).json()["items"]
        return [each["label"] for each in items][: len(wanted)] == wanted

    await town.until(read)


async def test_who_does_not_answer_in_time_is_named_and_a_late_part_makes_it_anew(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person = await register()
    request = await asked(client, town, person)
    await hand_in(town, nats, person, request, "feedback")
    await until(client, town, person, request, answered={OWN, "feedback"}, status="under_way")
    town.step(minutes=59)
    assert (await shown(client, town, person, request))["package"] is None
    town.step(minutes=2)
    missing = ["case-crm", "partner-gateway", "review-engine"]
    await until(client, town, person, request, status="ready", unanswered=missing)
    found = await files(client, town, person, request)
    assert "requests-and-cases.json" not in found
    assert "What is missing" in found["index.html"]
    assert "<li>Requests and cases</li>" in found["index.html"]
    await hand_in(town, nats, person, request, "case-crm")
    await until(client, town, person, request, status="ready", unanswered=missing[1:])
    for service in missing[1:]:
        await hand_in(town, nats, person, request, service)
    await until(client, town, person, request, status="ready", unanswered=[])  # fetched before, but not whole
    assert "What is missing" not in (await files(client, town, person, request))["index.html"]
    await until(client, town, person, request, status="done")


async def test_after_thirty_days_it_is_gone(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person = await register()
    request = await asked(client, town, person)
    for service in OTHERS[1:]:
        await hand_in(town, nats, person, request, service)
    await until(client, town, person, request, answered={OWN, *OTHERS[1:]})
    town.step(hours=2)
    await until(client, town, person, request, status="ready", unanswered=["case-crm"])
    town.step(days=30, minutes=1)
    view = await until(client, town, person, request, status="done")
    assert view["package"] is None
    gone = await get(client, town, person, request)
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/package-gone")
    [row] = await town.sql(
        OWN, "SELECT data FROM onedoor.said WHERE name = 'rights_request.done' AND aggregate_id = $1", UUID(request)
    )
    assert (row["data"]["partly"], row["data"]["unanswered"]) == (True, ["case-crm"])
    assert await asked(client, town, person) != request  # and can be asked for again


async def test_a_part_that_is_not_what_was_said_is_asked_for_again_once(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person = await register()
    request = await asked(client, town, person)
    kept = await put(town, request, "case-crm", {"held_by": "case-crm"})
    await say(town, nats, person, request, "case-crm", kept, sha256="0" * 64)
    for service in OTHERS[1:]:
        await hand_in(town, nats, person, request, service)
    again = "SELECT data FROM onedoor.said WHERE name = 'access_package.requested' AND aggregate_id = $1 ORDER BY id"

    async def asked_again() -> Any:
        rows = await town.sql(OWN, again, UUID(request))
        return [row["data"]["of"] for row in rows] == [[], ["case-crm"]]

    await town.until(asked_again)
    await until(client, town, person, request, status="under_way", answered={OWN, *OTHERS[1:]})
    await say(town, nats, person, request, "case-crm", kept, sha256="1" * 64)
    await until(client, town, person, request, status="ready", unanswered=["case-crm"])


@pytest.mark.parametrize("wrong", ["another service's", "another request's", "not lines"])
async def test_a_part_that_is_something_else_is_not_taken_for_one(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers, wrong: str
) -> None:
    person = await register()
    request = await asked(client, town, person)
    about = {"another service's": (request, "feedback"), "another request's": (str(new_id()), "case-crm")}
    whose, service = about.get(wrong, (request, "case-crm"))
    kept = await put(town, whose, service, {"held_by": "somebody"})
    if wrong == "not lines":
        kept = await town[OWN].inner.ground.objects.put(_nonsense(), about=part_of(UUID(request), "case-crm"))
    await say(town, nats, person, request, "case-crm", kept)
    for each in OTHERS[1:]:
        await hand_in(town, nats, person, request, each)
    await until(client, town, person, request, status="under_way", answered={OWN, *OTHERS[1:]})


async def _nonsense() -> AsyncIterator[bytes]:
    yield b"no JSON\n"


async def test_whoever_is_not_asked_or_answers_for_another_person_changes_nothing(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person, other = await register(), await register()
    request = await asked(client, town, person)
    await until(client, town, person, request, answered={OWN})
    kept = await put(town, request, "case-crm")
    await say(town, nats, other, request, "case-crm", kept)
    await say(town, nats, person, request, "a-stranger", kept)
    await say(town, nats, person, str(new_id()), "case-crm", kept)
    await hand_in(town, nats, person, request, "feedback")
    await until(client, town, person, request, answered={OWN, "feedback"})


async def test_a_part_that_comes_twice_changes_nothing_once_it_is_in(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person = await register()
    request = await asked(client, town, person)
    for service in OTHERS:
        await hand_in(town, nats, person, request, service)
    before = await until(client, town, person, request, status="ready", unanswered=[])
    await hand_in(town, nats, person, request, "case-crm")
    assert await shown(client, town, person, request) == before


async def test_nobody_else_gets_it(town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers) -> None:
    person, other = await register(), await register()
    request = await asked(client, town, person)
    path = f"/me/rights-requests/{request}/package"
    acting = town.representative(person["person_id"], other["person_id"], may=["see", "tell", "decide"])
    assert (await get(client, town, other, request)).status_code == 404
    assert (await client.get(path, headers=town.officer())).status_code == 403
    assert (await client.get(path, headers={**acting, "Onedoor-Council": "northmere"})).status_code == 403
    assert (await client.get(path)).status_code == 401
    assert (await get(client, town, person, str(new_id()))).status_code == 404
    erasure = await asked(client, town, person, "erasure")
    assert (await get(client, town, person, erasure)).status_code == 404  # there is none of it
    again = await client.post("/me/rights-requests", json={"right": "access"}, headers=me(town, person))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/right-asked-already")


async def test_what_lies_in_the_object_store_is_opened_as_nothing_else_and_only_whole(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    objects, request = town[OWN].inner.ground.objects, str(new_id())
    kept = await put(town, request, "case-crm", {"note": "a planted word"})

    async def read(kept: Kept, about: str) -> bytes:
        return b"".join([piece async for piece in objects.read(kept, about=about)])

    about = part_of(UUID(request), "case-crm")
    assert b"a planted word" in await read(kept, about)
    broken = [
        (kept, part_of(UUID(request), "feedback")),
        (Kept(kept.object, "0" * 64, kept.size), about),
        (Kept(kept.object, kept.sha256, kept.size + 1), about),
        (Kept(new_id().hex, kept.sha256, kept.size), about),
    ]
    for wrong, said_to_be in broken:
        with pytest.raises(Spoilt):
            await read(wrong, said_to_be)


async def test_what_was_begun_and_not_finished_is_taken_out_again(town: Platform) -> None:
    objects, before = town[OWN].inner.ground.objects, await lying(town)

    async def fails() -> AsyncIterator[bytes]:
        yield b"x" * 1_000_000
        raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="a fault"):
        await objects.put(fails(), about="anything")
    assert await lying(town) == before
    await objects.put(lines({"note": "whole"}), about="anything")
    assert await lying(town) > before


async def lying(town: Platform) -> int:
    """How many pieces lie in the object store."""
    info = await town[OWN].inner.stream.client.jsm().stream_info(PACKAGES_STREAM)
    return int(info.state.messages)


async def test_a_part_is_handed_in_although_the_first_try_failed(
    town: Platform, client: httpx.AsyncClient, register: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects, puts = town[OWN].inner.packing, []
    real = town[OWN].inner.ground.objects.bucket.put

    async def fails_once(content: Any) -> Kept:
        puts.append(content)
        if len(puts) == 1:
            raise TimeoutError
        kept: Kept = await real(content)
        return kept

    monkeypatch.setattr(town[OWN].inner.ground.objects.bucket, "put", fails_once)
    person = await register()
    request = await asked(client, town, person)

    async def tried() -> bool:
        return len(puts) == 1

    await town.until(tried)
    assert (await shown(client, town, person, request))["holders"][0]["answered_at"] is None
    assert objects.rings
    town.step(seconds=31)
    await until(client, town, person, request, answered={OWN})


async def test_what_they_told_us_they_can_take_elsewhere(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    from jsonschema import validate

    person = await register(full_name="Priya Nair")
    told = {"kind": "known_as", "value": '=HYPERLINK("https://example.org")', "channel": "phone"}
    answer = await client.post(f"/persons/{person['person_id']}/facts", json=told, headers=town.officer())
    assert answer.status_code == 200, answer.text
    request = await asked(client, town, person, "portability")
    for service in OTHERS:
        await hand_in(town, nats, person, request, service)
    await until(client, town, person, request, status="ready", unanswered=[])
    found = await files(client, town, person, request)
    assert [*found] == ["your-data.json", "your-data.schema.json", "facts.csv", "index.html"]
    data = json.loads(found["your-data.json"])
    validate(data, json.loads(found["your-data.schema.json"]))
    assert data["format"] == "onedoor-portable-data/1"
    assert [each["service"] for each in data["services"]] == [*HOLDERS]
    own = {each["table"]: each["records"] for each in data["services"][0]["tables"]}
    told = {"fact", "contact_of_person", "protected_address", "consents_of_person"}
    assert {*own} == told | {"equality_profile", "equality_note"}
    assert {fact["kind"]: fact["value"] for fact in own["fact"]}["full_name"] == "Priya Nair"
    header, *rows = found["facts.csv"].splitlines()
    assert header == "kind,value,effective_from,effective_to,told_at,current"
    assert any(row.startswith("full_name,Priya Nair,,,") for row in rows)
    assert any(row.startswith("known_as,\"'=HYPERLINK") for row in rows)  # nothing there is a formula


async def test_what_was_lost_is_asked_for_again_and_made_anew(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person = await register()
    request = await asked(client, town, person)
    for service in OTHERS:
        await hand_in(town, nats, person, request, service)
    await until(client, town, person, request, status="ready", unanswered=[])
    await town[OWN].inner.stream.client.jsm().purge_stream(PACKAGES_STREAM)
    gone = await get(client, town, person, request)
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/package-gone")
    assert await asked(client, town, person) == request
    await until(client, town, person, request, status="under_way", answered={OWN})
    for service in OTHERS:
        await hand_in(town, nats, person, request, service)
    await until(client, town, person, request, status="ready", unanswered=[])
    assert "What is missing" not in (await files(client, town, person, request))["index.html"]


async def test_parts_that_were_lost_are_taken_in_again_with_a_late_one(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person = await register()
    request = await asked(client, town, person)
    for service in OTHERS[1:]:
        await hand_in(town, nats, person, request, service)
    await until(client, town, person, request, answered={OWN, *OTHERS[1:]})
    town.step(hours=2)
    await until(client, town, person, request, status="ready", unanswered=["case-crm"])
    await town[OWN].inner.stream.client.jsm().purge_stream(PACKAGES_STREAM)
    await hand_in(town, nats, person, request, "case-crm")
    await until(client, town, person, request, status="ready", answered={OWN, "case-crm"})
    for service in OTHERS[1:]:
        await hand_in(town, nats, person, request, service)
    await until(client, town, person, request, status="ready", answered={*HOLDERS}, unanswered=[])
    assert "What is missing" not in (await files(client, town, person, request))["index.html"]


async def test_while_the_broker_is_away_nothing_is_lost(
    town: Platform, client: httpx.AsyncClient, nats: Nats, register: Registers
) -> None:
    person = await register()
    request = await asked(client, town, person)
    for service in OTHERS:
        await hand_in(town, nats, person, request, service)
    await until(client, town, person, request, status="ready")
    nats.stop()
    try:
        away = await get(client, town, person, request)
        assert away.status_code == 503
        other = await client.post("/me/rights-requests", json={"right": "portability"}, headers=me(town, person))
        assert other.status_code == 201
    finally:
        nats.start()
    await until(client, town, person, other.json()["id"], answered={OWN})
    assert (await get(client, town, person, request)).status_code == 200
