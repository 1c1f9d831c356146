"""Rotating people's keys: each service does its part by itself; here it is begun, and told how it goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from common.contracts.keys import KEY_OWNER, PURPOSES
from common.runtime.keeping.sealing import new_version

from onedoor.asking import request
from onedoor.running import Running

_LOOK = 0.5  # seconds
Tell = Callable[[str], None]


def rotate(running: Running, tell: Tell) -> None:
    """Begin a rotation, or go on with the one under way, until every service has finished its part."""
    version = _ask(running, KEY_OWNER, new_version())["version"]
    left = [name for name in running.services if name == KEY_OWNER or name in PURPOSES]
    said: dict[str, str] = {}
    while left:
        for name in [*left]:
            part = _ask(running, name, version)
            finished = part["finished"] and part["version"] == version
            sentence = f"{name}: {part['done']} sealed anew{', all done' if finished else ''}"
            if said.get(name) != sentence:
                tell(sentence)
                said[name] = sentence
            if finished:
                left.remove(name)
        time.sleep(_LOOK if left else 0)
    _ask(running, KEY_OWNER, version, everywhere=True)
    tell(
        "Everything lies under new keys. The old ones are destroyed in 22 days, once the stream has forgotten them too."
    )


def _ask(running: Running, service: str, version: int, *, everywhere: bool = False) -> dict[str, int]:
    asked = {f"ask.rotate.{service}": {"version": version, "everywhere": everywhere}}
    answer: dict[str, int] = asyncio.run(request(running, asked))[0]
    return answer
