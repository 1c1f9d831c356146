"""Signing in by a provider, whatever the provider says. Provider and account are reached over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging

import httpx
import pytest
from common.embedded import Nats
from common.embedded.ports import free_port
from common.embedded.provider.process import Provider
from common.embedded.provider.words import POISONS
from common.testing.browser import PAGE, Browser
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from customer_account.app import service

from .conftest import REFUSED, me, rows

NOT_PROVEN = {
    "type": "/problems/identity-not-proven",
    "title": "We could not show who you are. You are still signed in as before.",
    "status": 403,
}
WORDS = {
    "replayed_code": "code: invalid_grant",
    "core_identity": "core_identity: vot",
}  # what operators read, where it is another word
BROWSERS = {"httpx", "httpcore", "uvicorn", "asyncio"}  # the test's own browser and server are in this process too


@pytest.fixture(scope="module")
def town(town_with_provider: Platform) -> Platform:
    return town_with_provider


# -- let in


@pytest.mark.parametrize("way", ["one-login", "openid"])
async def test_somebody_who_signs_in_becomes_known_and_is_the_same_person_next_time(
    browser: Browser, account: str, provider: Provider, way: str
) -> None:
    await browser.turn("person", subject=f"first-by-{way}")
    first = await browser.sign_in(way)
    assert first.status_code == 200, first.text
    assert first.json()["level"] == "medium"
    assert first.json()["councils"] == ["northmere", "southholt"]
    mine = await me(browser, first.json()["token"])
    assert mine.json()["person_id"] == first.json()["person_id"]
    async with Browser(account, provider) as another:
        again = await another.sign_in(way)
    assert again.json()["person_id"] == first.json()["person_id"]
    assert again.json()["session_id"] != first.json()["session_id"]


async def test_the_two_dialects_are_two_clients_of_one_person_by_one_subject(browser: Browser) -> None:
    ways = [(await browser.sign_in(way)).json()["person_id"] for way in ("one-login", "openid")]
    assert len(set(ways)) == 1


async def test_the_browser_is_sent_with_all_that_one_login_asks_for(browser: Browser) -> None:
    asked = httpx.URL((await browser.begin()).json()["go_to"]).params
    assert (asked["vtr"], asked["scope"], asked["code_challenge_method"]) == ('["Cl.Cm"]', "openid", "S256")
    assert (asked["redirect_uri"], "claims" in asked) == (PAGE, False)
    assert "vtr" not in httpx.URL((await browser.begin("openid")).json()["go_to"]).params


async def test_proving_who_one_is_is_a_second_request_that_raises_the_same_session(
    browser: Browser, town: Platform
) -> None:
    first = (await browser.sign_in()).json()
    asked = httpx.URL((await browser.begin_proof(first["token"])).json()["go_to"]).params
    assert asked["vtr"] == '["Cl.Cm.P2"]'
    assert "coreIdentityJWT" in asked["claims"]
    proven = await browser.prove(first["token"])
    assert (proven.json()["level"], proven.json()["session_id"]) == ("high", first["session_id"])
    assert (await browser.post("/session/token")).json()["level"] == "high"
    kept = await town.sql(
        "customer-account",
        "SELECT method, level FROM used_sign_in WHERE person_id = $1 ORDER BY at DESC LIMIT 1",
        first["person_id"],
    )
    assert [tuple(row) for row in kept] == [("one-login", "high")]


async def test_somebody_else_who_comes_back_proves_nothing(browser: Browser) -> None:
    first = (await browser.sign_in()).json()
    await browser.turn("person", subject="somebody-else")
    assert (await browser.prove(first["token"])).json() == NOT_PROVEN
    assert (await browser.post("/session/token")).json()["level"] == "medium"


async def test_who_signed_in_without_one_login_cannot_prove_it(browser: Browser) -> None:
    token = (await browser.sign_in("openid")).json()["token"]
    answer = await browser.begin_proof(token)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/cannot-prove-identity")


# -- not let in


@pytest.mark.parametrize("poison", POISONS)
async def test_what_is_not_as_it_should_be_lets_nobody_in_and_leaves_nothing(
    browser: Browser, town: Platform, caplog: pytest.LogCaptureFixture, poison: str
) -> None:
    caplog.set_level(logging.DEBUG)
    await browser.turn("person", subject="margaret.hartley@example.org")
    first = (await browser.sign_in()).json() if poison == "core_identity" else None
    begun = await (browser.begin_proof(first["token"]) if first else browser.begin())
    back, before = await browser.visit(begun), await rows(town)
    await browser.turn("poison", poison=poison)
    refused = await browser.complete(back)
    assert refused.json() == (NOT_PROVEN if first else REFUSED)
    assert "set-cookie" not in refused.headers
    assert await rows(town) == before
    following = await browser.post("/session/token")
    assert following.json()["level"] == "medium" if first else following.status_code == 401
    ours = [line for line in caplog.records if line.name.partition(".")[0] not in BROWSERS]
    assert [line.getMessage() for line in ours if line.levelno >= logging.WARNING] == [
        f"a sign-in by onedoor was refused: {WORDS.get(poison, poison)}"
    ]
    said = " ".join(line.getMessage() for line in ours)
    assert not [secret for secret in ("hartley", "Margaret", *back.values()) if secret in said]


async def test_coming_back_a_second_time_is_refused(browser: Browser, town: Platform) -> None:
    back = await browser.visit(await browser.begin())
    assert (await browser.complete(back)).status_code == 200
    before = await rows(town)
    assert (await browser.complete(back)).json() == REFUSED
    assert await rows(town) == before


async def test_of_two_who_come_back_at_once_one_is_let_in(browser: Browser) -> None:
    back = await browser.visit(await browser.begin())
    answers = await asyncio.gather(*(browser.complete(back) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 403, 403]


async def test_another_browser_cannot_come_back_in_its_place(
    browser: Browser, account: str, provider: Provider
) -> None:
    back = await browser.visit(await browser.begin())
    async with Browser(account, provider) as another:
        assert (await another.complete(back)).json() == REFUSED
        await another.begin()
        assert (await another.complete(back)).json() == REFUSED
    assert (await browser.complete(back)).status_code == 200


async def test_coming_back_too_late_with_nothing_or_with_a_no_is_refused(browser: Browser, town: Platform) -> None:
    back = await browser.visit(await browser.begin())
    for odd in ({"state": back["state"], "error": "access_denied"}, {"state": "never-sent", "code": back["code"]}):
        assert (await browser.complete(odd)).json() == REFUSED
    town.step(minutes=31)
    assert (await browser.complete(back)).json() == REFUSED


async def test_nobody_is_sent_back_to_an_address_that_is_not_registered_to_the_letter(browser: Browser) -> None:
    for odd in (f"{PAGE}/", f"{PAGE}?a=b", PAGE.upper(), "https://elsewhere.example/signed-in"):
        answer = await browser.begin(return_to=odd)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-a-return-address")


async def test_a_provider_that_is_away_is_said_to_be_and_no_more(browser: Browser, provider: Provider) -> None:
    told = json.loads(provider.client.file.read_text())
    nobody = told["providers"]["openid"] | {"issuer": f"http://127.0.0.1:{free_port()}"}
    provider.client.file.write_text(json.dumps(told | {"providers": told["providers"] | {"nobody": nobody}}))
    away = await browser.begin("nobody")
    assert (away.status_code, away.json()["type"]) == (503, "/problems/provider-away")
    assert nobody["issuer"] not in away.text


async def test_who_tries_too_often_waits_a_minute(servers: Servers, nats: Nats, provider: Provider) -> None:
    async with platform(servers, nats, [service], sign_in_file=provider.client.file) as another:
        client = another["customer-account"].client
        odd = {"state": "never-sent", "code": "never-given"}
        answers = [await client.post("/sign-ins/completion", json=odd) for _ in range(121)]
        assert {answer.status_code for answer in answers[:120]} == {403}
        assert (answers[120].status_code, answers[120].headers["Retry-After"]) == (429, "60")
        another["customer-account"].app.state.onedoor.throttle._minute -= 1
        assert (await client.post("/sign-ins/completion", json=odd)).status_code == 403


async def test_only_a_notice_may_be_a_form(browser: Browser) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/sign-ins", "/sign-ins/completion", "/session/token", "/session/end"):
        assert (await browser.http.post(path, headers=form)).status_code == 415
