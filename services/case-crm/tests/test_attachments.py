"""Files of cases: taken as what they are, cleaned, sealed, shown to whom the case is shown, and gone without their row."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from zipfile import ZipFile

import pytest
from case_crm.app import service
from common.contracts.people import FactsProtected
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.attaching import attach, case_of, fetch, lies, me
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from PIL import Image
from pypdf import PdfReader, PdfWriter

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


async def test_a_photograph_is_attached_and_fetched_as_it_looks_without_what_it_says(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    answer = await attach(town, case, who, GOOD["image/jpeg"], "image/jpeg")
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
        'attachment; filename="../../etc/pass\\"wd.exe"': "passwd.png",
        "attachment; filename*=UTF-8''Llun%20o%E2%80%99r%20bin%20gwyrdd%20%C5%B5.png": "Llun or bin gwyrdd ŵ.png",
        "attachment": "file.png",
        "attachment; filename*=utf-8''a; filename*0*=b'c'd": "file.png",
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
    another = await attach(town, case, who, GOOD["image/jpeg"], "image/jpeg", **{"Idempotency-Key": "one"})
    assert (another.status_code, another.json()["type"]) == (422, "/problems/another-request")


async def test_several_at_once_are_all_attached(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    answers = await asyncio.gather(*(attach(town, case, who) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len(await town.get("case-crm", f"/cases/{case}/attachments", who)) == 4


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
