"""What a council's service is told once it works on in a case: opened by itself, once, with what was told for answers."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from case_crm.domain import opening
from common.testing.platform import Platform
from common.testing.telling import HIS, REGISTERED, Teller

TENANCY, EMPTY = "northmere:housing_tenancy:telling", "southholt:empty_home:telling"
GARDEN, REDUCTION = "southholt:garden_waste:telling", "northmere:council_tax_reduction:telling"
OPENED = {TENANCY, EMPTY, GARDEN, REDUCTION}
RETIMED = (
    "INSERT INTO onedoor.timer (name, aggregate_id, due_at, council, correlation_id) SELECT $2, id, now(), council, id "
)
AGAIN = RETIMED + "FROM delivery WHERE telling_id = $1 RETURNING 1"


class Mourner(Teller):
    """Somebody who tells of a death, and the cases that follow."""

    telling = ""

    async def tells(self, **facts: Any) -> dict[str, dict[str, Any]]:
        """The parts of a telling, once every case is open."""
        shown = await self.told("bereavement", HIS | facts, **REGISTERED)
        self.telling = shown["telling_id"]
        return await self.opened(len(OPENED))

    async def opened(self, cases: int) -> dict[str, dict[str, Any]]:
        async def open_all() -> bool:
            return len([each for each in (await self.parts(self.telling)).values() if each["case_id"]]) == cases

        await self.town.until(open_all)
        return await self.parts(self.telling)

    async def case(self, part: dict[str, Any], who: dict[str, str] | None = None) -> dict[str, Any]:
        who = who or (self.south if part["council"] == "southholt" else self.north)
        return await self.get(f"/cases/{part['case_id']}", who)

    async def makes(self, part: dict[str, Any], transition: str, **more: Any) -> None:
        who = self.south if part["council"] == "southholt" else self.north
        await self.post(f"/cases/{part['case_id']}/transitions", {"transition": transition} | more, who)

    async def stands(self, name: str, status: str) -> dict[str, Any]:
        """Its part, as soon as it stands so."""

        async def there() -> bool:
            return bool((await self.parts(self.telling))[name]["status"] == status)

        await self.town.until(there)
        return (await self.parts(self.telling))[name]


def mourner(town: Platform) -> Mourner:
    town.at("2026-12-14T09:30:00+00:00")
    return Mourner(town)


async def test_each_interest_that_opens_one_has_a_case_for_one_need_and_no_other_has(town: Platform) -> None:
    his = mourner(town)
    parts = await his.tells()
    assert {name for name, part in parts.items() if part["case_id"]} == OPENED
    shown = {name: await his.case(parts[name]) for name in OPENED}
    assert len({case["need_id"] for case in shown.values()}) == 1
    assert [case["person_id"] for case in shown.values()] == [his.person] * len(OPENED)
    for name, case in shown.items():
        assert (case["delivery_id"], case["reference"]) == (parts[name]["delivery_id"], parts[name]["case_reference"])
        assert case["reference"].startswith("SDC" if name.startswith("southholt") else "NBC")
        assert (case["channel"], case["status"]) == ("phone", "submitted")
    said = [each for each in await his.said("case.opened") if each["delivery_id"]]
    assert len(said) == len(OPENED)
    assert all(each["asked"] == 0 and each["told_facts"] == [] for each in said)


async def test_what_was_told_is_answered_what_was_not_is_still_to_ask_and_the_officer_reads_both(
    town: Platform,
) -> None:
    his = mourner(town)
    parts = await his.tells()
    empty = await his.case(parts[EMPTY])
    assert empty["answers"] == {
        "full_name": HIS["full_name"],
        "empty_home": HIS["property_owned"],
        "because": "Somebody died",
        "empty_since": HIS["date_of_death"],
        "executor": HIS["executor"],
    }
    assert empty["still_to_ask"] == []
    tenancy = await his.case(parts[TENANCY])
    assert tenancy["answers"]["change"] == "Take over after a death"
    assert [each["question"] for each in tenancy["still_to_ask"]] == ["lived_together", "arrears"]
    assert tenancy["told_once"]["partner_name"] == HIS["partner_name"]
    assert "services_used" not in tenancy["told_once"]
    resident = await his.case(parts[TENANCY], his.resident)
    assert (resident["told_once"], resident["delivery_id"]) == ({}, parts[TENANCY]["delivery_id"])
    sql = "SELECT answers, sealed_answers FROM case_file WHERE id = $1"
    (row,) = await town.sql("case-crm", sql, UUID(parts[EMPTY]["case_id"]))
    assert HIS["property_owned"] not in str(row["answers"]) + str(row["sealed_answers"])
    assert "empty_home" not in row["answers"]


async def test_it_waits_for_the_team_that_its_service_says_in_that_council(town: Platform) -> None:
    his = mourner(town)
    parts = await his.tells()
    teams = "SELECT council, service, team, skill FROM case_file WHERE person_id = $1"
    rows = await town.sql("case-crm", teams, UUID(his.person))
    assert {(row["council"], row["service"], row["team"], row["skill"]) for row in rows} == {
        ("northmere", "council_tax_reduction", "benefits", None),
        ("northmere", "tenancy_change", "bereavement", "succession"),
        ("southholt", "council_tax_empty_exemption", "council_tax", None),
        ("southholt", "garden_waste_end", "waste", None),
    }
    queue = (await his.get("/cases?limit=200", his.south))["items"]
    assert {parts[EMPTY]["case_id"], parts[GARDEN]["case_id"]} <= {each["case_id"] for each in queue}
    assert (await his.client.get(f"/cases/{parts[EMPTY]['case_id']}", headers=his.north)).status_code == 404


async def test_the_delivery_follows_its_case_and_is_not_moved_beside_it(town: Platform) -> None:
    his = mourner(town)
    parts = await his.tells()
    tenancy, item = parts[TENANCY], f"/deliveries/{parts[TENANCY]['delivery_id']}"
    assert (await his.get(item))["next_moves"] == []
    refused = await his.client.post(f"{item}/moves", json={"move": "acknowledge"}, headers=his.north)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/dealt-with-in-case")
    ada = town.officer("northmere", id="ada")
    owner = {"officer_id": "ada", "called": "Ada"}
    await his.post(f"/cases/{tenancy['case_id']}/owner", owner, ada)
    await his.stands(TENANCY, "acknowledged")
    await his.makes(tenancy, "start_work")
    await his.stands(TENANCY, "actioning")
    await his.makes(tenancy, "request_information", reason="The agreement is missing.")
    await his.stands(TENANCY, "more_information_needed")
    await his.makes(tenancy, "resume")
    town.at("2026-12-22T10:00:00+00:00")
    await his.makes(tenancy, "decide", result="decided_approved")
    done = await his.stands(TENANCY, "actioned")
    assert (done["effect"], done["effective_date"]) == ("decided_approved", "2026-12-22")
    await his.makes(tenancy, "reopen", reason="The name is wrong.")
    await asyncio.sleep(1.5)  # as long as a timer that is due takes
    assert (await his.parts(his.telling))[TENANCY]["status"] == "actioned"
    assert len([e for e in await his.said("delivery.actioned") if e["interest"] == "housing_tenancy"]) == 1


async def test_a_case_that_is_stopped_ends_its_delivery_as_rejected_with_why(town: Platform) -> None:
    his = mourner(town)
    parts = await his.tells()
    await his.makes(parts[GARDEN], "cancel", reason="It was paid by somebody else.")
    assert (await his.stands(GARDEN, "rejected"))["reason"] == "cancelled"


async def test_however_often_it_is_tried_there_is_one_case_and_one_task(town: Platform) -> None:
    his = mourner(town)
    parts = await his.tells()
    for _ in range(2):
        assert await town.sql("case-crm", AGAIN, UUID(his.telling), "delivery_opens_case")
        left = "SELECT 1 FROM onedoor.timer WHERE name = 'delivery_opens_case' AND failed IS NULL"

        async def rung(asked: str = left) -> bool:
            return not await town.sql("case-crm", asked)

        await town.until(rung)
    rows = await town.sql("case-crm", "SELECT id, delivery_id FROM case_file WHERE person_id = $1", UUID(his.person))
    assert not await town.sql("case-crm", "SELECT 1 FROM onedoor.timer WHERE failed IS NOT NULL")
    assert {row["id"] for row in rows} == {opening.case_of(row["delivery_id"]) for row in rows}
    assert len(rows) == len(OPENED)
    assert len((await his.case(parts[GARDEN]))["tasks"]) == 1


async def test_the_refund_is_to_be_paid_to_the_estate_within_ten_working_days_and_officers_read_it(
    town: Platform,
) -> None:
    his = mourner(town)
    parts = await his.tells()
    shown = await his.case(parts[GARDEN])
    (task,) = shown["tasks"]
    assert (task["team"], task["officer_id"], task["due_at"]) == ("waste", None, parts[GARDEN]["act_by"])
    assert task["due_at"].startswith("2026-12-30")
    assert "never to the person who died" in task["what"]
    assert shown["answers"]["refund_to"] == HIS["executor"]
    listed = (await his.get("/tasks?limit=200", his.south))["items"]
    assert task["task_id"] in {each["task_id"] for each in listed}
    read = await his.client.get(f"/cases/{parts[GARDEN]['case_id']}/timeline", headers=his.resident)
    assert (read.status_code, task["what"] in read.text) == (200, False)
    officers = await his.client.get(f"/cases/{parts[GARDEN]['case_id']}/timeline", headers=his.south)
    assert task["what"] in officers.text
    assert (await his.case(parts[GARDEN], his.resident))["tasks"] == []


async def test_what_is_put_right_or_taken_back_is_to_be_seen_to_in_the_same_case(town: Platform) -> None:
    his = mourner(town)
    first = await his.tells()
    right = {"facts": {"property_owned": "4 Quay Cottages, Southholt ZZ99 2BD"}, "channel": "phone"}
    his.telling = (await his.post(f"/tellings/{his.telling}/corrections", right))["telling_id"]
    parts = await his.opened(2)
    corrected = parts["southholt:empty_home:correction"]
    assert corrected["case_id"] == first[EMPTY]["case_id"]
    shown = await his.case(corrected)
    assert shown["answers"]["empty_home"] == HIS["property_owned"]  # nothing is overwritten
    assert [(each["kind"], "put right" in each["what"]) for each in shown["tasks"]] == [("alert", True)]
    await his.post(f"/tellings/{his.telling}/withdrawal", {"because": "wrong_person"})

    async def told() -> bool:
        return len((await his.case(first[TENANCY]))["tasks"]) == 1

    await town.until(told)
    (task,) = (await his.case(first[TENANCY]))["tasks"]
    assert "told in error" in task["what"]
    retracted = (await his.parts(his.telling))["northmere:housing_tenancy:retraction"]
    assert retracted["case_id"] == first[TENANCY]["case_id"]
    assert (await his.get(f"/deliveries/{retracted['delivery_id']}"))["next_moves"] == ["acknowledge"]


async def test_where_its_case_is_restricted_what_was_told_is_shown_to_whom_the_case_is_shown(town: Platform) -> None:
    his = mourner(town)
    part = (await his.tells())[EMPTY]
    manager = town.officer("southholt", id="mona", permissions=["cases:read", "cases:write", "cases:restrict"])
    body = {"reason": "A relative works here.", "officers": ["nia"]}
    answer = await his.client.put(f"/cases/{part['case_id']}/restriction", json=body, headers=manager)
    assert answer.status_code == 200, answer.text
    item, nia = f"/deliveries/{part['delivery_id']}", town.officer("southholt", id="nia")
    assert (await his.client.get(item, headers=his.south)).status_code == 404
    assert (await his.get(item, nia))["case_id"] == part["case_id"]
    assert part["case_id"] not in str(await his.get("/deliveries?limit=200", his.south))
