"""A restricted case: its person and the officers who are named see it; for every other officer there is none."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

MAY = ["cases:read", "cases:write", "cases:assign"]
WHY = "A relative of hers works on this floor."


@pytest.fixture
async def case(desk: Any) -> Any:
    """A case with something in every list, and an officer of its own who is cleared."""
    await desk.opened()
    desk.cleared = desk.officer("cleo", permissions=[*MAY, "cases:restrict"])
    desk.other = desk.officer(f"other-{uuid4().hex[:6]}", permissions=[*MAY, "councillor_cases:read"])
    assert (await desk.send(f"{desk.path}/interactions", {"channel": "phone", "purpose": "chase"}, desk.ben)).is_success
    task = {"kind": "chase", "what": "Ring her", "due_at": "2099-01-01T09:00:00Z"}
    assert (await desk.send(f"{desk.path}/tasks", task, desk.ben)).is_success
    return desk


async def restricted(desk: Any, *officers: str, who: Any = None) -> Any:
    body = {"officers": list(officers), "reason": WHY}
    return await desk.client.put(f"{desk.path}/restriction", json=body, headers=who or desk.cleared)


async def lifted(desk: Any) -> Any:
    return await desk.send(f"{desk.path}/restriction/end", {"reason": "She moved floors."}, desk.cleared)


async def lists(desk: Any, who: Any) -> str:
    """All that an officer is shown of several cases."""
    paths = ["/cases", "/tasks", "/tasks/mine", f"/persons/{desk.person}/cases", f"/persons/{desk.person}/interactions"]
    return "".join([(await desk.client.get(path, headers=who)).text for path in paths])


async def test_it_is_shown_to_its_person_whoever_is_named_and_whoever_is_cleared_and_is_not_there_for_others(
    case: Any,
) -> None:
    shown = (await restricted(case, "ben")).json()
    assert shown["restricted_to"] == ["ben"]
    for who, found in ((case.resident, 200), (case.ben, 200), (case.cleared, 200), (case.other, 404)):
        assert (await case.client.get(case.path, headers=who)).status_code == found
    assert (await case.view(case.resident))["restricted_to"] is None
    assert (await case.view(case.ben))["restricted_to"] == ["ben"]


async def test_it_is_in_no_list_of_others_and_in_all_of_those_who_see_it(case: Any) -> None:
    assert (await lists(case, case.other)).count(case.case) == 5  # both lists of cases, its task, and both touches
    await restricted(case, "ben")
    assert case.case not in await lists(case, case.other)
    assert [(await lists(case, who)).count(case.case) for who in (case.ben, case.cleared)] == [5, 5]
    mine = (await case.client.get("/me/cases", headers=case.resident)).json()["items"]
    assert case.case in [each["case_id"] for each in mine]


async def test_it_is_no_part_of_a_need_or_of_what_belongs_together_for_others(case: Any) -> None:
    need = (await case.view(case.ben))["need_id"]
    hidden = case.case
    await case.opened(need_id=need)
    await case.send(f"{case.path}/related", {"case_id": hidden, "relation": "follows"}, case.ben)
    seen = case.case
    case.case = hidden
    await restricted(case, "ben")
    shown = await case.client.get(f"/needs/{need}", headers=case.other)
    assert [each["case_id"] for each in shown.json()["cases"]] == [seen]
    case.case = seen
    assert (await case.view(case.other))["related"] == []
    assert [each["case_id"] for each in (await case.view(case.ben))["related"]] == [hidden]
    again = {"case_id": hidden, "relation": "contributes_to"}
    assert (await case.send(f"{case.path}/related", again, case.other)).status_code == 404


async def test_a_councillor_sees_it_no_longer(case: Any) -> None:
    nia = case.officer("nia", permissions=["councillor_cases:read"])
    part = {"officer_id": "nia", "role": "councillor", "called": "Councillor Nia Frost"}
    assert (await case.send(f"{case.path}/parties", part, case.resident)).is_success
    assert (await case.client.get(f"/councillor-cases/{case.case}", headers=nia)).status_code == 200
    await restricted(case)
    assert (await case.client.get(f"/councillor-cases/{case.case}", headers=nia)).status_code == 404
    assert case.case not in (await case.client.get("/councillor-cases", headers=nia)).text


async def test_whoever_deals_with_it_sees_it_and_hands_their_sight_of_it_on(case: Any) -> None:
    await case.send(f"{case.path}/owner", {"called": "Ben Tallow"}, case.ben)
    assert (await restricted(case)).json()["restricted_to"] == ["ben"]
    dot = case.officer("dot", permissions=MAY)
    assert (await case.client.get(case.path, headers=dot)).status_code == 404
    given = {"officer_id": "dot", "called": "Dot Marsh", "reason": "She knows the family."}
    assert (await case.send(f"{case.path}/owner", given, case.ben)).json()["restricted_to"] == ["dot"]
    assert (await case.client.get(case.path, headers=dot)).status_code == 200
    assert (await case.client.get(case.path, headers=case.ben)).status_code == 404


async def test_only_whoever_is_cleared_restricts_and_lifts_it(case: Any) -> None:
    assert (await restricted(case, who=case.ben)).status_code == 403
    await restricted(case, "ben")
    assert (await case.send(f"{case.path}/restriction/end", {"reason": "No."}, case.ben)).status_code == 403
    assert (await lifted(case)).json()["restricted_to"] is None
    assert (await case.client.get(case.path, headers=case.other)).status_code == 200
    assert case.kind(await lifted(case)) == (409, "not-restricted")
    assert (await restricted(case)).is_success
    assert (await case.client.get(case.path, headers=case.other)).status_code == 404


async def test_that_it_was_restricted_and_why_is_said_and_is_for_officers_to_read(case: Any) -> None:
    await restricted(case, "ben")
    await lifted(case)
    sql = "SELECT name, data, person_id FROM onedoor.said WHERE aggregate = 'restriction' AND aggregate_id = $1"
    said = await case.town.sql("case-crm", f"{sql} ORDER BY version", UUID(case.case))
    assert [(row["name"], row["data"], row["person_id"]) for row in said] == [
        ("case.restricted", {"officers": ["ben"]}, None),
        ("case.unrestricted", {}, None),
    ]
    officers = (await case.client.get(f"{case.path}/timeline", headers=case.ben)).json()["items"]
    assert [(each["what"], each["text"]) for each in officers if each["kind"] == "restricted"] == [
        ("lifted", "She moved floors."),
        ("restricted", WHY),
    ]
    residents = await case.client.get(f"{case.path}/timeline", headers=case.resident)
    assert "restricted" not in residents.text


async def test_a_change_that_others_made_since_is_not_overlooked(case: Any) -> None:
    behind = {**case.cleared, "If-Match": '"1"'}
    assert (await restricted(case, who=behind)).status_code == 412


# -- restricted from the start

TOLD = {"service": "worried_about_someone", "answers": {"what": "She has bruises."}}


async def test_a_service_may_have_its_cases_restricted_from_the_start(case: Any) -> None:
    await case.opened(**TOLD)
    assert (await case.client.get(case.path, headers=case.ben)).status_code == 404
    assert (await case.client.get(case.path, headers=case.resident)).status_code == 200
    assert (await case.view(case.cleared))["restricted_to"] == []
    timeline = (await case.client.get(f"{case.path}/timeline", headers=case.cleared)).json()["items"]
    assert "Somebody may be harmed if it gets about." in [entry["text"] for entry in timeline]


async def test_an_officer_who_begins_such_a_case_goes_on_with_it(case: Any) -> None:
    told = {**TOLD, "channel": "phone", "person_id": str(case.person)}
    case.case = (await case.send("/cases", told, case.ben)).json()["case_id"]
    assert (await case.view(case.ben))["restricted_to"] == ["ben"]
    assert (await case.client.get(case.path, headers=case.other)).status_code == 404


async def test_a_form_of_such_a_service_is_shown_as_its_case_will_be(case: Any) -> None:
    begun = {**TOLD, "channel": "phone", "person_id": str(case.person)}
    draft = (await case.send("/drafts", begun, case.ben)).json()["draft_id"]
    begins = f"/persons/{case.person}/drafts"
    assert draft in (await case.client.get(begins, headers=case.ben)).text
    assert draft not in (await case.client.get(begins, headers=case.other)).text
    assert (await case.client.get(f"/drafts/{draft}", headers=case.other)).status_code == 404
    sent = await case.send(f"/drafts/{draft}/submission", {"channel": "phone"}, case.cleared)
    assert sent.is_success, sent.text
    assert sent.json()["restricted_to"] == ["ben", "cleo"]
    case.case = draft
    assert (await case.client.get(case.path, headers=case.other)).status_code == 404
    left = (await case.send("/drafts", begun, case.ben)).json()["draft_id"]
    case.town.step(days=400)
    sql = "SELECT 1 FROM draft WHERE id = $1"
    await case.town.until(lambda: _none(case, sql, left))
    assert await case.town.sql("case-crm", "SELECT 1 FROM restricted_case WHERE id = $1", UUID(left)) == []


async def _none(desk: Any, sql: str, id: str) -> bool:
    return not await desk.town.sql("case-crm", sql, UUID(id))
