"""Going on with a session, and signing out: here, everywhere, at the provider. Provider and account are reached over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from common.embedded.provider.process import Provider
from common.testing.browser import PAGE, Browser, bearer
from common.testing.platform import Platform

from .conftest import REFUSED, Registers, me, rows


@pytest.fixture(scope="module")
def town(town_with_provider: Platform) -> Platform:
    return town_with_provider


async def test_the_cookie_gives_the_next_token_and_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    first = await browser.sign_in()
    cookie = next(line for line in first.headers.get_list("set-cookie") if line.startswith("onedoor_session="))
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    following = await browser.post("/session/token")
    assert following.headers["Cache-Control"] == first.headers["Cache-Control"] == "no-store"
    assert following.json()["session_id"] == first.json()["session_id"]
    assert (await me(browser, following.json()["token"])).status_code == 200


async def test_no_token_is_kept_for_whoever_sends_the_same_key_again(browser: Browser, town: Platform) -> None:
    headers = {"Idempotency-Key": "the-same"}
    back = await browser.visit(await browser.begin())
    first = await browser.post("/sign-ins/completion", back, headers=headers)
    again = await browser.post("/sign-ins/completion", back, headers=headers)
    assert (first.status_code, again.json()) == (200, REFUSED)
    assert await town.sql("customer-account", "SELECT 1 FROM onedoor.answer") == []


@pytest.mark.parametrize("path", ["/session/token", "/session/end", "/sign-ins", "/sign-ins/completion"])
async def test_a_page_of_another_site_is_refused(browser: Browser, path: str) -> None:
    await browser.sign_in()
    bodies: dict[str, Any] = {
        "/sign-ins": {"provider": "one-login", "return_to": PAGE},
        "/sign-ins/completion": {"state": "any", "code": "any"},
    }
    for origin in ("https://elsewhere.example", "null"):
        answer = await browser.post(path, bodies.get(path), headers={"Origin": origin})
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/from-elsewhere")
    assert (await browser.post("/session/token", headers={"Origin": "http://127.0.0.1:9"})).status_code == 200


async def test_a_session_ends_when_nobody_used_it_for_half_an_hour_and_after_eight_at_the_latest(
    browser: Browser, town: Platform
) -> None:
    await browser.sign_in()
    for _ in range(19):
        town.step(minutes=25)
        assert (await browser.post("/session/token")).status_code == 200
    town.step(minutes=25)
    assert (await browser.post("/session/token")).status_code == 401
    await browser.sign_in()
    town.step(minutes=31)
    assert (await browser.post("/session/token")).status_code == 401


async def test_who_signed_out_is_signed_out(browser: Browser, town: Platform) -> None:
    token = (await browser.sign_in()).json()["token"]
    out = await browser.post("/session/end")
    assert out.json() == {"ended": 1}

    async def refused() -> bool:
        return (await me(browser, token)).status_code == 401

    await town.until(refused, seconds=1)
    assert (await browser.post("/session/token")).status_code == 401
    assert (await browser.post("/session/end")).json() == {"ended": 0}


async def test_signing_out_everywhere_ends_every_browsers_session(
    browser: Browser, account: str, provider: Provider
) -> None:
    await browser.turn("person", subject="signs-out-everywhere")
    token = (await browser.sign_in()).json()["token"]
    async with Browser(account, provider) as another:
        await another.sign_in()
        assert (await browser.post("/me/sessions/end", headers=bearer(token))).json() == {"ended": 2}
        assert (await another.post("/session/token")).status_code == 401


async def test_signing_out_at_the_provider_ends_the_session_it_names_or_all(
    browser: Browser, account: str, provider: Provider
) -> None:
    await browser.turn("person", subject="signs-out-there")
    await browser.sign_in()
    path = "/sign-in-providers/one-login/logouts"
    for told, ended in (({"sid": "another-session"}, 0), ({}, 1)):
        notice = await browser.turn("logout-token", subject="signs-out-there", **told)
        assert (await browser.http.post(path, data=notice)).json() == {"ended": ended}
    assert (await browser.post("/session/token")).status_code == 401


async def test_who_claimed_a_record_since_they_signed_in_is_signed_out_under_both_ids(
    browser: Browser, town: Platform, account: str, provider: Provider, register: Registers
) -> None:
    await browser.turn("person", subject="claims-a-record")
    login = (await browser.sign_in()).json()
    person = (await register(date_of_birth="1995-04-11", postcode="ZZ99 1LN"))["person_id"]
    path = f"/persons/{person}/account/claim-references"
    given = await town["customer-account"].client.post(path, json={}, headers=town.officer())
    known = {"reference": given.json()["reference"], "date_of_birth": "1995-04-11", "postcode": "ZZ99 1LN"}
    for_council = bearer(login["token"]) | {"Onedoor-Council": "northmere"}
    claimed = await browser.http.post("/me/claims", json=known, headers=for_council)
    await town.heard(claimed)
    async with Browser(account, provider) as another:
        again = (await another.sign_in()).json()
        assert (again["person_id"], login["person_id"] != person) == (person, True)
        notice = await browser.turn("logout-token", subject="claims-a-record")
        out = await browser.http.post("/sign-in-providers/one-login/logouts", data=notice)
        assert (out.status_code, out.json()) == (200, {"ended": 2})

        async def refused() -> bool:
            return [(await me(browser, each["token"])).status_code for each in (again, login)] == [401, 401]

        await town.until(refused, seconds=5)
        assert [(await each.post("/session/token")).status_code for each in (another, browser)] == [401, 401]


@pytest.mark.parametrize("poison", ["issuer", "audience", "algorithm", "signature", "expired"])
async def test_a_notice_that_is_not_the_providers_ends_nothing(browser: Browser, poison: str) -> None:
    await browser.sign_in()
    await browser.turn("poison", poison=poison)
    notice = await browser.turn("logout-token", subject="urn:fdc:onedoor.example:2026:margaret")
    answer = await browser.http.post("/sign-in-providers/one-login/logouts", data=notice)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/notice-refused")
    assert (await browser.post("/session/token")).status_code == 200


async def test_an_id_token_is_no_notice(browser: Browser) -> None:
    answer = await browser.http.post("/sign-in-providers/one-login/logouts", data={"logout_token": "a.b.c"})
    assert answer.status_code == 400


async def test_what_is_over_is_forgotten_a_day_later(browser: Browser, town: Platform) -> None:
    await browser.sign_in()
    await browser.begin()
    town.step(hours=36)

    async def forgotten() -> bool:
        now = await rows(town)
        return now["sign_in"] == now["session"] == 0

    await town.until(forgotten)
    assert (await rows(town))["sign_in_link"] > 0
