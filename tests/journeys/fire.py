"""Story (c) as far as several tests tell it: Dee of the fire service refers Ewa to a charity, and to her council."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.testing.platform import Platform

FIRE, CHARITY = "frs-nsfr", "warmth-debt-advice"
NAMES = {FIRE: "Northmere & Southholt Fire & Rescue", CHARITY: "Warmth & Debt Advice"}


@dataclass
class Family:
    """Ewa, and what Dee of the fire service referred her for."""

    town: Platform
    person: str
    to_charity: dict[str, Any]
    to_council: dict[str, Any]

    @property
    def ewa(self) -> dict[str, str]:
        return self.town.resident(self.person)

    async def consents(self) -> dict[str, Any]:
        """What Ewa reads of each recipient: of several questions, the latest."""
        answer = await self.town["customer-account"].client.get("/me/consents", headers=self.ewa)
        return {each["recipient"]: each for each in reversed(answer.json()["items"])}


def partner(town: Platform, name: str) -> dict[str, str]:
    return town.bearer("partner", name, ["northmere"])


def referral(person: str, to: str | None, shared: dict[str, Any]) -> dict[str, Any]:
    consent = {
        "purpose": "referral",
        "recipient": to or "northmere",
        "field_groups": sorted(shared),
        "wording_version": "1",
        "given_via": "face_to_face",
        "given_at": datetime.now(UTC).isoformat(),
    }
    return {"to_partner": to, "person_id": person, "reason": "cold_home", "shared": shared, "consent": consent}


async def referred(town: Platform, person: str, to: str | None, shared: dict[str, Any]) -> dict[str, Any]:
    """A referral by the fire service, as it stands once it was decided whether it goes."""
    client, dee = town["partner-gateway"].client, partner(town, FIRE)
    made = await client.post("/referrals", json=referral(person, to, shared), headers=dee)
    assert (made.status_code, made.json()["status"]) == (201, "sending"), made.text

    async def decided() -> Any:
        shown = (await client.get(f"/referrals/{made.json()['referral_id']}", headers=dee)).json()
        return shown if shown["status"] != "sending" else None

    shown: dict[str, Any] = await town.until(decided)
    return shown


async def referred_family(town: Platform) -> Family:
    """Ewa, referred to the charity for her debts, and to the council for the damp."""
    someone = {"full_name": "Ewa Kowalska", "channel": "face_to_face", "not_the_same_as": []}
    registered = await town["customer-account"].client.post("/persons", json=someone, headers=town.officer())
    person = registered.json()["person_id"]
    debts = {"identity": {"full_name": "Ewa Kowalska"}, "money": {"arrears": 412}}
    damp = {"housing": {"hazard": "An exposed socket, mould in the children's room"}}
    to_charity, to_council = await referred(town, person, CHARITY, debts), await referred(town, person, None, damp)
    assert (to_charity["status"], to_council["status"]) == ("sent", "sent")
    return Family(town, person, to_charity, to_council)
