"""Promises of sending a referral: to whom, on which consent, to a service with room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.runtime.ids import new_id


async def kept_nowhere(desk: Any, secret: str) -> bool:
    """Whether a value is in no row of any table, partitions of the said log included."""
    tables = await desk.town.sql(
        "partner-gateway",
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'onedoor')",
    )
    for table in tables:
        rows = await desk.town.sql(
            "partner-gateway", f"SELECT 1 FROM {table['name']} t WHERE t::text LIKE $1 LIMIT 1", f"%{secret}%"
        )
        if rows:
            return False
    return True


async def test_a_referral_is_sent_once_it_may_be_and_said_without_what_is_shared(desk: Any) -> None:
    service = await desk.published(needs=["sent"])
    person = str(new_id())
    case = await desk.opened(person)
    sent = await desk.sent(person_id=person, service_id=service["service_id"], case_id=case)
    assert (sent["status"], sent["version"], sent["made_by"]) == ("sent", 1, "officer")
    assert (sent["to_partner"], sent["to_name"]) == ("warmth-advice", "Warmth & Debt Advice")
    assert sent["told_to_resident"] == "Warmth & Debt Advice has been asked to help you."
    said = (await desk.said(sent["referral_id"], "referral"))[0]
    assert (said["name"], said["person_id"], said["council"]) == ("referral.sent", UUID(person), "northmere")
    assert said["data"] == {
        "type": "referral",
        "made_by": "officer",
        "from_partner": None,
        "to_partner": "warmth-advice",
        "to_name": "Warmth & Debt Advice",
        "service_id": service["service_id"],
        "service_name": "Debt advice",
        "reason": "fuel_debt",
        "field_groups": ["identity", "money"],
        "consent_id": sent["consent"]["consent_id"],
        "case_id": case,
        "status": "sent",
        "told_to_resident": "Warmth & Debt Advice has been asked to help you.",
        "answer_by": said["data"]["answer_by"],
        "rerouted_from": None,
    }


async def test_its_consent_is_said_for_whoever_keeps_consents(desk: Any) -> None:
    person, given = str(new_id()), desk.consent()
    sent = await desk.sent(person_id=person, consent=given)
    said = await desk.said(sent["consent"]["consent_id"], "consent")
    assert [(row["name"], row["version"], row["person_id"]) for row in said] == [("consent.captured", 1, UUID(person))]
    data = said[0]["data"]
    assert datetime.fromisoformat(data.pop("given_at")) == datetime.fromisoformat(given.pop("given_at"))
    assert data == {**given, "referral_id": sent["referral_id"]}


async def test_the_receiver_has_five_working_days_to_answer(desk: Any) -> None:
    desk.town.at("2026-12-10T14:21:00+00:00")
    sent = await desk.sent(shared={}, consent=None)
    desk.town.at(datetime.now(UTC).isoformat())
    assert sent["answer_by"] == "2026-12-17T23:59:59.999999Z"


@pytest.mark.parametrize(
    ("consent", "missing"),
    [
        (None, ["health", "identity", "money"]),
        ({}, ["health"]),
        ({"field_groups": ["outcome"]}, ["health", "identity", "money"]),
        ({"recipient": "frs-nsfr"}, ["health", "identity", "money"]),
        ({"purpose": "service_review"}, ["health", "identity", "money"]),
        ({"given_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}, ["health", "identity", "money"]),
    ],
)
async def test_what_the_person_did_not_agree_to_is_refused_by_name_and_kept_nowhere(
    desk: Any, consent: Any, missing: list[str]
) -> None:
    secret = f"asthma-{new_id().hex}"
    shared = {"identity": {"full_name": secret}, "money": {"note": secret}, "health": {"condition": secret}}
    given = None if consent is None else {**desk.consent(), **consent}
    refused = await desk.refer(shared=shared, consent=given)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/consent-missing")
    assert refused.json()["field_groups"] == missing
    assert secret not in refused.text
    assert await kept_nowhere(desk, secret)


@pytest.mark.parametrize(
    ("given_at", "kind"),
    [
        ("0001-01-01T00:00:00+14:00", "not-understood"),
        ("9999-12-31T23:59:59-12:00", "not-understood"),
        ((datetime.now(UTC) + timedelta(days=1)).isoformat(), "consent-missing"),
    ],
    ids=["before there were calendars", "after them", "tomorrow"],
)
async def test_nobody_agreed_tomorrow_or_before_there_were_calendars(desk: Any, given_at: str, kind: str) -> None:
    refused = await desk.refer(shared={}, consent={**desk.consent(), "given_at": given_at})
    assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{kind}")


async def test_an_address_goes_nowhere_but_with_what_the_person_agreed_to_as_an_address(desk: Any) -> None:
    lives = f"Lives at {(secret := f'{int(new_id()) % 900 + 9} Gorse Hill Road')}, Northmere, back on Monday"
    groups = ["address", "health", "identity", "needs"]
    shared = {"needs": {"note": lives, "more": ["warm food", lives]}, "health": {"condition": "asthma"}}
    refused = await desk.refer(shared=shared, consent=desk.consent(field_groups=groups))
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/address-elsewhere")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/shared/needs/note", "/shared/needs/more"]
    assert secret not in refused.text
    assert await kept_nowhere(desk, secret)
    sent = await desk.refer(
        shared={"needs": {"note": "Back on Monday"}, "address": {"home": lives}},
        consent=desk.consent(field_groups=groups),
    )
    assert sent.status_code == 201, sent.text


async def test_what_lies_open_the_search_would_have_found(desk: Any) -> None:
    wording = f"wording-{new_id().hex}"
    await desk.sent(consent=desk.consent(wording_version=wording))
    assert not await kept_nowhere(desk, wording)


async def test_a_full_service_is_refused_with_ranked_alternatives(desk: Any) -> None:
    full = await desk.published(name="Full", needs=["full_case"], capacity=0)
    later = await desk.published(name="Later", needs=["full_case"], capacity=1, waiting_days=9)
    soon = await desk.published(name="Soon", needs=["full_case"], capacity=3, waiting_days=1)
    also_full = await desk.published(name="Also full", needs=["full_case"], capacity=0)
    refused = await desk.refer(service_id=full["service_id"])
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/service-full")
    alternatives = refused.json()["alternatives"]
    assert [other["service_id"] for other in alternatives] == [
        soon["service_id"],
        later["service_id"],
        also_full["service_id"],
    ]
    assert [reason["code"] for reason in alternatives[0]["reasons"]] == [
        "serves_need",
        "serves_district",
        "has_capacity",
        "waiting",
    ]
    sent = await desk.sent(service_id=full["service_id"], despite_full=True)
    assert sent["service_name"] == "Full"


async def test_a_closed_service_is_refused_with_alternatives_even_despite_full(desk: Any) -> None:
    closed = await desk.published(name="Closed", needs=["closed_case"], status="temporarily_closed")
    other = await desk.published(name="Open", needs=["closed_case"])
    refused = await desk.refer(service_id=closed["service_id"], despite_full=True)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/service-closed")
    assert [found["service_id"] for found in refused.json()["alternatives"]] == [other["service_id"]]


async def test_only_an_active_partner_is_sent_to(desk: Any) -> None:
    await desk.applied("still-applying", "Still Applying")
    waiting = await desk.refer(to_partner="still-applying", consent=desk.consent(recipient="still-applying"))
    unknown = await desk.refer(to_partner="nobody-knows", consent=desk.consent(recipient="nobody-knows"))
    assert (waiting.status_code, waiting.json()["type"]) == (409, "/problems/partner-not-active")
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/unknown-partner")


async def test_a_service_is_asked_for_at_whoever_offers_it(desk: Any) -> None:
    theirs = await desk.published(needs=["whose"], partner_id="frs-nsfr")
    councils = await desk.published(needs=["whose"], partner_id=None)
    for service_id, kind in (
        (theirs["service_id"], "not-their-service"),
        (councils["service_id"], "not-their-service"),
        (str(new_id()), "unknown-directory-service"),
    ):
        refused = await desk.refer(service_id=service_id)
        assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{kind}")


async def test_a_partner_refers_to_another_partner_and_to_the_council(desk: Any) -> None:
    to_advice = await desk.sent(desk.fire, type="warm_handoff")
    assert (to_advice["from_partner"], to_advice["to_partner"]) == ("frs-nsfr", "warmth-advice")
    housing = await desk.published(name="Housing", partner_id=None, needs=["damp"])
    to_council = await desk.sent(
        desk.fire, to_partner=None, service_id=housing["service_id"], consent=desk.consent(recipient="northmere")
    )
    assert (to_council["to_partner"], to_council["service_name"]) == (None, "Housing")
    assert to_council["told_to_resident"] == "The council has been asked to help you."


async def test_nobody_refers_to_themselves(desk: Any) -> None:
    officer = await desk.refer(to_partner=None, shared={}, consent=None)
    fire = await desk.refer(desk.fire, to_partner="frs-nsfr", shared={}, consent=None)
    person = await desk.refer(
        desk.resident(), type="self_referral", person_id=None, to_partner=None, shared={}, consent=None
    )
    assert [answer.json()["type"] for answer in (officer, fire, person)] == ["/problems/to-whom"] * 3


async def test_a_resident_refers_themselves_and_nobody_else(desk: Any) -> None:
    me = new_id()
    mine = await desk.sent(desk.resident(me), type="self_referral", person_id=None)
    assert (mine["person_id"], mine["made_by"]) == (str(me), "resident")
    other = await desk.refer(desk.resident(me), type="self_referral")
    plain = await desk.refer(desk.resident(me), person_id=str(me))
    officers = await desk.refer(type="self_referral")
    assert [answer.status_code for answer in (other, plain, officers)] == [403, 403, 403]
    assert {answer.json()["type"] for answer in (other, plain, officers)} == {"/problems/only-for-yourself"}


async def test_an_organisation_says_for_whom_it_is(desk: Any) -> None:
    refused = await desk.refer(person_id=None)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/for-whom")


async def test_the_same_key_sends_one_referral_and_one_consent(desk: Any) -> None:
    body, key = desk.referral(), {"Idempotency-Key": f"referral-{new_id()}"}
    first = await desk.post("/referrals", body, desk.officer, **key)
    again = await desk.post("/referrals", body, desk.officer, **key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    said = await desk.town.sql(
        "partner-gateway",
        "SELECT name FROM onedoor.said WHERE person_id = $1 ORDER BY name",
        UUID(body["person_id"]),
    )
    assert [row["name"] for row in said] == ["consent.captured", "release.requested"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"shared": {"shoe_size": {"left": 41}}},
        {"shared": {"other": {"left": 41}}},
        {"shared": {"identity": {}}},
        {"shared": {"identity": {"full_name": "a\x00b"}}},
        {"shared": {"identity": {"full_name": {"deep": "er"}}}},
        {"shared": {"money": {"arrears": 10**400}}},
        {"type": "other"},
        {"reason": "Free text"},
        {"status": "closed"},
        {"to_partner": "Warmth & Debt"},
    ],
)
async def test_what_is_not_understood_is_refused(desk: Any, wrong: Any) -> None:
    refused = await desk.refer(**wrong)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-understood")


async def test_who_may_not_refer_is_refused(desk: Any) -> None:
    body = desk.referral()
    for who in (desk.administrator, desk.town.officer(permissions=["referrals:read"])):
        assert (await desk.post("/referrals", body, who)).status_code == 403
    assert (await desk.post("/referrals", body, {})).status_code == 401
    both = desk.town.officer("northmere", "southholt")
    assert (await desk.post("/referrals", body, both)).json()["type"] == "/problems/say-which-council"
    wrong = await desk.post("/referrals", body, desk.officer, **{"Onedoor-Council": "southholt"})
    assert (wrong.status_code, wrong.json()["type"]) == (403, "/problems/not-your-council")
