"""Where files of cases lie: sealed, for as long as their rows, and swept where no row leads to them."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from case_crm.commands import attachments
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.saying import bucket
from common.runtime.sealed import token_of
from common.testing.attaching import PICTURE, attach, case_of, fetch, lies, me
from common.testing.platform import Platform


async def test_what_lies_in_the_object_store_is_sealed_under_a_key_that_lies_sealed_in_the_row(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    [row] = await town.sql("case-crm", "SELECT name, lies FROM attachment WHERE id = $1", UUID(file))
    assert token_of(row["name"])
    assert (token_of(row["lies"]) or "").startswith("v1.special.")
    there = town["case-crm"].inner.stream.client.jetstream()
    piece = await there.get_last_msg("OBJ_attachments", f"$O.attachments.C.{UUID(file).hex}")
    assert PICTURE[:3] not in piece.data[:64]


KILLED = """
import asyncio, sys
from uuid import UUID
from common.runtime.keeping.shelf import SealedShelf
from common.runtime.saying import bucket
from common.runtime.saying.stream import Stream

async def halfway():
    yield b"half"
    print("halfway", flush=True)
    await asyncio.Event().wait()

async def main(url, name):
    stream = Stream(url, name="case-crm")
    running = asyncio.create_task(stream.run())
    await bucket.Bucket(stream, "attachments").put(halfway(), name=name)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_what_a_killed_upload_left_and_what_lost_its_row_is_swept_and_nothing_else(
    town: Platform, nats: Nats
) -> None:
    who = me(town)
    case = await case_of(town, who)
    kept = UUID((await attach(town, case, who)).json()["attachment_id"])
    under_way, half, rowless = new_id(), id_of(hours=2), id_of(hours=3)
    shelf = town["case-crm"].inner.keeping.shelf
    await shelf.put(under_way, b"its row is about to be written", key=bytes(32))
    await shelf.put(rowless, b"its row is gone", key=bytes(32))
    command = (sys.executable, "-c", KILLED, nats.url(), half.hex)
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout
    assert (await process.stdout.readline()).strip() == b"halfway"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert {half.hex, rowless.hex} <= {*await lies(town)}
    town.step(minutes=11)

    async def swept() -> bool:
        return not {half.hex, rowless.hex} & {*await lies(town)}

    await town.until(swept)
    assert {kept.hex, under_way.hex} <= {*await lies(town)}
    assert (await fetch(town, case, str(kept), who)).status_code == 200


def id_of(**ago: float) -> UUID:
    """An id as it was made some time ago."""
    made = int((datetime.now(UTC) - timedelta(**ago)).timestamp() * 1000)
    return UUID(int=made << 80 | new_id().int & (1 << 80) - 1)


async def test_a_file_that_is_there_no_longer_is_said_to_be_gone(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    await town["case-crm"].inner.keeping.shelf.remove(UUID(file))
    answer = await fetch(town, case, file, who)
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/file-gone")


async def test_while_the_object_store_is_away_nothing_is_attached_and_later_it_is(
    town: Platform, nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "ANSWERS_WITHIN", 0.5)
    who = me(town)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    nats.stop()
    try:
        for answer in (await attach(town, case, who, **{"Idempotency-Key": "a"}), await fetch(town, case, file, who)):
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-now")
    finally:
        nats.start()
    monkeypatch.undo()
    answer = await attach(town, case, who, **{"Idempotency-Key": "a"})
    assert answer.status_code == 201, answer.text
    assert len(await town.get("case-crm", f"/cases/{case}/attachments", who)) == 2


@pytest.fixture
def real_time(town: Platform) -> Iterator[None]:
    yield
    town.step(seconds=-town.clock.offset().total_seconds())


@pytest.mark.usefixtures("real_time")
async def test_a_file_goes_with_its_case_once_that_was_kept_for_its_time(
    town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "UPLOADED_WITHIN", timedelta(0))  # of real time, which does not pass here
    who = me(town)
    case, other = await case_of(town, who), await case_of(town, who)
    file, stays = [(await attach(town, each, who)).json()["attachment_id"] for each in (case, other)]
    await town.post("case-crm", f"/cases/{case}/transitions", {"transition": "withdraw"}, who)
    town.step(days=6 * 366)

    async def rows() -> set[str]:
        found = await town.sql("case-crm", "SELECT id FROM attachment WHERE id = ANY ($1)", [UUID(file), UUID(stays)])
        return {str(row["id"]) for row in found}

    async def only_the_other() -> bool:
        return await rows() == {stays}

    await town.until(only_the_other, seconds=30)
    town.step(days=1, minutes=1)

    async def swept() -> bool:
        return UUID(file).hex not in await lies(town)

    await town.until(swept, seconds=30)
    assert UUID(stays).hex in await lies(town)
