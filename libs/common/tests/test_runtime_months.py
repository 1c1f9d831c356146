"""The said log goes on however long nobody migrates: nothing is refused, look-ups keep their index, and months are made good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.schema.migrations import migrate
from common.runtime.store.database import on_behalf_of
from common.testing import plans
from common.testing.databases import owner_address
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.hearer.app import service as hearer
from common.testing.toy.speaker import app
from common.testing.toy.speaker.app import service as speaker

TWO_YEARS = timedelta(days=731)
BY_KEY = "SELECT * FROM onedoor.said WHERE (aggregate_id, aggregate, version) = ($1, 'tally', 1)"
IN_ORDER = "SELECT * FROM onedoor.said WHERE id > $1 ORDER BY id LIMIT 10"
PARTITION = """
SELECT c.relname AS of, s.version FROM onedoor.said s JOIN pg_class c ON c.oid = s.tableoid
WHERE s.aggregate_id = $1 ORDER BY s.version
"""


@pytest.fixture
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [speaker, hearer]) as running:
        yield running


def later(by: timedelta) -> UUID:
    """An id as it is minted after that time."""
    return UUID(int=new_id().int + (int(by.total_seconds() * 1000) << 80))


def month_of(identifier: UUID) -> str:
    born = datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)
    return f"said_{born.year}_{born.month:02d}"


def me(town: Platform) -> dict[str, str]:
    return {**town.officer("northmere"), "Onedoor-Council": "northmere"}


async def tally_born(town: Platform, monkeypatch: pytest.MonkeyPatch, made: UUID) -> httpx.Response:
    """A tally with this id, over HTTP, as the service makes it."""
    monkeypatch.setattr(app, "new_id", lambda: made)
    answer = await town["toy-speaker"].client.post("/tallies", json={"amount": 1}, headers=me(town))
    assert (answer.status_code, answer.json().get("id")) == (201, str(made)), answer.text
    return answer


async def lies_in(town: Platform, made: UUID) -> list[tuple[str, int]]:
    return [(row["of"], row["version"]) for row in await town.sql("toy-speaker", PARTITION, made)]


def migrated(servers: Servers, town: Platform, *, after: timedelta) -> None:
    database = town.databases["toy-speaker"].rpartition("/")[2]
    migrate(owner_address(servers, speaker, database), speaker, now=datetime.now(UTC) + after)


async def test_a_service_that_nobody_migrated_for_two_years_writes_and_is_heard(
    town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = later(TWO_YEARS)
    await town.heard(await tally_born(town, monkeypatch, made))
    added = await town["toy-speaker"].client.post(f"/tallies/{made}/additions", json={"amount": 1}, headers=me(town))
    assert added.status_code == 200
    await town.heard(added)
    assert await lies_in(town, made) == [("said_other", 1), ("said_other", 2)]


async def test_what_lies_in_the_default_is_looked_up_by_an_index(
    town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = later(TWO_YEARS)
    await tally_born(town, monkeypatch, made)
    born = "SELECT uuidv7(interval '731 days' + random() * interval '90 days') AS id FROM generate_series(1, 20000)"
    await town.sql(
        "toy-speaker",
        "INSERT INTO onedoor.said (aggregate_id, aggregate, version, id, name, council, actor_kind, actor_id, "
        f"correlation_id, occurred, recorded, data) SELECT id, 'tally', 1, uuidv7(), 'tally.started', 'northmere', "
        f"'officer', 'sam', id, now(), now(), '{{}}' FROM ({born}) s",
    )
    await town.sql("toy-speaker", "ANALYZE onedoor.said")
    async with town["toy-speaker"].inner.database.begin(
        "hearer", on_behalf_of(council=None), reading=True
    ) as connection:
        found = await plans.ran(connection, BY_KEY, made)
        walked = await plans.ran(connection, IN_ORDER, new_id())
    assert [*plans.faults(found)] == []
    assert [fault for fault in plans.faults(walked) if "said_other" in fault] == []  # the others are empty here
    assert {node.get("Relation Name") for node in plans.nodes(found)} - {None} == {"said_other"}


async def test_the_next_migration_puts_everything_into_its_month_and_versions_go_on(
    town: Platform, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, made = later(timedelta(days=600)), later(TWO_YEARS)
    for born in (early, made):
        await town.heard(await tally_born(town, monkeypatch, born))
    derived = UUID("5a0e0e5c-0000-5000-8000-000000000000")  # far from every month, as ids that are derived may be
    await tally_born(town, monkeypatch, derived)

    for _ in range(2):  # the second finds nothing to do
        migrated(servers, town, after=TWO_YEARS)
        assert await lies_in(town, early) == [(month_of(early), 1)]
        assert await lies_in(town, made) == [(month_of(made), 1)]
        assert await lies_in(town, derived) == [("said_other", 1)]
    for born in (early, made, derived):
        added = await town["toy-speaker"].client.post(
            f"/tallies/{born}/additions", json={"amount": 1}, headers=me(town)
        )
        assert added.status_code == 200
        await town.heard(added)
    assert await lies_in(town, made) == [(month_of(made), 1), (month_of(made), 2)]


async def test_one_version_cannot_be_said_twice_across_a_month_made_late(
    town: Platform, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = later(TWO_YEARS)
    await tally_born(town, monkeypatch, made)
    migrated(servers, town, after=TWO_YEARS)
    copied: Any = await town.sql(
        "toy-speaker",
        "INSERT INTO onedoor.said SELECT * FROM onedoor.said WHERE aggregate_id = $1 ON CONFLICT DO NOTHING RETURNING id",
        made,
    )
    assert copied == []


async def test_no_serving_role_may_reach_a_month_made_late(
    town: Platform, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = later(TWO_YEARS)
    await tally_born(town, monkeypatch, made)
    migrated(servers, town, after=TWO_YEARS)
    granted = await town.sql(
        "toy-speaker",
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'toy_speaker_%' AND rolname <> 'toy_speaker_owner' "
        "AND has_table_privilege(rolname, $1, 'SELECT, INSERT, UPDATE, DELETE')",
        f"onedoor.{month_of(made)}",
    )
    assert granted == []
