"""Before anybody is told: what is read is noted, what is changed is read anew, and what is given up is gone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from common.runtime.ids import new_id
from common.testing.telling import CARING, HIS, REGISTERED, Teller


async def drafted(teller: Teller, **more: Any) -> dict[str, Any]:
    answer = await teller.draft("caring", CARING, **more)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def status(teller: Teller, telling: str) -> str:
    return str((await teller.get(f"/tellings/{telling}"))["status"])


async def test_what_was_read_is_noted_and_may_be_confirmed_later_by_another(teller: Teller) -> None:
    preview = await drafted(teller)
    telling = preview["telling_id"]
    await teller.get(f"/tellings/{telling}/preview")
    assert await status(teller, telling) == "draft"  # to look at it changes nothing
    read = await teller.post(f"/tellings/{telling}/preview", {"preview": preview["preview"]})
    assert (read["preview"], await status(teller, telling)) == (preview["preview"], "previewed")
    assert (await teller.get(f"/tellings/{telling}"))["previewed_at"]
    assert (await teller.confirm(preview, teller.resident)).status_code == 200
    (said,) = await teller.said("telling.previewed")
    assert (said["told"], said["excluded"]) == (preview["told"], preview["excluded"])


async def test_what_is_changed_after_it_was_read_is_a_draft_again_and_read_anew(teller: Teller) -> None:
    preview = await drafted(teller)
    telling = preview["telling_id"]
    await teller.post(f"/tellings/{telling}/preview", {"preview": preview["preview"]})
    without = preview["recipients"][0]
    no = {"interests": [{"council": without["council"], "interest": without["interest"]}]}
    changed = await teller.post(f"/tellings/{telling}/exclusions", no)
    assert (await status(teller, telling), changed["excluded"]) == ("draft", 1)
    assert (await teller.get(f"/tellings/{telling}"))["previewed_at"] is None
    for path in ("preview", "confirmation"):
        old = {"preview": preview["preview"]}
        refused = await teller.client.post(f"/tellings/{telling}/{path}", json=old, headers=teller.north)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/preview-changed")
    assert await teller.said("telling.confirmed") == []
    await teller.confirmed(changed)
    assert [each["excluded"] for each in await teller.said("telling.previewed")] == [0, 1]


async def test_whoever_confirms_says_which_they_read_so_it_is_noted_once(teller: Teller) -> None:
    preview = await drafted(teller)
    await teller.confirmed(preview)
    assert len(await teller.said("telling.previewed")) == len(await teller.said("telling.confirmed")) == 1


async def test_what_is_given_up_keeps_who_and_why_and_nothing_that_was_told(teller: Teller) -> None:
    for read_first in (False, True):
        preview = await drafted(teller)
        telling = preview["telling_id"]
        if read_first:
            await teller.post(f"/tellings/{telling}/preview", {"preview": preview["preview"]})
        shown = await teller.post(f"/tellings/{telling}/abandonment", {"because": "told_by_somebody_else"})
        assert (shown["status"], shown["abandoned_by"]) == ("abandoned", "officer")
        assert (shown["abandoned_because"], shown["told"]) == ("told_by_somebody_else", 0)
        sql = "SELECT facts, said_no, previewed FROM telling WHERE id = $1"
        (row,) = await teller.town.sql("case-crm", sql, UUID(telling))
        assert (row["facts"], row["said_no"], row["previewed"]) == ({}, [], None)
        timers = "SELECT 1 FROM onedoor.timer WHERE aggregate_id = $1"
        assert await teller.town.sql("case-crm", timers, UUID(telling)) == []
        for path, body in (("confirmation", {"preview": preview["preview"]}), ("exclusions", {"interests": []})):
            refused = await teller.client.post(f"/tellings/{telling}/{path}", json=body, headers=teller.north)
            assert (refused.status_code, refused.json()["type"]) == (409, "/problems/telling-cannot-go-there")
    assert (await teller.get("/me/tellings", teller.resident))["items"] == []
    assert await teller.said("delivery.planned") == []
    assert [each["because"] for each in await teller.said("telling.abandoned")] == ["told_by_somebody_else"] * 2


async def test_what_was_told_is_not_given_up_but_taken_back(teller: Teller) -> None:
    shown = await teller.told("caring", CARING)
    path = f"/tellings/{shown['telling_id']}/abandonment"
    refused = await teller.client.post(path, json={"because": "changed_my_mind"}, headers=teller.resident)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/telling-cannot-go-there")


async def test_nobody_tells_of_somebody_else_by_the_way_or_of_their_own_death(teller: Teller) -> None:
    for path, body in (
        ("/tellings", {"life_event": "caring", "facts": CARING}),
        ("/cases", {"service": "missed_bin", "answers": {}}),
        ("/drafts", {"service": "missed_bin"}),
        ("/councils/northmere/services/missed_bin/form", {"answers": {}}),
    ):
        about = {"person_id": str(new_id())} | ({"channel": "online"} if "form" not in path else {})
        refused = await teller.client.post(path, json=body | about, headers=teller.resident)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/act-for-them"), path
    own = await teller.client.post(
        "/tellings",
        json={"life_event": "bereavement", "facts": HIS, "channel": "online"} | REGISTERED,
        headers=teller.resident,
    )
    assert (own.status_code, own.json()["type"]) == (422, "/problems/for-whom")


@pytest.mark.parametrize(
    "facts",
    [
        {"date_of_birth": {"a": 1}},
        {"date_of_birth": "banana"},
        {"full_name": [1, 2]},
        {"home_council": "Northmere"},
        {"is_a_carer": "perhaps"},
    ],
)
async def test_a_fact_that_is_written_otherwise_is_told_to_nobody(teller: Teller, facts: dict[str, Any]) -> None:
    refused = await teller.draft("caring", CARING | facts)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/wrong-answer")
    [wrong] = refused.json()["questions"]
    assert wrong["question"] in facts
    assert wrong["wrong"]
    told = await teller.told("caring", CARING)
    right = {"facts": facts, "channel": "phone"}
    refused = await teller.client.post(f"/tellings/{told['telling_id']}/corrections", json=right, headers=teller.north)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/wrong-answer")


async def test_what_concerns_no_service_of_ours_is_not_taken_for_told(teller: Teller) -> None:
    drafted = (await teller.draft("caring", CARING | {"home_council": "atlantis"})).json()
    assert (drafted["interests"], drafted["recipients"]) == (0, [])
    refused = await teller.confirm(drafted)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/nobody-to-tell")
