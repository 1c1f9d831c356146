"""How it went is told once for each invitation, signed in or not, and a comment goes no further than it must."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from common.runtime.ids import new_id
from common.testing.platform import Platform

COMMENT = "Ask for Zebedee Quill, 14 Weavers Row, 07700 900123"


@pytest.fixture
def real_time(town: Platform) -> Iterator[None]:
    yield
    town.step(seconds=-town.clock.offset().total_seconds())


async def answered(town: Platform, case: Any, body: dict[str, Any], **headers: str) -> httpx.Response:
    """The person of a case answers its last ending's invitation, signed in."""
    return await town["feedback"].client.post(
        f"/me/invitations/{case.rows[-1]['id']}/feedback",
        json=body,
        headers={**town.resident(case.person), **headers},
    )


async def state(town: Platform, case: Any) -> str:
    """Where the one invitation of a case's person stands, as they see it."""
    answer = await town["feedback"].client.get("/me/invitations", headers=town.resident(case.person))
    (invitation,) = answer.json()["items"]
    return str(invitation["state"])


async def submitted(town: Platform, case: Any) -> list[dict[str, Any]]:
    rows = await town.sql(
        "feedback",
        "SELECT * FROM onedoor.said WHERE name = 'feedback.submitted' AND data->>'case_id' = $1",
        str(case.id),
    )
    return [dict(row) for row in rows]


async def test_a_resident_answers_an_invitation(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id()).has_ended()
    answer = await answered(town, each, {"rating": 2, "comment": COMMENT})
    assert answer.status_code == 201
    invitation = str(each.rows[-1]["id"])
    assert answer.json() == {
        "feedback_id": invitation,
        "rating": 2,
        "has_comment": True,
        "submitted_at": answer.json()["submitted_at"],
    }
    assert answer.headers["Onedoor-After"] == f"feedback/{invitation}@1"
    assert await state(town, each) == "answered"


async def test_an_answer_is_said_once_as_part_of_its_case_story(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id()).has_ended()
    answer = await answered(town, each, {"rating": 4})
    (said,) = await submitted(town, each)
    (invited,) = await each.invitations()
    assert said["data"] == {
        "invitation_id": str(each.rows[-1]["id"]),
        "case_id": str(each.id),
        "service": "missed_bin",
        "rating": 4,
        "has_comment": False,
        "channel": "online",
        "case_channel": "phone",
    }
    assert (said["aggregate"], said["version"], said["person_id"]) == ("feedback", 1, each.person)
    assert (said["correlation_id"], said["causation_id"]) == (each.rows[0]["correlation_id"], invited["id"])
    assert answer.headers["Onedoor-Correlation"] == str(each.rows[0]["correlation_id"])


async def test_an_answer_by_reference_names_nobody(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id()).has_ended()
    for headers in (town.resident(each.person), town.officer("southholt")):  # a token changes nothing here
        answer = await each.answer({"rating": 1, "comment": COMMENT}, **headers)
        assert answer.status_code in (201, 409)
    (said,) = await submitted(town, each)
    assert (said["person_id"], said["actor_kind"], said["actor_id"]) == (None, "public", "public")
    assert said["correlation_id"] == each.rows[0]["correlation_id"]
    (row,) = await town.sql("feedback", "SELECT * FROM submission WHERE case_id = $1", each.id)
    assert (row["person_id"], row["council"], row["rating"], row["comment"]) == (None, "northmere", 1, COMMENT)


@pytest.mark.parametrize("first_signed_in", [True, False])
@pytest.mark.parametrize("then_signed_in", [True, False])
async def test_an_invitation_is_answered_once_by_whichever_door(
    town: Platform, case: Callable[..., Any], first_signed_in: bool, then_signed_in: bool
) -> None:
    each = await case(person=new_id()).has_ended()

    async def give(signed_in: bool, rating: int) -> httpx.Response:
        return await (answered(town, each, {"rating": rating}) if signed_in else each.answer({"rating": rating}))

    first = await give(first_signed_in, 5)
    assert first.status_code == 201
    await town.heard(first)
    assert await state(town, each) == "answered"
    refused = await give(then_signed_in, 1)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-answered")
    assert [said["data"]["rating"] for said in await submitted(town, each)] == [5]


async def test_of_many_who_answer_at_once_one_is_heard_and_the_others_are_told(
    town: Platform, case: Callable[..., Any]
) -> None:
    each = await case(person=new_id()).has_ended()
    answers = await asyncio.gather(
        *(each.answer({"rating": 4}) for _ in range(8)), *(answered(town, each, {"rating": 4}) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 15
    # Signed in, and beaten by an answer without signing in that is not heard of yet, one is told to try again.
    told = {answer.json().get("type") for answer in answers}
    assert {None, "/problems/already-answered"} <= told <= {None, "/problems/already-answered", "/problems/busy"}
    for late in (await each.answer({"rating": 4}), await answered(town, each, {"rating": 4})):
        assert (late.status_code, late.json()["type"]) == (409, "/problems/already-answered")
    assert len(await submitted(town, each)) == 1


@pytest.mark.parametrize("signed_in", [True, False])
async def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(
    town: Platform, case: Callable[..., Any], signed_in: bool
) -> None:
    each = await case(person=new_id()).has_ended()
    key = {"Idempotency-Key": str(uuid4())}

    async def give(rating: int) -> httpx.Response:
        if signed_in:
            return await answered(town, each, {"rating": rating}, **key)
        return await each.answer({"rating": rating}, **key)

    together = await asyncio.gather(*(give(3) for _ in range(4)))
    later = await give(3)
    assert {answer.status_code for answer in (*together, later)} == {201}
    assert {answer.text for answer in together} == {later.text}
    other = await give(4)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/another-request")
    assert len(await submitted(town, each)) == 1


@pytest.mark.usefixtures("real_time")
async def test_an_invitation_expires_after_28_days(town: Platform, case: Callable[..., Any]) -> None:
    each, late = await case(person=new_id()).has_ended(), await case(person=new_id()).has_ended()
    town.step(days=28, seconds=-60)
    assert (await each.answer({"rating": 4})).status_code == 201
    town.step(seconds=61)
    assert (await late.track()).json()["feedback_invited"] is False
    for refused in (await late.answer({"rating": 4}), await answered(town, late, {"rating": 4})):
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/invitation-expired")
    assert await state(town, late) == "expired"
    assert await submitted(town, late) == []


async def test_before_its_ending_a_case_takes_no_answer(town: Platform, case: Callable[..., Any]) -> None:
    each = case()
    await each.told(each.opened())
    refused = await each.answer({"rating": 4})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-invited")


async def test_another_persons_invitation_cannot_be_found(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id()).has_ended()
    client, path = town["feedback"].client, f"/me/invitations/{each.rows[-1]['id']}/feedback"
    refused = await client.post(path, json={"rating": 1}, headers=town.resident())
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/not-found")
    unknown = await client.post(f"/me/invitations/{new_id()}/feedback", json={"rating": 1}, headers=town.resident())
    assert unknown.json() == refused.json()
    assert (await client.post(path, json={"rating": 1})).status_code == 401
    assert (await client.post(path, json={"rating": 1}, headers=town.officer())).status_code == 403
    assert await submitted(town, each) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rating": 0},
        {"rating": 6},
        {"rating": "4"},
        {"rating": True},
        {"rating": 4.5},
        {"rating": None},
        {"rating": 4, "comment": ""},
        {"rating": 4, "comment": "a\x00b"},
        {"rating": 4, "comment": "x" * 4001},
        {"rating": 4, "comment": 7},
        {"rating": 4, "person_id": str(uuid4())},
        [],
        "4",
    ],
)
async def test_what_is_no_answer_is_refused_and_nothing_is_kept(
    town: Platform, case: Callable[..., Any], body: Any
) -> None:
    each = await case(person=new_id()).has_ended()
    for refused in (await each.answer(body), await answered(town, each, body)):
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-understood")
    assert await submitted(town, each) == []


async def test_a_comment_may_be_as_long_as_a_page(town: Platform, case: Callable[..., Any]) -> None:
    each = await case().has_ended()
    assert (await each.answer({"rating": 4.0, "comment": "x" * 4000})).json()["rating"] == 4


async def test_a_comment_is_in_its_row_and_nowhere_else(
    town: Platform, case: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    each = await case(person=new_id()).has_ended()
    key = {"Idempotency-Key": str(uuid4())}
    given = await each.answer({"rating": 1, "comment": COMMENT}, **key)
    again = await each.answer({"rating": 1, "comment": COMMENT})
    wrong = await each.answer({"rating": 9, "comment": COMMENT})
    assert [answer.status_code for answer in (given, again, wrong)] == [201, 409, 422]
    kept = await town.sql("feedback", "SELECT comment FROM submission WHERE case_id = $1", each.id)
    assert [row["comment"] for row in kept] == [COMMENT]
    for table in ("onedoor.said", "onedoor.answer", "tracking", "invitation", "transaction"):
        rows = await town.sql("feedback", f"SELECT to_jsonb(t)::text AS row FROM {table} t")
        assert not [row for row in rows if "Zebedee" in row["row"]], table
    town["feedback"].inner.traces.force_flush()
    spans = sqlite3.connect(town.home / "traces" / "feedback.db").execute("SELECT * FROM span").fetchall()
    assert len(spans) > 0
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]  # the test's own client
    for text in (given.text, again.text, wrong.text, *ours, json.dumps(spans)):
        assert "Zebedee" not in text
        assert each.tracking not in text
