"""An errand that cannot be told for a fault of our own is put aside like any other timer, and goes on when asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from common.contracts.messages import MessageRequested
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

HERE = "customer-account"
Registers = Callable[..., Awaitable[dict[str, Any]]]


@pytest.mark.parametrize("step", ["asks", "told"])
async def test_an_errand_that_fails_three_times_is_put_aside_and_goes_on_when_asked(
    town: Platform, nats: Nats, register: Registers, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    errands, person = town[HERE].inner.errands, await register()
    tried: list[int] = []

    async def fails(*_: Any) -> None:
        tried.append(len(tried))
        raise ValueError("Priya Nair, 07700 900031")

    monkeypatch.setitem(errands.errands, "message_send", replace(errands.errands["message_send"], **{step: fails}))
    asked = new_id()
    request = MessageRequested(template="request_received", values={"reference": "NBC-00042-7"})
    await publish(nats, [said(request, asked, 1, person_id=UUID(person["person_id"]))], speaker="case-crm")

    async def put_aside() -> Any:
        if tried:
            town.step(minutes=6)
        return await town.sql(HERE, "SELECT failed FROM onedoor.timer WHERE failed IS NOT NULL")

    ((reason,),) = await town.until(put_aside, seconds=20)
    assert reason.startswith("failed: ValueError at test_errands.py:")
    assert "Priya" not in reason
    assert len(tried) == 3
    monkeypatch.undo()
    await errands.retry()
    town.step(minutes=6)

    async def sent() -> bool:
        [message] = await town.sql(HERE, "SELECT status FROM message WHERE id = $1", asked)
        return bool(message["status"] == "sent")

    await town.until(sent, seconds=20)


async def test_an_errand_to_whoever_is_away_is_never_put_aside_and_holds_up_no_other(
    town: Platform, nats: Nats, register: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    errands, person = town[HERE].inner.errands, await register()
    tried: list[int] = []

    async def is_away(*_: Any) -> None:
        tried.append(len(tried))
        raise ConnectionRefusedError

    monkeypatch.setitem(errands.errands, "message_send", replace(errands.errands["message_send"], asks=is_away))
    asked = new_id()
    request = MessageRequested(template="request_received", values={"reference": "NBC-00042-8"})
    await publish(nats, [said(request, asked, 1, person_id=UUID(person["person_id"]))], speaker="case-crm")

    async def often() -> bool:
        town.step(minutes=6)
        return len(tried) > 4

    await town.until(often, seconds=20)
    assert await town.sql(HERE, "SELECT failed FROM onedoor.timer WHERE failed IS NOT NULL") == []
    assert (await town[HERE].client.get("/ready")).status_code == 200
