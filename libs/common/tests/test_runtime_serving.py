"""Starting, readiness, traces and the clock of a running service."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.schema.migrations import create_database
from common.runtime.settings import CannotServe, Settings
from common.runtime.store.database import on_behalf_of
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers
from common.testing.toy.hearer.app import service as hearer
from common.testing.toy.speaker.app import service as speaker


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [speaker, hearer]) as running:
        yield running


def told(town: Platform, **changes: Any) -> dict[str, Any]:
    return town.told["toy-speaker"].model_dump() | changes


REAL = {"clock_file": None, "issuer": "https://issuer.example", "resident_issuer": "https://account.example"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"clock_file": Path("/tmp/clock.json"), "issuer": "https://issuer.example"}, "keeps real time"),  # noqa: S108
        ({"clock_file": None}, "refuses tokens of the local issuer"),
        ({"clock_file": None, "issuer": "https://issuer.example"}, "refuses tokens of the local issuer"),
        ({**REAL, "key_file": None}, "keeps nothing sensitive open"),
        ({**REAL, "public_keys": None}, "keeps nothing sensitive open"),
        (REAL, "sends its messages"),
        ({**REAL, "partner_issuer": "http://partners.example"}, "partners sign in by https alone"),
    ],
)
def test_production_refuses_what_is_for_demonstrations(town: Platform, change: dict[str, Any], said: str) -> None:
    with pytest.raises(CannotServe, match=said):
        Settings(**told(town, profile="production", **change))


async def test_production_shows_no_interactive_documentation(town: Platform) -> None:
    changes = {"profile": "production", "outbox": None, **REAL}
    async with serving(speaker, Settings(**told(town, **changes))) as quiet:
        assert (await quiet.client.get("/docs")).status_code == 404
        assert (await quiet.client.get("/openapi.json")).status_code == 404
    assert (await town["toy-speaker"].client.get("/docs")).status_code == 200
    assert (await town["toy-speaker"].client.get("/openapi.json")).json()["openapi"] == "3.1.0"


async def test_the_documentation_page_asks_nobody_else_for_anything(town: Platform) -> None:
    client = town["toy-speaker"].client
    page = (await client.get("/docs")).text
    asked = re.findall(r"""(?:src|href|url)\s*[=:]\s*["']([^"']+)""", page)
    assert "docs/assets/swagger-ui-bundle.js" in asked
    for place in asked:
        assert "//" not in place
        assert (await client.get(f"/{place}")).status_code == 200


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS"])
async def test_a_service_does_not_start_with_a_role_that_sees_everything(
    town: Platform, servers: Servers, power: str
) -> None:
    role = "toy_speaker_officer"
    with psycopg.connect(servers.admin, autocommit=True) as admin:
        admin.execute(f"ALTER ROLE {role} {power}")
        try:
            with pytest.raises(CannotServe, match="bypasses row-level security"):
                async with serving(speaker, town.told["toy-speaker"]):
                    pass
        finally:
            create_database(servers.admin, speaker, password=servers.password, name="toy_speaker_template")
            admin.execute(f"ALTER ROLE {role} NO{power}")


async def test_a_service_does_not_start_as_the_owner_of_its_tables(town: Platform) -> None:
    address = town.told["toy-speaker"].database_url.get_secret_value().replace("{role}", "owner")
    with pytest.raises(CannotServe, match="owns tables"):
        async with serving(speaker, Settings(**told(town, database_url=address))):
            pass


async def test_readiness_turns_red_within_five_seconds_of_a_part_dying_and_green_when_it_is_back(
    town: Platform,
) -> None:
    running = town["toy-hearer"]
    part = next(part for part in running.inner.parts.parts if part.name == "hearing keep_copies")
    honest, part.run = part.run, _dies
    running.inner.parts.restart(part.name)

    async def red() -> bool:
        answer = await running.client.get("/ready")
        named = [each["name"] for each in answer.json()["parts"] if not each["ready"]]
        return answer.status_code == 503 and part.name in named

    async def green() -> bool:
        return (await running.client.get("/ready")).status_code == 200

    await town.until(red, seconds=5)
    part.run = honest
    await town.until(green, seconds=15)


async def _dies() -> None:
    raise RuntimeError("a part dies")


async def test_the_clock_is_one_for_all_services_and_steps(town: Platform) -> None:
    town.at("2027-03-01T09:00:00+00:00")
    assert town["toy-hearer"].inner.clock.now().isoformat().startswith("2027-03-01T09:00:0")
    town.step(days=12)
    assert town["toy-speaker"].inner.clock.now().isoformat().startswith("2027-03-13T09:00:0")
    me = {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    made = await town["toy-speaker"].client.post("/tallies", json={"amount": 1}, headers=me)
    rows = await town.sql(
        "toy-speaker", "SELECT occurred FROM onedoor.said WHERE aggregate_id = $1::uuid", made.json()["id"]
    )
    assert rows[0]["occurred"].date().isoformat() == "2027-03-13"


def spans(town: Platform, service: str) -> list[dict[str, Any]]:
    town[service].inner.traces.force_flush()
    store = sqlite3.connect(town.home / "traces" / f"{service}.db")
    store.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in store.execute("SELECT * FROM span ORDER BY started")]
    finally:
        store.close()


async def test_one_trace_runs_from_the_request_to_every_subscriber_and_a_later_request_is_linked(
    town: Platform,
) -> None:
    client, me = town["toy-speaker"].client, {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    made = await client.post("/tallies", json={"amount": 1}, headers=me)
    added = await client.post(f"/tallies/{made.json()['id']}/additions", json={"amount": 1}, headers=me)
    await town.heard(added)
    story = made.headers["Onedoor-Correlation"]
    said = [span for span in spans(town, "toy-speaker") if span["correlation_id"] == story]
    heard = [span for span in spans(town, "toy-hearer") if span["correlation_id"] == story]
    assert [span["name"] for span in said] == ["POST /tallies", "POST /tallies/{tally_id}/additions"]
    assert [span["name"] for span in heard] == ["hear tally.started", "hear tally.added"]
    assert [(span["trace_id"], span["parent_id"]) for span in heard] == [(s["trace_id"], s["span_id"]) for s in said]
    assert json.loads(said[1]["links"]) == [[said[0]["trace_id"], said[0]["span_id"]]]


async def test_nothing_that_a_person_typed_is_in_a_span(town: Platform) -> None:
    client = town["toy-speaker"].client
    planted = ["Priya", "07700900031", "QQ123456C", "Quay"]
    me = {**town.resident(new_id()), "Onedoor-Council": "northmere", "User-Agent": "Priya"}
    await client.post("/tallies?name=Priya", json={"amount": "Quay Street 07700900031"}, headers=me)
    await client.get("/Priya/Quay", headers=me)
    await client.get("/tallies/QQ123456C", headers=me)
    await client.get("/faults?phone=07700900031", headers=me)
    kept = json.dumps(spans(town, "toy-speaker"))
    assert [word for word in planted if word in kept] == []
    assert "GET /faults" in kept


async def test_a_read_by_itself_leaves_nothing_behind_on_its_connection(town: Platform) -> None:
    database = town["toy-speaker"].inner.database  # its pool for partners has one connection
    settings = "SELECT current_setting('onedoor.partner') AS partner, current_setting('onedoor.persons') AS persons"
    somebody = on_behalf_of(council=None, partner="frs-nsfr", persons=[new_id()])
    (row,) = await database.read("partner", somebody, settings, [])
    assert (row["partner"], row["persons"]) == (somebody.partner, somebody.persons)
    async with database.begin("partner", on_behalf_of(council=None)) as connection:
        assert tuple(await connection.fetchrow(settings)) == ("", "{}")
    (row,) = await database.read("partner", on_behalf_of(council=None), settings, [])
    assert tuple(row) == ("", "{}")
