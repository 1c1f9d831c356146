"""Somebody asks what is held of them: every service hands in its part, and they get one file, with who looked in it."""

from __future__ import annotations

import hashlib
import json
import secrets
import time

import pytest
from common.contracts.people.rights import HOLDERS
from common.testing.attaching import attach, case_of, fetch
from common.testing.platform import Platform
from jsonschema import validate

from tests.journeys.packages import (
    ACCOUNT,
    CRM,
    asked,
    fetched,
    looked_at,
    me,
    opened,
    ready,
    records,
    registered,
    unpacked,
)


async def test_everything_that_five_services_hold_comes_within_a_minute_with_who_looked(town: Platform) -> None:
    person = await registered(town, "Margaret Hartley", "07700 900014")
    await opened(town, person, "I need oxygen")
    await looked_at(town, person)
    began = time.monotonic()
    request = await asked(town, person, "access")
    view = await ready(town, person, request["id"])
    files = await fetched(town, person, request["id"])
    assert time.monotonic() - began < 60
    assert {each["service"]: each["answered_at"] is not None for each in view["holders"]} == dict.fromkeys(
        HOLDERS, True
    )
    assert [each["called"] for each in view["holders"]] == [*HOLDERS.values()]
    assert view["package"]["unanswered"] == []
    [case] = records(files["requests-and-cases.json"])["case_file"]
    assert (case["title"], case["answers"]["full_name"]) == ("Apply for a Blue Badge", "Margaret Hartley")
    assert case["sealed answers"] == {
        "need": "I need oxygen",
        "address": "14 Weavers Row",
    }  # opened, where it has the key
    told = {fact["kind"]: fact["value"] for fact in records(files["your-account.json"])["fact"]}
    assert (told["blue_badge_need"], told["home_address"]) == ("I need oxygen", "14 Weavers Row")
    assert [each["reference"] for each in records(files["tracking-and-feedback.json"])["transaction"]] == [
        case["reference"]
    ]
    assert [each["reference"] for each in records(files["help-from-partners.json"])["known_case"]] == [
        case["reference"]
    ]
    found = {table: held for table, held in records(files["reviews-of-our-services.json"]).items() if held}
    assert found == {"pseudonym": [{}]}  # that there is one, and not which
    looks = records(files["who-looked.json"])["access_entry"]
    assert {"registered a person", "opened a case", "looked at what a person told us"} == {
        each["reason"] for each in looks
    }
    assert f'<td class="n">{len(looks)}</td>' in files["index.html"]


async def test_a_file_that_they_sent_is_in_it_as_they_would_fetch_it(town: Platform) -> None:
    person = await registered(town, "Albert Hartley", "07700 900016")
    who = me(town, person)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    request = await asked(town, person, "access")
    await ready(town, person, request["id"])
    found = await unpacked(town, person, request["id"])
    [row] = records(found["requests-and-cases.json"].decode())["attachment"]
    content = found[f"files/{file}/{row['name']}"]
    assert content == (await fetch(town, case, file, who)).content
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (row["sha256"], row["size"])


async def test_of_records_that_were_joined_everything_comes_that_any_service_holds(town: Platform) -> None:
    rang = await registered(town, "Priya Nair", "07700 900019")
    came = await registered(town, "Priya Nair-Hart", "07700 900020")
    for person, need in ((rang, "I cannot climb stairs"), (came, "I use a frame")):
        await opened(town, person, need)
    officer = town.officer(permissions=["persons:merge"])
    joined = await town[ACCOUNT].client.post(f"/persons/{rang}/merge", json={"into": came}, headers=officer)
    assert joined.status_code == 200, joined.text
    await town.heard(joined)
    request = await asked(town, came, "access")
    assert (await ready(town, came, request["id"]))["package"]["unanswered"] == []
    files = await fetched(town, came, request["id"])
    cases = records(files["requests-and-cases.json"])["case_file"]
    assert {each["sealed answers"]["need"] for each in cases} == {"I cannot climb stairs", "I use a frame"}
    references = {each["reference"] for each in cases}
    for file, table in (("tracking-and-feedback.json", "transaction"), ("help-from-partners.json", "known_case")):
        assert {each["reference"] for each in records(files[file])[table]} == references
    looks = [each["reason"] for each in records(files["who-looked.json"])["access_entry"]]
    assert (looks.count("registered a person"), looks.count("opened a case")) == (2, 2)


async def test_what_somebody_told_every_service_can_be_taken_elsewhere(town: Platform) -> None:
    person = await registered(town, "Asha Nair", "07700 900016")
    await opened(town, person, "I tire quickly")
    request = await asked(town, person, "portability")
    await ready(town, person, request["id"])
    files = await fetched(town, person, request["id"])
    data = json.loads(files["your-data.json"])
    validate(data, json.loads(files["your-data.schema.json"]))
    found = {
        each["service"]: {table["table"]: table["records"] for table in each["tables"]} for each in data["services"]
    }
    assert {service: {*tables} for service, tables in found.items()} == {
        ACCOUNT: {
            *("fact", "contact_of_person", "protected_address", "consents_of_person"),
            *("equality_profile", "equality_note"),
        },
        CRM: {"case_file", "attachment", "draft", "telling"},
        "feedback": {"submission"},
        "partner-gateway": {"referral"},
        "review-engine": set(),
    }
    assert found[CRM]["case_file"][0]["sealed_answers"]["need"] == "I tire quickly"


async def test_nobody_else_is_in_it_and_nothing_of_it_is_in_traces_and_logs(
    town: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    word, other_word = (f"word-{secrets.token_hex(6)}" for _ in range(2))
    person, other = (
        await registered(town, "Ewa Kowalska", "07700 900017"),
        await registered(town, "Jan Nowak", "07700 900018"),
    )
    await opened(town, person, word)
    await opened(town, other, other_word)
    request = await asked(town, person, "access")
    await ready(town, person, request["id"])
    everything = "".join((await fetched(town, person, request["id"])).values())
    assert word in everything
    assert other_word not in everything
    assert other not in everything
    for running in town.services.values():
        running.inner.traces.force_flush()
    kept = b"".join(file.read_bytes() for file in (town.home / "traces").rglob("*") if file.is_file())
    assert b"access_package.requested" in kept  # or nothing would be found in them
    assert word.encode() not in kept
    assert word not in caplog.text
