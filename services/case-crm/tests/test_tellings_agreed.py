"""Partners are planned to be told what an agreement in force lets them be shown: heard from the gateway, and read beforehand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from case_crm.app import service
from common.contracts.partners.agreements import AgreementExpired, AgreementRevoked, AgreementStatus
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.partnering import BOTH, say_agreed
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from common.testing.telling import HIS, REGISTERED, Teller

from .conftest import MONDAY

FIRE, HOMES = "frs-nsfr", "northmere-homes"
REFUSED = (409, "/problems/preview-changed")


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """case-crm that has heard of no agreement."""
    async with platform(servers, nats, [service]) as running:
        yield running


@pytest.fixture
async def agreed(town: Platform, nats: Nats) -> AsyncIterator[UUID]:
    """An agreement with the fire and rescue service to be told names, and nothing else."""
    town.at(MONDAY)
    [agreement] = await say_agreed(town, nats, FIRE, shown=["identity"])
    yield agreement
    await town.sql("case-crm", "DELETE FROM known_agreement")


async def drafted(town: Platform) -> tuple[Teller, dict[str, Any]]:
    teller = Teller(town)
    return teller, (await teller.draft("bereavement", HIS, **REGISTERED, other_person_id=str(new_id()))).json()


def of(preview: dict[str, Any], interest: str) -> dict[str, Any]:
    [found] = [each for each in preview["recipients"] if each["interest"] == interest]
    return {name: found[name] for name in ("outside_agreement", "excluded")} | {
        "gives": [each["fact_kind"] for each in found["gives"]]
    }


async def test_the_preview_names_what_an_agreement_covers_what_not_and_who_has_none(
    town: Platform, agreed: UUID
) -> None:
    teller, preview = await drafted(town)
    assert of(preview, "fire_safety") == {
        "gives": ["full_name"],
        "outside_agreement": ["home_address"],
        "excluded": None,
    }
    assert of(preview, "telecare_contractor")["excluded"] == "no_agreement"
    assert (preview["told"], preview["excluded"], preview["interests"]) == (12, 2, 14)
    shown = await teller.confirmed(preview)
    parts = await teller.parts(shown["telling_id"])
    assert parts["northmere:fire_safety:telling"]["fact_kinds"] == ["full_name"]
    contractor = parts["northmere:telecare_contractor:telling"]
    assert (contractor["status"], contractor["reason"]) == ("excluded", "no_agreement")
    planned = [each for each in await teller.said("delivery.planned") if each["recipient"] == FIRE]
    assert [each["fact_kinds"] for each in planned] == [["full_name"]]


@pytest.mark.parametrize("ended", [AgreementRevoked, AgreementExpired])
async def test_what_was_read_before_an_agreement_ended_is_read_anew(
    town: Platform, nats: Nats, agreed: UUID, ended: Any
) -> None:
    teller, preview = await drafted(town)
    more = {"council": "northmere"} if ended is AgreementRevoked else {}
    event = ended(partner_id=FIRE, councils=[*BOTH], status=AgreementStatus.REVOKED, **more)
    await publish(nats, [said(event, agreed, 2)], speaker="partner-gateway")
    await town.heard(f"agreement/{agreed}@2")
    stale = await teller.confirm(preview)
    assert (stale.status_code, stale.json()["type"]) == REFUSED
    now = await teller.get(f"/tellings/{preview['telling_id']}/preview")
    assert of(now, "fire_safety") == {
        "gives": [],
        "outside_agreement": ["full_name", "home_address"],
        "excluded": "no_agreement",
    }
    await teller.confirmed(now)


async def test_an_agreement_whose_last_day_is_over_covers_nothing_though_nobody_has_noted_it(
    town: Platform, agreed: UUID
) -> None:
    await town.sql("case-crm", "UPDATE known_agreement SET ends_on = '2026-12-14'")
    _, preview = await drafted(town)
    assert of(preview, "fire_safety")["excluded"] is None
    town.step(days=1)
    _, preview = await drafted(town)
    assert of(preview, "fire_safety")["excluded"] == "no_agreement"
