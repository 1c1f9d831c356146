"""What nobody answered expires once, although a replica is killed while it does: in a town of its own."""

from __future__ import annotations

from typing import Any

from common.embedded import Nats
from common.testing.killing import killed_while_ringing
from common.testing.platform import platform
from common.testing.servers import Servers
from partner_gateway.app import service

NAME = "partner-gateway"


async def test_it_expires_once_although_a_replica_is_killed_while_it_does(
    servers: Servers, nats: Nats, at_its_desk: Any
) -> None:
    async with platform(servers, nats, [service]) as alone:
        desk = await at_its_desk(alone)
        referrals = [str((await desk.sent())["referral_id"]) for _ in range(3)]
        await killed_while_ringing(alone, NAME, after=1, days=12)
        for referral in referrals:
            await alone.until(lambda referral=referral: expired(desk, referral))
            said = [row["name"] for row in await desk.said(referral, "referral")]
            assert said == ["referral.sent", "referral.expired"]
        others = "('retention', 'agreement_review', 'agreement_ends')"
        assert await alone.sql(NAME, f"SELECT FROM onedoor.timer WHERE name NOT IN {others}") == []


async def expired(desk: Any, referral: str) -> bool:
    return bool((await desk.get(f"/referrals/{referral}", desk.officer)).json()["status"] == "expired")
