"""customer-account on real servers, and the people these tests make up."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.embedded import Nats
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from customer_account.app import service

Registers = Callable[..., Awaitable[dict[str, Any]]]
_people = itertools.count(100)


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service]) as running:
        yield running


@pytest.fixture
def client(town: Platform) -> httpx.AsyncClient:
    return town["customer-account"].client


def _letters(number: int) -> str:
    """A given name of its own, so that nobody here is taken for somebody else."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)).capitalize()


@pytest.fixture
def register(town: Platform) -> Registers:
    """Registers somebody with Northmere, or another council; gives the person as they were answered."""

    async def registers(*, council: str = "northmere", **said: Any) -> dict[str, Any]:
        number = next(_people)
        body = {
            "full_name": f"{_letters(number)} Number{number}",
            "channel": "phone",
            "phone": f"07700 900{number}",
            **said,
        }
        told = {name: value for name, value in body.items() if value is not None}
        client, headers = town["customer-account"].client, town.officer(council)
        answer = await client.post("/persons", json=told, headers=headers)
        while answer.status_code == 409:  # people of earlier tests are like them
            told["not_the_same_as"] = [*told.get("not_the_same_as", []), *answer.json()["candidates"]]
            answer = await client.post("/persons", json=told, headers=headers)
        assert answer.status_code == 201, answer.text
        await town.heard(answer)
        person: dict[str, Any] = answer.json()
        return person

    return registers
