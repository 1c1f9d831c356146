"""Priya rings and is helped without an e-mail address; later she signs in, claims her account, and sees the case of before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.testing.platform import Platform

BORN = "1995-04-11"
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]


@dataclass
class Claimed:
    """Who she is to us, the login that she came with, and her case."""

    person: str
    login: str
    case: str
    came_of_it: dict[str, Any]


@pytest.fixture(scope="module")
async def priya(town: Platform) -> Claimed:
    """On the phone Sam asks her three things, protects her and takes her case; a week later she claims online."""
    sam, account = town.officer(id="sam", permissions=CLEARED), "customer-account"
    said = {"full_name": "Priya Nair", "date_of_birth": BORN, "postcode": "ZZ99 1LN", "channel": "phone"}
    person = (await town.post(account, "/persons", said, sam))["person_id"]
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    mark = {"reason": "domestic_abuse", "review_on": in_spring, "asked_by": "person"}
    await town.post(account, f"/persons/{person}/protections", mark, sam)
    knew = {"method": "three_named_checks", "checks": ["full_name", "date_of_birth", "address"]}
    checked = await town.post(account, f"/persons/{person}/identity-checks", knew, sam)
    assert (checked["status"], checked["identity_level"]) == ("provisional", "medium")
    ask = {"service": "missed_bin", "channel": "phone", "person_id": person}
    ask["answers"] = {"address": "27 Mill Lane, Northmere ZZ99 1LN", "bin": "Rubbish"}
    case = (await town.post("case-crm", "/cases", ask, sam))["case_id"]
    given = await town.post(account, f"/persons/{person}/account/claim-references", {}, sam)
    town.step(days=7)
    login = str(new_id())
    claim = {"reference": given["reference"], "date_of_birth": BORN}
    await town.post(account, "/me/claims", claim, town.resident(login))
    return Claimed(person, login, case, await town.get(account, "/me/claim", town.resident(login)))


def test_she_is_led_to_the_record_that_sam_made(priya: Claimed) -> None:
    assert (priya.came_of_it["status"], priya.came_of_it["person_id"]) == ("claimed", priya.person)


async def test_signed_in_again_she_sees_the_case_of_before_and_her_account_is_hers(
    town: Platform, priya: Claimed
) -> None:
    me = town.resident(priya.came_of_it["person_id"])
    assert [each["case_id"] for each in (await town.get("case-crm", "/me/cases", me))["items"]] == [priya.case]
    assert [each["case_id"] for each in (await town.get("feedback", "/me/transactions", me))["items"]] == [priya.case]
    account = await town.get("customer-account", "/me/account", me)
    assert (account["status"], account["identity_level"]) == ("active", "medium")

    async def timeline() -> list[str]:
        """What happened, once what followed from the claim is in it."""
        items = (await town.get("customer-account", "/me/timeline", me))["items"]
        events = [entry["event"] for entry in items]
        return events if "person.merged" in events else []

    happened = await town.until(timeline)
    told_of_claim = [event for event in happened if event.startswith(("person.merged", "account.", "claim_reference."))]
    assert told_of_claim[:3] == ["person.merged", "account.claimed", "claim_reference.issued"]
    assert {"case.opened", "identity.checked", "person.registered"} <= {*happened}


async def test_what_she_still_tells_elsewhere_under_the_id_she_came_with_is_kept_with_her_record(
    town: Platform, priya: Claimed
) -> None:
    ask = {"service": "missed_bin", "channel": "online"}
    ask["answers"] = {"address": "Flat 6, 3 Quay St, Southholt ZZ99 2QS", "bin": "Recycling"}
    before = town.resident(priya.login, councils=["northmere"])
    await town.post("case-crm", "/cases", ask, before)
    cases = (await town.get("case-crm", "/me/cases", town.resident(priya.person)))["items"]
    assert len(cases) == 2
    facts = (await town.get("customer-account", "/me/facts", town.resident(priya.person)))["items"]
    assert "Flat 6, 3 Quay St, Southholt ZZ99 2QS" in [fact["value"] for fact in facts]
