"""Partners' systems sign in with a key of their own: who gets a token, for what, how often, and until when it is taken."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from common.contracts.partners.clients import ASSERTION
from common.embedded import Nats
from common.embedded.issuer import PARTNERS
from common.runtime.signing import read_signing_keys
from common.testing.partnering import activate, agree
from common.testing.platform import platform, serving
from common.testing.servers import Servers
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from partner_gateway.app import service

HELPERS = "the-helpers"
ALL = ["referrals:read", "referrals:write", "deliveries:read", "deliveries:write", "directory:read", "clients:write"]
TOKEN = "/oauth2/token"


@pytest.fixture(scope="module")
async def desk(servers: Servers, nats: Nats, at_its_desk: Any) -> AsyncIterator[Any]:
    """Two replicas: what is revoked at one is taken by neither."""
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(platform(servers, nats, [service]))
        other = await stack.enter_async_context(serving(service, town.told["partner-gateway"]))
        made = await at_its_desk(town)
        made.other = other.client
        await activate(town, HELPERS, "The Helpers")
        await agree(town, HELPERS, councils=["southholt"])
        yield made


@pytest.fixture(autouse=True)
async def tidied(desk: Any) -> AsyncIterator[None]:
    """Real time again, and none of the organisation's systems left: it may have no more than twenty."""
    yield
    desk.town.step(seconds=-desk.town.clock.offset().total_seconds())
    for client in (await desk.get(f"/partners/{HELPERS}/clients", desk.officer)).json()["items"]:
        if client["closed_at"] is None:
            await desk.post(f"/clients/{client['client_id']}/closing", None, desk.administrator)


class System:
    """A partner's system, as its makers would write it."""

    def __init__(self, desk: Any, client_id: str, key: Any) -> None:
        self.desk, self.id, self.key = desk, client_id, key

    def assertion(self, *, key: Any = None, alg: str = "", **changes: Any) -> str:
        now, key = int(time.time()), key or self.key
        claims = {"iss": self.id, "sub": self.id, "aud": f"{PARTNERS}{TOKEN}", "iat": now, "exp": now + 60}
        claims |= {"jti": str(uuid4())} | changes
        alg = alg or ("ES256" if key.key_type == "EC" else "PS256")
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": key.kid}, told, key, algorithms=[alg])

    async def ask(self, assertion: str = "", **more: Any) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion or self.assertion(),
        }
        answer: httpx.Response = await self.desk.client.post(TOKEN, data=form | more)
        return answer

    async def token(self, **more: Any) -> dict[str, str]:
        answer = await self.ask(**more)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def until_refused(self, token: dict[str, str]) -> float:
        """How long it takes until neither replica takes a token. Fails after five seconds."""
        began = time.monotonic()
        while time.monotonic() - began < 5:
            answers = [await client.get("/agreements", headers=token) for client in (self.desk.client, self.desk.other)]
            if {answer.status_code for answer in answers} == {401}:
                return time.monotonic() - began
            await asyncio.sleep(0.01)
        raise AssertionError("it is taken still")


def made_key(kid: str = "", *, rsa: int = 0) -> Any:
    told = {"kid": kid or uuid4().hex}
    return RSAKey.generate_key(rsa, told) if rsa else ECKey.generate_key("P-256", told)


async def register(desk: Any, key: Any, partner: str = HELPERS, **told: Any) -> httpx.Response:
    body = {"name": "Case system", "scopes": ALL, "key": key.as_dict(private=False)} | told
    answer: httpx.Response = await desk.post(f"/partners/{partner}/clients", body, desk.administrator)
    return answer


async def system(desk: Any, partner: str = HELPERS, key: Any = None, **told: Any) -> System:
    key = key or made_key()
    answer = await register(desk, key, partner, **told)
    assert answer.status_code == 201, answer.text
    return System(desk, answer.json()["client_id"], key)


def claims(token: dict[str, str]) -> Any:
    payload = token["Authorization"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=="))


# -- a token


@pytest.mark.parametrize("rsa", [0, 2048])
async def test_whoever_signs_with_its_key_gets_a_token_that_is_its_organisations(desk: Any, rsa: int) -> None:
    theirs = await system(desk, key=made_key(rsa=rsa))
    answer = await theirs.ask()
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 300)
    assert answer.json()["scope"].split() == sorted(ALL)
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    said = claims(token)
    assert (said["iss"], said["sub"], said["aud"], said["councils"]) == (
        PARTNERS,
        HELPERS,
        ["partner-gateway"],
        ["southholt"],
    )
    assert said["exp"] - said["iat"] == 300
    seen = await desk.get("/agreements", token)
    assert {each["partner_id"] for each in seen.json()["items"]} == {HELPERS}
    assert (await desk.get("/referrals", token)).status_code == 200
    assert (await desk.get("/cases", token)).status_code == 404


async def test_where_to_ask_is_published_as_the_standard_has_it(desk: Any) -> None:
    told = (await desk.client.get("/.well-known/oauth-authorization-server")).json()
    assert (told["issuer"], told["token_endpoint"]) == (PARTNERS, f"{PARTNERS}{TOKEN}")
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    keys = (await desk.client.get("/.well-known/jwks.json")).json()["keys"]
    assert [("d" in key, key["alg"]) for key in keys] == [(False, "ES256")] * 2
    assert {key["kid"] for key in keys} >= {_kid(await (await system(desk)).token())}


def _kid(token: dict[str, str]) -> str:
    header = token["Authorization"].removeprefix("Bearer ").split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(header + "=="))["kid"])


async def test_the_issuer_is_an_audience_too_and_one_of_several(desk: Any) -> None:
    theirs = await system(desk)
    for audience in (PARTNERS, ["https://elsewhere.example", PARTNERS]):
        assert (await theirs.ask(theirs.assertion(aud=audience))).status_code == 200


async def test_an_assertion_is_good_for_one_token_however_many_ask_at_once(desk: Any) -> None:
    theirs = await system(desk)
    assertion = theirs.assertion()
    answers = await asyncio.gather(*(theirs.ask(assertion) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    again = await theirs.ask(assertion)
    assert again.json()["error"] == "invalid_client"
    assert again.json()["error_description"] == "This assertion was used before: sign another, with another jti."
    assert (await theirs.ask()).status_code == 200


FAULTS: list[dict[str, Any]] = [
    {"exp": 1},
    {"exp": None},
    {"exp": "soon"},
    {"exp": True},
    {"exp": 2**50},
    {"nbf": 2**33},
    {"aud": "https://elsewhere.example/oauth2/token"},
    {"aud": None},
    {"aud": 7},
    {"iss": "somebody-else"},
    {"iss": None},
    {"sub": "somebody-else"},
    {"sub": str(UUID(int=7))},
    {"sub": None},
    {"jti": None},
    {"jti": ""},
    {"jti": 12345678},
    {"jti": "x" * 201},
]


@pytest.mark.parametrize("wrong", FAULTS, ids=str)
async def test_an_assertion_that_is_not_in_order_is_refused(desk: Any, wrong: dict[str, Any]) -> None:
    theirs = await system(desk)
    refused = await theirs.ask(theirs.assertion(**wrong))
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


async def test_an_assertion_that_lives_for_long_is_refused(desk: Any) -> None:
    theirs = await system(desk)
    assert (await theirs.ask(theirs.assertion(exp=int(time.time()) + 590))).status_code == 200
    assert (await theirs.ask(theirs.assertion(exp=int(time.time()) + 3600))).status_code == 401


async def test_only_its_own_key_with_its_own_algorithm_signs_for_it(desk: Any) -> None:
    theirs, others = await system(desk), await system(desk)
    stranger = made_key(theirs.key.kid)
    public = json.dumps(theirs.key.as_dict(private=False), sort_keys=True)
    secret = OctKey.import_key(public, {"kid": theirs.key.kid})
    body = theirs.assertion().split(".")
    unsigned = (
        base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": theirs.key.kid}).encode()).decode().rstrip("=")
    )
    for forged in (
        theirs.assertion(key=stranger),
        theirs.assertion(key=others.key),
        theirs.assertion(key=secret, alg="HS256"),
        f"{unsigned}.{body[1]}.",
        f"{body[0]}.{body[1]}.{body[2][::-1]}",
        others.assertion().rpartition(".")[0] + "." + body[2],
        "not.an.assertion",
        "x" * 7000,
    ):
        refused = await theirs.ask(forged)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client"), forged[:60]
        assert "aud" not in refused.json()["error_description"]  # what is wrong is told to nobody who did not sign
    assert (await theirs.ask(theirs.assertion(), client_id=others.id)).status_code == 401
    assert (await theirs.ask(theirs.assertion(), client_id=theirs.id)).status_code == 200


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "unsupported_grant_type"),
        ({"client_assertion_type": "urn:other"}, "invalid_request"),
        ({"client_assertion": ""}, "invalid_request"),
    ],
)
async def test_what_else_is_asked_is_refused_as_the_standard_has_it(desk: Any, told: Any, error: str) -> None:
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": "x.y.z"}
    refused = await desk.client.post(TOKEN, data=form | told)
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert refused.json()["error_description"]


async def test_a_token_allows_what_was_asked_for_of_what_the_client_may(desk: Any) -> None:
    theirs = await system(desk, scopes=["referrals:read", "referrals:write"])
    narrow = await theirs.token(scope="referrals:read")
    assert claims(narrow)["permissions"] == ["referrals:read"]
    assert (await desk.refer(narrow)).status_code == 403
    assert (await desk.get("/referrals", narrow)).status_code == 200
    assert (await desk.get("/deliveries", await theirs.token())).status_code == 403
    beyond = await theirs.ask(scope="referrals:read clients:write")
    assert (beyond.status_code, beyond.json()["error"]) == (400, "invalid_scope")


async def test_what_was_used_is_forgotten_when_it_can_be_used_no_more(desk: Any) -> None:
    theirs = await system(desk)
    await theirs.token()
    desk.town.step(hours=2)

    async def gone() -> bool:
        return not await desk.town.sql("partner-gateway", "SELECT 1 FROM used_assertion")

    await desk.town.until(gone)


# -- keys


async def test_keys_are_changed_with_an_overlap(desk: Any) -> None:
    old = await system(desk)
    new = System(desk, old.id, made_key())
    body = {"key": new.key.as_dict(private=False), "overlap_days": 7}
    shown = await desk.post(f"/clients/{old.id}/keys", body, desk.administrator)
    assert shown.status_code == 200, shown.text
    assert [key["kid"] for key in shown.json()["keys"]] == [new.key.kid, old.key.kid]
    assert [key["until"] is None for key in shown.json()["keys"]] == [True, False]
    assert ((await old.ask()).status_code, (await new.ask()).status_code) == (200, 200)
    desk.town.step(days=8)
    assert ((await old.ask()).status_code, (await new.ask()).status_code) == (401, 200)
    listed = (await desk.get(f"/partners/{HELPERS}/clients", desk.officer)).json()["items"]
    [ours] = [each for each in listed if each["client_id"] == old.id]
    assert [key["taken"] for key in ours["keys"]] == [True, False]


async def test_a_key_that_is_revoked_is_not_taken_nor_what_was_given_for_it(desk: Any) -> None:
    theirs = await system(desk)
    other = System(desk, theirs.id, made_key())
    await desk.post(f"/clients/{theirs.id}/keys", {"key": other.key.as_dict(private=False)}, desk.administrator)
    doomed, kept = await theirs.token(), await other.token()
    assert (await desk.get("/agreements", doomed)).status_code == 200
    revoked = await desk.post(f"/clients/{theirs.id}/keys/{theirs.key.kid}/revocation", None, desk.administrator)
    assert revoked.status_code == 200, revoked.text
    assert await theirs.until_refused(doomed) < 1
    assert (await theirs.ask()).status_code == 401
    assert (await desk.get("/agreements", kept)).status_code == 200
    [key] = [each for each in revoked.json()["keys"] if each["kid"] == theirs.key.kid]
    assert not key["taken"]
    again = await desk.post(f"/clients/{theirs.id}/keys/{theirs.key.kid}/revocation", None, desk.administrator)
    assert again.json()["version"] == revoked.json()["version"]
    back = await desk.post(f"/clients/{theirs.id}/keys", {"key": theirs.key.as_dict(private=False)}, desk.administrator)
    assert (back.status_code, back.json()["type"]) == (409, "/problems/key-id-taken")


async def test_a_revoked_key_is_refused_although_nobody_has_heard_of_it_yet(desk: Any) -> None:
    theirs = await system(desk)
    token = await theirs.token()
    sql = "UPDATE client_key SET revoked_at = now() WHERE client_id = $1 RETURNING 1"
    await desk.town.sql("partner-gateway", sql, UUID(theirs.id))
    for path in ("/referrals", "/deliveries"):
        assert (await desk.get(path, token)).status_code == 401, path
    assert (await desk.refer(token)).status_code == 401


async def test_a_client_that_is_closed_signs_in_no_more(desk: Any) -> None:
    theirs = await system(desk)
    token = await theirs.token()
    closed = await desk.post(f"/clients/{theirs.id}/closing", None, desk.administrator)
    assert [key["taken"] for key in closed.json()["keys"]] == [False]
    assert await theirs.until_refused(token) < 1
    assert (await theirs.ask()).status_code == 401
    again = await desk.post(f"/clients/{theirs.id}/closing", None, desk.administrator)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/client-is-closed")
    sql = "SELECT name FROM onedoor.said WHERE aggregate_id = $1 ORDER BY version"
    said = [row["name"] for row in await desk.town.sql("partner-gateway", sql, UUID(theirs.id))]
    assert said == ["partner_client.registered", "partner_client.closed"]


async def test_a_suspended_partner_gets_no_token_and_is_shown_nothing(desk: Any) -> None:
    await activate(desk.town, "soon-suspended")
    await agree(desk.town, "soon-suspended")
    theirs = await system(desk, "soon-suspended")
    token = await theirs.token()
    await desk.move_partner("soon-suspended", "suspend")
    assert (await desk.get("/referrals", token)).status_code == 403
    refused = await theirs.ask()
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")


@pytest.mark.parametrize("case", ["private", "small", "curve", "broken", "mixed", "nothing"])
async def test_only_a_public_key_that_is_strong_enough_is_taken(desk: Any, case: str) -> None:
    key = made_key()
    told = {
        "private": key.as_dict(private=True),
        "small": {"kty": "RSA", "kid": "s", "n": base64.urlsafe_b64encode(b"\xc1" * 128).decode(), "e": "AQAB"},
        "curve": ECKey.generate_key("P-384", {"kid": "c"}).as_dict(private=False),
        "broken": key.as_dict(private=False) | {"x": "AAAA"},
        "mixed": key.as_dict(private=False) | {"alg": "PS256"},
        "nothing": {"kty": "EC", "kid": "k"},
    }[case]
    answer = await desk.post(
        f"/partners/{HELPERS}/clients", {"name": "x", "scopes": ["referrals:read"], "key": told}, desk.administrator
    )
    assert answer.status_code == 422, answer.text
    wanted = {"private": "private-key-sent", "curve": "not-understood"}.get(case, "not-a-public-key")
    assert answer.json()["type"] == f"/problems/{wanted}"
    assert str(told.get("d", "no secret")) not in answer.text


async def test_there_is_an_end_to_keys_and_clients(desk: Any) -> None:
    await activate(desk.town, "keen")
    theirs = await system(desk, "keen")
    for number in range(4):
        key = made_key(f"key-{number}").as_dict(private=False)
        answer = await desk.post(f"/clients/{theirs.id}/keys", {"key": key}, desk.administrator)
        assert (answer.status_code, answer.json().get("type")) == (
            (200, None) if number < 3 else (409, "/problems/too-many-keys")
        )
    for _ in range(19):
        assert (await register(desk, made_key(), "keen")).status_code == 201
    full = await register(desk, made_key(), "keen")
    assert (full.status_code, full.json()["type"]) == (409, "/problems/too-many-clients")


async def test_a_partner_changes_its_own_keys_and_nobody_elses(desk: Any) -> None:
    theirs, plain = await system(desk), await system(desk, scopes=["referrals:read"])
    others = await system(desk, "frs-nsfr")
    token = await theirs.token()
    body = {"key": made_key("second").as_dict(private=False)}
    alone = await desk.post(f"/clients/{theirs.id}/keys/{theirs.key.kid}/revocation", None, token)
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/last-key")
    assert (await desk.post(f"/clients/{theirs.id}/keys", body, token)).status_code == 200
    assert (await desk.post(f"/clients/{theirs.id}/keys/{theirs.key.kid}/revocation", None, token)).status_code == 200
    colleague = await (await system(desk)).token()
    assert (await desk.post(f"/clients/{others.id}/keys", body, colleague)).status_code == 404
    assert (await desk.post(f"/clients/{plain.id}/keys", body, await plain.token())).status_code == 403
    assert (await desk.post(f"/clients/{uuid4()}/keys", body, desk.administrator)).status_code == 404
    assert (await desk.get("/partners/frs-nsfr/clients", await plain.token())).status_code == 404


async def test_a_client_asks_so_often_a_minute_and_is_told_how_often(desk: Any) -> None:
    theirs = await system(desk, requests_a_minute=3)
    token = await theirs.token()
    if time.monotonic() % 60 > 55:  # the minute is that of the process
        await asyncio.sleep(6)
    answers = [await desk.get("/agreements", token) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"minute";q=3;w=60'
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers[:3]] == ["r=2", "r=1", "r=0"]
    refused = answers[3].json()
    assert (refused["type"], refused["requests_a_minute"]) == ("/problems/too-often", 3)
    assert 0 < int(answers[3].headers["retry-after"]) <= 60
    assert (await desk.get("/agreements", await (await system(desk)).token())).status_code == 200  # others go on


async def test_who_gives_partners_tokens_is_believed_for_nobody_else(desk: Any) -> None:
    keys = read_signing_keys(desk.town.told["partner-gateway"].signing_keys_file)
    now = int(time.time())
    told = {"iss": PARTNERS, "sub": "ada", "aud": ["partner-gateway"], "councils": ["northmere"], "nbf": now}
    told |= {"exp": now + 60, "permissions": ["partners:write"]}
    for role in ("administrator", "officer", "operator"):
        forged = {"Authorization": f"Bearer {keys.sign(told | {'role': role})}"}
        assert (await desk.get("/agreements", forged)).status_code == 401
    long_lived = told | {"role": "partner", "sub": HELPERS, "sid": str(uuid4()), "exp": now + 4000}
    assert (await desk.get("/agreements", {"Authorization": f"Bearer {keys.sign(long_lived)}"})).status_code == 401


@pytest.mark.parametrize("kind", ["json", "text"])
async def test_the_token_is_asked_for_with_a_form(desk: Any, kind: str) -> None:
    theirs = await system(desk)
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": theirs.assertion(),
    }
    if kind == "text":
        refused = await desk.client.post(TOKEN, content=b"a=b", headers={"Content-Type": "text/plain"})
        assert refused.status_code == 415
    else:
        assert (await desk.client.post(TOKEN, json=form)).status_code == 200
