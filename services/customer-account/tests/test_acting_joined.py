"""Who acts for whom, what is shared and who speaks for whom, once records of either were joined; and when who acts dies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from common.embedded.issuer import PERMISSIONS
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]
HERE = "customer-account"
OFFICER = [*PERMISSIONS["officer"].split(), "persons:merge", "protection:read", "secrecy:write"]
POWER = {"kind": "attorney", "evidence": {"kind": "lasting_power", "reference": "700-123"}}
WILL = {"kind": "executor", "evidence": {"kind": "will", "reference": "TUO-7K4M-22Q"}}


@pytest.fixture(scope="module")
def settings(signing: dict[str, Any]) -> dict[str, Any]:
    return signing


class Acting:
    """Albert, for whom Joanne acts; each was written down twice."""

    def __init__(self, town: Platform, ids: list[str]) -> None:
        self.town, self.client = town, town[HERE].client
        self.albert, self.albert_too, self.joanne, self.joanne_too = ids
        self.officer = town.officer(permissions=OFFICER)

    async def asks(self, method: str, path: str, body: Any = None, **who: str) -> Any:
        answer: httpx.Response = await self.client.request(method, path, json=body, headers=who or self.officer)
        assert answer.is_success, answer.text
        if "Onedoor-After" in answer.headers:
            await self.town.heard(answer)
        return answer.json()

    async def join(self, one: str, into: str) -> None:
        await self.asks("POST", f"/persons/{one}/merge", {"into": into})

    async def given(self, **said: Any) -> str:
        body = POWER | {"representative_id": self.joanne} | said
        made = await self.asks("POST", f"/persons/{self.albert}/representations", body)
        return str(made["representation_id"])

    async def both_ways(self, person: str) -> tuple[list[str], list[str]]:
        """Who acts for somebody, and for whom they act, as they read it and as an officer does."""
        mine = await self.asks("GET", "/me/representations", **self.town.resident(person))
        shown = await self.asks("GET", f"/persons/{person}/representations")
        found = [
            [each["representation_id"] for each in view[name]]
            for view, name in (
                (mine, "acting_for_me"),
                (shown, "acting_for_them"),
                (mine, "i_act_for"),
                (shown, "they_act_for"),
            )
        ]
        assert found[0] == found[1]
        assert found[2] == found[3]
        return found[0], found[2]


@pytest.fixture
async def acting(town: Platform, register: Registers) -> Acting:
    return Acting(town, [str((await register())["person_id"]) for _ in range(4)])


async def test_whoever_acts_acts_for_the_person_whichever_of_either_ones_records_it_was_noted_on(
    acting: Acting,
) -> None:
    given = await acting.given()
    await acting.join(acting.albert, acting.albert_too)
    await acting.join(acting.joanne, acting.joanne_too)
    assert await acting.both_ways(acting.albert_too) == ([given], [])
    assert await acting.both_ways(acting.joanne_too) == ([], [given])

    path, joanne = f"/me/representations/{given}/token", acting.town.resident(acting.joanne_too)
    token = await acting.asks("POST", path, **joanne)
    assert token["person_id"] == acting.albert_too
    by_her = {"Authorization": f"Bearer {token['token']}"}
    assert (await acting.asks("GET", "/me/account", **by_her))["person_id"] == acting.albert_too
    assert (await acting.client.post(path, headers=acting.town.resident(acting.albert_too))).status_code == 404

    [mine] = (await acting.asks("GET", "/me/representations", **joanne))["i_act_for"]
    match = {"If-Match": f'"{mine["version"]}"'}
    await acting.asks("POST", f"/me/representations/{given}/end", {"reason": "Enough"}, **joanne, **match)
    refused = await acting.client.get("/me/account", headers=by_her)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-acting")


async def test_parted_again_nobody_acts_for_the_other(acting: Acting) -> None:
    given = await acting.given()
    await acting.join(acting.albert, acting.albert_too)
    path, joanne = f"/me/representations/{given}/token", acting.town.resident(acting.joanne)
    by_her = {"Authorization": f"Bearer {(await acting.asks('POST', path, **joanne))['token']}"}
    await acting.asks("DELETE", f"/persons/{acting.albert}/merge")
    assert (await acting.client.get("/me/account", headers=by_her)).status_code == 403
    assert await acting.both_ways(acting.albert_too) == ([], [])
    assert (await acting.asks("POST", path, **joanne))["person_id"] == acting.albert


async def test_what_is_shared_and_who_speaks_for_whom_is_read_under_the_one_that_is_gone_on_with(
    acting: Acting,
) -> None:
    shared = {"kind": "council_tax", "person_id": acting.albert, "role": "holder", "reference": "CT-77"}
    await acting.asks("POST", "/households", shared)
    business = {"name": "Hartley Bakery", "kind": "business", "phone": "01632 960123", "channel": "phone"}
    bakery = (await acting.asks("POST", "/organisations", business))["organisation_id"]
    spoken = {"person_id": acting.albert, "role": "agent"}
    await acting.asks("POST", f"/organisations/{bakery}/contact-persons", spoken)
    await acting.join(acting.albert, acting.albert_too)

    async def counts(whose: str) -> list[int]:
        mine = acting.town.resident(whose)
        officers = await acting.asks("GET", f"/persons/{whose}/households")
        shown = [await acting.asks("GET", f"/me/{name}", **mine) for name in ("household", "organisations")]
        return [len(each["items"]) for each in (*shown, officers)]

    assert await counts(acting.albert_too) == [1, 1, 1]
    await acting.asks("DELETE", f"/persons/{acting.albert}/merge")
    assert await counts(acting.albert_too) == [0, 0, 0]


async def test_a_look_is_kept_from_them_under_each_of_their_records_until_that_is_ended(acting: Acting) -> None:
    until = (acting.town.clock.now() + timedelta(days=30)).isoformat()
    body = {"until": until, "legal_basis": "crime_and_taxation", "reference": "OP-77"}
    secrecy = await acting.asks("POST", f"/persons/{acting.albert}/secrecies", body)
    await acting.join(acting.albert, acting.albert_too)
    await acting.asks("GET", f"/persons/{acting.albert_too}")
    kept = "SELECT FROM access_entry WHERE person_id::text = $1 AND hidden_until IS NOT NULL"
    await acting.town.until(lambda: acting.town.sql(HERE, kept, acting.albert_too))

    async def read() -> list[str]:
        shown = await acting.asks("GET", "/me/access-entries", **acting.town.resident(acting.albert_too))
        return [each["reason"] for each in shown["items"] if each["disclosed_later"]]

    assert await read() == []
    match = {"If-Match": f'"{secrecy["version"]}"'}
    await acting.asks("POST", f"/secrecies/{secrecy['secrecy_id']}/end", **acting.officer, **match)
    assert await read() != []


async def test_nobody_acts_from_their_own_death_on(acting: Acting) -> None:
    given = await acting.given()
    await acting.asks("POST", f"/persons/{acting.joanne}/death", {"evidence": "certificate_seen"})
    shown = await acting.asks("GET", f"/persons/{acting.albert}/representations")
    [row] = shown["acting_for_them"]
    assert (row["representation_id"], row["state"], row["ended_because"]) == (given, "ended", "death_of_representative")


async def test_an_executor_is_written_to_from_their_first_day_on(acting: Acting) -> None:
    town = acting.town
    first = (town.clock.now() + timedelta(days=3)).date()
    await acting.given(**WILL, effective_from=first.isoformat())
    await acting.asks("POST", f"/persons/{acting.albert}/death", {"evidence": "certificate_seen"})
    written_to = "SELECT representative FROM stop_mail WHERE person_id::text = $1"
    assert [row["representative"] for row in await town.sql(HERE, written_to, acting.albert)] == [None]
    town.at(f"{first}T12:00:00+00:00")

    async def known() -> bool:
        rows = await town.sql(HERE, written_to, acting.albert)
        return [str(row["representative"]) for row in rows] == [acting.joanne]

    await town.until(known)
