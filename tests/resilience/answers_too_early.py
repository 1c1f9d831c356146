"""A service that answers first and commits a moment later, as one with a careless hand in its plumbing. For tests only."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from common.runtime.store.work import Work
from common.runtime.store.writer import Conflict, Writer
from onedoor.packages import name_of
from onedoor.serve import load, serve

LATER = 0.3  # seconds

_commit = Writer.commit
_under_way: set[asyncio.Task[None]] = set()


async def _commit_later(self: Writer, work: Work) -> None:
    """Stands where a request awaits its commit, just before its answer is sent."""
    task = asyncio.create_task(_in_the_background(self, work))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


async def _in_the_background(writer: Writer, work: Work) -> None:
    await asyncio.sleep(LATER)
    with contextlib.suppress(Conflict):
        await _commit(writer, work)


if __name__ == "__main__":
    Writer.commit = _commit_later  # type: ignore[method-assign]  # that is the sabotage
    serve(load(sys.argv[1]), name=name_of(sys.argv[1]), port=int(sys.argv[2]))
