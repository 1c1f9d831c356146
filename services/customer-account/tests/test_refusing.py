"""Who is not let in, and what is not taken: every route about people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.runtime.ids import new_id
from common.testing.platform import Platform

Registers = Callable[..., Awaitable[dict[str, Any]]]


GETS = ("/persons/{id}", "/persons/{id}/facts", "/persons/{id}/timeline", "/me", "/me/facts", "/me/timeline")
POSTS = ("/persons", "/person-searches", "/persons/{id}/facts", "/persons/{id}/councils", "/me/facts")
ROUTES = [*(("GET", path) for path in (*GETS, "/me/access-entries")), *(("POST", path) for path in POSTS)]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_who_is_not_signed_in_or_has_the_wrong_role_is_refused(
    town: Platform, client: httpx.AsyncClient, register: Registers, method: str, path: str
) -> None:
    address = path.replace("{id}", str(new_id()))
    assert (await client.request(method, address, json={})).status_code == 401
    forged = {"Authorization": "Bearer " + "a" * 40}
    assert (await client.request(method, address, json={}, headers=forged)).status_code == 401
    wrong = [town.officer()] if path.startswith("/me") else [town.resident(), town.officer(permissions=["cases:read"])]
    for headers in (*wrong, town.bearer("partner", "frs-nsfr", ["northmere"])):
        assert (await client.request(method, address, json={}, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/persons", {"full_name": "A B", "channel": "phone", "surname": "B"}),
        ("/persons", {"full_name": "A B", "channel": "pigeon"}),
        ("/persons", {"full_name": "A B", "channel": "phone", "email": "not an address"}),
        ("/persons", {"full_name": "A\x00B", "channel": "phone"}),
        ("/persons", {"full_name": "A B", "channel": "phone", "date_of_birth": "2999-01-01"}),
        ("/person-searches", {"phone": "07700900123", "nickname": "x"}),
        ("/persons/{id}/councils", {"council": "southholt", "wording": "v4", "because": "x"}),
    ],
)
async def test_what_no_form_asks_is_refused_without_repeating_it(
    town: Platform, client: httpx.AsyncClient, register: Registers, path: str, body: dict[str, Any]
) -> None:
    person = await register()
    answer = await client.post(path.replace("{id}", person["person_id"]), json=body, headers=town.officer())
    assert answer.status_code == 422
    assert answer.json()["type"] in {"/problems/not-understood", "/problems/wrong-shape"}
    assert "2999" not in answer.text
    assert "pigeon" not in answer.text
