"""Two records of one person are joined: what was kept under either id is theirs, and nothing is moved, so it can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from common.contracts.base import Event
from common.contracts.people import FactRecorded, FactsProtected, FactsUnprotected
from common.contracts.people.joining import PersonMerged, PersonUnmerged
from common.contracts.people.limits import ObjectionUpheld, PersonRestricted, PersonUnrestricted
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

CLEARED = ["cases:read", "cases:write", "protection:read"]
ADDRESS = "3 Quay Cottages, Southholt ZZ99 2BD"


class Records:
    """The ids that are of one person or not, as customer-account says it."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        self.client = town["case-crm"].client
        self.versions: dict[tuple[str, UUID], int] = {}

    async def hear(self, person: UUID, event: Event) -> None:
        key = (event.aggregate, person)
        self.versions[key] = self.versions.get(key, 0) + 1
        row = said(event, person, self.versions[key], person_id=person)
        await publish(self.town.nats, [row], speaker="customer-account")
        await self.town.heard(f"{event.aggregate}/{person}@{self.versions[key]}")

    async def join(self, one: UUID, into: UUID) -> None:
        await self.hear(one, PersonMerged(into=into, because="same_person", visible_to=["northmere"]))

    async def part(self, one: UUID, out_of: UUID) -> None:
        await self.hear(one, PersonUnmerged(out_of=out_of, visible_to=["northmere"]))

    async def opened(self, person: UUID, **answers: Any) -> str:
        ask = {
            "service": "missed_bin",
            "channel": "online",
            "answers": {"bin": "Rubbish", "address": ADDRESS, **answers},
        }
        headers = {**self.town.resident(person), "Onedoor-Council": "northmere"}
        answer = await self.client.post("/cases", json=ask, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["case_id"])

    async def forms(self, person: UUID) -> tuple[bool, ...]:
        """Whether the address is filled in: in the person's own form, and in an officer's."""
        path, filled = "/councils/northmere/services/missed_bin/form", []
        for who, asked in ((self.town.resident(person), {}), (self.town.officer(), {"person_id": str(person)})):
            questions = (await self.client.get(path, headers=who, params=asked)).json()["questions"]
            [held] = [each["held"] for each in questions if each["question"] == "address"]
            filled.append(held is not None)
        return tuple(filled)

    async def cases(self, who: dict[str, str], path: str = "/me/cases", **asked: Any) -> list[str]:
        answer = await self.client.get(path, headers=who, params=asked)
        assert answer.status_code == 200, answer.text
        return [each["case_id"] for each in answer.json()["items"]]


@pytest.fixture
def records(town: Platform) -> Records:
    return Records(town)


async def test_a_resident_has_the_cases_of_every_id_in_one_order_until_they_are_parted(
    town: Platform, records: Records
) -> None:
    a, b, stranger = new_id(), new_id(), new_id()
    first, second, third = await records.opened(a), await records.opened(b), await records.opened(a)
    await records.opened(stranger)
    await records.join(a, into=b)
    assert await records.cases(town.resident(b)) == [third, second, first]
    assert await records.cases(town.resident(b), limit=2) == [third, second]
    assert await records.cases(town.resident(a)) == [third, first]
    shown = await records.client.get(f"/cases/{first}", headers=town.resident(b))
    assert shown.json()["person_id"] == str(a)
    await records.part(a, out_of=b)
    assert await records.cases(town.resident(b)) == [second]
    assert (await records.client.get(f"/cases/{first}", headers=town.resident(b))).status_code == 404


async def test_an_id_that_leads_to_one_that_leads_on_leads_there(town: Platform, records: Records) -> None:
    a, b, c = new_id(), new_id(), new_id()
    case = await records.opened(a)
    await records.join(a, into=b)
    await records.join(b, into=c)
    assert await records.cases(town.resident(c)) == [case]
    await records.part(b, out_of=c)
    assert (await records.cases(town.resident(c)), await records.cases(town.resident(b))) == ([], [case])
    await records.join(b, into=c)
    await records.part(a, out_of=b)
    assert await records.cases(town.resident(c)) == []


async def test_what_a_resident_does_with_a_case_of_before_is_said_of_the_id_it_was_opened_under(
    town: Platform, records: Records
) -> None:
    a, b = new_id(), new_id()
    case = await records.opened(a)
    await records.join(a, into=b)
    headers = {**town.resident(b), "Onedoor-Council": "northmere"}
    moved = await records.client.post(f"/cases/{case}/transitions", json={"transition": "withdraw"}, headers=headers)
    assert moved.status_code == 200, moved.text
    rows = "SELECT person_id, actor_id FROM onedoor.said WHERE name = 'case.withdrawn' AND aggregate_id = $1"
    assert [tuple(row) for row in await town.sql("case-crm", rows, UUID(case))] == [(a, str(b))]


async def test_an_officer_has_the_cases_of_all_their_ids_whichever_they_ask_for_of_their_own_council_alone(
    town: Platform, records: Records
) -> None:
    a, b = new_id(), new_id()
    both = {await records.opened(a), await records.opened(b)}
    await records.join(a, into=b)
    for person in (a, b):
        assert {*await records.cases(town.officer(), f"/persons/{person}/cases")} == both
        assert await records.cases(town.officer("southholt"), f"/persons/{person}/cases") == []
    await records.part(a, out_of=b)
    assert len(await records.cases(town.officer(), f"/persons/{b}/cases")) == 1


async def test_what_was_told_under_one_id_is_not_asked_under_the_other(town: Platform, records: Records) -> None:
    a, b = new_id(), new_id()
    await records.opened(a)
    assert await records.forms(b) == (False, False)
    await records.join(a, into=b)
    assert await records.forms(b) == (True, True)
    await records.part(a, out_of=b)
    assert await records.forms(b) == (False, False)


@pytest.mark.parametrize("which", [0, 1])
async def test_whoever_is_restricted_under_one_id_has_no_officers_form_filled_in_under_the_other(
    records: Records, which: int
) -> None:
    ids = new_id(), new_id()
    limited, other = ids[which], ids[1 - which]
    for each in ids:
        await records.opened(each)
    await records.hear(limited, PersonRestricted(because="unlawful", visible_to=["northmere"]))
    await records.join(ids[0], into=ids[1])
    assert [await records.forms(each) for each in ids] == [(True, False), (True, False)]
    await records.part(ids[0], out_of=ids[1])
    assert [await records.forms(each) for each in (limited, other)] == [(True, False), (True, True)]
    await records.join(ids[0], into=ids[1])
    await records.hear(limited, PersonUnrestricted(visible_to=["northmere"]))
    assert [await records.forms(each) for each in ids] == [(True, True), (True, True)]


@pytest.mark.parametrize("which", [0, 1])
async def test_whoever_objects_under_one_id_to_telling_once_is_asked_anew_under_the_other(
    records: Records, which: int
) -> None:
    ids = new_id(), new_id()
    for each in ids:
        await records.hear(each, elsewhere())
    assert [await records.forms(each) for each in ids] == [(True, True), (True, True)]
    await records.hear(ids[which], ObjectionUpheld(purpose="tell_us_once", visible_to=["northmere"]))
    await records.join(ids[0], into=ids[1])
    assert [await records.forms(each) for each in ids] == [(False, False), (False, False)]
    await records.part(ids[0], out_of=ids[1])
    assert await records.forms(ids[1 - which]) == (True, True)


async def test_a_person_goes_on_with_a_need_that_they_had_under_their_other_id(
    town: Platform, records: Records
) -> None:
    a, b, stranger = new_id(), new_id(), new_id()
    first = await records.opened(a)
    need = (await town.get("case-crm", f"/cases/{first}", town.resident(a)))["need_id"]

    async def asks(who: dict[str, str], **more: Any) -> str:
        answers = {"bin": "Rubbish", "address": ADDRESS}
        ask = {"service": "missed_bin", "channel": "phone", "need_id": need, "answers": answers} | more
        told = (await records.client.post("/cases", json=ask, headers=who)).json()
        return str(told.get("need_id") or told["type"])

    officer = {"person_id": str(b)}
    mine, theirs = ({**town.resident(each), "Onedoor-Council": "northmere"} for each in (b, stranger))
    here, there = town.officer(permissions=CLEARED), town.officer("southholt", permissions=CLEARED)
    assert [await asks(mine), await asks(here, **officer)] == ["/problems/unknown-need"] * 2
    await records.join(a, into=b)
    assert [await asks(mine), await asks(here, **officer)] == [need] * 2
    assert [await asks(theirs), await asks(there, **officer)] == ["/problems/unknown-need"] * 2


async def test_what_was_told_last_and_cannot_be_opened_is_asked_although_the_other_id_has_something_older(
    town: Platform, records: Records
) -> None:
    a, b = new_id(), new_id()
    await records.hear(a, elsewhere())
    await records.hear(b, elsewhere({"sealed": f"v1.address.7.{'A' * 60}"}))
    await records.join(a, into=b)
    path = "/councils/northmere/services/missed_bin/form"
    questions = (await town.get("case-crm", path, town.resident(b)))["questions"]
    [address] = [each for each in questions if each["question"] == "address"]
    assert (address["held"], address["why"]) == (None, "no_key")


def elsewhere(value: Any = ADDRESS) -> FactRecorded:
    """An address that the other council was told."""
    return FactRecorded(
        fact_id=new_id(),
        kind="home_address",
        value=value,
        asserted_by="person",
        told_at=datetime.now(UTC),
        told_to="southholt",
        told_to_service="customer-account",
        channel="phone",
        verification="told",
        visible_to=["northmere", "southholt"],
    )


@pytest.mark.parametrize("which", [0, 1])
async def test_whoever_is_protected_under_one_id_is_under_the_other(
    town: Platform, records: Records, which: int
) -> None:
    ids = new_id(), new_id()
    for each in ids:
        await records.opened(each)
    await records.hear(ids[which], FactsProtected(kinds=["home_address"], visible_to=["northmere"]))
    await records.join(ids[0], into=ids[1])
    form = f"/councils/northmere/services/missed_bin/form?person_id={ids[1 - which]}"
    uncleared = await records.client.get(form, headers=town.officer())
    assert "Quay" not in uncleared.text
    assert "Quay" in (await records.client.get(form, headers=town.officer(permissions=CLEARED))).text
    for case in await records.cases(town.officer(), f"/persons/{ids[1]}/cases"):
        assert "Quay" not in (await records.client.get(f"/cases/{case}", headers=town.officer())).text
    await records.hear(ids[which], FactsUnprotected())
    assert "Quay" in (await records.client.get(form, headers=town.officer())).text


async def test_parted_and_joined_with_another_it_leads_there_alone(town: Platform, records: Records) -> None:
    a, b, c = new_id(), new_id(), new_id()
    case = await records.opened(a)
    await records.join(a, into=b)
    await records.part(a, out_of=b)
    await records.join(a, into=c)
    assert [await records.cases(town.resident(each)) for each in (b, c)] == [[], [case]]
