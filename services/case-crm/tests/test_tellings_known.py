"""What is held, agreed to and protected decides what a telling tells, and partners answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from common.contracts.people import FactRecorded, FactsProtected
from common.contracts.people.consents import ConsentGiven, ConsentRefused
from common.contracts.tellings import RecipientAnswered, RecipientTold
from common.embedded import Nats
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.runtime.sealed import token_of
from common.testing.platform import Platform
from common.testing.stream import publish, said
from common.testing.telling import CARING, HIS, REGISTERED, Teller

CLEARED = [*PERMISSIONS["officer"].split(), "protection:read"]


async def test_a_telling_that_does_not_fit_its_person_is_refused(teller: Teller, nats: Nats) -> None:
    await held(teller, nats, date_of_birth="1947-05-02")
    wrong = await teller.draft("caring", CARING | {"date_of_birth": "1948-06-03"})
    assert (wrong.status_code, wrong.json()["type"]) == (409, "/problems/wrong-person")
    assert "1947" not in wrong.text
    assert (await teller.draft("caring", {"circus": 1})).json()["type"] == "/problems/unknown-question"
    assert (await teller.draft("wedding", {})).json()["type"] == "/problems/unknown-life-event"
    assert (await teller.confirm((await teller.draft("caring", {})).json())).json()["type"] == "/problems/still-to-tell"


async def test_what_is_held_need_not_be_told_and_the_preview_says_which_is_which(teller: Teller, nats: Nats) -> None:
    await held(teller, nats, full_name="Margaret Hartley", home_council="northmere")
    told = {kind: value for kind, value in CARING.items() if kind not in ("full_name", "home_council")}
    drafted = (await teller.draft("caring", told)).json()
    assert drafted["still_to_tell"] == []
    tax = next(each for each in drafted["recipients"] if each["interest"] == "council_tax")
    assert {each["fact_kind"]: each["source"] for each in tax["gives"]} == {
        "full_name": "held",
        "home_address": "told",
        "is_a_carer": "told",
        "changed_on": "told",
    }
    await teller.confirmed(drafted)
    said = (await teller.said("telling.confirmed"))[0]
    assert sorted(each["kind"] for each in said["told_facts"]) == sorted(told)
    assert "Weavers" not in str(said)


async def test_a_birth_date_that_was_mistyped_in_it_can_be_put_right(teller: Teller, nats: Nats) -> None:
    shown = await teller.told("caring", CARING)
    [confirmed] = await teller.said("telling.confirmed")
    ids = {each["kind"]: each["id"] for each in confirmed["told_facts"]}
    await held(teller, nats, fact("date_of_birth", CARING["date_of_birth"], ids["date_of_birth"]))
    right = {"facts": {"date_of_birth": "1947-02-05"}, "channel": "phone"}
    corrected = await teller.post(f"/tellings/{shown['telling_id']}/corrections", right)
    anew = (await teller.said("telling.confirmed"))[1]["told_facts"]
    assert [each["kind"] for each in anew] == ["date_of_birth"]
    await teller.post(f"/tellings/{corrected['telling_id']}/withdrawal", {"because": "told_in_error"})
    [withdrawn] = await teller.said("telling.withdrawn")
    assert sorted(withdrawn["told_facts"]) == sorted((ids | {"date_of_birth": anew[0]["id"]}).values())


async def test_a_birth_date_that_is_held_from_elsewhere_is_put_right_by_no_telling(teller: Teller, nats: Nats) -> None:
    shown = await teller.told("caring", CARING)
    await held(teller, nats, date_of_birth=CARING["date_of_birth"])
    right = {"facts": {"date_of_birth": "1947-02-05"}, "channel": "phone"}
    path = f"/tellings/{shown['telling_id']}/corrections"
    refused = await teller.client.post(path, json=right, headers=teller.north)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong-person")


async def held(teller: Teller, nats: Nats, *more: Any, **facts: Any) -> None:
    """These facts are held of the person, and whatever else is said of them."""
    events = [*(fact(kind, value) for kind, value in facts.items()), *more]
    rows = [said(event, UUID(teller.person), n, person_id=UUID(teller.person)) for n, event in enumerate(events, 1)]
    await publish(nats, rows, speaker="customer-account")
    await teller.town.heard(f"facts/{teller.person}@{len(events)}")


def fact(kind: str, value: Any, fact_id: Any = None) -> FactRecorded:
    return FactRecorded(
        fact_id=fact_id or new_id(),
        kind=kind,
        value=value,
        asserted_by="person",
        channel="phone",
        told_at=datetime.now(UTC),
        told_to="northmere",
        told_to_service="customer-account",
        verification="verified",
        visible_to=["northmere", "southholt"],
    )


async def test_whoever_needs_agreement_waits_for_it_and_is_told_or_left_out_by_the_last_word(
    teller: Teller, nats: Nats, town: Platform
) -> None:
    margaret, ruth, ann = (new_id() for _ in range(3))
    answers = {margaret: consent(ConsentGiven), ruth: consent(ConsentRefused), ann: None}
    tellings = {}
    for widow in answers:
        teller = Teller(town)
        shown = await teller.told("bereavement", HIS, **REGISTERED, other_person_id=str(widow))
        tellings[widow] = teller, shown["telling_id"]
    town.at("2026-12-15T10:00:00+00:00")
    for widow, answer in answers.items():
        if answer:
            await publish(nats, [said(answer, widow, 1, person_id=widow)], speaker="customer-account")
            await town.heard(f"consents/{widow}@1")
    support = "northmere:bereavement_support:telling"
    states = {widow: (await teller.parts(id))[support] for widow, (teller, id) in tellings.items()}
    assert [each["status"] for each in states.values()] == ["sent", "excluded", "awaiting_consent"]
    assert states[margaret]["act_by"] == "2026-12-31T23:59:59.999999Z"
    assert (states[ann]["acknowledge_by"], states[ann]["act_by"], states[ann]["overdue"]) == (None, None, False)
    assert states[margaret]["fact_kinds"] == ["partner_name"]
    town.at("2027-01-11T09:31:00+00:00")
    teller, telling = tellings[ann]

    async def lapsed() -> bool:
        part = (await teller.parts(telling))[support]
        return (part["status"], part["reason"]) == ("excluded", "consent_missing")

    await town.until(lapsed)
    view = await teller.get(f"/tellings/{telling}", teller.resident)
    assert (view["told"], view["excluded"], view["interests"]) == (13, 1, 14)


async def test_who_agreed_before_need_not_be_waited_for(teller: Teller, nats: Nats, town: Platform) -> None:
    widow = new_id()
    await publish(nats, [said(consent(ConsentGiven), widow, 1, person_id=widow)], speaker="customer-account")
    await town.heard(f"consents/{widow}@1")
    shown = await teller.told("bereavement", HIS, **REGISTERED, other_person_id=str(widow))
    assert (await teller.parts(shown["telling_id"]))["northmere:bereavement_support:telling"]["status"] == "sent"


def consent(event: type[ConsentGiven] | type[ConsentRefused], *groups: str) -> Any:
    more = {"expires_at": None, "supersedes": []} if event is ConsentGiven else {}
    return event(
        consent_id=new_id(),
        purpose="referral",
        recipient="northmere-companions",
        field_groups=groups or ["identity", "contact"],
        lawful_basis="explicit_consent",
        wording_version="4",
        language="en",
        given_via="phone",
        answered_at=datetime.now(UTC),
        **more,
    )


async def test_who_agreed_to_less_than_is_given_has_not_agreed(teller: Teller, nats: Nats, town: Platform) -> None:
    widow = new_id()
    words = [consent(ConsentGiven, "contact"), consent(ConsentGiven, "identity")]
    await publish(nats, [said(words[0], widow, 1, person_id=widow)], speaker="customer-account")
    await town.heard(f"consents/{widow}@1")
    shown = await teller.told("bereavement", HIS, **REGISTERED, other_person_id=str(widow))
    support = "northmere:bereavement_support:telling"
    assert (await teller.parts(shown["telling_id"]))[support]["status"] == "awaiting_consent"
    await publish(nats, [said(words[1], widow, 2, person_id=widow)], speaker="customer-account")
    await town.heard(f"consents/{widow}@2")
    assert (await teller.parts(shown["telling_id"]))[support]["status"] == "sent"


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [(ConsentRefused, ConsentGiven, "sent"), (ConsentGiven, ConsentRefused, "awaiting_consent")],
)
async def test_of_records_that_were_joined_the_last_word_counts(
    teller: Teller, nats: Nats, town: Platform, first: Any, last: Any, status: str
) -> None:
    widow, old = new_id(), new_id()
    await town.sql("case-crm", "INSERT INTO also_known_as VALUES ($1, $2)", old, widow)
    for person, word in ((old, first), (widow, last)):
        town.step(minutes=1)
        at = town["case-crm"].inner.clock.now()
        await publish(
            nats, [said(consent(word), person, 1, person_id=person) | {"occurred": at}], speaker="customer-account"
        )
        await town.heard(f"consents/{person}@1")
    shown = await teller.told("bereavement", HIS, **REGISTERED, other_person_id=str(widow))
    part = (await teller.parts(shown["telling_id"]))["northmere:bereavement_support:telling"]
    assert part["status"] == status


async def test_who_agrees_just_as_the_delivery_is_made_is_told_all_the_same(teller: Teller, town: Platform) -> None:
    widow = new_id()
    shown = await teller.told("bereavement", HIS, **REGISTERED, other_person_id=str(widow))
    missed = "INSERT INTO known_consent VALUES ($1, 'northmere-companions', 'referral', true, '[\"identity\"]', now())"
    await town.sql(
        "case-crm",
        missed.replace("VALUES", "(person_id, recipient, purpose, given, field_groups, said_at) VALUES"),
        widow,
    )
    town.step(minutes=1)

    async def told() -> bool:
        part = (await teller.parts(shown["telling_id"]))["northmere:bereavement_support:telling"]
        return part["status"] == "sent"

    await town.until(told)


async def test_what_partners_answer_is_taken_in_once(teller: Teller, nats: Nats, town: Platform) -> None:
    shown = await teller.told("bereavement", HIS, **REGISTERED)
    fire = "northmere:fire_safety:telling"
    delivery = (await teller.parts(shown["telling_id"]))[fire]["delivery_id"]
    moves = [
        "acknowledge",
        "acknowledge",
        "action",
        "match",
        "action",
        "reject",
        "start",
    ]  # what says too little is none
    answers = [RecipientAnswered(delivery_id=delivery, move=move) for move in moves]
    done = RecipientAnswered(delivery_id=delivery, move="action", effect="record_closed", effective_date="2026-12-18")
    home = new_id()
    told = RecipientTold(delivery_id=delivery)
    rows = [said(each, home, n) for n, each in enumerate([told, *answers, told, done, done], 1)]
    await publish(nats, rows, speaker="partner-gateway")
    await town.heard(f"recipient_answer/{home}@{len(rows)}")
    partners = [each["recipient"] for each in await teller.said("delivery.delivered")]
    assert partners.count("frs-nsfr") == 1
    part = (await teller.parts(shown["telling_id"]))[fire]
    assert (part["status"], part["effect"], part["effective_date"]) == ("actioned", "record_closed", "2026-12-18")
    assert len(await teller.said("delivery.actioned")) == 1


async def test_of_a_protected_person_no_shared_record_is_told_where_they_are(
    teller: Teller, nats: Nats, town: Platform
) -> None:
    kinds = ["home_address", "home_council", "services_used"]
    await held(teller, nats, FactsProtected(kinds=kinds, visible_to=["northmere"]))
    shown = await teller.told("caring", CARING, town.officer("northmere", permissions=CLEARED))
    parts = await teller.parts(shown["telling_id"])
    tax, care = (parts[f"northmere:{name}:telling"]["delivery_id"] for name in ("council_tax", "adult_social_care"))
    cleared = town.officer("northmere", permissions=CLEARED)
    assert set((await teller.get(f"/deliveries/{tax}", cleared))["facts"]) == {"full_name", "is_a_carer", "changed_on"}
    assert "home_address" in (await teller.get(f"/deliveries/{care}", cleared))["facts"]
    theirs = await teller.get(f"/deliveries/{care}")
    assert ("home_address" in theirs["facts"], theirs["protected_facts"]) == (False, ["home_address"])
    assert (await teller.client.get(f"/deliveries/{care}", headers=teller.south)).status_code == 404


async def test_what_a_partner_is_told_is_said_sealed_and_nobody_else_is_told_by_an_event(teller: Teller) -> None:
    shown = await teller.told("bereavement", HIS, **REGISTERED)
    told = await teller.said("delivery.sent")
    assert {each["recipient"] for each in told} == {"frs-nsfr", "northmere-homes"}
    for each in told:
        part = (await teller.parts(shown["telling_id"]))[f"northmere:{each['interest']}:telling"]
        assert each["tells"]["fact_kinds"] == part["fact_kinds"]
        assert (token_of(each["tells"]["facts"]) or "").startswith("v1.telling.")
    assert "Weavers" not in str(told)
