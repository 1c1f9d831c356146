"""Somebody is referred to a partner in the stories, and the partner reads what is shared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from common.testing.partnering import agree
from common.testing.platform import Platform
from onedoor import helping, story


async def a_partner(town: Platform) -> None:
    """The partner of the stories, who may be shown anything."""
    doors = {name: running.client for name, running in town.services.items()}
    await helping.a_partner_and_its_service(story.Stage(doors, town.issuer.token, lambda line: None))
    await agree(town, story.PARTNER)  # on whatever a test shares


async def referred(town: Platform, person: str, shared: dict[str, Any], *, case: str | None = None) -> str:
    """A referral on consent to all that is shared, once its receiver reads that."""
    refer = {
        "to_partner": story.PARTNER,
        "person_id": person,
        "case_id": case,
        "reason": "debt_advice",
        "shared": shared,
        "consent": {
            "purpose": "referral",
            "recipient": story.PARTNER,
            "field_groups": [*shared],
            "wording_version": "v4",
            "given_via": "phone",
            "given_at": datetime.now(UTC).isoformat(),
        },
    }
    referral = str((await town.post("partner-gateway", "/referrals", refer))["referral_id"])

    async def sent() -> bool:
        return bool(await shown_to_the_partner(town, referral) == shared)

    await town.until(sent)
    return referral


async def shown_to_the_partner(town: Platform, referral: str) -> dict[str, Any] | None:
    partner = town.bearer("partner", story.PARTNER, ["northmere"])
    seen = await town["partner-gateway"].client.get(f"/referrals/{referral}", headers=partner)
    shown: dict[str, Any] | None = seen.json().get("shared")
    return shown
