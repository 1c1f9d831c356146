"""Promises of the directory and of signposts over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from common.runtime.ids import new_id


async def found(desk: Any, **asked: Any) -> list[str]:
    answer = await desk.get("/directory/services", {}, **asked)
    assert answer.status_code == 200, answer.text
    return [service["name"] for service in answer.json()["items"]]


async def test_anybody_finds_help_for_a_need_where_they_live_with_reasons(desk: Any) -> None:
    whole = await desk.published(
        name="Council pantry", partner_id=None, needs=["pantry"], districts=[], councils=["northmere"]
    )
    full = await desk.published(name="Full pantry", needs=["pantry"], capacity=0)
    near = await desk.published(name="Near pantry", needs=["pantry", "debt"], capacity=4, waiting_days=2)
    await desk.published(name="Pantry elsewhere", needs=["pantry"], districts=["ZZ98"])
    await desk.published(name="Closed for good", needs=["pantry"], status="defunct")
    answer = await desk.get("/directory/services", {}, need="pantry", district="zz99")
    items = answer.json()["items"]
    assert [item["service_id"] for item in items] == [near["service_id"], whole["service_id"], full["service_id"]]
    assert [reason["text"] for reason in items[0]["reasons"]] == [
        "Helps with pantry.",
        "Serves ZZ99.",
        "It can take 4 more.",
        "The wait is about 2 days.",
    ]
    assert items[1]["partner_id"] is None
    assert items[2]["reasons"][-2]["text"] == "It is full at the moment."


async def test_a_named_council_leaves_other_councils_out(desk: Any) -> None:
    await desk.published(name="Here", needs=["warmth"], districts=[], councils=["northmere"])
    await desk.published(name="There", needs=["warmth"], districts=[], councils=["southholt"])
    assert await found(desk, need="warmth", district="ZZ99") == ["Here", "There"]
    assert await found(desk, need="warmth", district="ZZ99", council="southholt") == ["There"]


async def test_an_edit_changes_what_is_named_and_leaves_the_rest(desk: Any) -> None:
    made = await desk.published(needs=["edited"], capacity=3, cost="Free", languages=["pl", "en"], min_age=18)
    path, etag = f"/directory/services/{made['service_id']}", {"If-Match": '"1"'}
    change = {"capacity": 0, "cost": None, "districts": ["ZZ98"], "name": None}
    answer = await desk.client.patch(path, json=change, headers={**desk.officer, **etag})
    assert answer.status_code == 200, answer.text
    expected = {**made, "version": 2, "capacity": 0, "cost": None, "districts": ["ZZ98"]}
    assert {**answer.json(), "changed_at": made["changed_at"]} == expected
    assert answer.headers["etag"] == '"2"'
    assert (await desk.get(path, {})).json() == answer.json()
    assert await found(desk, need="edited", district="ZZ99") == []
    assert await found(desk, need="edited", district="ZZ98") == ["Debt advice"]
    said = await desk.said(made["service_id"], "directory_service")
    assert [(row["name"], row["data"]["changed"], row["data"]["capacity"]) for row in said] == [
        ("directory.service_changed", said[0]["data"]["changed"], 3),
        ("directory.service_changed", ["capacity", "cost", "districts"], 0),
    ]
    late = await desk.client.patch(path, json={"capacity": 9}, headers={**desk.officer, **etag})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/changed-meanwhile")


async def test_an_edit_that_changes_nothing_says_nothing(desk: Any) -> None:
    made = await desk.published(needs=["still"], capacity=3)
    path = f"/directory/services/{made['service_id']}"
    answer = await desk.client.patch(path, json={"capacity": 3}, headers=desk.officer)
    assert (answer.status_code, answer.json()) == (200, made)
    assert len(await desk.said(made["service_id"], "directory_service")) == 1


async def test_a_service_that_stops_is_no_longer_found_and_is_found_again_when_it_goes_on(desk: Any) -> None:
    made = await desk.published(name="On and off", needs=["onoff"], districts=["ZZ99", "ZZ98"])
    path = f"/directory/services/{made['service_id']}"
    for status, expected in (("inactive", []), ("active", ["On and off"]), ("temporarily_closed", ["On and off"])):
        assert (await desk.client.patch(path, json={"status": status}, headers=desk.officer)).status_code == 200
        assert await found(desk, need="onoff", district="ZZ98") == expected


@pytest.mark.parametrize("change", [{"districts": []}, {"min_age": 70, "max_age": 20}])
async def test_an_entry_that_serves_nobody_is_neither_made_nor_edited_so(desk: Any, change: Any) -> None:
    body = {"name": "x", "needs": ["sense"], "districts": ["ZZ99"], **change}
    refused = await desk.post("/directory/services", body, desk.officer)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-serving")
    made = await desk.published(needs=["sense"])
    path = f"/directory/services/{made['service_id']}"
    refused = await desk.client.patch(path, json=change, headers=desk.officer)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-serving")
    assert (await desk.get(path, {})).json() == made


async def test_another_councils_entry_is_not_there_to_be_changed(desk: Any) -> None:
    made = await desk.published(needs=["ours"])
    path = f"/directory/services/{made['service_id']}"
    for who in (desk.town.officer("southholt"), desk.town.bearer("administrator", "sam", ["southholt"])):
        assert (await desk.client.patch(path, json={"capacity": 0}, headers=who)).status_code == 404
    assert (await desk.get(path, {})).json() == made


async def test_who_may_not_keep_the_directory_is_refused(desk: Any) -> None:
    body = {"name": "x", "needs": ["x"], "districts": ["ZZ99"]}
    for who in (desk.fire, desk.resident(), desk.town.officer(permissions=["directory:read"])):
        assert (await desk.post("/directory/services", body, who)).status_code == 403
    assert (await desk.post("/directory/services", body, {})).status_code == 401
    assert (await desk.get(f"/directory/services/{new_id()}", {})).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"districts": ["ZZ99 1AB"]},
        {"capacity": -1},
        {"status": "other"},
        {"needs": []},
        {"adress": "1 High Street"},
    ],
)
async def test_an_entry_without_sense_is_refused(desk: Any, wrong: Any) -> None:
    body = {"name": "x", "needs": ["x"], "districts": ["ZZ99"], **wrong}
    assert (await desk.post("/directory/services", body, desk.officer)).status_code == 422


async def test_an_entry_of_an_unknown_partner_is_refused(desk: Any) -> None:
    body = {"name": "x", "needs": ["x"], "districts": ["ZZ99"], "partner_id": "nobody-knows"}
    refused = await desk.post("/directory/services", body, desk.officer)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-partner")


async def test_a_whole_postcode_is_not_taken_in_a_search(desk: Any) -> None:
    refused = await desk.get("/directory/services", {}, need="food", district="ZZ99 1AB")
    assert refused.status_code == 422
    assert "1AB" not in refused.text


async def test_a_signpost_keeps_the_need_and_nobody(desk: Any) -> None:
    service = await desk.published(needs=["signposted"])
    person = new_id()
    body = {
        "need": "signposted",
        "district": "ZZ99",
        "offered": [service["service_id"]],
        "chosen": service["service_id"],
    }
    for who in (desk.officer, desk.fire, desk.resident(person)):
        given = await desk.post("/signposts", body, who)
        assert given.status_code == 201, given.text
        said = (await desk.said(given.json()["signpost_id"], "signpost"))[0]
        assert (said["name"], said["person_id"], said["data"]) == ("signpost.given", None, body)
        assert str(person) not in str({**said})
    columns = await desk.town.sql(
        "partner-gateway", "SELECT column_name FROM information_schema.columns WHERE table_name = 'signpost'"
    )
    assert {row["column_name"] for row in columns} == {
        "council",
        "id",
        "given_at",
        "need",
        "district",
        "offered",
        "chosen",
    }


async def test_a_councils_officers_see_its_signposts_whoever_gave_them(desk: Any) -> None:
    service = await desk.published(needs=["counted"])
    body = {"need": "counted", "offered": [service["service_id"]]}
    given = [(await desk.post("/signposts", body, who)).json()["signpost_id"] for who in (desk.fire, desk.resident())]

    async def kept() -> bool:
        page = (await desk.get("/signposts", desk.officer, limit=200)).json()["items"]
        return {s["signpost_id"] for s in page if s["need"] == "counted"} == set(given)

    await desk.town.until(kept)
    elsewhere = (await desk.get("/signposts", desk.town.officer("southholt"))).json()["items"]
    assert elsewhere == []
    for who in (desk.fire, desk.resident()):
        assert (await desk.get("/signposts", who)).status_code == 403


async def test_a_signpost_to_what_is_not_there_or_was_not_offered_is_refused(desk: Any) -> None:
    service = await desk.published(needs=["refused"])
    unknown = {"need": "refused", "offered": [service["service_id"], str(new_id())]}
    chosen = {"need": "refused", "offered": [service["service_id"]], "chosen": str(UUID(int=1))}
    names = {"need": "refused", "offered": [service["service_id"]], "person_id": str(new_id())}
    answers = [await desk.post("/signposts", body, desk.officer) for body in (unknown, chosen, names)]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert [answer.json()["type"] for answer in answers] == [
        "/problems/unknown-directory-service",
        "/problems/chosen-not-offered",
        "/problems/not-understood",
    ]
