"""Files of cases: taken as what they are, cleaned, sealed, shown to whom the case is shown, and gone without their row."""

from __future__ import annotations

import asyncio
import hashlib
import io
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import httpx
import pytest
from case_crm.app import service
from case_crm.commands import attachments
from common.contracts.people import FactsProtected
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.saying import bucket
from common.runtime.sealed import token_of
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from PIL import Image
from pypdf import PdfReader, PdfWriter

BIN = {"address": "14 Weavers Row", "bin": "Rubbish"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CLEARED = ["cases:read", "cases:write", "protection:read"]
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WHO = "Margaret Hartley"


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service], largest_file_mb=1) as running:
        yield running


def picture(form: str = "JPEG") -> bytes:
    """A picture that says with what it was taken, and that it is to be turned."""
    said_of_it, out = Image.Exif(), io.BytesIO()
    said_of_it[0x0110], said_of_it[0x0112], said_of_it[0x013B] = "Camera 7", 6, WHO
    Image.new("RGB", (40, 30), "teal").save(out, form, exif=said_of_it.tobytes())
    return out.getvalue()


def paper(*, password: str | None = None) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": WHO})
    writer.add_attachment("within.txt", b"within")
    if password:
        writer.encrypt(password, algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def letter(**more: str) -> bytes:
    out = io.BytesIO()
    parts = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document xmlns:w='{W}'/>",
        "docProps/core.xml": WHO,
    }
    with ZipFile(out, "w") as packed:
        for name, text in {**parts, **more}.items():
            packed.writestr(name, text)
    return out.getvalue()


GOOD = {
    "image/jpeg": picture(),
    "image/png": picture("PNG"),
    "image/webp": picture("WEBP"),
    "application/pdf": paper(),
    DOCX: letter(),
}


def me(town: Platform, person: UUID | None = None) -> dict[str, str]:
    return {**town.resident(person or new_id()), "Onedoor-Council": "northmere"}


async def case_of(town: Platform, who: dict[str, str], **more: Any) -> str:
    body = {"service": "missed_bin", "channel": "online", "answers": BIN} | more
    return str((await town.post("case-crm", "/cases", body, who))["case_id"])


async def attach(
    town: Platform, case: str, who: dict[str, str], content: bytes | None = None, kind: str = "image/jpeg", **more: str
) -> httpx.Response:
    headers = {**who, "Content-Type": kind, "Content-Disposition": 'attachment; filename="the bin.jpg"', **more}
    path = f"/cases/{case}/attachments"
    return await town["case-crm"].client.post(path, content=content or GOOD["image/jpeg"], headers=headers)


async def fetch(town: Platform, case: str, attachment: str, who: dict[str, str]) -> httpx.Response:
    return await town["case-crm"].client.get(f"/cases/{case}/attachments/{attachment}", headers=who)


async def lies(town: Platform) -> list[str]:
    """The names of all objects in the bucket of attachments."""
    found: list[str] = await town["case-crm"].inner.keeping.shelf.bucket.names()
    return found


async def test_a_photograph_is_attached_and_fetched_as_it_looks_without_what_it_says(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    answer = await attach(town, case, who)
    assert answer.status_code == 201, answer.text
    added = answer.json()
    assert (added["name"], added["media_type"], added["scanned"]) == ("the bin.jpg", "image/jpeg", "not_scanned")
    assert (added["by"], added["protected"]) == ("resident", False)
    got = await fetch(town, case, added["attachment_id"], who)
    assert got.headers["content-disposition"] == 'attachment; filename="the bin.jpg"'
    assert (got.headers["content-type"], got.headers["x-content-type-options"]) == ("image/jpeg", "nosniff")
    assert (hashlib.sha256(got.content).hexdigest(), len(got.content)) == (added["sha256"], added["size"])
    shown = Image.open(io.BytesIO(got.content))
    assert (shown.size, dict(shown.getexif())) == ((30, 40), {})
    listed = await town.get("case-crm", f"/cases/{case}/attachments", who)
    assert listed == [added]


@pytest.mark.parametrize("kind", GOOD)
async def test_no_file_says_who_made_it(town: Platform, kind: str) -> None:
    who = me(town)
    case = await case_of(town, who)
    answer = await attach(town, case, who, GOOD[kind], kind)
    assert answer.status_code == 201, answer.text
    got = (await fetch(town, case, answer.json()["attachment_id"], who)).content
    assert WHO.encode() not in got
    if kind == DOCX:
        with ZipFile(io.BytesIO(got)) as packed:
            assert f'<w:document xmlns:w="{W}"/>'.encode() in packed.read("word/document.xml")
            assert b"coreProperties" in packed.read("docProps/core.xml")
    if kind == "application/pdf":
        read = PdfReader(io.BytesIO(got))
        assert (len(read.pages), read.metadata, dict(read.attachments)) == (1, None, {})


BAD = {
    "another kind": (paper(), "image/jpeg", 422, "not-what-it-says"),
    "only the beginning of a picture": (GOOD["image/jpeg"][:40], "image/jpeg", 422, "not-what-it-says"),
    "nonsense behind a beginning": (b"%PDF-1.7 nonsense", "application/pdf", 422, "not-what-it-says"),
    "a paper that is locked": (paper(password="shut"), "application/pdf", 422, "not-what-it-says"),
    "a letter with macros": (letter(**{"word/vbaProject.bin": "x"}), DOCX, 422, "not-what-it-says"),
    "an archive that is no letter": (letter()[:100], DOCX, 422, "not-what-it-says"),
    "a kind that is not taken": (b"<html>", "text/html", 415, "kind-not-taken"),
    "too much": (GOOD["image/jpeg"] + bytes(1024**2), "image/jpeg", 413, "too-large"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_of_it_is_kept(town: Platform, bad: str) -> None:
    content, kind, status, type_ = BAD[bad]
    who = me(town)
    case, before = await case_of(town, who), await lies(town)
    answer = await attach(town, case, who, content, kind)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{type_}")
    assert await lies(town) == before
    assert await town.get("case-crm", f"/cases/{case}/attachments", who) == []


async def test_what_a_file_is_called_is_safe_anywhere(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    names = {
        'attachment; filename="../../etc/pass\\"wd.exe"': "passwd.jpg",
        "attachment; filename*=UTF-8''Llun%20o%E2%80%99r%20bin%20gwyrdd%20%C5%B5.png": "Llun or bin gwyrdd ŵ.jpg",
        "attachment": "file.jpg",
        "attachment; filename*=utf-8''a; filename*0*=b'c'd": "file.jpg",
    }
    for sent, kept in names.items():
        answer = await attach(town, case, who, **{"Content-Disposition": sent})
        assert (answer.status_code, answer.json()["name"]) == (201, kept)
        got = await fetch(town, case, answer.json()["attachment_id"], who)
        assert "\\" not in got.headers["content-disposition"]
        assert got.headers["content-disposition"].isascii()


async def test_nobody_reads_or_adds_who_may_not_see_the_case(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    other = await case_of(town, me(town))
    strangers = (me(town), town.officer("southholt"), town.representative(new_id(), new_id(), may=["see", "tell"]))
    for stranger in strangers:
        headers = {**stranger, "Onedoor-Council": stranger.get("Onedoor-Council", "southholt")}
        assert (await attach(town, case, headers)).status_code in {403, 404}
        assert (await fetch(town, case, file, headers)).status_code in {403, 404}
    assert (await attach(town, case, me(town))).status_code == 404
    assert (await fetch(town, other, file, me(town))).status_code == 404
    assert (await fetch(town, other, file, town.officer())).status_code == 404
    assert (await attach(town, case, {})).status_code == 401
    assert (await attach(town, case, town.officer(permissions=["cases:read"]))).status_code == 403
    assert len(await town.get("case-crm", f"/cases/{case}/attachments", who)) == 1


async def test_an_officer_who_fetches_a_file_leaves_an_entry(town: Platform) -> None:
    person = new_id()
    case = await case_of(town, me(town, person))
    file = (await attach(town, case, town.officer())).json()["attachment_id"]
    assert (await fetch(town, case, file, town.officer())).status_code == 200
    looked = "SELECT data->>'reason' AS why FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1"
    rows = await town.sql("case-crm", looked, str(person))
    assert [row["why"] for row in rows] == ["attached a file to a case", "opened a file of a case"]


async def test_the_same_key_attaches_once(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    answers = [await attach(town, case, who, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await town.get("case-crm", f"/cases/{case}/attachments", who)) == 1
    another = await attach(town, case, who, GOOD["image/png"], "image/png", **{"Idempotency-Key": "one"})
    assert (another.status_code, another.json()["type"]) == (422, "/problems/another-request")


async def test_several_at_once_are_all_attached(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    answers = await asyncio.gather(*(attach(town, case, who) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len(await town.get("case-crm", f"/cases/{case}/attachments", who)) == 4


async def test_what_lies_in_the_object_store_is_sealed_under_a_key_that_lies_sealed_in_the_row(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    [row] = await town.sql("case-crm", "SELECT name, lies FROM attachment WHERE id = $1", UUID(file))
    assert token_of(row["name"])
    assert (token_of(row["lies"]) or "").startswith("v1.special.")
    there = town["case-crm"].inner.stream.client.jetstream()
    piece = await there.get_last_msg("OBJ_attachments", f"$O.attachments.C.{UUID(file).hex}")
    assert GOOD["image/jpeg"][:3] not in piece.data[:64]


async def test_nothing_is_attached_to_what_has_ended(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    client = town["case-crm"].client
    gone = await client.post(f"/cases/{case}/transitions", json={"transition": "withdraw"}, headers=who)
    assert gone.status_code == 200, gone.text
    answer = await attach(town, case, who)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/case-is-over")


async def test_files_of_a_protected_person_are_given_to_cleared_officers_alone(town: Platform, nats: Nats) -> None:
    person = new_id()
    case = await case_of(town, me(town, person))
    file = (await attach(town, case, me(town, person))).json()["attachment_id"]
    mark = said(FactsProtected(kinds=["home_address"], visible_to=["northmere"]), person, 2, person_id=person)
    first = said(FactsProtected(kinds=["home_address"], visible_to=["northmere"]), person, 1, person_id=person)
    await publish(nats, [first, mark], speaker="customer-account")
    await town.heard(f"facts/{person}@2")
    [listed] = await town.get("case-crm", f"/cases/{case}/attachments", town.officer())
    assert (listed["name"], listed["protected"]) == (None, True)
    refused = await fetch(town, case, file, town.officer())
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/file-protected")
    for who in (me(town, person), town.officer(permissions=CLEARED)):
        assert (await fetch(town, case, file, who)).status_code == 200


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


async def take_away(
    town: Platform, case: str, file: str, who: dict[str, str], reason: str | None = None, **more: str
) -> httpx.Response:
    path = f"/cases/{case}/attachments/{file}/removal"
    return await town["case-crm"].client.post(path, json={"reason": reason} if reason else {}, headers={**who, **more})


async def test_who_sent_a_file_takes_it_away_and_only_that_there_was_one_stays(town: Platform) -> None:
    who, other = me(town), me(town)
    case = await case_of(town, who)
    file, stays = [(await attach(town, case, who)).json()["attachment_id"] for _ in range(2)]
    for stranger, status in ((other, 404), (town.officer("southholt"), 404), ({}, 401)):
        assert (await take_away(town, case, file, stranger, "Not mine.")).status_code == status
    answers = [await take_away(town, case, file, who, **{"Idempotency-Key": "away"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["version"] == (await town.get("case-crm", f"/cases/{case}", who))["version"]
    gone, left = await town.get("case-crm", f"/cases/{case}/attachments", who)
    assert (gone["attachment_id"], gone["name"], gone["removed_at"] is None) == (file, None, False)
    assert (left["attachment_id"], left["name"], left["removed_at"]) == (stays, "the bin.jpg", None)
    [row] = await town.sql("case-crm", "SELECT name, lies FROM attachment WHERE id = $1", UUID(file))
    assert (row["name"], row["lies"]) == (None, None)
    for answer in (await fetch(town, case, file, who), await take_away(town, case, file, who)):
        assert (answer.status_code, answer.json()["type"]) == (410, "/problems/file-gone")
    assert (await fetch(town, case, stays, who)).status_code == 200
    entry = (await town.get("case-crm", f"/cases/{case}/timeline", who))["items"][0]
    assert (entry["kind"], entry["what"], entry["by"], entry["text"]) == ("file", "removed", "resident", None)

    async def away() -> bool:
        there = await lies(town)
        return UUID(file).hex not in there and UUID(stays).hex in there

    await town.until(away)


async def test_an_officer_takes_a_file_away_with_a_reason_that_its_person_reads(town: Platform) -> None:
    person = new_id()
    who = me(town, person)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    for officer, reason, status, kind in (
        (town.officer(), None, 422, "reason-needed"),
        (town.officer(permissions=["cases:read"]), "It shows a neighbour.", 403, "not-yours"),
    ):
        answer = await take_away(town, case, file, officer, reason)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
    assert (await take_away(town, case, file, town.officer(), "It shows a neighbour.")).status_code == 200
    entry = (await town.get("case-crm", f"/cases/{case}/timeline", who))["items"][0]
    assert (entry["kind"], entry["by"], entry["text"]) == ("file", "officer", "It shows a neighbour.")
    looked = "SELECT data->>'reason' AS why FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1"
    assert "took a file of a case away" in [row["why"] for row in await town.sql("case-crm", looked, str(person))]


async def test_once_it_is_decided_only_officers_take_a_file_away(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    path = f"/cases/{case}/transitions"
    await town["case-crm"].client.post(path, json={"transition": "resolve", "result": "fixed"}, headers=town.officer())
    refused = await take_away(town, case, file, who)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-late-to-remove")
    await town["case-crm"].client.post(path, json={"transition": "confirm"}, headers=town.officer())
    clerk = town.officer(permissions=["cases:read", "cases:write"])
    refused = await take_away(town, case, file, clerk, "It is of somebody else.")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/closed-for-good")
    assert (await fetch(town, case, file, who)).status_code == 200
    keeper = town.officer(permissions=["cases:write", "closed_cases:write"])
    assert (await take_away(town, case, file, keeper, "It is of somebody else.")).status_code == 200


@asynccontextmanager
async def clamd(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Somebody who speaks clamd's INSTREAM, and what they were given."""
    given: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            given.append(await reader.readexactly(length))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", given


ANSWERS = {
    "clean": (b"stream: OK\0", 201, "clean"),
    "harmful": (b"stream: Eicar-Test-Signature FOUND\0", 422, "/problems/not-safe"),
    "out of order": (b"INSTREAM size limit exceeded. ERROR\0", 503, "/problems/not-now"),
}


@pytest.mark.parametrize("said_of_it", ANSWERS)
async def test_a_file_is_looked_through_before_it_is_kept(town: Platform, said_of_it: str) -> None:
    answer, status, becomes = ANSWERS[said_of_it]
    who = me(town)
    case, before = await case_of(town, who), await lies(town)
    async with clamd(answer) as (address, given):
        object.__setattr__(town["case-crm"].inner.ground, "clamd", address)
        try:
            got = await attach(town, case, who)
        finally:
            object.__setattr__(town["case-crm"].inner.ground, "clamd", None)
    assert b"".join(given) == GOOD["image/jpeg"]
    assert (got.status_code, got.json().get("scanned", got.json().get("type"))) == (status, becomes)
    assert len({*await lies(town)} - {*before}) == (status == 201)  # others may be swept meanwhile


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
