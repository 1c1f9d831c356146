"""A file of a case is taken away: by whoever sent it, by an officer who says why; that there was one stays."""

from __future__ import annotations

from uuid import UUID

from common.runtime.ids import new_id
from common.testing.attaching import attach, case_of, fetch, lies, me, take_away
from common.testing.platform import Platform


async def test_who_sent_a_file_takes_it_away_and_only_that_there_was_one_stays(town: Platform) -> None:
    who, other = me(town), me(town)
    case = await case_of(town, who)
    file, stays = [(await attach(town, case, who)).json()["attachment_id"] for _ in range(2)]
    for stranger, status in ((other, 404), (town.officer("southholt"), 404), ({}, 401)):
        assert (await take_away(town, case, file, stranger, "Not mine.")).status_code == status
    answers = [await take_away(town, case, file, who, **{"Idempotency-Key": "away"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["version"] == (await town.get("case-crm", f"/cases/{case}", who))["version"]
    gone, left = await town.get("case-crm", f"/cases/{case}/attachments", who)
    assert (gone["attachment_id"], gone["name"], gone["removed_at"] is None) == (file, None, False)
    assert (left["attachment_id"], left["name"], left["removed_at"]) == (stays, "the bin.png", None)
    [row] = await town.sql("case-crm", "SELECT name, lies FROM attachment WHERE id = $1", UUID(file))
    assert (row["name"], row["lies"]) == (None, None)
    for answer in (await fetch(town, case, file, who), await take_away(town, case, file, who)):
        assert (answer.status_code, answer.json()["type"]) == (410, "/problems/file-gone")
    assert (await fetch(town, case, stays, who)).status_code == 200
    entry = (await town.get("case-crm", f"/cases/{case}/timeline", who))["items"][0]
    assert (entry["kind"], entry["what"], entry["by"], entry["text"]) == ("file", "removed", "resident", None)

    async def away() -> bool:
        there = await lies(town)
        return UUID(file).hex not in there and UUID(stays).hex in there

    await town.until(away)


async def test_an_officer_takes_a_file_away_with_a_reason_that_its_person_reads(town: Platform) -> None:
    person = new_id()
    who = me(town, person)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    for officer, reason, status, kind in (
        (town.officer(), None, 422, "reason-needed"),
        (town.officer(permissions=["cases:read"]), "It shows a neighbour.", 403, "not-yours"),
    ):
        answer = await take_away(town, case, file, officer, reason)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
    assert (await take_away(town, case, file, town.officer(), "It shows a neighbour.")).status_code == 200
    entry = (await town.get("case-crm", f"/cases/{case}/timeline", who))["items"][0]
    assert (entry["kind"], entry["by"], entry["text"]) == ("file", "officer", "It shows a neighbour.")
    looked = "SELECT data->>'reason' AS why FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1"
    assert "took a file of a case away" in [row["why"] for row in await town.sql("case-crm", looked, str(person))]


async def test_once_it_is_decided_only_officers_take_a_file_away(town: Platform) -> None:
    who = me(town)
    case = await case_of(town, who)
    file = (await attach(town, case, who)).json()["attachment_id"]
    path = f"/cases/{case}/transitions"
    await town["case-crm"].client.post(path, json={"transition": "resolve", "result": "fixed"}, headers=town.officer())
    refused = await take_away(town, case, file, who)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-late-to-remove")
    await town["case-crm"].client.post(path, json={"transition": "confirm"}, headers=town.officer())
    clerk = town.officer(permissions=["cases:read", "cases:write"])
    refused = await take_away(town, case, file, clerk, "It is of somebody else.")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/closed-for-good")
    assert (await fetch(town, case, file, who)).status_code == 200
    keeper = town.officer(permissions=["cases:write", "closed_cases:write"])
    assert (await take_away(town, case, file, keeper, "It is of somebody else.")).status_code == 200
