"""What the services ask PostgreSQL, listened to at the driver: by login role, and by request."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
from common.runtime.limits import RESTRICTED_AMONG
from customer_account.queries import named

# A read that says itself on whose behalf it is made.
ALONE = re.compile(r"WITH behalf AS .*?FROM \((?P<asked>.*)\) AS read OFFSET behalf.nothing\) AS found", re.S)
CONTEXT = ("BEGIN", "COMMIT", "ROLLBACK", "SET")  # on whose behalf it is done: not what is asked
AT_THE_GATE = {
    named.ACCOUNT.sql,
    RESTRICTED_AMONG.sql,
}  # whether the caller comes in at all: asked at most once a second, and of nobody's data
METHODS = ("fetch", "fetchrow", "fetchval", "execute", "executemany")


@dataclass
class Driver:
    """What was asked so far: texts by service and login role. `during` also gives the statements of one request."""

    asked: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    said: list[str] = field(default_factory=list)  # everything, in whatever words, since somebody emptied it
    _request: ContextVar[list[str] | None] = field(default_factory=lambda: ContextVar("request", default=None))

    @contextmanager
    def during(self) -> Iterator[list[str]]:
        """The statements of what is done inside, by this task alone: what runs beside it is not counted."""
        told: list[str] = []
        token = self._request.set(told)
        try:
            yield told
        finally:
            self._request.reset(token)

    def hear(self, application: str, sql: str) -> None:
        by_itself = ALONE.fullmatch(sql)
        asked = by_itself["asked"] if by_itself else sql
        told = None if asked in AT_THE_GATE else self._request.get()
        if told is not None:
            self.said.append(sql)
        if asked.lstrip().upper().startswith(CONTEXT):
            return
        service, _, role = application.partition(" ")
        self.asked[service, role].add(asked)
        if told is not None:
            told.append(asked)


@contextmanager
def listening() -> Iterator[Driver]:
    """Listen to every connection of this process."""
    driver = Driver()
    with pytest.MonkeyPatch.context() as patch:
        for method in METHODS:
            patch.setattr(asyncpg.Connection, method, _heard(getattr(asyncpg.Connection, method), driver))
        yield driver


def _heard(method: Any, driver: Driver) -> Any:
    async def heard(self: Any, query: str, *args: Any, **kwargs: Any) -> Any:
        driver.hear(self.get_settings().application_name, query)
        return await method(self, query, *args, **kwargs)

    return heard
