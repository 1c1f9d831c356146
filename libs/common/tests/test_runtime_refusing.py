"""Bad requests and strangers: each gets the problem it should, a person can read it, and nothing of what was sent comes back."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from common.embedded import Nats
from common.embedded.issuer import ISSUER, Issuer
from common.runtime.ids import new_id
from common.runtime.watching.telemetry import JsonLines
from common.testing.platform import Platform, platform
from common.testing.refusals import agrees, refused
from common.testing.servers import Servers
from common.testing.toy.speaker.app import service as speaker
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

GOLDEN = Path(__file__).parent / "refusals.golden"


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [speaker]) as running:
        yield running


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": ISSUER, "sub": "officer-1", "aud": ["toy-speaker"], "iat": now, "nbf": now, "exp": now + 300,
        "role": "officer", "councils": ["northmere"], "permissions": ["cases:write"],
    } | changes  # fmt: skip


def signed(town: Platform, **changes: Any) -> str:
    key = ECKey.import_key(json.loads(town.issuer.private.read_text()))
    without = changes.pop("without", None)
    body = {name: value for name, value in claims(**changes).items() if name != without}
    return jwt.encode({"alg": "ES256", "kid": key.kid}, body, key)


def tokens(town: Platform, tmp_path: Path) -> dict[str, str]:
    """Tokens that must not be believed, by what is wrong with them."""
    now = int(time.time())
    public = town.issuer.public.read_text()
    stranger = Issuer(tmp_path)
    stranger.ensure()
    rsa = RSAKey.generate_key(2048, auto_kid=True)
    good = signed(town)
    return {
        "expired": signed(town, exp=now - 60),
        "not yet valid": signed(town, nbf=now + 600),
        "another audience": signed(town, aud=["case-crm"]),
        "another issuer": signed(town, iss="https://elsewhere.example"),
        "an unknown role": signed(town, role="emperor"),
        "no expiry": signed(town, without="exp"),
        "no councils": signed(town, without="councils"),
        "a resident without a person": signed(town, role="resident", sub="somebody"),
        "signed by a stranger": stranger.token("officer", subject="x", councils=["northmere"], audience=["toy-speaker"]),
        "signed with the public key as a secret": jwt.encode(
            {"alg": "HS256"}, claims(), OctKey.import_key(public), algorithms=["HS256"]
        ),
        "signed by another algorithm": jwt.encode({"alg": "RS256"}, claims(), rsa, algorithms=["RS256"]),
        "not signed": "eyJhbGciOiJub25lIn0." + good.split(".")[1] + ".",
        "changed after signing": good[:-6] + ("AAAAAA" if not good.endswith("AAAAAA") else "BBBBBB"),
        "no token at all": "",
        "rubbish": "rubbish",
    }  # fmt: skip


async def test_no_bad_token_is_believed_and_all_are_refused_alike(town: Platform, tmp_path: Path) -> None:
    client = town["toy-speaker"].client
    answers = {}
    for wrong, token in tokens(town, tmp_path).items():
        answer = await client.post("/tallies", json={"amount": 1}, headers={"Authorization": f"Bearer {token}"})
        answers[wrong] = (answer.status_code, answer.text)
    assert {status for status, _ in answers.values()} == {401}
    assert len({text for _, text in answers.values()}) == 1
    good = await client.post("/tallies", json={"amount": 1}, headers={"Authorization": f"Bearer {signed(town)}"})
    assert good.status_code == 201


async def test_each_bad_request_gets_its_problem(town: Platform) -> None:
    client, me = town["toy-speaker"].client, {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    tally = (await client.post("/tallies", json={"amount": 1}, headers=me)).json()["id"]
    add = f"/tallies/{tally}/additions"
    big = {"amount": 1, "note": "x" * (1024 * 1024)}
    cases: dict[str, Any] = {
        "a wrong type": client.post("/tallies", json={"amount": "Priya"}, headers=me),
        "an unknown field": client.post("/tallies", json={"amount": 1, "colour": "Priya"}, headers=me),
        "a missing field": client.post("/tallies", json={}, headers=me),
        "a body that is not JSON": client.post(
            "/tallies", content=b"{Priya", headers=me | {"Content-Type": "application/json"}
        ),
        "a body in another format": client.post(
            "/tallies", content=b"amount=1", headers=me | {"Content-Type": "text/plain"}
        ),
        "a body that is too large": client.post("/tallies", json=big, headers=me),
        "an id that is no id": client.get("/tallies/Priya", headers=me),
        "an unknown id": client.get(f"/tallies/{new_id()}", headers=me),
        "an unknown address": client.get("/Priya", headers=me),
        "a wrong method": client.put("/tallies", json={}, headers=me),
        "no token": client.get(f"/tallies/{tally}"),
        "the wrong permission": client.get(f"/tallies/{tally}", headers=town.officer("northmere", permissions=[])),
        "a council that is not the caller's": client.get(
            f"/tallies/{tally}", headers=me | {"Onedoor-Council": "eastmarsh"}
        ),
        "a council's name that is none": client.get(f"/tallies/{tally}", headers=me | {"Onedoor-Council": "Priya'"}),
        "no council among several": client.post(
            "/tallies", json={"amount": 1}, headers=town.officer("northmere", "southholt")
        ),
        "an old version": client.post(add, json={"amount": 1}, headers=me | {"If-Match": '"7"'}),
        "a version that is none": client.post(add, json={"amount": 1}, headers=me | {"If-Match": "Priya"}),
        "a rule of the domain": client.post(add, json={"amount": 5000}, headers=me),
        "a fault of ours": client.get("/faults"),
    }
    lines = []
    for case, request in cases.items():
        lines.append(f"{case} → {refused(await request, case=case)}")
    agrees(GOLDEN, lines)


async def test_a_fault_is_logged_by_kind_and_place_and_without_what_it_held(
    town: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert (await town["toy-speaker"].client.get("/faults")).status_code == 500
    lines = "".join(JsonLines("toy-speaker").format(record) for record in caplog.records)
    assert "unexpected ValueError in a request" in lines
    assert "toy/speaker/app.py" in lines
    assert "Priya" not in lines
    assert "07700" not in lines
