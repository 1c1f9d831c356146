"""Who has a part in a case; and a councillor sees what somebody let them see, and nothing else."""

from __future__ import annotations

from typing import Any

NIA = {"officer_id": "nia", "role": "councillor", "called": "Councillor Nia Frost"}


def councillor(desk: Any, name: str = "nia") -> Any:
    return desk.officer(name, permissions=["councillor_cases:read"])


def seen(desk: Any, who: Any, case: str = "") -> Any:
    return desk.client.get(f"/councillor-cases/{case or desk.case}", headers=who)


async def let_in(desk: Any) -> Any:
    return await desk.send(f"{desk.path}/parties", NIA, desk.resident)


async def test_a_councillor_sees_the_case_that_somebody_let_them_see_and_no_other_of_theirs(desk: Any) -> None:
    other = (await desk.opened()).case
    await desk.opened()
    nia = councillor(desk)
    assert (await seen(desk, nia)).status_code == 404
    assert (await let_in(desk)).json()["officer_id"] is None
    await desk.send(f"{desk.path}/related", {"case_id": other, "relation": "follows"}, desk.ada)
    shown = await seen(desk, nia)
    assert other not in shown.text
    assert (shown.status_code, shown.json()["next_actions"]) == (200, [])
    assert (await seen(desk, nia, other)).status_code == 404
    assert (await seen(desk, councillor(desk, "oli"))).status_code == 404
    listed = (await desk.client.get("/councillor-cases", headers=nia)).json()["items"]
    assert [each["case_id"] for each in listed] == [desk.case]
    assert (await desk.client.get("/councillor-cases", headers=councillor(desk, "oli"))).json()["items"] == []


async def test_their_look_is_the_persons_to_read(desk: Any) -> None:
    await desk.opened()
    await let_in(desk)
    await seen(desk, councillor(desk))
    sql = "SELECT actor_id, data FROM onedoor.said WHERE data -> 'persons' ? $1"
    looks = [(row["actor_id"], row["data"]["reason"]) for row in await desk.town.sql("case-crm", sql, str(desk.person))]
    assert ("nia", "looked at a case as a councillor") in looks


async def test_a_councillor_reads_no_notes_of_officers_and_does_nothing(desk: Any) -> None:
    await desk.opened()
    await desk.send(f"{desk.path}/interactions", {"channel": "phone", "purpose": "chase", "note": "Odd."}, desk.ada)
    await desk.send(f"{desk.path}/owner", {"called": "Ada Quill"}, desk.ada)
    await let_in(desk)
    nia = councillor(desk)
    shown = (await seen(desk, nia)).json()
    assert [touch["note"] for touch in shown["interactions"]] == [None, None]
    assert shown["owner"] == {"called": "An officer of the council", "officer_id": None}
    assert (await desk.move("acknowledge", nia)).status_code == 403
    for path in ("/cases", desk.path, f"{desk.path}/timeline", f"/persons/{desk.person}/cases", "/tasks"):
        assert (await desk.client.get(path, headers=nia)).status_code == 403


async def test_what_was_let_is_ended_at_once(desk: Any) -> None:
    await desk.opened()
    await let_in(desk)
    ended = await desk.send(f"{desk.path}/parties/nia/end", None, desk.resident)
    assert ended.json()["parties"] == []
    assert (await seen(desk, councillor(desk))).status_code == 404
    assert (await desk.send(f"{desk.path}/parties/nia/end", None, desk.resident)).status_code == 404
    assert await desk.said() == ["case.opened", "case.party_added", "case.party_ended"]


async def test_an_officer_says_in_which_words_the_person_agreed(desk: Any) -> None:
    await desk.opened()
    assert desk.kind(await desk.send(f"{desk.path}/parties", NIA, desk.ada)) == (422, "consent-needed")
    agreed = NIA | {"consent": "Said on the phone: yes, Councillor Frost may see this."}
    assert (await desk.send(f"{desk.path}/parties", agreed, desk.ada)).status_code == 201
    assert desk.kind(await desk.send(f"{desk.path}/parties", agreed, desk.ada)) == (409, "has-a-part")
    told = (await desk.client.get(f"{desk.path}/timeline", headers=desk.resident)).json()["items"]
    assert (told[0]["what"], told[0]["text"]) == ("councillor", agreed["consent"])


async def test_advisers_are_named_by_officers_and_are_not_the_persons_to_end(desk: Any) -> None:
    await desk.opened()
    adviser = {"officer_id": "pat", "role": "adviser", "called": "Pat Oduya"}
    assert desk.kind(await desk.send(f"{desk.path}/parties", adviser, desk.resident)) == (403, "not-for-you")
    assert (await desk.send(f"{desk.path}/parties", adviser, desk.ada)).status_code == 201
    assert [each["called"] for each in (await desk.view(desk.resident))["parties"]] == ["Pat Oduya"]
    assert desk.kind(await desk.send(f"{desk.path}/parties/pat/end", None, desk.resident)) == (403, "not-for-you")
    assert (await seen(desk, councillor(desk, "pat"))).status_code == 404


async def test_strangers_give_nobody_a_part(desk: Any) -> None:
    await desk.opened()
    for nobody in (desk.stranger, desk.elsewhere):
        assert (await desk.send(f"{desk.path}/parties", NIA, nobody)).status_code == 404
        assert (await desk.send(f"{desk.path}/parties/nia/end", None, nobody)).status_code == 404
    away = desk.town.officer("southholt", id="nia", permissions=["councillor_cases:read"])
    await let_in(desk)
    assert (await seen(desk, away)).status_code == 404
