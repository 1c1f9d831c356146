"""Test partners of the stories: active at the gateway, they read what they are told and answer it over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
from common.testing.partnering import join
from common.testing.platform import Platform

FIRE, HOMES, COMPANIONS = "frs-nsfr", "northmere-homes", "northmere-companions"
NAMES = {
    FIRE: "Northmere & Southholt Fire & Rescue",
    HOMES: "Northmere Homes",
    COMPANIONS: "Northmere Companions",
}


async def active_partners(town: Platform) -> None:
    """The partners of story a, through all that is done with them before anybody may be told anything."""
    for partner, name in NAMES.items():
        await join(town, partner, name)


async def agrees(town: Platform, person: str, partner: str) -> str:
    """Somebody agrees that a partner is told of them; an officer notes it. Gives the consent's id."""
    agreed = {
        "purpose": "referral",
        "recipient": partner,
        "field_groups": ["identity", "contact"],
        "lawful_basis": "explicit_consent",
        "wording_version": "1",
        "channel": "phone",
        "answer": "given",
    }
    noted = await town.post("customer-account", f"/persons/{person}/consents", agreed)
    return str(noted["items"][0]["consent_id"])


async def answers(town: Platform, person: str, partner: str) -> None:
    """Somebody who was asked whether a partner may be told of them says yes; an officer notes it."""
    client, officer = town["customer-account"].client, town.officer()
    asked = (await client.get(f"/persons/{person}/consents", headers=officer)).json()["items"]
    [question] = [each for each in asked if (each["recipient"], each["state"]) == (partner, "requested")]
    path, yes = f"/persons/{person}/consents/{question['consent_id']}/answer", {"answer": "given", "channel": "phone"}
    answer = await client.post(path, json=yes, headers=officer)
    assert answer.status_code == 200, answer.text
    await town.heard(answer)


class Partner:
    """One of them, with its token."""

    def __init__(self, town: Platform, partner_id: str) -> None:
        self.town, self.client = town, town["partner-gateway"].client
        self.headers = town.bearer("partner", partner_id, ["northmere"])

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path, headers=self.headers)

    async def told(self, delivery: str) -> dict[str, Any]:
        """What it is told, as soon as it is."""

        async def found() -> dict[str, Any] | None:
            answer = await self.get(f"/deliveries/{delivery}")
            return answer.json() if answer.status_code == 200 else None

        shown: dict[str, Any] = await self.town.until(found)
        return shown

    async def list(self) -> dict[str, dict[str, Any]]:
        """All that it was told, by delivery."""
        answer = await self.get("/deliveries?limit=200")
        assert answer.status_code == 200, answer.text
        return {each["delivery_id"]: each for each in answer.json()["items"]}

    async def answer(self, delivery: str, move: str, **more: Any) -> httpx.Response:
        path = f"/deliveries/{delivery}/moves"
        return await self.client.post(path, json={"move": move, **more}, headers=self.headers)

    async def answers(self, delivery: str, *moves: str, **more: Any) -> dict[str, Any]:
        """These moves one after the other, the last with what is said of it; once everybody has heard them."""
        shown: dict[str, Any] = await self.told(delivery)
        for move in moves:
            answer = await self.answer(delivery, move, **(more if move == moves[-1] else {}))
            assert answer.status_code == 200, answer.text
            if "Onedoor-After" in answer.headers:  # what was answered before is said no more
                await self.town.heard(answer)
            shown = answer.json()
        return shown

    async def done(self, delivery: str, effect: str, on: str) -> dict[str, Any]:
        return await self.answers(delivery, "acknowledge", "match", "action", effect=effect, effective_date=on)

    async def knows_of_the_error(self, told: str, retraction: str) -> None:
        """It is shown no more of what it was told in error, can answer it no more, and acknowledges the retraction once."""
        known = await self.answers(retraction, "acknowledge", "acknowledge")
        assert (known["status"], known["facts"], known["next_moves"]) == ("acknowledged", None, [])
        shown = await self.told(told)
        assert (shown["status"], shown["facts"], shown["matter_id"]) == ("suppressed", None, known["matter_id"])
        assert (await self.answer(told, "acknowledge")).status_code == 409
