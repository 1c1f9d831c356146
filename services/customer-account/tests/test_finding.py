"""Being found by what one says of oneself, and not by too little."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]


@pytest.mark.parametrize(
    "said",
    [
        {"full_name": "MARGARET O'HARTLEY", "date_of_birth": "1947-05-02"},
        {"full_name": "margaret ohartley", "postcode": "ZZ99 1AB"},
        {"phone": "+447700900777"},
        {"email": "Margaret@example.org"},
        {"email": "margaret@example.org", "full_name": "Margaret O’Hartley", "postcode": "zz991ab"},
    ],
)
async def test_a_person_is_found_by_what_they_say_of_themselves(
    town: Platform, client: httpx.AsyncClient, register: Registers, said: dict[str, Any]
) -> None:
    margaret = {"full_name": "Margaret O'Hartley", "date_of_birth": "1947-05-02", "postcode": "ZZ99 1AB"}
    first = await client.post("/person-searches", json={"phone": "07700 900777"}, headers=town.officer())
    if not first.json()["items"]:
        await register(**margaret, phone="07700 900777", email="margaret@example.org")
    found = await client.post("/person-searches", json=said, headers=town.officer())
    assert found.status_code == 200
    [person] = found.json()["items"]
    assert person["full_name"] == "Margaret O'Hartley"
    assert (person["date_of_birth"], person["postcode"]) == ("1947-05-02", "ZZ99 1AB")


async def test_all_that_is_said_of_somebody_must_agree(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    await register(full_name="Ewa Kowalska", phone="07700 900555")
    await register(full_name="Marcin Kowalski", phone="07700 900555")
    both = await client.post("/person-searches", json={"phone": "07700900555"}, headers=town.officer())
    assert [p["full_name"] for p in both.json()["items"]] == ["Ewa Kowalska", "Marcin Kowalski"]
    one = {"phone": "07700900555", "full_name": "Marcin Kowalski"}
    found = await client.post("/person-searches", json=one, headers=town.officer())
    assert [p["full_name"] for p in found.json()["items"]] == ["Marcin Kowalski"]


async def test_a_search_that_is_too_wide_gives_twenty_and_says_so(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    for number in range(21):
        await register(full_name=f"Tenant {number:02}", phone="07700 900999")
    found = (await client.post("/person-searches", json={"phone": "07700900999"}, headers=town.officer())).json()
    assert (len(found["items"]), found["more"]) == (20, True)


@pytest.mark.parametrize("said", [{}, {"full_name": "Margaret"}, {"postcode": "ZZ99 1AB"}, {"full_name": "..."}])
async def test_a_search_by_too_little_is_refused(
    town: Platform, client: httpx.AsyncClient, said: dict[str, str]
) -> None:
    answer = await client.post("/person-searches", json=said, headers=town.officer())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/too-little-to-go-on")
