"""Ewa rang, and was referred; another day she signed in, and was somebody new. Joined, she has all of it in every service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from common.testing.platform import Platform
from onedoor import helping, story

HOME = "12 Larch Avenue, Northmere ZZ99 3WX"
NOTHING_MOVED = {
    "case-crm": "SELECT person_id, id FROM case_file ORDER BY id",
    "feedback": "SELECT person_id, case_id FROM transaction ORDER BY case_id",
    "partner-gateway": "SELECT person_id, id FROM referral ORDER BY id",
    "review-engine": "SELECT person, source, version, age_band FROM evidence ORDER BY source, version",
}


@dataclass
class Ewa:
    """The id she rang under, the one she signed in with, and what is kept under the first and the second."""

    rang: str
    came: str
    before: dict[str, list[str]]
    since: dict[str, list[str]]

    @property
    def all(self) -> dict[str, list[str]]:
        """What is hers, the newest first."""
        return {what: self.since[what] + self.before[what] for what in self.before}


async def bin_missed(town: Platform, person: str, who: dict[str, str], **answers: str) -> str:
    """A case of hers, opened and done: she is asked how it went."""
    ask = {"service": "missed_bin", "channel": "phone", "person_id": person, "answers": {"bin": "Rubbish", **answers}}
    case = (await town.post("case-crm", "/cases", ask, who))["case_id"]
    done = {"transition": "resolve", "result": "fixed"}
    for step in ({"transition": "tell_round"}, done):
        await town.post("case-crm", f"/cases/{case}/transitions", step, who)
    return str(case)


async def referred(town: Platform, person: str, who: dict[str, str]) -> str:
    consent = {"purpose": "referral", "recipient": story.PARTNER, "field_groups": ["contact"], "wording_version": "v4"}
    given = {"given_via": "phone", "given_at": datetime.now(UTC).isoformat()}
    refer = {"to_partner": story.PARTNER, "person_id": person, "reason": "debt_advice"}
    shared = {"shared": {"contact": {"phone": "07700 900044"}}, "consent": consent | given}
    made = await town.post("partner-gateway", "/referrals", refer | shared, who)

    async def sent() -> bool:
        return bool((await town.get("partner-gateway", f"/referrals/{made['referral_id']}", who))["status"] == "sent")

    await town.until(sent)
    return str(made["referral_id"])


async def hers(town: Platform, person: str) -> dict[str, list[str]]:
    """What somebody who signs in under this id is shown, by what it is."""
    me = town.resident(person)
    cases = await town.get("case-crm", "/me/cases", me)
    under_way = await town.get("feedback", "/me/transactions", me)
    invited = await town.get("feedback", "/me/invitations", me)
    referrals = await town.get("partner-gateway", "/me/referrals", me)
    timeline = await town.get("customer-account", "/me/timeline", me)
    return {
        "cases": [each["case_id"] for each in cases["items"]],
        "under way": [each["case_id"] for each in under_way["items"]],
        "invitations": [each["case_id"] for each in invited["items"]],
        "referrals": [each["referral_id"] for each in referrals["items"]],
        "opened": [each["case_id"] for each in timeline["items"] if each["event"] == "case.opened"],
    }


async def kept(town: Platform) -> dict[str, list[Any]]:
    return {service: [tuple(row) for row in await town.sql(service, sql)] for service, sql in NOTHING_MOVED.items()}


@pytest.fixture(scope="module")
async def ewa(town: Platform) -> Ewa:
    doors = {name: running.client for name, running in town.services.items()}
    await helping.a_partner_and_its_service(story.Stage(doors, town.issuer.token, lambda line: None))
    sam, found = town.officer(), []
    for said in ({"phone": "07700 900044"}, {"email": "ewa@example.org"}):
        somebody = {"full_name": f"Ewa {len(found)} Kowalska", "channel": "phone", **said}
        person = (await town.post("customer-account", "/persons", somebody, sam))["person_id"]
        case = await bin_missed(town, person, sam, address=HOME)
        both = {what: [case] for what in ("cases", "under way", "invitations", "opened")}
        found.append((person, both | {"referrals": [await referred(town, person, sam)]}))
    (rang, before), (came, since) = found
    return Ewa(rang, came, before, since)


async def test_joined_she_has_everything_in_every_service_and_parted_each_is_as_it_was(
    town: Platform, ewa: Ewa
) -> None:
    officer = town.officer(permissions=["persons:merge", "persons:read", "cases:read"])
    assert [await hers(town, each) for each in (ewa.rang, ewa.came)] == [ewa.before, ewa.since]
    before = await kept(town)
    await town.post("customer-account", f"/persons/{ewa.rang}/merge", {"into": ewa.came}, officer)
    assert await hers(town, ewa.came) == ewa.all
    assert await kept(town) == before
    led = await town.get("customer-account", f"/persons/{ewa.rang}", officer)
    assert led["leads_to"] == ewa.came
    for person in (ewa.rang, ewa.came):
        listed = await town.get("case-crm", f"/persons/{person}/cases", officer)
        assert [each["case_id"] for each in listed["items"]] == ewa.all["cases"]
    parted = await town["customer-account"].client.delete(f"/persons/{ewa.rang}/merge", headers=officer)
    await town.heard(parted)
    assert [await hers(town, each) for each in (ewa.rang, ewa.came)] == [ewa.before, ewa.since]
    assert await kept(town) == before


async def test_what_is_rebuilt_leads_where_it_led(town: Platform, ewa: Ewa) -> None:
    officer, name = town.officer(permissions=["persons:merge"]), "partner-gateway"
    path = f"/persons/{ewa.rang}/merge"
    await town.post("customer-account", path, {"into": ewa.came}, officer)
    await town.sql(name, "DELETE FROM also_known_as")
    assert (await hers(town, ewa.came))["referrals"] == ewa.since["referrals"]
    await town.make_anew(name, f"{name}-keep-who-is-the-same")
    assert (await hers(town, ewa.came))["referrals"] == ewa.all["referrals"]
