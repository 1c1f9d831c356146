"""Files of cases in S3, or in what speaks as it does, where an installation says so: as they lie with the broker otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
import obstore
import pytest
from case_crm.app import service
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.objects import Spoilt
from common.testing.attaching import PICTURE, attach, case_of, fetch, lies, me, take_away
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from moto.server import ThreadedMotoServer

WHERE = b"<CreateBucketConfiguration><LocationConstraint>eu-west-2</LocationConstraint></CreateBucketConfiguration>"
AS_ANYWHERE = {"AWS_REGION": "eu-west-2", "AWS_ACCESS_KEY_ID": "files", "AWS_SECRET_ACCESS_KEY": "of-cases"}


class S3:
    """A store of objects in memory, on a port that it keeps."""

    def __init__(self) -> None:
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()
        self.port = self.server.get_host_and_port()[1]

    def stop(self) -> None:
        self.server.stop()


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    store = S3()
    httpx.put(f"{store.url}/files", content=WHERE).raise_for_status()
    with pytest.MonkeyPatch.context() as told:
        for name, value in (AS_ANYWHERE | {"AWS_ENDPOINT_URL": store.url}).items():
            told.setenv(name, value)
        yield store
    store.stop()


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats, s3: S3) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service], attachments_in="s3://files/of/cases") as running:
        yield running


def store(town: Platform) -> Any:
    return town["case-crm"].inner.keeping.shelf.bucket


async def there(town: Platform, file: str) -> bytes:
    """What the store itself holds of a file."""
    return bytes((await obstore.get_async(store(town).store, UUID(file).hex)).bytes())


async def put(town: Platform, file: str, content: bytes) -> None:
    await obstore.put_async(store(town).store, UUID(file).hex, content)


async def test_a_file_lies_there_sealed_is_fetched_and_goes_when_it_is_taken_away(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    assert UUID(file).hex in await lies(town)
    content = await there(town, file)
    assert len(content) > len(PICTURE)
    assert PICTURE[:8] not in content
    fetched = await fetch(town, case, file, who)
    assert (fetched.status_code, fetched.content[:8]) == (200, PICTURE[:8])
    assert (await take_away(town, case, file, who)).is_success

    async def gone() -> bool:
        return UUID(file).hex not in await lies(town)

    await town.until(gone)


async def test_whatever_no_row_names_is_swept(town: Platform) -> None:
    shelf = town["case-crm"].inner.keeping.shelf
    old = UUID(int=new_id().int - (3 * 3600 * 1000 << 80))
    await shelf.put(old, b"its row is gone", key=bytes(32))
    town.step(minutes=11)

    async def swept() -> bool:
        return old.hex not in await lies(town)

    await town.until(swept)


@pytest.mark.parametrize("how", ["gone", "other", "shorter"])
async def test_what_is_not_there_as_it_was_put_is_said_to_be_gone(town: Platform, how: str) -> None:
    who = me(town)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    lay = await there(town, file)
    if how == "gone":
        await store(town).remove(UUID(file).hex)
    else:
        changed = lay[:-1] if how == "shorter" else lay[:-1] + bytes([lay[-1] ^ 1])
        await put(town, file, changed)
    answer = await fetch(town, case, file, who)
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/file-gone")


async def test_a_large_object_is_read_in_pieces_and_a_spoilt_one_not_to_its_end(town: Platform) -> None:
    shelf, name, key = town["case-crm"].inner.keeping.shelf, new_id(), bytes(range(32))
    content = bytes(range(256)) * 16_000
    kept = await shelf.put(name, content, key=key)
    assert b"".join([piece async for piece in shelf.read(kept, key=key)]) == content
    spoilt = bytearray(await there(town, str(name)))
    spoilt[len(spoilt) // 2] ^= 1
    await put(town, str(name), bytes(spoilt))
    with pytest.raises(Spoilt):
        async for _ in shelf.read(kept, key=key):
            pass


async def test_while_the_store_is_away_nothing_is_attached_and_later_it_is(town: Platform, s3: S3) -> None:
    who = me(town)
    case = await case_of(town, who)
    s3.stop()
    refused = await attach(town, case, who, **{"Idempotency-Key": "a"})
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/not-now")
    s3.start()
    attached = await attach(town, case, who, **{"Idempotency-Key": "a"})
    assert attached.status_code == 201, attached.text
    assert len(await town.get("case-crm", f"/cases/{case}/attachments", who)) == 1
