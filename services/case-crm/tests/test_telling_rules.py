"""The rules of tellings by themselves: every interest once, moves as the table says, corrections of what is otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from case_crm.app import service
from case_crm.domain import corrections, deliveries, tellings
from case_crm.domain.definitions.life_events import LifeEvent
from case_crm.domain.tellings import Told
from case_crm.queries.life_events import BrokenLifeEvent, life_events, read_life_event
from common.agreements import Agreed, Cover
from common.contracts.fact_kinds import FACT_KINDS
from common.contracts.tellings import (
    Basis,
    DeliveryStatus,
    LifeEventKind,
    Sends,
    TellingStatus,
)
from common.facts import group_of
from common.runtime.rights.emptying import over_at
from hypothesis import given
from hypothesis import strategies as st

COUNCILS = ["northmere", "southholt"]
PERSON, OTHER = UUID(int=1), UUID(int=2)
# Every fact that the stories of a death, a move and a visit of the fire service name, by its kind.
STORIES = {
    "a": "full_name date_of_birth date_of_death national_insurance_number home_address place_of_death partner_name executor "
    "tenancy property_owned services_used property_number phone contact_preference accessibility_need medical_equipment",
    "b": "full_name date_of_birth home_address new_address moving_date hours_of_work weekly_income child_date_of_birth school "
    "disability phone contact_times landlord vehicle_registration council_tax_account home_council new_council household_size",
    "c": "home_hazards arrears preferred_language home_address phone household_size child_date_of_birth tenancy benefits_received",
}
GOOD = """
life_event: caring
version: 1
title: You became a carer
asks: [{fact_kind: full_name, text: Name}]
not_ours: [{who: Banks, why: Tell them yourself.}]
interests:
  - {interest: care, title: Care, councils: [northmere], needs: [full_name], basis: public_task, owner: care, escalates_to: boss}
"""


def values(kind: str) -> Any:
    """Something that may be told of a kind."""
    if kind in ("home_council", "new_council"):
        return st.sampled_from(COUNCILS)
    if kind == "services_used":
        used = sorted({i.where.uses for e in life_events().values() for i in e.interests if i.where.uses})
        return st.lists(st.sampled_from([f"{council}:{name}" for council in COUNCILS for name in used]), unique=True)
    return st.sampled_from(["one", "another"])


@st.composite
def told(draw: Any, event: LifeEvent) -> Told:
    kinds = draw(st.sets(st.sampled_from(sorted(event.kinds))))
    facts = {kind: draw(values(kind)) for kind in sorted(kinds)}
    parts = tellings.plan(event, Told(facts, person_id=PERSON), COUNCILS)
    said_no = draw(st.sets(st.sampled_from([part.key for part in parts]))) if parts else set()
    locating = draw(st.sets(st.sampled_from(["home_address", "new_address", "home_council", "services_used", "phone"])))
    agreed = {partner: Cover(partner, draw(agreements())) for partner in sorted(event.partners) if draw(st.booleans())}
    return Told(facts, said_no, locating, PERSON, draw(st.sampled_from([None, OTHER])), agreed=agreed)


@st.composite
def agreements(draw: Any) -> list[Agreed]:
    """None, or one agreement on some field groups, of one of the councils or both."""
    councils = draw(st.sets(st.sampled_from(COUNCILS)))
    shown = draw(st.lists(st.sampled_from(["identity", "contact", "address"]), unique=True))
    purpose = draw(st.sampled_from(["tell_us_once", "referral"]))
    return [Agreed(frozenset(councils), [{"purpose": purpose, "shown": shown, "told": []}])]


@pytest.mark.parametrize("story", sorted(STORIES))
def test_every_fact_of_the_stories_has_a_kind(story: str) -> None:
    assert set(STORIES[story].split()) <= FACT_KINDS


def test_there_are_ten_life_events_and_every_recipient_has_a_basis_an_owner_and_days() -> None:
    assert set(life_events()) == {kind.value for kind in LifeEventKind} - {"other"}
    for event in life_events().values():
        assert event.not_ours
        for interest in event.interests:
            assert interest.basis is not Basis.OTHER
            assert (interest.acknowledge.amount, interest.act.amount) == (2, 10)
            assert {interest.acknowledge.unit, interest.act.unit} == {"working_days"}


@pytest.mark.parametrize(
    ("wrong", "right", "place"),
    [
        ("needs: [full_name]", "needs: [full_name, shoe_size]", "shoe_size"),
        ("fact_kind: full_name", "fact_kind: shoe_size", "shoe_size"),
        ("basis: public_task", "basis: explicit_consent", "consent"),
        ("basis: public_task", "basis: because", "interests.0.basis"),
        ("owner: care, ", "", "interests.0.owner"),
        ("councils: [northmere]", "councils: [northmere, northmere]", "twice"),
        ("  - {interest", "  - {interest: [", "line 8"),
    ],
)
def test_a_file_that_does_not_hang_together_is_refused_with_its_place(wrong: str, right: str, place: str) -> None:
    assert read_life_event(GOOD, name="caring.yaml").interests[0].owner == "care"
    with pytest.raises(BrokenLifeEvent) as refused:
        read_life_event(GOOD.replace(wrong, right, 1), name="caring.yaml")
    assert str(refused.value).startswith("caring.yaml: ")
    assert place in str(refused.value)


def matching(event: LifeEvent, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every recipient that must be told or excluded: each that its own words in the file do not rule out."""
    for interest in event.interests:
        for council in interest.councils:
            wrong_council = interest.where.council_is and facts.get(interest.where.council_is) != council
            not_used = interest.where.uses and f"{council}:{interest.where.uses}" not in facts.get("services_used", [])
            not_told = interest.where.told and interest.where.told not in facts
            if not (wrong_council or not_used or not_told):
                yield council, interest.interest


def shown_to(partner: str | None, council: str, once: Told) -> set[str] | None:
    """The field groups that a partner's agreements say; None for a council, which needs none."""
    if partner is None:
        return None
    by = once.agreed[partner].agreements if partner in once.agreed else ()
    terms = [term for each in by if council in each.councils for term in each.terms]
    return {group for term in terms if term["purpose"] == "tell_us_once" for group in term["shown"]}


@given(st.data())
def test_every_interest_that_matches_is_told_or_excluded_once(data: Any) -> None:
    event = data.draw(st.sampled_from(list(life_events().values())))
    once = data.draw(told(event))
    parts = tellings.plan(event, once, COUNCILS)
    assert sorted(part.key for part in parts) == sorted(matching(event, once.facts))
    for part in parts:
        interest = next(i for i in event.interests if i.interest == part.interest and part.council in i.councils)
        nobody = {"person": once.person_id, "other_person": once.other_person_id}
        unasked = interest.consent is not None and nobody[interest.consent.by] is None
        shown = shown_to(interest.partner, part.council, once)
        useless = shown == set() or bool(part.outside_agreement and not part.gives)
        reasons = (tellings.SAID_NO, part.key in once.said_no), (tellings.NO_AGREEMENT, useless)
        assert part.excluded == next((why for why, so in (*reasons, (tellings.NOBODY_TO_ASK, unasked)) if so), None)
        assert {*part.outside_agreement} == {
            kind for kind in interest.needs if kind in once.facts and shown is not None and group_of(kind) not in shown
        }
    for part in parts:
        interest = next(i for i in event.interests if i.interest == part.interest and part.council in i.councils)
        assert set(part.gives) <= set(interest.needs) & set(once.facts)
        assert set(part.gives).isdisjoint({*part.withheld, *part.outside_agreement})
        if interest.shared_record:
            assert set(part.gives).isdisjoint(once.locating)
        assert (part.consent_by is None) or part.basis is Basis.EXPLICIT_CONSENT


@given(st.data())
def test_a_correction_brings_everybody_to_what_a_telling_of_it_all_would_have(data: Any) -> None:
    event = data.draw(st.sampled_from(list(life_events().values())))
    before = data.draw(told(event))
    kind = data.draw(st.sampled_from(sorted(event.kinds)))
    facts = dict(before.facts) | {kind: data.draw(values(kind))}
    changed = {kind} if facts[kind] != before.facts.get(kind) else set()
    after = replace(before, facts=facts)
    had, wanted = (tellings.plan(event, each, COUNCILS) for each in (before, after))
    holds = {part.key: dict.fromkeys(part.gives, "old") for part in had if not part.excluded}
    told_then = corrections.told_so_far([had])
    for part in corrections.deltas(told_then, had, wanted, changed=changed, known=before.facts):
        if part.sends is Sends.RETRACTION:
            del holds[part.key]
        else:
            assert part.sends is (Sends.CORRECTION if part.key in holds else Sends.TELLING)
            assert part.sends is Sends.TELLING or set(part.gives) == changed
            holds.setdefault(part.key, {}).update(dict.fromkeys(part.gives, "new"))
    assert {key: set(kinds) for key, kinds in holds.items()} == {p.key: set(p.gives) for p in wanted if not p.excluded}
    assert all(kinds[kind] == "new" for kinds in holds.values() if changed and kind in kinds)


def test_what_is_open_after_six_years_is_not_emptied() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    telling, delivery = (service.holdings().of_people[name].kept for name in ("telling", "delivery"))
    assert telling
    assert delivery
    open_still = {
        status for status in TellingStatus if over_at(telling, {"begun_at": long_ago, "status": status.value}) is None
    }
    assert open_still == {
        TellingStatus.DRAFT,
        TellingStatus.PREVIEWED,
        TellingStatus.CONFIRMED,
        TellingStatus.IN_PROGRESS,
        TellingStatus.OTHER,
    }
    assert over_at(delivery, {"planned_at": long_ago, "ended_at": None}) is None


def test_every_status_of_a_delivery_has_words_for_the_person() -> None:
    assert set(deliveries.WORDS) == set(DeliveryStatus) - {DeliveryStatus.OTHER}
