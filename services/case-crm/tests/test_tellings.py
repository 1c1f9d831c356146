"""Tell us once: read before anybody is told, told to everybody in both councils once, answered, late."""

from __future__ import annotations

from case_crm.app import service
from common.runtime.ids import new_id
from common.testing.killing import killed_while_ringing
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.servers import nats as broker
from common.testing.telling import CARING, HIS, REGISTERED, Teller

from .conftest import MONDAY


async def test_the_preview_says_exactly_what_goes_to_whom_and_whom_we_cannot_tell(teller: Teller) -> None:
    drafted = (await teller.draft("bereavement", HIS, **REGISTERED, other_person_id=str(new_id()))).json()
    preview = await teller.get(f"/tellings/{drafted['telling_id']}/preview")
    assert preview == drafted
    assert (preview["told"], preview["excluded"], preview["interests"]) == (14, 0, 14)
    assert [each["who"] for each in preview["still_to_tell_yourself"]] == [
        "GP and NHS",
        "Banks, utilities and private pensions",
    ]
    tax = next(each for each in preview["recipients"] if each["interest"] == "council_tax")
    assert (tax["council"], tax["basis"]) == ("northmere", "public_task")
    kinds = ["full_name", "date_of_death", "home_address", "partner_name"]
    assert [(each["fact_kind"], each["value"]) for each in tax["gives"]] == [(kind, HIS[kind]) for kind in kinds]
    assert all(each["basis"] for each in preview["recipients"])
    assert [each["interest"] for each in preview["recipients"] if each["waits_for_consent"]] == ["bereavement_support"]


async def test_fourteen_are_told_at_once_each_with_what_it_needs_and_nothing_more(teller: Teller) -> None:
    shown = await teller.told("bereavement", HIS, **REGISTERED, other_person_id=str(new_id()))
    parts = await teller.parts(shown["telling_id"])
    assert len(parts) == 14
    states = [each["status"] for each in parts.values()]
    assert {name: states.count(name) for name in states} == {"delivered": 11, "sent": 2, "awaiting_consent": 1}
    assert len(await teller.said("delivery.planned")) == 13
    assert len(await teller.said("telling.confirmed")) == 1
    written = [each["values"] for each in await teller.said("message.requested") if each["template"] == "told_once"]
    assert written == [{"reference": shown["reference"], "services": "13"}]
    library = await teller.get(f"/deliveries/{parts['northmere:library:telling']['delivery_id']}")
    assert library["facts"] == {"full_name": "Albert Edwin Hartley"}
    assert (library["acknowledge_by"], library["act_by"]) == (
        "2026-12-16T23:59:59.999999Z",
        "2026-12-30T23:59:59.999999Z",
    )
    assert library["next_moves"] == ["acknowledge", "fail"]


async def test_an_officer_of_the_other_council_sees_no_more_than_their_own_parts(teller: Teller) -> None:
    shown = await teller.told("bereavement", HIS, **REGISTERED)
    parts = await teller.parts(shown["telling_id"])
    care = parts["northmere:adult_social_care:telling"]["delivery_id"]
    answer = await teller.client.get(f"/deliveries/{care}", headers=teller.south)
    assert answer.status_code == 404
    theirs = await teller.get(f"/tellings/{shown['telling_id']}", teller.south)
    assert {each["council"] for each in theirs["parts"]} == {"southholt"}
    assert (len(theirs["parts"]), theirs["elsewhere"], theirs["interests"]) == (3, 11, 14)
    queue = await teller.get("/deliveries?limit=200", teller.south)
    assert "adult_social_care" not in {each["interest"] for each in queue["items"]}


async def test_what_is_said_no_to_is_not_told_and_counts_as_excluded(teller: Teller) -> None:
    drafted = (await teller.draft("bereavement", HIS, **REGISTERED)).json()
    no = {"interests": [{"council": "southholt", "interest": "allotments"}]}
    path = f"/tellings/{drafted['telling_id']}/exclusions"
    without = await teller.post(path, no)
    stale = await teller.confirm(drafted)
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/preview-changed")
    assert (without["told"], without["excluded"], without["interests"]) == (12, 2, 14)
    reasons = {each["interest"]: each["excluded"] for each in without["recipients"] if each["excluded"]}
    assert reasons == {"allotments": "said_no", "bereavement_support": "nobody_to_ask"}
    await teller.confirmed(without)
    parts = await teller.parts(drafted["telling_id"])
    assert (len(parts), parts["southholt:allotments:telling"]["status"]) == (14, "excluded")
    assert len(await teller.said("delivery.excluded")) == 2
    queue = await teller.get("/deliveries?limit=200", teller.south)
    assert not [e for e in queue["items"] if (e["interest"], e["person_id"]) == ("allotments", teller.person)]
    unknown = {"interests": [{"council": "southholt", "interest": "circus"}]}
    other = (await teller.draft("bereavement", HIS, **REGISTERED)).json()["telling_id"]
    refused = await teller.client.post(f"/tellings/{other}/exclusions", json=unknown, headers=teller.north)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-interest")


async def test_not_held_and_several_found_are_real_answers_and_the_last_one_completes_it(teller: Teller) -> None:
    shown = await teller.told("caring", CARING)
    parts = await teller.parts(shown["telling_id"])
    care, tax = (parts[f"northmere:{name}:telling"]["delivery_id"] for name in ("adult_social_care", "council_tax"))
    await teller.move(care, "acknowledge")
    ended = await teller.move(care, "not_held")
    assert (ended["status"], ended["next_moves"]) == ("not_held", [])
    await teller.move(tax, "acknowledge")
    several = await teller.move(tax, "find_several")
    assert several["next_moves"] == ["match", "not_held", "fail"]
    assert (await teller.get(f"/tellings/{shown['telling_id']}"))["status"] == "in_progress"
    await teller.move(tax, "match")
    for body, problem in (
        ({"move": "acknowledge"}, "delivery-cannot-go-there"),
        ({"move": "action"}, "effect-needed"),
        ({"move": "reject"}, "reason-needed"),
    ):
        refused = await teller.client.post(f"/deliveries/{tax}/moves", json=body, headers=teller.north)
        assert refused.json()["type"] == f"/problems/{problem}"
    await teller.move(tax, "action", effect="discount_25", effective_date="2026-12-05")
    assert (await teller.get(f"/tellings/{shown['telling_id']}"))["status"] == "completed"
    assert [each["status"] for each in await teller.said("telling.completed")] == ["completed"]
    assert [each["effect"] for each in await teller.said("delivery.actioned")] == ["discount_25"]


async def test_what_is_late_is_told_to_who_answers_for_it_in_hours_of_service_and_once(
    teller: Teller, town: Platform
) -> None:
    shown = await teller.told("caring", CARING)
    town.at("2026-12-31T08:59:00+00:00")
    parts = await teller.parts(shown["telling_id"])
    assert all(each["overdue"] for each in parts.values())
    assert await teller.said("delivery.overdue") == []
    town.at("2026-12-31T09:00:01+00:00")

    async def escalated() -> bool:
        return len(await teller.said("delivery.overdue")) == 2

    await town.until(escalated)
    assert {each["escalated_to"] for each in await teller.said("delivery.overdue")} == {
        "revenues_manager",
        "adult_social_care_manager",
    }
    town.step(days=30)
    item = await teller.get(f"/deliveries/{parts['northmere:council_tax:telling']['delivery_id']}")
    assert (item["escalated_at"][:16], item["overdue"], item["late_to_acknowledge"]) == ("2026-12-31T09:00", True, True)
    assert len(await teller.said("delivery.overdue")) == 2


async def test_what_is_late_is_told_once_although_a_replica_is_killed_while_it_tells_it(servers: Servers) -> None:
    with broker(servers.home) as nats:  # a town of its own: on the other's, that would take its events
        async with platform(servers, nats, [service]) as alone:
            alone.at(MONDAY)
            teller = Teller(alone)
            await teller.told("caring", CARING)
            await killed_while_ringing(alone, "case-crm", after=1, days=30)

            async def escalated() -> bool:
                return len(await teller.said("delivery.overdue")) == 2

            await alone.until(escalated)
            alone.step(days=1)
            timers = "SELECT name FROM onedoor.timer WHERE name = 'delivery_overdue'"
            assert await alone.sql("case-crm", timers) == []
            assert {each["interest"] for each in await teller.said("delivery.overdue")} == {
                "adult_social_care",
                "council_tax",
            }
