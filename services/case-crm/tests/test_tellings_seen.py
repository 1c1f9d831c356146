"""Who reads of a telling: the person all of it, somebody whom it concerns nothing, each council its own."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from case_crm.app import service
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.rights.collecting import Collecting
from common.runtime.store.work import table_of
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.telling import CARING, HIS, REGISTERED, Teller


async def test_whom_a_telling_concerns_besides_is_given_nothing_of_it_when_they_ask_what_is_held(
    teller: Teller, town: Platform
) -> None:
    widow = new_id()
    await teller.told("bereavement", HIS, **REGISTERED, other_person_id=str(widow))
    assert await package(town, widow) == []
    his = json.dumps(await package(town, UUID(teller.person)))
    assert HIS["executor"] in his
    assert str(widow) not in his


async def package(town: Platform, person: UUID) -> list[Any]:
    """Every record that case-crm gives somebody who asks for what is held of them."""
    inner, count = town["case-crm"].inner, list[int]()
    reads = Collecting(service.holdings(), map(table_of, service.rows()), inner.database, inner.ground.keeper)
    lines = [json.loads(line) async for line in reads.lines(person, told=False, now=inner.clock.now(), count=count)]
    return [line["record"] for line in lines if "record" in line]


async def test_nobody_else_is_named_where_nobody_else_is_asked(teller: Teller) -> None:
    refused = await teller.draft("caring", CARING, other_person_id=str(new_id()))
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/nobody-else-asked")


async def test_the_other_council_sees_its_own_parts_of_a_preview_and_changes_nothing(teller: Teller) -> None:
    shown = await teller.told("bereavement", HIS, **REGISTERED)
    path = f"/tellings/{shown['telling_id']}"
    preview = await teller.get(f"{path}/preview", teller.south)
    assert {each["council"] for each in preview["recipients"]} == {"southholt"}
    assert (len(preview["recipients"]), preview["elsewhere"], preview["interests"]) == (3, 11, 14)
    assert len((await teller.get(f"{path}/preview", teller.north))["recipients"]) == 11
    assert len((await teller.get(f"{path}/preview", teller.resident))["recipients"]) == 14
    right = {"facts": {"date_of_death": "2026-12-05"}, "channel": "phone"}
    for name, body in (("corrections", right), ("withdrawal", {"because": "told_in_error"})):
        refused = await teller.client.post(f"{path}/{name}", json=body, headers=teller.south)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/told-elsewhere")
    assert await teller.said("telling.withdrawn") == await teller.said("telling.superseded") == []


KEY_MISSING = {"sealed": f"v1.special.7.{'A' * 60}"}
LIE = "UPDATE telling SET facts = $2, status = $3 WHERE id = $1"


async def test_what_cannot_be_opened_here_is_not_taken_for_nothing(teller: Teller, town: Platform) -> None:
    drafted = (await teller.draft("caring", CARING)).json()
    path, id = f"/tellings/{drafted['telling_id']}", UUID(drafted["telling_id"])
    await town.sql("case-crm", LIE, id, KEY_MISSING, "draft")
    for answer in (
        await teller.client.post(f"{path}/exclusions", json={"interests": []}, headers=teller.north),
        await teller.confirm(drafted),
        await teller.client.get(f"{path}/preview", headers=teller.north),
    ):
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-now")
    await town.sql("case-crm", LIE, id, KEY_MISSING, "confirmed")
    right = {"facts": {"changed_on": "2026-12-06"}, "channel": "phone"}
    answer = await teller.client.post(f"{path}/corrections", json=right, headers=teller.north)
    assert answer.status_code == 503


async def test_what_cannot_be_opened_yet_is_told_once_it_can(teller: Teller, town: Platform) -> None:
    telling = (await teller.told("caring", CARING))["telling_id"]
    [lies] = await town.sql("case-crm", "SELECT facts FROM telling WHERE id = $1", UUID(telling))
    for gone in (
        "onedoor.said WHERE aggregate_id IN (SELECT id FROM delivery WHERE telling_id = $1)",
        "onedoor.timer WHERE aggregate_id IN (SELECT id FROM delivery WHERE telling_id = $1)",
        "delivery WHERE telling_id = $1",
    ):
        await town.sql("case-crm", f"DELETE FROM {gone}", UUID(telling))
    await town.sql("case-crm", LIE, UUID(telling), KEY_MISSING, "confirmed")
    town.at("2027-07-02T03:00:01+00:00")  # a night of its own
    waits = "SELECT due_at FROM onedoor.timer WHERE name = 'telling_dispatched' AND aggregate_id = $1 AND due_at > $2"

    async def waiting() -> bool:
        return bool(await town.sql("case-crm", waits, UUID(telling), town["case-crm"].inner.clock.now()))

    await town.until(waiting)
    assert await teller.said("delivery.planned") == []
    await town.sql("case-crm", LIE, UUID(telling), lies["facts"], "confirmed")
    town.step(minutes=1)

    async def told() -> bool:
        return len(await teller.said("delivery.planned")) == 2

    await town.until(told)


async def test_a_night_that_passed_while_nothing_ran_is_made_up_for(servers: Servers, nats: Nats) -> None:
    async with platform(servers, nats, [service]) as town:
        start, due = town.clock.now(), "SELECT due_at FROM onedoor.timer WHERE name = 'tellings_reconciled'"
        [soon] = await town.sql("case-crm", due)
        assert soon["due_at"] <= start + timedelta(minutes=2)
        town.step(minutes=3)

        async def looked() -> bool:
            [now] = await town.sql("case-crm", due)
            return bool(now["due_at"] > town.clock.now())

        await town.until(looked)
        [then] = await town.sql("case-crm", due)
        assert (then["due_at"].hour, then["due_at"] - start < timedelta(days=1, minutes=3)) == (3, True)
