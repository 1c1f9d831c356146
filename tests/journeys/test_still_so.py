"""What was told long ago is offered, not asked afresh: confirmed in an application, it is fresh again in both councils."""

from __future__ import annotations

from datetime import date
from typing import Any

from common.testing.platform import Platform

CRM, ACCOUNT, REVIEWS = "case-crm", "customer-account", "review-engine"
TOLD = {
    "full_name": "Margaret Hartley",
    "date_of_birth": "1947-05-02",
    "home_address": "14 Weavers Row, Northmere ZZ99 1AB",
}
TOLD |= {"household_size": 1, "number_of_children": 0, "weekly_income": 214.5, "disability": False}


async def fact(town: Platform, person: str, kind: str) -> dict[str, Any]:
    facts = (await town.get(ACCOUNT, f"/persons/{person}", town.officer()))["facts"]
    return next(each for each in facts if each["kind"] == kind)


async def form(town: Platform, person: str) -> dict[str, Any]:
    path = f"/councils/northmere/services/council_tax_reduction/form?person_id={person}"
    found: dict[str, Any] = await town.get(CRM, path, town.officer())
    return found


async def test_what_is_stale_is_confirmed_and_known_to_be_so_everywhere(town: Platform) -> None:
    known = {"full_name": TOLD["full_name"], "date_of_birth": TOLD["date_of_birth"], "phone": "07700 900014"}
    person = (await town.post(ACCOUNT, "/persons", known | {"channel": "phone"}))["person_id"]
    for kind in ("home_address", "household_size", "number_of_children", "weekly_income", "disability"):
        told = {"kind": kind, "value": TOLD[kind], "channel": "phone"}
        await town.post(ACCOUNT, f"/persons/{person}/facts", told)
    first = await form(town, person)
    assert (first["still_to_tell"], first["to_confirm"]) == (["savings"], [])
    before = await fact(town, person, "weekly_income")
    town.step(days=200)
    later = await form(town, person)
    assert "weekly_income" in later["to_confirm"]
    assert later["still_to_tell"] == ["savings"]
    asked = {"service": "council_tax_reduction", "channel": "phone", "person_id": person, "answers": {"savings": 400}}
    await town.post(CRM, "/cases", asked | {"confirmed": later["to_confirm"]})
    after = await fact(town, person, "weekly_income")
    assert date.fromisoformat(after["fresh_until"]) > date.fromisoformat(before["fresh_until"])
    assert (after["value"], after["told_to_service"]) == (214.5, CRM)
    assert (await form(town, person))["to_confirm"] == []
    reviewer = town.bearer("reviewer", "ada", ["northmere"])
    period = f"from={after['told_at'][:4]}-01-01&to={int(after['told_at'][:4]) + 1}-01-01"

    async def counted() -> Any:
        path = f"/measures/counts?service=council_tax_reduction&{period}"
        total = (await town.get(REVIEWS, path, reviewer))["total"]
        return total if total["opened"] else None

    assert (await town.until(counted))["asked_again"] == 0
