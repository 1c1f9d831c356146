"""Whoever told once follows it in the list of what is under way, with its parts, and is asked how it went at the end."""

from __future__ import annotations

from typing import Any

from common.testing.platform import Platform
from common.testing.telling import CARING, Teller


async def test_margaret_follows_what_she_told_and_says_how_it_went(town: Platform) -> None:
    town.at("2026-12-14T09:30:00+00:00")
    margaret = Teller(town)
    shown = await margaret.told("caring", CARING, margaret.resident, channel="online")
    mine = town.resident(margaret.person)

    async def followed(*states: str) -> Any:
        [item] = (await town.get("feedback", "/me/transactions", mine))["items"] or [{"parts": []}]
        return item if sorted(part["status"] for part in item["parts"]) == sorted(states) else None

    begun = await town.until(lambda: followed("delivered", "delivered"))
    assert (begun["kind"], begun["case_id"], begun["reference"]) == ("telling", shown["telling_id"], shown["reference"])
    assert (begun["unread"], {part["title"] for part in begun["parts"]}) == (
        False,
        {"Adult social care, support for carers", "Council Tax"},
    )
    parts = await margaret.parts(shown["telling_id"])
    care, tax = (parts[f"northmere:{name}:telling"]["delivery_id"] for name in ("adult_social_care", "council_tax"))
    await margaret.move(care, "acknowledge")
    await margaret.move(care, "not_held")
    assert await town.until(lambda: followed("delivered", "not_held"))
    await margaret.done(tax, effect="discount_25", on="2026-12-05")

    async def over() -> Any:
        return [each for each in [await followed("actioned", "not_held")] if each and each["status"] == "completed"]

    [done] = await town.until(over)
    assert done["unread"]

    async def asked() -> Any:
        return (await town.get("feedback", "/me/invitations", mine))["items"]

    [invitation] = await town.until(asked)
    path = f"/me/invitations/{invitation['invitation_id']}/feedback"
    assert (await town.post("feedback", path, {"rating": 5}, mine))["rating"] == 5
