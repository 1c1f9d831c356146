"""Published keys of somebody who signs: kept, and asked for again. While they are away, the last known ones are used."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

log = logging.getLogger(__name__)

FRESH = 300.0  # seconds for which published keys are taken as they are
PAUSE = 10.0  # seconds between two requests that unknown keys can bring about
LONGEST_WAIT = 5.0  # seconds for an answer
AGENT = {"User-Agent": "Onedoor/1"}  # GOV.UK One Login answers nobody without one

Fetch = Callable[[], Awaitable[Mapping[str, Any]]]


class KeysAway(Exception):
    """These keys were asked for and never answered yet."""


class Keys:
    """A JWK set that `fetch` gives. It is asked again once it is not fresh, and for a key that is not in it."""

    def __init__(self, fetch: Fetch, *, fresh: float = FRESH, pause: float = PAUSE) -> None:
        self._fetch = fetch
        self._fresh = fresh
        self._pause = pause
        self._told: Mapping[str, Any] | None = None
        self._set: KeySet | None = None
        self._asked_at = -float("inf")
        self._one_at_a_time = asyncio.Lock()

    async def having(self, key_id: str | None) -> KeySet:
        """The keys, asked for anew where `key_id` is not among them; the same object for as long as they are the same.

        Raises KeysAway where there were never any.
        """
        if not self._will_do(key_id):
            async with self._one_at_a_time:
                if not self._will_do(key_id):
                    await self._ask()
        if self._set is None:
            raise KeysAway
        return self._set

    def _will_do(self, key_id: str | None) -> bool:
        age = time.monotonic() - self._asked_at
        known = self._set is not None and (key_id is None or key_id in {key.kid for key in self._set})
        return age < (self._fresh if known else self._pause)

    async def _ask(self) -> None:
        try:
            told = await self._fetch()
            if told != self._told:
                self._set, self._told = KeySet.import_key_set({"keys": list(told["keys"])}), told
        except (httpx.HTTPError, OSError, KeyError, TypeError, ValueError, JoseError) as fault:
            log.warning("published keys could not be read: %s", type(fault).__name__)
        finally:
            self._asked_at = time.monotonic()  # only now: until then, whoever has no keys waits for them


def keys_at(place: Path | str) -> Keys:
    """The keys in a file, read within a second of its change, or at an https or http address."""
    address = str(place)
    if address.startswith(("https://", "http://")):
        return Keys(lambda: get_json(address))

    async def read() -> Mapping[str, Any]:
        return _read(Path(address))

    return Keys(read, fresh=1, pause=0)


def _read(file: Path) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads(file.read_text())
    return told


async def get_json(address: str) -> Mapping[str, Any]:
    """A JSON object that somebody publishes. Raises httpx.HTTPError, or ValueError where it is none."""
    async with client() as http:
        answer = await http.get(address)
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise ValueError("not a JSON object")
    return told


def client() -> httpx.AsyncClient:
    """A client for a few requests to a system that is not ours: short waits, and no redirects."""
    return httpx.AsyncClient(timeout=LONGEST_WAIT, headers=AGENT, verify=_certificates(), follow_redirects=False)


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()
