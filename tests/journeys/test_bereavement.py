"""Story (a): Albert has died. Joanne, his executor, tells once; fourteen services of two councils and partners hear it.

Shown: the preview with the basis of each part, computed days, what becomes of all fourteen (partners answer at the gateway), who
waits for agreement, what is late, the end on 6 January, and what goes wrong: an old reference, a second telling, no death at all.

Otherwise than in the story: an officer who saw the registrar's entry notes the death before Joanne tells, and that she is
executor, for only from then on she may act for him. Partners (rows 12 to 14) fetch what they are told; nothing is sent to them.

Rows 2, 3, 9 and 10 are cases, and the refund of row 10 is a task by 30 December: what becomes of them is what becomes of their
case, so their effects are its results. Since when they count is the day on which it was decided, not 5 December.

Not there yet: row 14 as a referral.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from common.testing.notify import TEMPLATES, StandIn
from common.testing.platform import Platform
from common.testing.telling import HIS, REGISTERED

from tests.journeys.bereavement import Executor, Family, bereaved, desk_of, makes
from tests.journeys.partners import COMPANIONS, FIRE, HOMES, Partner, active_partners, answers

AGREED = (("northmere:fire_safety", FIRE), ("northmere:telecare_contractor", HOMES))
AUDIENCES = "return_to: []\naudiences: [customer-account, case-crm, feedback, partner-gateway]\nproviders: {}\n"
ACKNOWLEDGE_BY, ACT_BY = "2026-12-16T23:59:59.999999Z", "2026-12-30T23:59:59.999999Z"


@pytest.fixture(scope="module")
def settings(sending: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file: Path = tmp_path_factory.mktemp("signing") / "sign_in.yaml"
    file.write_text(AUDIENCES)
    return {"sign_in_file": file, **sending}


@pytest.fixture(scope="module")
async def family(town: Platform) -> Family:
    await active_partners(town)
    family = await bereaved(town, "Albert Edwin Hartley")
    home = {"role": "home", "lines": ["3 Linden Close", "Northmere"], "postcode": "ZZ99 4CD"}
    await town.post("customer-account", f"/persons/{family.margaret}/addresses", home)
    likes = {"channel": "post", "adjustments": [{"kind": "large_print"}]}
    path = f"/persons/{family.margaret}/preferences"
    answer = await town["customer-account"].client.put(path, json=likes, headers=town.officer())
    assert answer.status_code == 200, answer.text
    return family


@pytest.fixture(scope="module")
async def told(town: Platform, family: Family) -> dict[str, Any]:
    """What Joanne read before she confirmed it, and what she was answered then."""
    joanne = Executor(town, family)
    who = await joanne.acting()
    drafted = await joanne.draft("bereavement", HIS, who, **REGISTERED, other_person_id=family.margaret)
    assert drafted.status_code == 201, drafted.text
    return {"preview": drafted.json(), "view": await joanne.confirmed(drafted.json(), who)}


async def test_she_reads_who_is_told_what_on_which_basis_and_whom_we_cannot_tell(told: dict[str, Any]) -> None:
    preview = told["preview"]
    assert (preview["interests"], preview["told"], preview["excluded"]) == (14, 14, 0)
    assert [each["who"] for each in preview["still_to_tell_yourself"]] == [
        "GP and NHS",
        "Banks, utilities and private pensions",
    ]
    bases = {each["interest"]: each["basis"] for each in preview["recipients"]}
    assert (bases["electoral_registration"], bases["housing_tenancy"]) == ("legal_duty", "contract")
    assert (bases["fire_safety"], bases["bereavement_support"]) == ("agreement", "explicit_consent")
    councils = [each["council"] for each in preview["recipients"] if each["recipient"] == each["council"]]
    assert (councils.count("northmere"), councils.count("southholt")) == (8, 3)


async def test_thirteen_are_told_at_once_and_one_waits_for_margaret(
    town: Platform, family: Family, told: dict[str, Any]
) -> None:
    joanne = Executor(town, family)
    telling = told["view"]["telling_id"]
    assert (told["view"]["told"], told["view"]["reference"][:3]) == (14, "NBC")

    async def all_have_it() -> bool:
        return Counter((await joanne.states(telling)).values()) == {"delivered": 13, "awaiting_consent": 1}

    await town.until(all_have_it)
    assert len(await joanne.said("delivery.planned")) == 13
    promised = [(part["acknowledge_by"], part["act_by"]) for part in (await joanne.parts(telling)).values()]
    assert (promised.count((ACKNOWLEDGE_BY, ACT_BY)), promised.count((None, None))) == (13, 1)
    events = [
        each["event"] for each in (await joanne.town.get("customer-account", "/me/timeline", joanne.resident))["items"]
    ]
    assert (events.count("telling.confirmed"), events.count("person.death_confirmed")) == (1, 1)
    assert not [each for each in events if each.startswith("delivery.")]


async def test_joanne_is_written_to_for_him_and_nothing_goes_to_who_has_died(
    town: Platform, told: dict[str, Any], provider: StandIn
) -> None:
    words = "passes it on to 13 of our services and partners"

    async def hers() -> list[str]:
        sent = [each["personalisation"]["text"] for each in provider.taken if words in str(each["personalisation"])]
        return [each for each in sent if told["view"]["reference"] in each]

    [letter] = await town.until(hers)
    assert letter.startswith("This is about somebody you act for.")
    letters = [each for each in provider.taken if each["kind"] == "letter"]
    assert {each["email_address"] for each in provider.taken if each not in letters} == {"albert@example.org"}


async def test_margaret_is_asked_in_a_letter_in_large_print_that_names_nobody(
    town: Platform, family: Family, told: dict[str, Any], provider: StandIn
) -> None:
    async def sent() -> list[dict[str, Any]]:
        return [each for each in provider.taken if each["kind"] == "letter"]

    [letter] = await town.until(sent)
    assert letter["template_id"] == TEMPLATES["post_large_print"]
    words = letter["personalisation"]
    assert (words["subject"], words["address_line_1"]) == ("Do you agree?", "3 Linden Close")
    assert "only if you agree" in words["text"]
    assert not [name for name in ("Companions", "Albert", "Joanne", "bereave") if name in words["text"]]
    hers = await town.get("customer-account", "/me/consents", town.resident(family.margaret))
    [asked] = hers["items"]
    assert (asked["state"], asked["recipient"], asked["purpose"]) == ("requested", COMPANIONS, "referral")
    assert "Northmere Companions" in asked["told"]


async def test_an_officer_of_the_other_council_cannot_see_the_social_care_part(
    town: Platform, family: Family, told: dict[str, Any]
) -> None:
    joanne = Executor(town, family)
    await joanne.acting()
    care = (await joanne.parts(told["view"]["telling_id"]))["northmere:adult_social_care:telling"]["delivery_id"]
    assert (await joanne.client.get(f"/deliveries/{care}", headers=joanne.south)).status_code == 404
    assert (await joanne.client.get(f"/deliveries/{care}", headers=joanne.north)).status_code == 200


async def test_each_partner_finds_exactly_what_was_previewed_and_nobody_elses(
    town: Platform, family: Family, told: dict[str, Any]
) -> None:
    joanne = Executor(town, family)
    await joanne.acting()
    parts = await joanne.parts(told["view"]["telling_id"])
    previewed = {f"{each['council']}:{each['interest']}": each for each in told["preview"]["recipients"]}
    for name, partner in AGREED:
        delivery = parts[f"{name}:telling"]["delivery_id"]
        shown = await Partner(town, partner).told(delivery)
        assert shown["facts"] == {each["fact_kind"]: HIS[each["fact_kind"]] for each in previewed[name]["gives"]}
        assert (shown["basis"], shown["act_by"]) == ("agreement", ACT_BY)
        assert [*(await Partner(town, partner).list())] == [delivery]
        stranger = Partner(town, COMPANIONS)
        assert (await stranger.get(f"/deliveries/{delivery}")).status_code == 404
        assert (await stranger.answer(delivery, "acknowledge")).status_code == 404
    assert await Partner(town, COMPANIONS).list() == {}
    waiting = parts["northmere:bereavement_support:telling"]["delivery_id"]
    assert (await Partner(town, COMPANIONS).get(f"/deliveries/{waiting}")).status_code == 404


ENDS = [  # when, whose, what was done, since when
    ("2026-12-14T15:00:00+00:00", "northmere:adult_social_care", "record_closed", "2026-12-14"),
    ("2026-12-15T10:00:00+00:00", "northmere:electoral_registration", "removed", "2026-12-15"),
    ("2026-12-16T10:00:00+00:00", "northmere:blue_badge", "cancelled", "2026-12-16"),
    ("2026-12-17T10:00:00+00:00", "northmere:council_tax", "discount_25", "2026-12-05"),
]
REDUCTION = "northmere:council_tax_reduction"
CASES = {  # of which service, by whose part
    REDUCTION: "council_tax_reduction",
    "northmere:housing_tenancy": "tenancy_change",
    "southholt:empty_home": "council_tax_empty_exemption",
    "southholt:garden_waste": "garden_waste_end",
}
RESOLVED = [  # when, whose, by which transitions, with which result
    ("2026-12-21T10:00:00+00:00", "southholt:empty_home", ("start_work", "decide"), "decided_approved"),
    ("2026-12-21T11:00:00+00:00", "southholt:garden_waste", ("arrange", "resolve"), "provided"),
    ("2026-12-22T10:00:00+00:00", "northmere:housing_tenancy", ("start_work", "decide"), "decided_approved"),
]


async def test_four_of_them_are_cases_of_one_need_and_the_refund_is_to_be_paid_to_the_estate(
    town: Platform, family: Family, told: dict[str, Any]
) -> None:
    joanne, telling = Executor(town, family), told["view"]["telling_id"]
    await joanne.acting()

    async def all_open() -> bool:
        return len(await joanne.said("case.opened")) == len(CASES)

    await town.until(all_open)
    opened = await joanne.said("case.opened")
    assert {each["service"] for each in opened} == {*CASES.values()}
    assert len({each["need_id"] for each in opened}) == 1
    parts = {name.rpartition(":")[0]: part for name, part in (await joanne.parts(telling)).items()}
    assert {name for name, part in parts.items() if part["case_id"]} == {*CASES}
    garden = await joanne.get(f"/cases/{parts['southholt:garden_waste']['case_id']}", joanne.south)
    assert [(task["team"], task["due_at"]) for task in garden["tasks"]] == [("waste", ACT_BY)]
    assert garden["answers"]["refund_to"] == HIS["executor"]
    reduction = await joanne.get(f"/cases/{parts[REDUCTION]['case_id']}")
    asked = {each["question"] for each in reduction["still_to_ask"]}
    assert {"full_name", "date_of_birth", "address"}.isdisjoint(asked)
    assert {"weekly_income", "savings"} <= asked
    shown = await joanne.client.get(
        f"/cases/{parts['southholt:garden_waste']['case_id']}", headers=await joanne.acting()
    )
    assert (shown.status_code, shown.json()["tasks"]) == (200, [])


async def test_each_of_them_answers_and_the_last_on_6_january_completes_it(
    town: Platform, family: Family, told: dict[str, Any]
) -> None:
    joanne, telling = Executor(town, family), told["view"]["telling_id"]
    await joanne.acting()
    parts = {name.rpartition(":")[0]: part for name, part in (await joanne.parts(telling)).items()}
    ids = {name: part["delivery_id"] for name, part in parts.items()}
    for name in ("northmere:library", "southholt:allotments"):
        await joanne.move(ids[name], "acknowledge", desk_of(joanne, name))
        await joanne.move(ids[name], "not_held", desk_of(joanne, name))
    bins, disambiguated = ids["northmere:assisted_bins"], town.officer("northmere", id="officer-of-the-two-hartleys")
    for move in ("acknowledge", "find_several"):
        await joanne.move(bins, move)
    await joanne.move(bins, "match", disambiguated)
    await joanne.move(bins, "action", effect="kept_for_margaret", effective_date="2026-12-14")
    for at, name, effect, since in ENDS[:2]:
        town.at(at)
        await joanne.done(ids[name], desk_of(joanne, name), effect=effect, on=since)
    await answers(town, family.margaret, COMPANIONS)  # on 15 December, on the phone: an officer notes it
    homes, companions, fire = (Partner(town, each) for each in (HOMES, COMPANIONS, FIRE))
    await homes.done(ids["northmere:telecare_contractor"], "equipment_collected", "2026-12-15")
    await companions.done(ids["northmere:bereavement_support"], "in_touch", "2026-12-16")
    for at, name, effect, since in ENDS[2:]:
        town.at(at)
        await joanne.done(ids[name], desk_of(joanne, name), effect=effect, on=since)
    await fire.done(ids["northmere:fire_safety"], "record_closed", "2026-12-18")
    for at, name, transitions, result in RESOLVED:
        town.at(at)
        await makes(joanne, parts[name], *transitions, result=result)

    async def one_is_left() -> bool:
        states = await joanne.states(telling)
        return [name for name, state in states.items() if state not in ("actioned", "not_held")] == [
            f"{REDUCTION}:telling"
        ]

    await town.until(one_is_left)
    ends = {name: (part["effect"], part["effective_date"]) for name, part in (await joanne.parts(telling)).items()}
    for at, name, _, result in RESOLVED:
        assert ends[f"{name}:telling"] == (result, at[:10])
    await the_last_one_is_late(joanne, parts[REDUCTION])
    await completed(joanne, telling)
    assert (await joanne.get(f"/tellings/{telling}"))["status"] == "completed"
    assert [each["status"] for each in await joanne.said("telling.completed")] == ["completed"]
    assert len(await joanne.said("delivery.planned")) == 14
    actioned = await joanne.said("delivery.actioned")
    assert len({each["interest"] for each in actioned}) == len(actioned) == 12
    looks = "SELECT data->>'reason' AS why FROM onedoor.said WHERE name = 'access.recorded' AND actor_id = $1"
    assert [row["why"] for row in await town.sql("case-crm", looks, "officer-of-the-two-hartleys")]


async def test_nobody_is_asked_how_it_went_for_sixty_days(town: Platform, family: Family, told: dict[str, Any]) -> None:
    joanne, telling = Executor(town, family), told["view"]["telling_id"]
    await joanne.acting()
    about = {telling, *(part["case_id"] for part in (await joanne.parts(telling)).values() if part["case_id"])}
    sql = "SELECT name, data FROM onedoor.said WHERE aggregate = 'invitation' AND data->>'case_id' = ANY($1)"

    async def all_ended() -> bool:
        return len(await town.sql("feedback", sql, [*about])) == len(about) == 5

    await town.until(all_ended)
    said = await town.sql("feedback", sql, [*about])
    assert {each["name"] for each in said} == {"feedback.invitation_suppressed"}
    assert {(each["data"]["because"], each["data"]["until"][:10]) for each in said} == {("bereavement", "2027-02-12")}


async def completed(joanne: Executor, telling: str) -> None:
    async def over() -> bool:
        return bool((await joanne.get(f"/tellings/{telling}"))["status"] == "completed")

    await joanne.town.until(over)


async def the_last_one_is_late(joanne: Executor, reduction: dict[str, Any]) -> None:
    """Council Tax Reduction needs more; its days to act go on, and at nine on the 31st who answers for it is told."""
    await makes(joanne, reduction, "request_information", reason="What comes in each week is missing.")

    async def waits() -> bool:
        return bool(
            (await joanne.get(f"/deliveries/{reduction['delivery_id']}"))["status"] == "more_information_needed"
        )

    await joanne.town.until(waits)
    joanne.town.at("2026-12-31T08:59:00+00:00")
    assert await joanne.said("delivery.overdue") == []
    joanne.town.at("2026-12-31T09:00:01+00:00")

    async def escalated() -> bool:
        return bool(await joanne.said("delivery.overdue"))

    await joanne.town.until(escalated)
    overdue = await joanne.said("delivery.overdue")
    assert [(each["interest"], each["escalated_to"]) for each in overdue] == [
        ("council_tax_reduction", "benefits_manager")
    ]
    assert "longer than we promised" in overdue[0]["told_to_resident"]
    joanne.town.at("2027-01-06T11:00:00+00:00")
    await makes(joanne, reduction, "resume", "decide", result="decided_approved")


async def test_the_same_reference_again_is_linked_and_on_7_january_refused(town: Platform) -> None:
    family = await bereaved(town, "Cedric Marlowe")
    relative = Executor(town, family)
    first = await relative.told("bereavement", HIS, await relative.acting(), **REGISTERED)
    planned = len(await relative.said("delivery.planned"))
    again = await relative.draft("bereavement", HIS, **REGISTERED)
    linked = await relative.confirmed(again.json())
    assert (linked["status"], linked["linked_to"]) == ("linked", first["telling_id"])
    assert (planned, len(await relative.said("delivery.planned"))) == (13, 13)
    town.at("2027-01-07T09:00:00+00:00")
    late: httpx.Response = await relative.draft("bereavement", HIS, **REGISTERED)
    assert (late.status_code, late.json()["type"]) == (422, "/problems/reference-expired")
    assert "register office" in late.json()["title"]


async def test_a_death_that_was_none_is_taken_back_and_everybody_who_was_told_hears_it(town: Platform) -> None:
    family = await bereaved(town, "Bertram Oakley")
    joanne = Executor(town, family)
    who = await joanne.acting()
    reference = REGISTERED | {"registrar_reference": "TUO-9X2B-41C"}
    shown = await joanne.told(
        "bereavement", HIS | {"full_name": "Bertram Oakley"}, who, **reference, other_person_id=family.margaret
    )
    parts = await joanne.parts(shown["telling_id"])
    library = parts["northmere:library:telling"]["delivery_id"]
    for move in ("acknowledge", "not_held"):
        await joanne.move(library, move)
    path = f"/persons/{family.albert}/death"
    answer = await town["customer-account"].client.delete(path, headers=town.officer())
    assert answer.status_code == 200, answer.text
    await town.heard(answer)

    async def retracted() -> bool:
        return len([each for each in await joanne.said("delivery.planned") if each["sends"] == "retraction"]) == 13

    await town.until(retracted)
    assert len(await joanne.said("telling.withdrawn")) == 1
    joanne.resident = {**town.resident(family.albert), "Onedoor-Council": "northmere"}  # who acts for himself
    parts = await joanne.parts(shown["telling_id"])
    for name, partner in AGREED:
        told, retraction = (parts[f"{name}:{sends}"]["delivery_id"] for sends in ("telling", "retraction"))
        await Partner(town, partner).knows_of_the_error(told, retraction)
    states = {name: part["status"] for name, part in (await joanne.parts(shown["telling_id"])).items()}
    assert [states[f"{name}:retraction"] for name, _ in AGREED] == ["acknowledged"] * 2
    sql = "SELECT status FROM delivery WHERE telling_id = $1 AND interest = 'bereavement_support'"
    assert [row["status"] for row in await town.sql("case-crm", sql, shown["telling_id"])] == ["suppressed"]
    queue = (await joanne.get("/deliveries?limit=200", joanne.south))["items"]
    theirs = [each for each in queue if each["person_id"] == family.albert]
    assert [each["sends"] for each in theirs] == ["retraction"] * 3
    for each in theirs:
        assert (await joanne.move(each["delivery_id"], "acknowledge", joanne.south))["next_moves"] == []
