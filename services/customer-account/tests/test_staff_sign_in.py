"""Staff sign in by their council's provider: who is let in as what, who is not, going on and out. All of it over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from common.embedded import Nats
from common.embedded.ports import free_port
from common.embedded.provider.process import Provider
from common.embedded.provider.words import POISONS
from common.runtime.settings import CannotServe
from common.testing.browser import PAGE, Browser, bearer, over_http, provider_at
from common.testing.platform import BOTH, Platform, platform, serving
from common.testing.servers import Servers
from customer_account.app import service
from joserfc import jws

REFUSED = {
    "type": "/problems/sign-in-refused",
    "title": "We could not sign you in. Please start again.",
    "status": 403,
}
PRIYA = "priya.nair@northmere.example"  # some providers name people by their address
WRONG = [poison for poison in POISONS if poison not in {"vot", "core_identity"}]  # those two are One Login's
BROWSERS = {"httpx", "httpcore", "uvicorn", "asyncio"}  # the test's own browser and server are in this process too


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    home = tmp_path_factory.mktemp("provider")
    with provider_at(home, audiences=["customer-account"], councils=BOTH) as running:
        yield running


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats, provider: Provider) -> AsyncIterator[Platform]:
    told: dict[str, Any] = {"sign_in_file": provider.client.file, "staff_sign_in": True}
    async with platform(servers, nats, [service], **told) as running:
        yield running


@pytest.fixture(scope="module")
async def account(town: Platform) -> AsyncIterator[str]:
    async with over_http(town["customer-account"].app, port=free_port()) as address:
        yield address


@pytest.fixture
async def browser(account: str, provider: Provider) -> AsyncIterator[Browser]:
    async with Browser(account, provider) as opened:
        await opened.turn("poison", poison=None)
        await opened.turn("person", subject=PRIYA)
        await opened.turn("groups", groups=["officers"])
        yield opened


async def duplicates(browser: Browser, token: str, **headers: str) -> int:
    """What an officers' route answers."""
    return (await browser.http.get("/duplicates", headers=bearer(token) | headers)).status_code


async def rows(town: Platform) -> dict[str, int]:
    """How many rows there are of everything that a sign-in could write."""
    tables = ("person", "session", "staff_session", "used_sign_in", "sign_in_link", "sign_in")
    counts = {}
    for table in tables:
        counts[table] = (await town.sql("customer-account", f"SELECT count(*) FROM {table}"))[0][0]
    return counts


def ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [line for line in caplog.records if line.name.partition(".")[0] not in BROWSERS]


# -- let in


async def test_an_officer_is_let_in_with_what_their_group_gives_for_their_council(browser: Browser) -> None:
    answer = await browser.sign_in_staff()
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["role"], told["councils"], told["level"]) == ("officer", ["northmere"], "medium")
    assert {"persons:read", "cases:write"} <= set(told["permissions"])
    assert "protection:read" not in told["permissions"]
    assert await duplicates(browser, told["token"]) == 200


async def test_they_are_the_same_next_time_and_no_word_of_what_their_provider_calls_them_is_kept_or_said(
    browser: Browser, town: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    people = (await rows(town))["person"]
    first, again = [(await browser.sign_in_staff()).json() for _ in range(2)]
    assert first["staff_id"] == again["staff_id"]
    assert first["session_id"] != again["session_id"]
    assert (await rows(town))["person"] == people
    kept = str(await town.sql("customer-account", "SELECT s::text FROM staff_session s"))
    said = " ".join(line.getMessage() for line in ours(caplog))
    claims = jws.extract_compact(first["token"].encode()).payload.decode()
    assert [word for word in (PRIYA, "priya") for text in (kept, said, claims) if word in text.lower()] == []


async def test_that_somebody_signed_in_is_a_line_for_operators(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    told = (await browser.sign_in_staff()).json()
    lines = [line.getMessage() for line in ours(caplog) if "signed in" in line.getMessage()]
    assert lines == [f"{told['staff_id']} signed in by northmere-staff as officer"]


async def test_another_council_is_not_theirs_to_ask_for(browser: Browser) -> None:
    token = (await browser.sign_in_staff()).json()["token"]
    assert await duplicates(browser, token, **{"Onedoor-Council": "southholt"}) == 403
    south = (await browser.sign_in_staff("southholt-staff")).json()
    assert south["councils"] == ["southholt"]


async def test_of_several_roles_the_first_of_the_file_counts_and_opens_no_door_of_another(browser: Browser) -> None:
    await browser.turn("groups", groups=["administrators"])
    admin = (await browser.sign_in_staff()).json()
    assert (admin["role"], await duplicates(browser, admin["token"])) == ("administrator", 403)
    assert (await browser.http.get("/outbox", headers=bearer(admin["token"]))).status_code == 200
    await browser.turn("groups", groups=["administrators", "officers"])
    both = (await browser.sign_in_staff()).json()
    assert (both["role"], "outbox:read" in both["permissions"]) == ("officer", False)


async def test_the_ways_of_staff_are_shown_beside_those_of_residents(browser: Browser) -> None:
    shown = (await browser.http.get("/sign-in-providers")).json()
    assert {each["provider"] for each in shown["items"]} == {"one-login", "openid"}
    assert [(each["provider"], each["councils"]) for each in shown["staff"]] == [
        ("northmere-staff", ["northmere"]),
        ("southholt-staff", ["southholt"]),
    ]


# -- not let in


@pytest.mark.parametrize("groups", [[], ["caretakers"], ["Officers", "officer", "officers "], [7, None]], ids=str)
async def test_whoever_is_in_no_group_that_is_named_is_refused_as_anybody_else_is(
    browser: Browser, town: Platform, caplog: pytest.LogCaptureFixture, groups: list[Any]
) -> None:
    await browser.turn("groups", groups=groups)
    back, before = await browser.visit(await browser.begin("northmere-staff")), await rows(town)
    refused = await browser.complete_staff(back)
    assert refused.json() == REFUSED
    assert "set-cookie" not in refused.headers
    assert await rows(town) == before
    warned = [line.getMessage() for line in ours(caplog) if line.levelno >= logging.WARNING]
    assert [line.endswith("by northmere-staff was refused: no_group") for line in warned] == [True]
    assert PRIYA not in str(warned)


@pytest.mark.parametrize("poison", WRONG)
async def test_what_is_not_as_it_should_be_lets_nobody_in_and_leaves_nothing(
    browser: Browser, town: Platform, caplog: pytest.LogCaptureFixture, poison: str
) -> None:
    back, before = await browser.visit(await browser.begin("northmere-staff")), await rows(town)
    await browser.turn("poison", poison=poison)
    refused = await browser.complete_staff(back)
    assert refused.json() == REFUSED
    assert "set-cookie" not in refused.headers
    assert await rows(town) == before
    assert (await browser.post("/session/staff-token")).status_code == 401
    warned = [line.getMessage() for line in ours(caplog) if line.levelno >= logging.WARNING]
    assert len(warned) == 1
    assert not [secret for secret in (PRIYA, *back.values()) if secret in warned[0]]


async def test_nobody_comes_back_twice_and_of_two_at_once_one_is_let_in(browser: Browser, town: Platform) -> None:
    back = await browser.visit(await browser.begin("northmere-staff"))
    answers = await asyncio.gather(*(browser.complete_staff(back) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 403, 403]
    before = await rows(town)
    assert (await browser.complete_staff(back)).json() == REFUSED
    assert await rows(town) == before


async def test_another_browser_nothing_and_too_late_are_refused_and_each_is_a_line_for_operators(
    browser: Browser, account: str, provider: Provider, town: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    back = await browser.visit(await browser.begin("northmere-staff"))
    async with Browser(account, provider) as another:
        await another.begin("northmere-staff")
        assert (await another.complete_staff(back)).json() == REFUSED
    for odd in ({"state": back["state"], "error": "access_denied"}, {"state": "never-sent", "code": back["code"]}):
        assert (await browser.complete_staff(odd)).json() == REFUSED
    town.step(minutes=31)
    assert (await browser.complete_staff(back)).json() == REFUSED
    came, never = "a sign-in by onedoor was refused: coming_back", "a sign-in that nobody began here was refused"
    warned = [line.getMessage() for line in ours(caplog) if line.levelno >= logging.WARNING]
    assert warned == [came, came, never, came]


async def test_the_door_of_residents_lets_no_staff_in_nor_that_of_staff_residents(browser: Browser) -> None:
    staff = await browser.visit(await browser.begin("northmere-staff"))
    assert (await browser.complete(staff)).json() == REFUSED
    assert (await browser.complete_staff(staff)).status_code == 200
    resident = await browser.visit(await browser.begin("openid"))
    assert (await browser.complete_staff(resident)).json() == REFUSED
    assert (await browser.complete(resident)).status_code == 200


async def test_what_an_installation_says_of_staff_that_cannot_be_stops_it(
    town: Platform, provider: Provider, tmp_path: Path
) -> None:
    said, file = json.loads(provider.client.file.read_text()), tmp_path / "sign-in.yaml"
    way = said["staff"]["northmere-staff"]
    odd: list[tuple[dict[str, Any], bool, str]] = [
        ({}, False, "ONEDOOR_STAFF_SIGN_IN"),
        ({"councils": ["northmere", "eastmarsh"]}, True, "eastmarsh"),
        ({"groups": [{"group": "a", "role": "officer", "permissions": ["persons:raed"]}]}, True, "staff.way.groups.0"),
        ({"groups": [{"group": "a", "role": "resident"}]}, True, "staff.way.groups.0.role"),
        ({"client_secret_file": str(tmp_path / "nowhere")}, True, "secret of the provider way"),
    ]
    for changes, staff_sign_in, word in odd:
        file.write_text(json.dumps(said | {"staff": {"way": way | changes}}))
        told = town.told["customer-account"].model_copy(update={"sign_in_file": file, "staff_sign_in": staff_sign_in})
        with pytest.raises(CannotServe, match=word):
            async with serving(service, told):
                pass


# -- going on, and out


async def test_the_cookie_gives_the_next_token_of_staff_and_none_of_a_resident(browser: Browser) -> None:
    first = await browser.sign_in_staff()
    cookie = next(line for line in first.headers.get_list("set-cookie") if line.startswith("onedoor_session="))
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    following = await browser.post("/session/staff-token")
    assert following.headers["Cache-Control"] == first.headers["Cache-Control"] == "no-store"
    same = ("session_id", "staff_id", "role", "permissions", "councils")
    assert [following.json()[name] for name in same] == [first.json()[name] for name in same]
    assert await duplicates(browser, following.json()["token"]) == 200
    assert (await browser.post("/session/token")).status_code == 401
    await browser.sign_in()
    assert (await browser.post("/session/staff-token")).status_code == 401


async def test_what_was_given_stays_as_it_was_until_the_next_sign_in(browser: Browser) -> None:
    await browser.sign_in_staff()
    await browser.turn("groups", groups=["reviewers"])
    assert (await browser.post("/session/staff-token")).json()["role"] == "officer"
    assert (await browser.sign_in_staff()).json()["permissions"] == ["evidence:read"]


async def test_a_way_that_is_taken_away_gives_no_next_token(browser: Browser, provider: Provider) -> None:
    await browser.sign_in_staff("southholt-staff")
    whole = provider.client.file.read_text()
    said = json.loads(whole)
    del said["staff"]["southholt-staff"]
    provider.client.file.write_text(json.dumps(said))
    assert (await browser.post("/session/staff-token")).status_code == 401
    provider.client.file.write_text(whole)
    assert (await browser.post("/session/staff-token")).status_code == 200


@pytest.mark.parametrize("path", ["/session/staff-token", "/sign-ins/staff-completion"])
async def test_a_page_of_another_site_is_refused(browser: Browser, path: str) -> None:
    await browser.sign_in_staff()
    body = {"state": "any", "code": "any"} if "completion" in path else None
    answer = await browser.post(path, body, headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/from-elsewhere")
    assert (await browser.post("/session/staff-token", headers={"Origin": PAGE.removesuffix("/signed-in")})).is_success


async def test_a_session_ends_after_a_quarter_of_an_hour_unused_and_after_ten_hours_at_the_latest(
    browser: Browser, town: Platform
) -> None:
    await browser.sign_in_staff()
    for _ in range(42):
        town.step(minutes=14)
        assert (await browser.post("/session/staff-token")).status_code == 200
    town.step(minutes=14)
    assert (await browser.post("/session/staff-token")).status_code == 401
    await browser.sign_in_staff()
    town.step(minutes=15)
    assert (await browser.post("/session/staff-token")).status_code == 401


async def test_who_signed_out_is_signed_out(browser: Browser, town: Platform) -> None:
    token = (await browser.sign_in_staff()).json()["token"]
    assert (await browser.post("/session/end")).json() == {"ended": 1}

    async def refused() -> bool:
        return await duplicates(browser, token) == 401

    await town.until(refused, seconds=1)
    assert (await browser.post("/session/staff-token")).status_code == 401
    assert (await browser.post("/session/end")).json() == {"ended": 0}


async def test_signing_out_at_the_provider_ends_the_session_it_names_or_all_whatever_the_council(
    browser: Browser, account: str, provider: Provider
) -> None:
    await browser.turn("person", subject="signs-out-there")
    await browser.sign_in_staff()
    async with Browser(account, provider) as another, Browser(account, provider) as at_home:
        await another.sign_in_staff("southholt-staff")
        await at_home.sign_in("openid")
        path = "/sign-in-providers/northmere-staff/logouts"
        for told, ended in (({"sid": "another-session"}, 0), ({}, 2)):
            notice = await browser.turn("logout-token", subject="signs-out-there", **told)
            assert (await browser.http.post(path, data=notice)).json() == {"ended": ended}
        for gone in (browser, another):
            assert (await gone.post("/session/staff-token")).status_code == 401
        assert (await at_home.post("/session/token")).status_code == 200


async def test_what_is_over_is_forgotten_a_day_later(browser: Browser, town: Platform) -> None:
    await browser.sign_in_staff()
    town.step(hours=36)

    async def forgotten() -> bool:
        return (await rows(town))["staff_session"] == 0

    await town.until(forgotten)
