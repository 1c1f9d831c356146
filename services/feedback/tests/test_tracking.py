"""Whoever holds a tracking reference sees how things stand, without signing in and without a person in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from common.contracts.cases import CaseReopened
from common.runtime.ids import new_id, new_tracking_reference
from common.runtime.store.database import on_behalf_of
from common.testing.platform import Platform

MORNING, NOON = datetime(2026, 12, 14, 9, 30, tzinfo=UTC), datetime(2026, 12, 14, 12, tzinfo=UTC)


async def test_a_reference_shows_how_it_stands_and_how_it_came_there(town: Platform, case: Callable[..., Any]) -> None:
    each = case(person=new_id())
    each.opened(occurred=MORNING)
    each.moved(occurred=NOON)
    answer = await (await each.told()).track()
    assert answer.json() == {
        "title": "Report a missed bin",
        "council": "northmere",
        "status": "in_progress",
        "told_to_resident": "The crew has been told to come back.",
        "opened_at": "2026-12-14T09:30:00Z",
        "changed_at": "2026-12-14T12:00:00Z",
        "steps": [
            {"at": "2026-12-14T09:30:00Z", "status": "submitted", "told_to_resident": "We have your report."},
            {
                "at": "2026-12-14T12:00:00Z",
                "status": "in_progress",
                "told_to_resident": "The crew has been told to come back.",
            },
        ],
        "feedback_invited": False,
        "feedback_until": None,
    }


async def test_a_reference_is_read_however_it_was_typed(town: Platform, case: Callable[..., Any]) -> None:
    each = await case().has_ended()
    client = town["feedback"].client
    plain = each.tracking.replace("-", "")
    for typed in (plain, plain.lower(), plain.replace("0", "o").replace("1", "l"), f" {each.tracking} "):
        assert (await client.get(f"/tracking/{typed}")).status_code == 200, typed


async def test_unknown_malformed_and_foreign_references_are_answered_alike(
    town: Platform, case: Callable[..., Any]
) -> None:
    each = await case(person=new_id()).has_ended()
    client = town["feedback"].client
    wrong = [
        new_tracking_reference(),
        each.tracking[:-1] + ("A" if each.tracking[-1] != "A" else "B"),
        "NBC-00009T-5",
        str(each.id),
        "nonsense",
        "%00",
        "é" * 20,
        "9" * 4000,
        "'; DROP TABLE tracking; --",
    ]
    for reference in wrong:
        read = await client.get(f"/tracking/{reference}")
        written = await client.post(f"/tracking/{reference}/feedback", json={"rating": 3})
        assert read.status_code == written.status_code == 404, reference
        assert read.json() == written.json(), reference
        assert read.json() == {"type": "/problems/not-found", "title": "We cannot find that.", "status": 404}


async def test_the_page_is_the_same_whoever_comes(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id()).has_ended()
    open_to_all = await each.track()
    callers = [
        town.resident(),
        town.officer("southholt"),
        town.officer("northmere", "southholt"),
        town.bearer("partner", "frs-nsfr", ["northmere"]),
        town.bearer("reviewer", "reviewer-1", ["southholt"]),
        {"Authorization": "Bearer expired"},
    ]
    for headers in callers:
        answer = await each.track(**headers)
        assert (answer.status_code, answer.json()) == (200, open_to_all.json())


async def test_the_page_holds_no_person_no_reference_and_no_reason(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id()).has_ended()
    text = (await each.track()).text
    for hidden in (str(each.person), str(each.id), "NBC-", "Mrs Example", "officer"):
        assert hidden not in text
    columns = await town.sql(
        "feedback", "SELECT column_name FROM information_schema.columns WHERE table_name = 'tracking'"
    )
    assert not {"person_id", "reference"} & {row["column_name"] for row in columns}
    kept = await town.sql("feedback", "SELECT to_jsonb(t)::text AS row FROM tracking t WHERE case_id = $1", each.id)
    assert str(each.person) not in kept[0]["row"]
    assert each.tracking not in kept[0]["row"]


async def test_feedback_is_invited_from_the_ending_until_its_answer(town: Platform, case: Callable[..., Any]) -> None:
    each = await case().has_ended()
    page = (await each.track()).json()
    assert page["feedback_invited"] is True
    until = datetime.fromisoformat(page["feedback_until"])
    assert (until - each.rows[-1]["recorded"]).days == 28
    assert (await each.answer({"rating": 5})).status_code == 201
    page = (await each.track()).json()
    assert (page["feedback_invited"], page["feedback_until"]) == (False, None)
    await each.told(each.moved(CaseReopened))
    assert (await each.track()).json()["feedback_invited"] is False
    await each.told(each.ended())
    assert (await each.track()).json()["feedback_invited"] is True


async def test_the_public_role_reads_tracking_and_nothing_else(town: Platform, case: Callable[..., Any]) -> None:
    await case(person=new_id()).has_ended()
    database = town["feedback"].inner.database
    async with database.begin("public", on_behalf_of(council=None), reading=True) as connection:
        assert await connection.fetchval("SELECT count(*) FROM tracking") > 0
    refused = [f'SELECT * FROM "{table}"' for table in ("transaction", "invitation", "seen", "watched_case")]
    refused += [f"SELECT {column} FROM submission" for column in ("rating", "comment", "person_id", "*")]
    refused += ["UPDATE tracking SET title = ''", "DELETE FROM tracking", "UPDATE submission SET rating = 5"]
    for change in refused:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.begin("public", on_behalf_of(council="northmere")) as connection:
                await connection.execute(change)
