"""From what somebody has in hand (a reference, a trace id, a correlation id) to the spans of its story."""

from __future__ import annotations

import time
from contextlib import suppress
from uuid import UUID

from onedoor import ledgers
from onedoor.home import Home
from onedoor.refusals import CannotDo
from onedoor.running import Running
from onedoor.spans import Span, Stores

_UNWRITTEN = 1.0  # seconds: spans reach the store a moment after the answer


def story_of(home: Home, asked: str) -> list[Span]:
    """The spans of the story that `asked` names. Raises CannotDo where no span knows it."""
    give_up = time.monotonic() + _UNWRITTEN
    while True:
        stores = Stores(home.traces)
        if found := _first(stores, home, asked.strip()):
            return stores.story(found)
        if time.monotonic() > give_up:
            raise CannotDo(f"no trace knows {asked}: give a case's reference, a trace id or a correlation id")
        time.sleep(0.25)


def _first(stores: Stores, home: Home, asked: str) -> set[str]:
    if identifier := _as_id(asked):
        return stores.first(trace_id=identifier.hex, correlation_id=str(identifier))
    return stores.first(reference=asked) or _of_case(stores, home, asked)


def _of_case(stores: Stores, home: Home, reference: str) -> set[str]:
    correlation_id = ledgers.story_of_case(Running.of(home), reference)
    return stores.first(correlation_id=correlation_id) if correlation_id else set()


def _as_id(text: str) -> UUID | None:
    """A trace id is 32 hexadecimal digits, which a UUID is too."""
    with suppress(ValueError):
        return UUID(text)
    return None
