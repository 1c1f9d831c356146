"""A token with which somebody acts for another: signed here, believed everywhere, for as long as they may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(scope="module")
def settings(signing: dict[str, Any]) -> dict[str, Any]:
    return signing


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


async def test_whoever_acts_gets_a_token_for_it_in_every_service_while_they_may(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    albert, joanne = [(await register())["person_id"] for _ in range(2)]
    body = {
        "representative_id": joanne,
        "kind": "attorney",
        "evidence": {"kind": "lasting_power", "reference": "700-123"},
    }
    answer = await client.post(f"/persons/{albert}/representations", json=body, headers=town.officer())
    assert answer.status_code == 201, answer.text
    given = answer.json()["representation_id"]
    path = f"/me/representations/{given}/token"
    assert (await client.post(path, headers=town.resident(albert))).status_code == 404  # it is not he who acts
    answer = await client.post(path, headers=town.resident(joanne))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["person_id"], answer.headers["Cache-Control"]) == (albert, "no-store")
    acting = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert (await client.get("/me/timeline", headers=acting)).status_code == 200
    assert problem(await client.post(path, headers=acting)) == (403, "/problems/in-person-only")
    ended = await client.post(f"/representations/{given}/end", json={"reason": "Enough"}, headers=town.officer())
    await town.heard(ended)
    assert problem(await client.get("/me/timeline", headers=acting)) == (403, "/problems/not-acting")
    assert problem(await client.post(path, headers=town.resident(joanne))) == (409, "/problems/representation-over")
