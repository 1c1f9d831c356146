"""Priya flees from Ravi, with whom she shares a council-tax account: nothing that reaches him tells where she is.

Of the safety assertions of story (b) these are shown here, as far as there is what they are about:

- (1) nothing that is said, written or shown to somebody who shares something with her has her new home, council, school or number;
- (2) his own account shows that his liability changed, and from when; who looked at his data names nobody else;
- (3) nothing is posted to the home she left from the moment she is protected, however safe she had said it was.

What a telling says to whom, and who reads how far it has got, is in `test_move.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common.embedded.issuer import PERMISSIONS
from common.testing.notify import StandIn
from common.testing.platform import Platform

CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]
LEFT, NEW = "27 Mill Lane\nNorthmere\nZZ99 1LN", "PO Box 7\nGullhaven\nZZ99 2QS"
TOLD = {
    "home_address": "Flat 6, 3 Quarrelsome Wharf, Southholt ZZ99 2QS",
    "postcode": "ZZ99 2QS",
    "phone": "07700 900931",
    "school": "Gullhaven Primary School",
}
ASKED: dict[str, int] = {}
TELLING = ("Quarrelsome", "ZZ99 2QS", "ZZ992QS", "900931", "Gullhaven", "southholt", "Southholt")


@dataclass
class Both:
    """Priya and Ravi, and the day from which his liability is another."""

    priya: str
    ravi: str
    since: str


@pytest.fixture(scope="module")
def settings(sending: dict[str, Any]) -> dict[str, Any]:
    return sending


async def send(town: Platform, method: str, path: str, body: Any, *, to: str = "customer-account", at: str = "") -> Any:
    who = town.officer(*([at] if at else []), permissions=CLEARED)
    answer = await town[to].client.request(method, path, json=body, headers=who)
    assert answer.is_success, answer.text
    if "Onedoor-After" in answer.headers:
        await town.heard(answer)
    return answer.json()


async def asks(town: Platform, person: str, *, becomes: str) -> dict[str, Any]:
    """They ask for a bin to be emptied. Gives the message that says we have it, once it is so."""
    answers = {"bin": "Rubbish", "address": "A bin behind the library"}
    ask = {"service": "missed_bin", "channel": "phone", "person_id": person, "answers": answers}
    await send(town, "POST", "/cases", ask, to="case-crm")
    ASKED[person] = ASKED.get(person, 0) + 1

    async def message() -> Any:
        mine = await town["customer-account"].client.get("/me/messages", headers=town.resident(person))
        items = mine.json()["items"]
        return len(items) == ASKED[person] and items[0]["status"] == becomes and items[0]

    return dict(await town.until(message, seconds=20))


@pytest.fixture(scope="module")
async def both(town: Platform, provider: StandIn) -> Both:
    """They lived at Mill Lane, where she had letters sent; she is protected, leaves, and tells Southholt where she is."""
    ids = []
    for name in ("Priya Nair", "Ravi Sharma"):
        ids.append((await send(town, "POST", "/persons", {"full_name": name, "channel": "phone"}))["person_id"])
    priya, ravi = ids
    begun = (datetime.now(UTC).date() - timedelta(days=400)).isoformat()
    shares: list[dict[str, Any]] = [{"person_id": each, "role": "holder", "effective_from": begun} for each in ids]
    household = (await send(town, "POST", "/households", {"kind": "council_tax", **shares[1]}))["household_id"]
    await send(town, "POST", f"/households/{household}/members", shares[0])
    letters = {"kind": "post", "value": LEFT, "safe_to_leave_message": True}
    await send(town, "POST", f"/persons/{priya}/contact-points", letters)
    for each in ids:
        await send(town, "PUT", f"/persons/{each}/preferences", {"channel": "post"})
    home = {"role": "home", "lines": ["27 Mill Lane", "Northmere"], "postcode": "ZZ99 1LN"}
    await send(town, "POST", f"/persons/{ravi}/addresses", home)
    assert (await asks(town, priya, becomes="sent"))["channel"] == "post"
    assert "27 Mill Lane" in json.dumps(provider.taken)
    provider.taken.clear()
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    mark = {"reason": "domestic_abuse", "review_on": in_spring, "asked_by": "person"}
    await send(town, "POST", f"/persons/{priya}/protections", mark)
    left = await send(town, "POST", f"/households/{household}/departures", {"person_id": priya})
    assert left["household_id"] == household
    await send(town, "POST", f"/persons/{priya}/councils", {"council": "southholt", "wording": "v4"})
    for kind, value in TOLD.items():
        fact = {"kind": kind, "value": value, "channel": "phone"}
        await send(town, "POST", f"/persons/{priya}/facts", fact, at="southholt")
    today = datetime.now(UTC).date()
    return Both(priya, ravi, f"{today.day} {today:%B %Y}")


async def test_nothing_is_posted_to_the_home_she_left_however_safe_it_was(
    town: Platform, provider: StandIn, both: Both
) -> None:
    provider.taken.clear()
    assert (await asks(town, both.priya, becomes="sent"))["channel"] == "text"  # as nothing can be posted safely
    assert [each["kind"] for each in provider.taken] == ["sms"]
    letters = {"kind": "post", "value": NEW, "safe_to_leave_message": True, "preferred": True}
    await send(town, "POST", f"/persons/{both.priya}/contact-points", letters)
    assert (await asks(town, both.priya, becomes="sent"))["channel"] == "post"
    assert "Mill Lane" not in json.dumps(provider.taken)
    assert "PO Box 7" in json.dumps(provider.taken)


async def test_what_is_written_to_him_tells_nothing_of_her(town: Platform, provider: StandIn, both: Both) -> None:
    provider.taken.clear()
    await asks(town, both.ravi, becomes="sent")
    written = json.dumps(provider.taken)
    assert "27 Mill Lane" in written  # it is his home still
    assert [word for word in (*TELLING, "Priya", both.priya) if word in written] == []


async def test_his_account_shows_that_his_liability_changed_and_from_when_and_no_more(
    town: Platform, both: Both
) -> None:
    me, read = town.resident(both.ravi, councils=["northmere"]), {}
    for name, running in town.services.items():
        for route in (route for api in running.service.api for route in api.paths()):
            if route.methods == {"GET"} and (route.path + "/").startswith("/me/") and "{" not in route.path:
                answer = await running.client.get(route.path, headers=me)
                assert answer.status_code in {200, 404}, route.path  # 404: he never claimed an account, say
                read[f"{name} {route.path}"] = answer.text
    assert {name.partition(" ")[0] for name in read} == {*town.services} - {"review-engine"}
    assert f"changed from {both.since}" in read["customer-account /me/timeline"]
    told = {name: [word for word in (*TELLING, both.priya) if word in text] for name, text in read.items()}
    assert {name: words for name, words in told.items() if words} == {}
    looks = json.loads(read["customer-account /me/access-entries"])["items"]
    assert looks
    assert "Priya" not in str(looks)


async def test_nothing_that_is_said_of_him_tells_where_she_is(town: Platform, both: Both) -> None:
    about = "SELECT name, council || data::text AS words FROM onedoor.said WHERE person_id::text = $1"
    said = [row for name in town.services for row in await town.sql(name, about, both.ravi)]
    assert {"household.changed", "case.opened", "message.sent"} <= {row["name"] for row in said}
    told = {row["name"]: [word for word in (*TELLING, "Priya", both.priya) if word in row["words"]] for row in said}
    assert {name: words for name, words in told.items() if words} == {}
