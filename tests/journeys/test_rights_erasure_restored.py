"""A service is put back from a backup that was taken before somebody was erased: they are erased out of it again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.schema.migrations import begin_era
from common.testing.databases import owner_address, prepared
from common.testing.looking import copied
from common.testing.platform import Platform, platform, serving, settings
from common.testing.servers import Servers
from customer_account.app import service as customer_account
from partner_gateway.app import service as partner_gateway

OWNER, GATEWAY = customer_account.name, partner_gateway.name


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """customer-account, beside which the test starts and stops partner-gateway."""
    async with platform(servers, nats, [customer_account]) as made:
        suffix = new_id().hex
        made.databases[GATEWAY] = prepared(servers, partner_gateway, suffix=suffix)
        made.told[GATEWAY] = settings(servers, nats, made.home, made.issuer, suffix=suffix, service=GATEWAY)
        yield made


async def referred(town: Platform, person: str) -> None:
    """As if help had been asked for them so long ago that it was let go of at once."""
    columns = "id, version, council, person_id, made_by, type, reason, status, field_groups, shared, sent_at, changed_at, answer_by"
    values = "$1, 0, 'northmere', $2, 'council', 'referral', 'debt_advice', 'closed', '{}', '{}', $3, $3, $3"
    moment = "'2001-01-01'::timestamptz"
    await town.sql(
        GATEWAY, f"INSERT INTO referral ({columns}) VALUES ({values.replace('$3', moment)})", new_id(), UUID(person)
    )


async def erased(town: Platform, person: str) -> None:
    """They ask, an officer grants it, and partner-gateway does its part."""
    client = town[OWNER].client
    asks = {"right": "erasure", "channel": "phone"}
    answer = await client.post(f"/persons/{person}/rights-requests", json=asks, headers=town.officer())
    decider = town.officer(permissions=["rights:decide"])
    path = f"/rights-requests/{answer.json()['id']}/decision"
    assert (await client.post(path, json={"granted": True}, headers=decider)).status_code == 200


async def test_a_restored_service_lets_go_of_them_again(town: Platform, servers: Servers) -> None:
    told = {"full_name": "Margaret Hartley", "channel": "phone"}
    person = (await town[OWNER].client.post("/persons", json=told, headers=town.officer())).json()["person_id"]
    name = town.databases[GATEWAY].rpartition("/")[2]
    await referred(town, person)

    async def gone() -> Any:
        return not await town.sql(GATEWAY, "SELECT 1 FROM referral WHERE person_id = $1", UUID(person))

    copied(servers.admin, name, f"{name}_backup")
    async with serving(partner_gateway, town.told[GATEWAY]):
        await erased(town, person)
        await town.until(gone, seconds=30)
    copied(servers.admin, f"{name}_backup", name)
    begin_era(owner_address(servers, partner_gateway, name))
    assert not await gone()
    async with serving(partner_gateway, town.told[GATEWAY]):
        await town.until(gone, seconds=30)
