"""What was promised by when: it takes longer, and the person is written to before; it is late, and they read so."""

from __future__ import annotations

from typing import Any

import pytest
from common.testing.notify import StandIn
from common.testing.platform import Platform

INCOME = {
    "date_of_birth": "1995-08-02",
    "address": "27 Mill Lane",
    "household_size": 3,
    "number_of_children": 2,
    "weekly_income": 180,
    "savings": 20,
    "disability": True,
}


@pytest.fixture(scope="module")
def settings(sending: dict[str, Any]) -> dict[str, Any]:
    return sending


async def reads(town: Platform, person: str, path: str, *words: str) -> None:
    """Wait until all these words are in what the person reads."""

    async def there() -> bool:
        answer = await town["customer-account"].client.get(path, headers=town.resident(person))
        return all(each in answer.text for each in words)

    await town.until(there)


async def test_priya_is_told_that_it_takes_longer_before_it_is_late_and_then_that_it_is(
    town: Platform, provider: StandIn
) -> None:
    town.at("2027-02-26T12:00:00+00:00")
    told = {"full_name": "Priya Nair", "channel": "phone"}
    priya = str((await town.post("customer-account", "/persons", told))["person_id"])
    point = {"kind": "mobile", "value": "07700 900031"}
    await town.post("customer-account", f"/persons/{priya}/contact-points", point)
    answers = INCOME | {"full_name": "Priya Nair"}
    ask = {"service": "council_tax_reduction", "channel": "phone", "person_id": priya, "answers": answers}
    case = await town.post("case-crm", "/cases", ask)
    path, client = f"/cases/{case['case_id']}", town["case-crm"].client
    moved = await client.post(f"{path}/transitions", json={"transition": "start_work"}, headers=town.officer())
    clock = next(each["clock_id"] for each in moved.json()["clocks"] if each["term"] == "decision")
    reason = {"reason": "The rent officer has not answered yet."}
    longer = await client.post(f"{path}/clocks/{clock}/extensions", json=reason, headers=town.officer())
    assert longer.status_code == 200, longer.text
    words = f"needs longer for your request {case['reference']}: until 26 March 2027."
    await reads(town, priya, "/me/messages", words, '"sent"')
    assert provider.taken[-1]["phone_number"] == "+447700900031"
    assert "rent officer" not in str(provider.taken)
    await reads(town, priya, "/me/timeline", "We need longer. We now say that we decide by Friday 26 March 2027.")
    town.at("2027-03-30T09:00:01+01:00")  # the day was Good Friday; service opens on the Tuesday after Easter
    await reads(town, priya, "/me/timeline", "We are late. We said that we decide by Friday 26 March 2027.")
