"""Evidence is made again from what its owners said, under the numbers that were drawn before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import nats as driver
import orjson
from common.contracts.cases import Status
from common.contracts.feedback import FeedbackInvited
from common.runtime.envelope import to_headers
from common.runtime.ids import new_id
from common.testing.stream import Row, said

CONSUMER = "review-engine-gather-evidence"
TABLES = ("evidence", "birth_month", "pseudonym", "journey_of")


async def everything(town: Any) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    found = {}
    for table in TABLES:
        rows = await town.sql(f"SELECT to_jsonb(t)::text AS whole FROM {table} t ORDER BY 1")
        found[table] = [row["whole"] for row in rows]
    return found


async def owners(town: Any, rows: list[Row]) -> Any:
    """Stand in for every owner: whoever is asked says again what there is of theirs, and that it was all."""
    client = await driver.connect(town.nats.url(), allow_reconnect=False)

    async def say_again(message: Any) -> None:
        ask, speaker = orjson.loads(message.data), message.subject.rpartition(".")[2]
        for row in rows:
            if row["aggregate"] in ask["aggregates"]:
                to = f"again.{ask['consumer']}.{row['aggregate']}.{row['name']}"
                await client.jetstream().publish(
                    to, orjson.dumps(row["data"]), headers=to_headers(row, speaker=speaker)
                )
        done = orjson.dumps({"speaker": speaker})
        await client.jetstream().publish(f"again.{ask['consumer']}.done", done)

    await client.subscribe("ask.again.*", cb=say_again)
    return client


async def test_a_rebuild_gives_the_same_evidence_under_the_same_numbers(
    town: Any, tale: Callable[..., Any], birth: Callable[..., Row]
) -> None:
    rows: list[Row] = []
    for day in ("1950-02-17", "1957-08-23", "2001-01-01"):
        person = new_id()
        case = tale(person=person).opened().touched().resolved().closed()
        invited = FeedbackInvited(
            case_id=case.case,
            service="missed_bin",
            case_channel=case.channel,
            ended_as=Status.RESOLVED,
            expires_at=case.at + timedelta(days=28),
        )
        letter = said(invited, new_id(), 1, person_id=person, occurred=case.at - timedelta(minutes=30))
        rows += [letter, birth(person, "1999-09-09"), *case.rows, birth(person, day, version=2)]
    await town.hear(rows)
    before = await everything(town)
    assert [len(before[table]) for table in TABLES] == [15, 3, 3, 6]
    await town.sql("UPDATE evidence SET activity = 'spoilt', sequence = 7, age_band = 'spoilt'")
    speaking = await owners(town, rows)
    again = town.platform["review-engine"].inner.again
    await again.rebuilds.start(CONSUMER)

    async def rebuilt() -> bool:
        return not await town.sql("SELECT FROM onedoor.rebuild")

    await town.platform.until(rebuilt, seconds=30)
    await speaking.close()
    assert await everything(town) == before
