"""A message as it arrived, or as it was put aside: bytes, headers, and what of them a hearer goes by."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.runtime.envelope import Place, address
from common.runtime.ids import read_id

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Message:
    """What arrived: headers, bytes, and how to acknowledge it. `place` is None where it is no event of ours.

    `said_again_at`: when it was said once more, to this subscriber alone; None of what is said the first time.
    """

    headers: Mapping[str, str]
    data: bytes
    acknowledge: Callable[[], Any]
    said_again_at: datetime | None = None
    place: Place | None = field(init=False)

    def __post_init__(self) -> None:
        self.place = _place_of(self.headers)

    @property
    def said_at(self) -> datetime | None:
        """When it was said to its hearer: of what is said again, how long ago it was recorded says nothing of a copy."""
        with suppress(KeyError, ValueError):
            return self.said_again_at or datetime.fromisoformat(self.headers["ce-recordedtime"])
        return None


def _place_of(headers: Mapping[str, str]) -> Place | None:
    try:
        read_id(headers["ce-id"]), headers["ce-type"]  # without these it could not even be put aside
        return address(headers)
    except (KeyError, ValueError):
        log.error("a message without an event's envelope is dropped")
        return None
