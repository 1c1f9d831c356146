"""A case that is destroyed: everything that was theirs goes, once, and that there was one stays."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from case_crm.app import service
from case_crm.commands import attachments, destruction
from common.contracts.staff import SEES_RESTRICTED
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.restricting import shown_to
from common.testing.archive import CLOSED, LONG_AGO, Archive
from common.testing.killing import killed_while_letting_go, killed_while_ringing
from common.testing.platform import platform
from common.testing.servers import Servers
from PIL import Image

DEFINITIONS = Path(__file__).with_name("definitions")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return out.getvalue()


OF_A_CASE = (
    "interaction",
    "case_entry",
    "task",
    "case_party",
    "case_link",
    "case_clock",
    "attachment",
    "case_follower",
)


async def test_all_of_a_case_goes_and_that_there_was_one_stays(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "UPLOADED_WITHIN", timedelta(0))  # of real time, which does not pass here
    town, person = archive.town, new_id()
    case, other = await archive.ended(person=person), await archive.ended(closed="2021-01-01T10:00:00+00:00")
    reference = await archive.reference(case)
    for path, body in {
        "interactions": {"channel": "phone", "purpose": "chase", "note": "They rang."},
        "entries": {"kind": "note", "text": "It was about a chair."},
        "tasks": {"kind": "chase", "what": "Ring them", "due_at": "2099-01-01T09:00:00Z"},
        "parties": {"officer_id": "nia", "role": "adviser", "called": "Nia"},
        "related": {"case_id": other, "relation": "follows"},
    }.items():
        answer = await archive.send(f"/cases/{case}/{path}", body)
        assert answer.is_success, answer.text
    await town.sql("case-crm", "INSERT INTO case_duplicate VALUES ('northmere', $1, $2)", UUID(other), UUID(case))
    file = await archive.picture_of(case, person, picture())
    list_id = await archive.confirmed()
    await archive.carried_out(list_id)
    assert await archive.there(case)  # it goes by night
    await archive.night()
    await archive.wait_gone(case)
    for table in OF_A_CASE:
        assert await town.sql("case-crm", f"SELECT 1 FROM {table} WHERE case_id = $1", UUID(case)) == []
    assert await town.sql("case-crm", "SELECT 1 FROM case_link WHERE other_id = $1", UUID(case)) == []
    assert await town.sql("case-crm", "SELECT 1 FROM case_duplicate WHERE of_case_id = $1", UUID(case)) == []
    said_of_it = "SELECT name, person_id, data::text AS data FROM onedoor.said WHERE aggregate_id = $1 ORDER BY version"
    rows = await town.sql("case-crm", said_of_it, UUID(case))
    assert rows[-1]["name"] == "case.destroyed"
    assert {row["person_id"] for row in rows} == {None}

    async def swept() -> bool:
        return UUID(file).hex not in await town["case-crm"].inner.keeping.shelf.bucket.names()

    await town.until(swept, seconds=30)
    for who in (archive.ada, {**town.resident(person), "Onedoor-Council": "northmere"}):
        assert (await archive.client.get(f"/cases/{case}", headers=who)).status_code == 404
    stone = await town.get("case-crm", f"/destroyed-cases/{reference}", archive.cleo)
    assert {
        name: stone[name]
        for name in ("case_id", "service", "status", "result", "list_id", "proposed_by", "confirmed_by")
    } == {
        "case_id": case,
        "service": "care_grant",
        "status": "closed",
        "result": "decided_refused",
        "list_id": list_id,
        "proposed_by": "ada",
        "confirmed_by": "ben",
    }
    assert datetime.fromisoformat(stone["ended_at"]) == datetime.fromisoformat(CLOSED)
    kept = await town.sql("case-crm", "SELECT to_jsonb(t)::text AS all FROM tombstone t WHERE case_id = $1", UUID(case))
    assert str(person) not in kept[0]["all"]
    assert (await archive.client.get(f"/destroyed-cases/{reference}", headers=archive.elsewhere)).status_code == 404
    now = await archive.shown(list_id)
    assert (now["status"], now["outcomes"]) == ("carried_out", {"destroyed": 1})
    assert (await archive.on(list_id))[case]["reference"] == reference


async def test_whom_it_was_shown_to_goes_with_it_and_what_is_said_again_names_no_officer(archive: Archive) -> None:
    town, case = archive.town, await archive.ended()
    restricts = {"officers": ["nia"], "reason": "She works on this floor."}
    answer = await archive.client.put(f"/cases/{case}/restriction", json=restricts, headers=archive.ada)
    assert answer.json()["restricted_to"] == ["nia"], answer.text
    known = "SELECT id FROM restricted_case WHERE id = $1"
    said_of_it = "SELECT name, data FROM onedoor.said WHERE aggregate = 'restriction' AND aggregate_id = $1"
    assert len(await town.sql("case-crm", known, UUID(case))) == 1
    await archive.carried_out(await archive.confirmed())
    await archive.night()
    await archive.wait_gone(case)
    assert await town.sql("case-crm", known, UUID(case)) == []
    said = [tuple(row) for row in await town.sql("case-crm", said_of_it, UUID(case))]
    assert said == [
        ("case.restricted", {"officers": []})
    ]  # whoever knows of the case from before shows it to the cleared
    assert shown_to([]) == [SEES_RESTRICTED]


async def test_killed_in_the_middle_each_case_goes_once(
    servers: Servers, nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destruction, "BATCH", 2)
    async with platform(servers, nats, [service], definitions=DEFINITIONS) as town:
        archive = Archive(town)
        cases = [await archive.ended() for _ in range(5)]
        list_id = await archive.confirmed()
        await town.sql("case-crm", "DELETE FROM onedoor.timer WHERE name NOT IN ('retention', 'destruction_list')")
        await killed_while_ringing(town, "case-crm", days=14, minutes=1)
        now = await archive.shown(list_id)
        assert (now["status"], now["cases"]) == ("cooling_off", 5)
        await archive.carried_out(list_id)
        await town.sql("case-crm", "DELETE FROM onedoor.timer WHERE name = 'retention' AND council <> 'northmere'")
        await killed_while_letting_go(town, "case-crm", days=2)
        await archive.wait_gone(*cases)
        gone = await town.sql("case-crm", "SELECT aggregate_id FROM onedoor.said WHERE name = 'case.destroyed'")
        stones = await town.sql("case-crm", "SELECT case_id FROM tombstone WHERE list_id = $1", UUID(list_id))
        assert (
            sorted(str(row["aggregate_id"]) for row in gone)
            == sorted(str(row["case_id"]) for row in stones)
            == sorted(cases)
        )


async def test_what_goes_by_itself_leaves_a_stone_of_no_list_and_its_row_is_not_brought_back(archive: Archive) -> None:
    case = await archive.ended(result="no_further_action")
    reference, [row] = (
        await archive.reference(case),
        await archive.town.sql("case-crm", "SELECT source_id FROM imported_row WHERE case_id = $1", UUID(case)),
    )
    await archive.night()
    await archive.wait_gone(case)
    stone = await archive.town.get("case-crm", f"/destroyed-cases/{reference}", archive.ada)
    assert (stone["list_id"], stone["confirmed_by"]) == (None, None)
    again = {"source": "old_crm", "source_id": row["source_id"], "service": "care_grant", "channel": "post"}
    answer = await archive.send("/imported-cases", again | {"opened_at": LONG_AGO, "answers": {"what": "A chair"}})
    assert (answer.json()["outcome"], answer.json()["reference"]) == ("repeated", reference)
    fresh = await archive.reference(await archive.ended())
    assert fresh != reference
