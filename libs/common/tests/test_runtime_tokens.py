"""Whose tokens are believed, by which keys, and for how long: published keys, rotation, sessions that ended."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from common.contracts.people import SessionEnded, SessionEnding
from common.embedded import Nats
from common.embedded.issuer import ISSUER, Issuer
from common.runtime.ids import new_id
from common.runtime.keys import Keys, keys_at
from common.runtime.problems import NotNow
from common.runtime.rules import NotSignedIn
from common.runtime.serving.tokens import Tokens, Trusted
from common.runtime.signing import SigningKeys, TooSoon, begun, read_signing_keys, write_signing_keys
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers
from common.testing.stream import publish, said
from common.testing.toy.hearer.app import service as hearer
from common.testing.toy.speaker.app import service as speaker

ACCOUNT = "https://account.example"
ALL = ["toy-speaker", "toy-hearer"]


class Published:
    """Keys at an http address, how often they were asked for, and whether they are away."""

    def __init__(self, keys: SigningKeys) -> None:
        self.keys, self.asked, self.away = keys, 0, False
        published = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                published.asked += 1
                self.send_response(503 if published.away else 200)
                self.end_headers()
                self.wfile.write(json.dumps({"keys": published.keys.published()}).encode())

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self.server.server_port}/.well-known/jwks.json"


@pytest.fixture
def published() -> Iterator[Published]:
    made = Published(begun())
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def token(keys: SigningKeys, **changes: Any) -> str:
    now = int(time.time())
    told = {"iss": ACCOUNT, "aud": ALL, "sub": str(new_id()), "role": "resident", "councils": ["northmere"]}
    return keys.sign({**told, "nbf": now, "exp": now + 300, "sid": str(new_id()), **changes})


def tokens(published: Published, **pace: float) -> Tokens:
    keys = keys_at(published.address)
    keys._fresh, keys._pause = pace.get("fresh", keys._fresh), pace.get("pause", keys._pause)
    return Tokens([Trusted(ACCOUNT, keys, frozenset({"resident"}))], audience="toy-speaker")


async def test_keys_are_read_from_an_address_once_for_many_tokens(published: Published) -> None:
    reader = tokens(published)
    principals = [await reader.read(token(published.keys)) for _ in range(5)]
    assert {principal.role for principal in principals} == {"resident"}
    assert all(principal.session for principal in principals)
    assert published.asked == 1


async def test_no_token_is_refused_while_keys_are_rotated(published: Published) -> None:
    reader = tokens(published, pause=0)
    before = token(published.keys)
    await reader.read(before)
    for _ in range(3):
        published.keys = published.keys.rotated(datetime.now(UTC), at_once=True)
        await reader.read(token(published.keys))
    assert published.asked == 2  # every other time: the next key is known before it is used
    with pytest.raises(NotSignedIn):
        await reader.read(before)  # and two rotations later it is gone


async def test_an_unknown_key_is_asked_for_but_not_at_every_token(published: Published) -> None:
    reader, stranger = tokens(published, pause=60), begun()
    await reader.read(token(published.keys))
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await reader.read(token(stranger))
    assert published.asked == 1


async def test_the_last_known_keys_are_used_while_their_address_is_away(published: Published) -> None:
    reader = tokens(published, fresh=0, pause=0)
    await reader.read(token(published.keys))
    published.away = True
    await reader.read(token(published.keys))
    assert published.asked == 2


async def test_where_keys_were_never_read_nobody_is_told_to_sign_in_again(published: Published) -> None:
    published.away = True
    with pytest.raises(NotNow):
        await tokens(published).read(token(published.keys))


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "officer"},
        {"iss": ISSUER},
        {"iss": "https://elsewhere.example"},
        {"aud": ["toy-hearer"]},
        {"exp": time.time() - 60},
        {"nbf": time.time() + 36_000},
        {"exp": time.time() + 36_000},
        {"sid": "none"},
    ],
)
async def test_who_signs_residents_in_signs_for_nobody_else_and_not_for_long(
    published: Published, wrong: dict[str, Any]
) -> None:
    with pytest.raises(NotSignedIn):
        await tokens(published).read(token(published.keys, **wrong))


async def test_keys_in_a_file_that_is_not_there_yet_are_found_later(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path)
    reader = Tokens([Trusted(ISSUER, keys_at(issuer.public))], audience="toy-speaker")
    with pytest.raises(NotNow):
        await reader.read(token(begun(), iss=ISSUER))
    issuer.ensure()
    await reader.read(issuer.token("officer", subject="officer-1", councils=["northmere"], audience=ALL))


def test_rotating_keeps_three_keys_and_not_twice_in_ten_minutes(tmp_path: Path) -> None:
    file, now = tmp_path / "keys.json", datetime(2026, 11, 20, tzinfo=UTC)
    first = begun()
    write_signing_keys(file, first)
    write_signing_keys(file, read_signing_keys(file).rotated(now))
    second = read_signing_keys(file)
    assert (second.current.kid, second.previous and second.previous.kid) == (first.next.kid, first.current.kid)
    assert len({key["kid"] for key in second.published()}) == 3
    assert all("d" not in key for key in second.published())
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(TooSoon):
        second.rotated(now + timedelta(minutes=9))


# -- sessions


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [speaker, hearer]) as running:
        yield running


def bearer(town: Platform, session: Any) -> dict[str, str]:
    subject = {"subject": str(new_id()), "councils": ["northmere"], "audience": ALL}
    return {"Authorization": f"Bearer {town.issuer.token('resident', session=session, **subject)}"}


async def status(town: Platform, service: str, headers: dict[str, str]) -> int:
    path = {"toy-speaker": "/tallies", "toy-hearer": "/copies"}[service]
    return (await town[service].client.get(f"{path}/{new_id()}", headers=headers)).status_code


async def test_a_session_that_ended_is_refused_by_every_service_within_a_second(town: Platform, nats: Nats) -> None:
    session = new_id()
    headers, another = bearer(town, session), bearer(town, new_id())
    assert [await status(town, name, headers) for name in ALL] == [404, 404]
    ended = said(SessionEnded(because=SessionEnding.SIGNED_OUT), session, 1)
    await publish(nats, [ended], speaker="customer-account")

    async def refused() -> bool:
        return [await status(town, name, headers) for name in ALL] == [401, 401]

    await town.until(refused, seconds=1)
    assert [await status(town, name, another) for name in ALL] == [404, 404]


async def test_a_process_that_starts_later_knows_what_ended_before(town: Platform, nats: Nats) -> None:
    session = new_id()
    await publish(nats, [said(SessionEnded(because=SessionEnding.SIGNED_OUT), session, 1)], speaker="customer-account")
    async with serving(hearer, town.told["toy-hearer"]) as late:

        async def refused() -> bool:
            answer = await late.client.get(f"/copies/{new_id()}", headers=bearer(town, session))
            return answer.status_code == 401

        await town.until(refused)


async def test_what_ended_is_forgotten_once_no_token_of_it_can_be_valid(town: Platform) -> None:
    ended, long_ago, just_now = town["toy-hearer"].inner.ended[0], new_id(), new_id()
    ended._until |= {long_ago: time.monotonic() - 1, just_now: time.monotonic() + 60}
    ended._forget()
    assert (long_ago in ended, just_now in ended) == (False, True)


async def test_keys_are_asked_for_by_one_at_a_time() -> None:
    asked = 0

    async def slow() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        return {"keys": begun().published()}

    keys = Keys(slow)
    await asyncio.gather(keys.having(None), keys.having(None))
    assert asked == 1
