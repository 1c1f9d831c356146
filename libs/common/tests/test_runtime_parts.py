"""Background parts: ended for good when asked to, whatever they do with a cancellation."""

from __future__ import annotations

import asyncio

from common.runtime.watching.parts import Parts


async def test_a_part_that_takes_a_cancellation_for_an_answer_is_ended_all_the_same() -> None:
    taken = 0

    async def deaf_once() -> None:
        nonlocal taken
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                taken += 1
                if taken > 1:
                    raise

    parts = Parts()
    parts.add("deaf", deaf_once)
    parts.start()
    await asyncio.sleep(0)
    await asyncio.wait_for(parts.stop(), 5)
    assert taken == 2
    assert all(task.done() for task in parts._tasks)
