"""Writing: all or nothing, once, in versions; on real PostgreSQL and NATS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.speaker.app import service as speaker


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [speaker]) as running:
        yield running


def mine(town: Platform, person: UUID | None = None) -> dict[str, str]:
    return {**town.resident(person or new_id()), "Onedoor-Council": "northmere"}


async def versions(town: Platform, tally: str) -> list[int]:
    rows = await town.sql(
        "toy-speaker", "SELECT version FROM onedoor.said WHERE aggregate_id = $1 ORDER BY version", UUID(tally)
    )
    return [row["version"] for row in rows]


async def test_a_row_and_what_was_said_of_it_are_written_together(town: Platform) -> None:
    client, me = town["toy-speaker"].client, mine(town)
    answer = await client.post("/tallies", json={"amount": 3}, headers=me)
    assert answer.status_code == 201
    tally = answer.json()["id"]
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Onedoor-After"] == f"tally/{tally}@1"
    added = await client.post(f"/tallies/{tally}/additions", json={"amount": 4}, headers=me)
    assert (added.status_code, added.json()["total"], added.headers["ETag"]) == (200, 7, '"2"')
    assert await versions(town, tally) == [1, 2]


async def test_the_same_key_and_body_give_the_same_answer_and_nothing_twice(town: Platform) -> None:
    client, me = town["toy-speaker"].client, {**mine(town), "Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(client.post("/tallies", json={"amount": 1}, headers=me) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await versions(town, answers[0].json()["id"]) == [1]


async def test_the_same_key_with_another_body_is_refused(town: Platform) -> None:
    client, me = town["toy-speaker"].client, {**mine(town), "Idempotency-Key": "a-key"}
    first = await client.post("/tallies", json={"amount": 1}, headers=me)
    second = await client.post("/tallies", json={"amount": 2}, headers=me)
    assert (first.status_code, second.status_code) == (201, 422)
    assert second.json()["type"] == "/problems/another-request"


async def test_a_key_is_its_callers_own(town: Platform) -> None:
    client = town["toy-speaker"].client
    first = await client.post("/tallies", json={"amount": 1}, headers={**mine(town), "Idempotency-Key": "shared"})
    second = await client.post("/tallies", json={"amount": 1}, headers={**mine(town), "Idempotency-Key": "shared"})
    assert first.json()["id"] != second.json()["id"]


async def test_a_key_is_of_the_council_it_was_used_for(town: Platform) -> None:
    """Whoever serves two councils is not answered for one with what they did for the other, nor once they have left it."""
    client, body = town["toy-speaker"].client, {"amount": 1}
    sam = {council: town.bearer("officer", "sam", ["northmere", "southholt"]) | {"Onedoor-Council": council}
           for council in ("northmere", "southholt")}  # fmt: skip
    key = {"Idempotency-Key": "one-form"}
    first = await client.post("/tallies", json=body, headers=sam["northmere"] | key)
    other = await client.post("/tallies", json=body, headers=sam["southholt"] | key)
    moved = await client.post("/tallies", json=body, headers=town.bearer("officer", "sam", ["southholt"]) | key)
    again = await client.post("/tallies", json=body, headers=sam["northmere"] | key)
    assert [each.status_code for each in (first, other, moved, again)] == [201] * 4
    assert first.text == again.text != other.text == moved.text


async def test_a_repeated_edit_is_answered_as_before_even_when_it_could_not_be_made_again(town: Platform) -> None:
    client, me = town["toy-speaker"].client, mine(town)
    tally = (await client.post("/tallies", json={"amount": 600}, headers=me)).json()["id"]
    key = {**me, "Idempotency-Key": "once"}
    first = await client.post(f"/tallies/{tally}/additions", json={"amount": 300}, headers=key)
    again = await client.post(f"/tallies/{tally}/additions", json={"amount": 300}, headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.text == again.text
    assert await versions(town, tally) == [1, 2]


async def test_additions_at_the_same_moment_all_count(town: Platform) -> None:
    client, me = town["toy-speaker"].client, mine(town)
    tally = (await client.post("/tallies", json={"amount": 0}, headers=me)).json()["id"]

    async def add() -> int:
        answer = await client.post(f"/tallies/{tally}/additions", json={"amount": 1}, headers=me)
        return answer.status_code

    assert await asyncio.gather(*(add() for _ in range(30))) == [200] * 30
    assert (await client.get(f"/tallies/{tally}", headers=me)).json()["total"] == 30
    assert await versions(town, tally) == list(range(1, 32))


async def test_of_two_edits_of_one_version_one_is_refused(town: Platform) -> None:
    client, me = town["toy-speaker"].client, mine(town)
    tally = (await client.post("/tallies", json={"amount": 0}, headers=me)).json()["id"]
    edits = [
        client.post(f"/tallies/{tally}/additions", json={"amount": amount}, headers={**me, "If-Match": '"1"'})
        for amount in (1, 2)
    ]
    answers = await asyncio.gather(*edits)
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert await versions(town, tally) == [1, 2]


async def test_a_refusal_writes_nothing(town: Platform) -> None:
    client, me = town["toy-speaker"].client, mine(town)
    tally = (await client.post("/tallies", json={"amount": 1000}, headers=me)).json()["id"]
    refused = await client.post(f"/tallies/{tally}/additions", json={"amount": 1}, headers=me)
    assert (refused.status_code, refused.json()["total"]) == (409, 1000)
    assert refused.json()["title"] == "A tally holds a thousand at most."
    assert await versions(town, tally) == [1]


async def test_nobody_elses_row_is_found(town: Platform) -> None:
    client = town["toy-speaker"].client
    tally = (await client.post("/tallies", json={"amount": 1}, headers=mine(town))).json()["id"]
    strangers = [
        mine(town),
        town.officer("southholt"),
        town.officer("southholt", "northmere") | {"Onedoor-Council": "southholt"},
    ]
    for stranger in strangers:
        assert (await client.get(f"/tallies/{tally}", headers=stranger)).status_code == 404
        edit = await client.post(f"/tallies/{tally}/additions", json={"amount": 1}, headers=stranger)
        assert edit.status_code == 404
    assert (await client.get(f"/tallies/{tally}", headers=town.officer("northmere"))).status_code == 200
    assert await versions(town, tally) == [1]


async def test_who_serves_two_councils_says_for_which(town: Platform) -> None:
    client, both = town["toy-speaker"].client, town.officer("northmere", "southholt")
    unsaid = await client.post("/tallies", json={"amount": 1}, headers=both)
    said = await client.post("/tallies", json={"amount": 1}, headers=both | {"Onedoor-Council": "southholt"})
    foreign = await client.post("/tallies", json={"amount": 1}, headers=both | {"Onedoor-Council": "eastmarsh"})
    assert (unsaid.status_code, said.status_code, foreign.status_code) == (400, 201, 403)
    assert unsaid.json()["type"] == "/problems/say-which-council"


async def test_a_look_by_somebody_else_is_said_once_in_a_while(town: Platform) -> None:
    client, person = town["toy-speaker"].client, new_id()
    tally = (await client.post("/tallies", json={"amount": 1}, headers=mine(town, person))).json()["id"]
    officer = town.officer("northmere")
    for headers in (officer, officer, mine(town, person)):
        assert (await client.get(f"/tallies/{tally}", headers=headers)).status_code == 200
    looks = await town.sql(
        "toy-speaker",
        "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1",
        str(person),
    )
    assert [look["data"]["reason"] for look in looks] == ["looked at a tally"]


async def test_an_answer_that_is_given_again_later_is_a_look_again(town: Platform) -> None:
    client, person = town["toy-speaker"].client, new_id()
    tally = (await client.post("/tallies", json={"amount": 1}, headers=mine(town, person))).json()["id"]
    officer = town.officer("northmere") | {"Idempotency-Key": "looked"}

    async def add() -> tuple[str, int]:
        answer = await client.post(f"/tallies/{tally}/additions", json={"amount": 1}, headers=officer)
        looks = await town.sql(
            "toy-speaker",
            "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1",
            str(person),
        )
        assert {look["data"]["reason"] for look in looks} == {"added to a tally"}
        return answer.text, len(looks)

    first, at_once = await add(), await add()
    town["toy-speaker"].app.state.onedoor.looks._lately.clear()  # as after a quarter of an hour, or in another replica
    later = await add()
    assert [text for text, _ in (first, at_once, later)] == [first[0]] * 3
    assert [looks for _, looks in (first, at_once, later)] == [1, 1, 2]


async def reasons(town: Platform, person: UUID) -> list[str]:
    """Why somebody else looked at a person, or tried to, in order."""
    found = "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1 ORDER BY id"
    return [row["data"]["reason"] for row in await town.sql("toy-speaker", found, str(person))]


async def test_a_look_that_is_refused_leaves_its_entry_and_shows_nothing(town: Platform) -> None:
    client, person = town["toy-speaker"].client, new_id()
    tally = (await client.post("/tallies", json={"amount": 1}, headers=mine(town, person))).json()["id"]
    officer = town.officer("northmere")
    for _ in range(2):
        refused = await client.get(f"/locked-tallies/{tally}", headers=officer)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/locked")
    assert tally not in refused.text
    assert await reasons(town, person) == ["tried to look at a tally"]
    assert (await client.get(f"/locked-tallies/{tally}", headers=mine(town, person))).status_code == 403
    assert len(await reasons(town, person)) == 1
    unknown = await client.get(f"/locked-tallies/{new_id()}", headers=officer)
    assert unknown.status_code == 404


async def test_a_change_that_is_refused_leaves_the_entry_of_its_look_and_nothing_else(town: Platform) -> None:
    client, person = town["toy-speaker"].client, new_id()
    tally = (await client.post("/tallies", json={"amount": 1}, headers=mine(town, person))).json()["id"]
    officer = town.officer("northmere") | {"Idempotency-Key": "refused"}
    for _ in range(2):
        refused = await client.post(f"/tallies/{tally}/additions", json={"amount": 5000}, headers=officer)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-much")
    assert await reasons(town, person) == ["added to a tally"]
    assert await versions(town, tally) == [1]
    mended = await client.post(
        f"/tallies/{tally}/additions", json={"amount": 5}, headers=officer | {"Idempotency-Key": "2"}
    )
    assert (mended.status_code, mended.json()["total"]) == (200, 6)


async def test_a_route_that_forgets_to_say_whom_it_saw_shows_nothing(town: Platform) -> None:
    client = town["toy-speaker"].client
    tally = (await client.post("/tallies", json={"amount": 1}, headers=mine(town))).json()["id"]
    answer = await client.get(f"/peeks/{tally}", headers=town.officer("northmere"))
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/our-fault")


async def test_what_was_said_reaches_the_stream_and_leaves_the_list(town: Platform) -> None:
    client = town["toy-speaker"].client
    tally = (await client.post("/tallies", json={"amount": 1}, headers=mine(town))).json()["id"]

    async def gone() -> bool:
        return not await town.sql("toy-speaker", "SELECT FROM onedoor.to_say WHERE aggregate_id = $1", UUID(tally))

    await town.until(gone, seconds=20)
