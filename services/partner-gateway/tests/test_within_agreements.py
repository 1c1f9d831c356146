"""Nothing of anybody passes to a partner, or from it, but what an agreement in force names: as it is sent, and at every look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from common.agreements import Agreed, Cover
from common.contracts.partners.agreements import BeyondAgreement, NoAgreement
from common.contracts.partners.consents import FieldGroup, Purpose
from common.contracts.tellings import DeliverySent, TellsPartner
from common.facts import KINDS, group_of
from common.runtime.ids import new_id
from common.testing.partnering import activate, agree
from common.testing.stream import publish, said
from hypothesis import given
from hypothesis import strategies as st

ALL = {
    "identity": {"full_name": "Ewa Kowalska"},
    "contact": {"phone": "07700 900041"},
    "money": {"arrears": 412},
    "health": {"asthma": True},
}


@pytest.fixture(autouse=True)
def real_time(desk: Any) -> Iterator[None]:
    yield
    desk.town.step(seconds=-desk.town.clock.offset().total_seconds())


async def helper(desk: Any, name: str, **agreement: Any) -> Any:
    """A partner with an agreement of its own."""
    await activate(desk.town, name)
    await agree(desk.town, name, **agreement)
    return desk.partner(name)


async def refer(desk: Any, to: str, *groups: str, who: Any = None) -> Any:
    shared = {group: ALL[group] for group in groups}
    consent = desk.consent(recipient=to, groups=(*groups, "outcome"))
    return await desk.refer(who, to_partner=to, person_id=str(new_id()), shared=shared, consent=consent)


async def gone(desk: Any, to: str, *groups: str) -> str:
    made = (await refer(desk, to, *groups)).json()["referral_id"]
    await desk.granted(made)
    return str(made)


async def revoke(desk: Any, agreement: str) -> None:
    body = {"transition": "revoke", "reason": "They lost a laptop."}
    answer = await desk.post(f"/agreements/{agreement}/transitions", body, desk.administrator)
    assert answer.status_code == 200, answer.text


# -- as it is sent


async def test_without_an_agreement_nobody_is_referred_whatever_they_agreed_to(desk: Any) -> None:
    await activate(desk.town, "no-paper")
    refused = await refer(desk, "no-paper", "identity")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-agreement")
    assert (refused.json()["partner"], refused.json()["purpose"]) == ("no-paper", "referral")
    await agree(desk.town, "no-paper", purposes=["tell_us_once"])
    assert (await refer(desk, "no-paper", "identity")).status_code == 409  # it is for something else
    await agree(desk.town, "no-paper", councils=["southholt"])
    assert (await refer(desk, "no-paper", "identity")).status_code == 409  # it is with somebody else


async def test_what_the_agreement_does_not_name_is_refused_by_its_group(desk: Any) -> None:
    await helper(desk, "names-only", shown=["identity", "outcome"])
    refused = await refer(desk, "names-only", "identity", "money", "health")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/beyond-agreement")
    assert (refused.json()["partner"], refused.json()["field_groups"]) == ("names-only", ["health", "money"])
    assert (await refer(desk, "names-only", "identity")).status_code == 201


async def test_what_a_partner_tells_is_bound_by_its_own_agreement(desk: Any) -> None:
    front_line = await helper(desk, "front-line", told=["identity"])
    refused = await refer(desk, "warmth-advice", "identity", "health", who=front_line)
    assert (refused.json()["partner"], refused.json()["field_groups"]) == ("front-line", ["health"])
    council = {"shared": {"health": ALL["health"]}, "consent": desk.consent(recipient="northmere", groups=("health",))}
    to_council = await desk.refer(front_line, to_partner=None, person_id=str(new_id()), **council)
    assert to_council.json()["type"] == "/problems/beyond-agreement"
    assert (await refer(desk, "warmth-advice", "identity", who=front_line)).status_code == 201


async def test_an_agreement_that_ends_before_leave_is_given_stops_what_waits(desk: Any) -> None:
    await activate(desk.town, "too-late")
    agreement = await agree(desk.town, "too-late")
    made = (await refer(desk, "too-late", "identity")).json()["referral_id"]
    await revoke(desk, agreement)
    await desk.granted(made)
    shown = (await desk.get(f"/referrals/{made}", desk.officer)).json()
    assert (shown["status"], shown["ended_because"]) == ("not_made", "no_agreement")
    assert shown["told_to_resident"] == (
        "Too-late was not asked to help you. We have no agreement with it any more to share anything."
    )
    assert (await desk.get("/referrals", desk.partner("too-late"))).json()["items"] == []


async def test_an_agreement_that_shrank_before_leave_lets_the_rest_go(desk: Any) -> None:
    helpers = await helper(desk, "narrower", shown=["identity"])
    wide = await agree(desk.town, "narrower")
    made = (await refer(desk, "narrower", "identity", "money")).json()["referral_id"]
    await revoke(desk, wide)
    await desk.granted(made)
    seen = (await desk.get(f"/referrals/{made}", helpers)).json()
    assert (seen["status"], seen["shared"]) == ("sent", {"identity": ALL["identity"]})
    kept = (await desk.get(f"/referrals/{made}", desk.officer)).json()["field_groups"]
    assert kept == ["identity"]  # nor does it come when the agreement is widened again
    assert "412" not in str(seen)


# -- at every look


async def test_what_was_sent_is_shown_only_while_an_agreement_names_it(desk: Any) -> None:
    helpers = await helper(desk, "shrinking", shown=["identity"])
    wide = await agree(desk.town, "shrinking")
    made = await gone(desk, "shrinking", "identity", "contact", "money")
    before = (await desk.get(f"/referrals/{made}", helpers)).json()
    assert (sorted(before["shared"]), before["outside_agreement"]) == (["contact", "identity", "money"], [])
    await revoke(desk, wide)
    after = (await desk.get(f"/referrals/{made}", helpers)).json()
    assert (after["shared"], after["outside_agreement"]) == ({"identity": ALL["identity"]}, ["contact", "money"])
    moved = (await desk.move(made, helpers, "accept")).json()
    assert (moved["shared"], moved["outside_agreement"]) == (after["shared"], after["outside_agreement"])


async def test_once_its_last_day_is_over_nothing_of_the_person_is_shown_though_no_timer_rang(desk: Any) -> None:
    await activate(desk.town, "run-out")
    agreement, helpers = await agree(desk.town, "run-out"), desk.partner("run-out")
    made = await gone(desk, "run-out", "identity", "contact")
    assert (await desk.get(f"/referrals/{made}", helpers)).json()["person_id"] is not None
    sql = (
        "UPDATE agreement SET ends_on = current_date - 1, review_on = current_date - 1 WHERE id = $1::uuid RETURNING 1"
    )
    await desk.town.sql("partner-gateway", sql, agreement)
    seen = (await desk.get(f"/referrals/{made}", helpers)).json()
    assert (seen["shared"], seen["person_id"]) == ({}, None)
    [listed] = (await desk.get("/referrals", helpers)).json()["items"]
    assert listed["person_id"] is None
    assert (await desk.move(made, helpers, "reject", reason="no_capacity")).json()["shared"] in ({}, None)


async def test_the_front_line_hears_the_outcome_only_where_its_agreement_says_so(desk: Any) -> None:
    told = ["identity", "outcome"]
    outcomes = {}
    for name, shown in (("hears-it", ["outcome"]), ("hears-not", ["identity"])):
        front_line = await helper(desk, name, shown=shown, told=told)
        made = (await refer(desk, "warmth-advice", "identity", who=front_line)).json()["referral_id"]
        await desk.granted(made)
        for step in ("accept", "start"):
            await desk.moved(made, desk.advice, step)
        await desk.moved(made, desk.advice, "outcome", outcome="got_help")
        outcomes[name] = (await desk.get(f"/referrals/{made}", front_line)).json()["outcome"]
    assert outcomes == {"hears-it": "got_help", "hears-not": None}


async def test_a_partner_is_told_of_life_events_only_what_its_agreement_names(desk: Any) -> None:
    helpers = await helper(desk, "told-little", shown=["identity"], purposes=["tell_us_once"])
    facts = {"full_name": "Albert Edwin Hartley", "home_address": "14 Weavers Row, Northmere ZZ99 1AB"}
    told = await delivered(desk, "told-little", facts)
    seen = (await desk.get(f"/deliveries/{told}", helpers)).json()
    assert (seen["status"], seen["facts"]) == ("delivered", {"full_name": facts["full_name"]})
    assert seen["outside_agreement"] == ["home_address"]
    answered = await desk.post(f"/deliveries/{told}/moves", {"move": "acknowledge"}, helpers)
    assert answered.json()["facts"] == seen["facts"]


async def test_a_partner_with_no_agreement_for_it_is_not_told(desk: Any) -> None:
    helpers = await helper(desk, "referrals-only", purposes=["referral"])
    told = await delivered(desk, "referrals-only", {"full_name": "Albert Edwin Hartley"})
    seen = (await desk.get(f"/deliveries/{told}", helpers)).json()
    assert (seen["status"], seen["facts"], seen["outside_agreement"]) == ("sent", {}, ["full_name"])
    assert await desk.said(told, "delivery") == []


async def delivered(desk: Any, partner: str, facts: dict[str, Any]) -> str:
    delivery, matter, now = new_id(), new_id(), datetime.now(UTC)
    tells = TellsPartner(
        delivery_id=delivery,
        council="northmere",
        matter_id=matter,
        title="Somebody has died",
        basis="agreement",
        fact_kinds=list(facts),
        facts=facts,
        acknowledge_by=now,
        act_by=now,
    )
    event = DeliverySent(
        telling_id=matter,
        interest="fire_safety",
        council="northmere",
        recipient=partner,
        sends="telling",
        status="sent",
        tells=tells,
    )
    await publish(desk.town.nats, [said(event, delivery, 1, person_id=new_id())], speaker="case-crm")
    await desk.town.heard(f"delivery/{delivery}@1")
    return str(delivery)


# -- the rule itself


def test_every_kind_of_fact_belongs_to_a_group_that_agreements_can_name() -> None:
    known = {group.value for group in FieldGroup} - {"other", "outcome"}
    assert {group_of(kind) for kind in KINDS} == known
    assert group_of("of_tomorrow") == "other"


GROUPS = st.frozensets(st.sampled_from(sorted(FieldGroup)))
TERMS = st.lists(
    st.builds(
        lambda purpose, shown, told: {"purpose": purpose.value, "shown": sorted(shown), "told": sorted(told)},
        st.sampled_from([Purpose.REFERRAL, Purpose.TELL_US_ONCE]),
        GROUPS,
        GROUPS,
    ),
    max_size=2,
)
COUNCILS = st.frozensets(st.sampled_from(["northmere", "southholt"]), min_size=1)
COVERS = st.lists(st.builds(Agreed, COUNCILS, TERMS), max_size=3).map(lambda agreed: Cover("helpers", agreed))


@given(COVERS, GROUPS)
def test_exactly_what_agreements_in_force_name_passes(cover: Cover, groups: Any) -> None:
    for way, check in (("told", cover.check_told), ("shown", cover.check_shown)):
        terms = _named(cover, way)
        if terms and groups <= {group for term in terms for group in term}:
            check(groups, "northmere", Purpose.REFERRAL)
        else:
            with pytest.raises((NoAgreement, BeyondAgreement)):
                check(groups, "northmere", Purpose.REFERRAL)


def _named(cover: Cover, way: str) -> list[Any]:
    """What each term for referrals names for Northmere."""
    ours = [agreed for agreed in cover.agreements if "northmere" in agreed.councils]
    return [term[way] for agreed in ours for term in agreed.terms if term["purpose"] == "referral"]
