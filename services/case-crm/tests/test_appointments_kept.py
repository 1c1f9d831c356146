"""An appointment is kept as long as its case, and goes with it: in a town of its own, where years pass."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, time
from uuid import UUID

import pytest
from case_crm.app import service
from common.runtime.periods import Period
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.servers import nats as broker

from .booking import Hall
from .conftest import MONDAY

ROWS = "SELECT FROM appointment WHERE case_id = $1"


@pytest.fixture
async def archive(servers: Servers) -> AsyncIterator[Platform]:
    with broker(servers.home) as nats:
        async with platform(servers, nats, [service]) as town:
            yield town


async def test_it_goes_with_its_case_when_that_has_been_kept_for_its_time(archive: Platform) -> None:
    archive.at(MONDAY)
    hall = await Hall(archive).opened()
    couple = await (await hall.couple()).booked("2026-12-15T09:00:00Z")
    archive.at("2026-12-15T09:40:00+00:00")
    assert (await couple.record("attended")).is_success
    for who, step in (
        (hall.ben, {"transition": "resolve", "result": "provided"}),
        (couple.me, {"transition": "confirm"}),
    ):
        assert (await hall.send(f"/cases/{couple.case}/transitions", step, who)).is_success
    over = datetime.combine(Period(years=6).over_on(archive.clock.now().date()), time(4))
    assert len(await archive.sql("case-crm", ROWS, UUID(couple.case))) == 1
    archive.at(f"{over.isoformat()}+00:00")

    async def gone() -> bool:
        return (await hall.client.get(f"/cases/{couple.case}", headers=couple.me)).status_code == 404

    await archive.until(gone, seconds=30)
    assert await archive.sql("case-crm", ROWS, UUID(couple.case)) == []
