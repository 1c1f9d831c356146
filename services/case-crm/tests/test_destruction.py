"""Cases are kept for their time, and destroyed as two officers decide: everything that was theirs goes, but that there was one."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import yaml
from case_crm.app import service
from case_crm.commands import attachments, destruction, retention
from case_crm.domain.definitions import NotSound, read
from common.contracts.people.holds import LegalHoldLifted, LegalHoldPlaced
from common.contracts.staff import PERMISSIONS, StaffRole
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.periods import Period
from common.testing.killing import killed_while_letting_go, killed_while_ringing
from common.testing.platform import COUNCILS, Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from PIL import Image

DEFINITIONS = Path(__file__).with_name("definitions")
ALL = PERMISSIONS[StaffRole.OFFICER] - {"protection:read"}
LONG_AGO = "2014-03-03T10:00:00+00:00"
DECIDED, CLOSED = "2015-03-02T10:00:00+00:00", "2016-03-02T23:30:00+00:00"
Headers = dict[str, str]


class Archive:
    """Cases that ended years ago in another system, and officers of Northmere by name."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        self.client = town["case-crm"].client
        self.ada, self.ben, self.cleo = (
            town.officer("northmere", id=name, permissions=ALL) for name in ("ada", "ben", "cleo")
        )
        self.elsewhere = town.officer("southholt", permissions=ALL)
        self.made = 0

    async def send(self, path: str, body: Any = None, who: Headers | None = None) -> httpx.Response:
        return await self.client.post(path, json=body, headers=who or self.ada)

    async def ended(
        self, *, result: str = "decided_refused", person: UUID | None = None, closed: str = CLOSED, **answers: str
    ) -> str:
        """A case that was brought from elsewhere, and is over."""
        self.made += 1
        steps = [{"at": DECIDED, "stage": "decided", "result": result}, {"at": closed, "stage": "closed"}]
        old = {
            "source": "old_crm",
            "source_id": f"{id(self)}-{self.made}",
            "service": "care_grant",
            "channel": "unknown",
        }
        told = old | {"opened_at": LONG_AGO, "answers": {"what": "A chair"} | answers, "steps": steps}
        answer = await self.send("/imported-cases", told | ({"person_id": str(person)} if person else {}))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["case_id"])

    async def time(self, case: str) -> tuple[str | None, date | None]:
        """What becomes of a case, and from which day it need not be kept."""
        [row] = await self.town.sql("case-crm", "SELECT disposal, goes_on FROM case_file WHERE id = $1", UUID(case))
        return row["disposal"], row["goes_on"]

    async def propose(self, who: Headers | None = None, **more: str) -> httpx.Response:
        body = {"service": "care_grant", "ended_before": "2020-01-01"} | more
        return await self.client.post("/destruction-lists", json=body, headers=who or self.ada)

    async def proposed(self) -> str:
        answer = await self.propose()
        assert answer.status_code == 201, answer.text
        return str(answer.json()["list_id"])

    async def confirmed(self) -> str:
        list_id = await self.proposed()
        answer = await self.send(f"/destruction-lists/{list_id}/confirmation", None, self.ben)
        assert answer.status_code == 200, answer.text
        return list_id

    async def shown(self, list_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.town.get("case-crm", f"/destruction-lists/{list_id}", self.ada)
        return found

    async def on(self, list_id: str) -> dict[str, dict[str, Any]]:
        """What is on a list, by case."""
        found = await self.town.get("case-crm", f"/destruction-lists/{list_id}/cases?limit=200", self.ada)
        return {each["case_id"]: each for each in found["items"]}

    async def carried_out(self, list_id: str) -> None:
        """It has cooled off, and what was on it is decided."""
        self.town.step(days=14, minutes=1)

        async def decided() -> bool:
            now = await self.shown(list_id)
            return now["status"] == "carried_out" and now["cases"] == 0

        await self.town.until(decided, seconds=30)

    async def night(self) -> None:
        """The next night is over."""
        now = self.town.clock.now()
        self.town.clock.set((now + timedelta(days=1)).replace(hour=4, minute=0))
        due = "SELECT 1 FROM onedoor.timer WHERE name = 'retention' AND due_at <= $1"

        async def over() -> bool:
            return not await self.town.sql("case-crm", due, self.town.clock.now())

        await self.town.until(over, seconds=30)

    async def there(self, case: str) -> bool:
        return (await self.client.get(f"/cases/{case}", headers=self.ada)).status_code == 200

    async def wait_gone(self, *cases: str) -> None:
        async def gone() -> bool:
            return not any([await self.there(case) for case in cases])

        await self.town.until(gone, seconds=30)

    async def reference(self, case: str) -> str:
        return str((await self.client.get(f"/cases/{case}", headers=self.ada)).json()["reference"])


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service], definitions=DEFINITIONS) as running:
        yield running


@pytest.fixture
async def archive(town: Platform) -> AsyncIterator[Archive]:
    """An archive in which nothing is left for the next test."""
    made = Archive(town)
    yield made
    await town.sql("case-crm", "UPDATE case_file SET disposal = 'keep', goes_on = NULL WHERE disposal = 'review'")


def kind(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def test_how_long_a_case_is_kept_is_reckoned_once_when_it_ends(archive: Archive) -> None:
    assert await archive.time(await archive.ended()) == ("review", date(2021, 3, 2))  # from the decision
    assert await archive.time(await archive.ended(result="referred")) == ("keep", None)
    approved = {"result": "decided_approved"}
    assert await archive.time(await archive.ended(**approved)) == ("review", date(2023, 3, 2))
    assert await archive.time(await archive.ended(**approved, paid_until="2018-02-28")) == ("review", date(2025, 2, 28))
    assert await archive.time(await archive.ended(**approved, paid_until="2001-02-28")) == ("review", date(2023, 3, 2))
    assert await archive.time(await archive.ended(**approved, paid_until="9999-12-31")) == ("review", date(2023, 3, 2))
    assert await archive.time(await archive.ended(result="provided")) == (
        "destroy",
        date(2026, 3, 2),
    )  # part of nothing


async def test_a_case_that_is_taken_up_again_has_no_day_until_it_ends_again(archive: Archive) -> None:
    case = await archive.ended()
    answer = await archive.send(f"/cases/{case}/transitions", {"transition": "reopen", "reason": "They wrote."})
    assert answer.status_code == 200, answer.text
    assert await archive.time(case) == (None, None)
    for step in (
        {"transition": "decide", "result": "decided_refused", "reason": "As before."},
        {"transition": "confirm"},
    ):
        assert await archive.time(case) == (None, None)
        answer = await archive.send(f"/cases/{case}/transitions", step)
        assert answer.status_code == 200, answer.text
    today = archive.town.clock.now().date()
    assert await archive.time(case) == ("review", Period(years=6).over_on(today))


async def test_the_time_of_a_part_begins_with_the_end_of_the_whole(archive: Archive) -> None:
    asked = {"service": "care_grant", "channel": "phone", "person_id": str(new_id()), "answers": {"what": "A bed"}}
    whole, part = [(await archive.send("/cases", asked)).json()["case_id"] for _ in range(2)]
    assert (await archive.send(f"/cases/{part}/related", {"case_id": whole, "relation": "part_of"})).is_success
    steps = [{"transition": "decide", "result": "provided"}, {"transition": "confirm"}]
    for step in steps:
        assert (await archive.send(f"/cases/{part}/transitions", step)).is_success
    assert await archive.time(part) == ("destroy", None)
    for step in steps:
        assert (await archive.send(f"/cases/{whole}/transitions", step)).is_success
    day = Period(years=10).over_on(archive.town.clock.now().date())
    assert await archive.time(part) == ("destroy", day)
    again = {"transition": "reopen", "reason": "There is more."}
    assert (await archive.send(f"/cases/{whole}/transitions", again)).is_success
    assert await archive.time(part) == ("destroy", None)


async def test_a_council_that_keeps_cases_longer_does_so_unless_the_service_says_how_long(
    servers: Servers, nats: Nats
) -> None:
    own = COUNCILS.replace(
        "calendar: northmere",
        "calendar: northmere, cooling_off_days: 3, keeps: {case-crm: {case_file: {years: 8}}}",
    )
    assert own != COUNCILS
    async with platform(servers, nats, [service], definitions=DEFINITIONS, councils=own) as town:
        archive = Archive(town)
        assert await archive.time(await archive.ended()) == ("review", date(2023, 3, 2))
        assert await archive.time(await archive.ended(result="decided_approved")) == ("review", date(2023, 3, 2))
        shown = await archive.shown(await archive.confirmed())
        cools = datetime.fromisoformat(shown["destroys_at"]) - datetime.fromisoformat(shown["confirmed_at"])
        assert cools == timedelta(days=3)


def test_without_a_word_of_its_own_a_service_keeps_cases_as_all_do() -> None:
    kept = service.holdings().of_people["case_file"].kept
    assert kept is not None
    assert Period(years=kept.years, days=kept.days) == retention.USUAL


SAYS = yaml.safe_load((DEFINITIONS / "care_grant.yaml").read_text())
WRONG = {
    "a result that there is not": {"results": {"fixed": {}}},
    "an answer that is no date": {"otherwise": {"starts": "answer", "question": "what"}},
    "an answer without its question": {"otherwise": {"starts": "answer"}},
    "a time for what is kept for good": {"otherwise": {"disposal": "keep", "years": 7}},
    "shorter than a claim can be made": {"otherwise": {"years": 5}},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_service_that_keeps_cases_in_a_way_that_cannot_be_is_refused(wrong: str) -> None:
    with pytest.raises(NotSound):
        read(yaml.safe_dump(SAYS | {"retention": WRONG[wrong]}), lambda _: None)


async def test_what_ended_before_days_were_kept_gets_its_day_at_the_next_start(
    servers: Servers, nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    async with platform(servers, nats, [service], definitions=DEFINITIONS) as town:
        archive = Archive(town)
        cases = [await archive.ended() for _ in range(5)]
        await town.sql("case-crm", "UPDATE case_file SET disposal = NULL, goes_on = NULL")
        await town.sql(
            "case-crm",
            "INSERT INTO onedoor.timer (name, aggregate_id, due_at, council, correlation_id) "
            "SELECT 'cases_undated', $1, now(), 'northmere', $1",
            retention._ALL.id,
        )

        async def dated() -> bool:
            return {await archive.time(case) for case in cases} == {("destroy", date(2022, 3, 2))}

        await town.until(dated)


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
    file = await _file_of(archive, case, person)
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


async def _file_of(archive: Archive, case: str, person: UUID) -> str:
    """A file that a case had before it ended: what is over takes none."""
    await archive.town.sql("case-crm", "UPDATE case_file SET status = 'submitted' WHERE id = $1", UUID(case))
    who = {**archive.town.resident(person), "Onedoor-Council": "northmere", "Content-Type": "image/jpeg"}
    answer = await archive.client.post(f"/cases/{case}/attachments", content=picture(), headers=who)
    await archive.town.sql("case-crm", "UPDATE case_file SET status = 'closed' WHERE id = $1", UUID(case))
    return str(answer.json()["attachment_id"])


async def test_whoever_proposed_a_list_does_not_confirm_it_and_nobody_confirms_twice(archive: Archive) -> None:
    await archive.ended()
    path = f"/destruction-lists/{await archive.proposed()}/confirmation"
    assert kind(await archive.send(path, None, archive.ada)) == (403, "another-confirms")
    answer = await archive.send(path, None, archive.ben)
    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["destroys_at"]) == datetime.fromisoformat(
        answer.json()["confirmed_at"]
    ) + timedelta(days=14)
    assert kind(await archive.send(path, None, archive.ben)) == (409, "list-decided")
    assert kind(await archive.send(path, None, archive.cleo)) == (409, "list-decided")


async def test_only_what_was_seen_is_confirmed(archive: Archive) -> None:
    case, _ = await archive.ended(), await archive.ended()
    list_id = await archive.proposed()
    seen = (await archive.shown(list_id))["version"]
    off = await archive.send(f"/destruction-lists/{list_id}/cases/{case}/removal", {"because": "claim_expected"})
    assert (off.status_code, off.json()["cases"], off.json()["outcomes"]) == (200, 1, {"taken_off": 1})
    headers = archive.ben | {"If-Match": f'"{seen}"'}
    assert (await archive.send(f"/destruction-lists/{list_id}/confirmation", None, headers)).status_code == 412


async def test_either_of_the_two_stops_it_while_it_cools_off_and_nothing_goes(archive: Archive) -> None:
    case = await archive.ended()
    for who in (archive.ada, archive.ben):
        list_id = await archive.confirmed()
        assert kind(await archive.send(f"/destruction-lists/{list_id}/stop", None, archive.cleo)) == (
            403,
            "not-one-of-the-two",
        )
        answer = await archive.send(f"/destruction-lists/{list_id}/stop", None, who)
        assert (answer.status_code, answer.json()["status"], answer.json()["outcomes"]) == (
            200,
            "stopped",
            {"stopped": 1},
        )
        assert kind(await archive.send(f"/destruction-lists/{list_id}/stop", None, who)) == (409, "list-decided")
        archive.town.step(days=15)
        await archive.night()
        assert await archive.there(case)
        assert await archive.time(case) == ("review", date(2021, 3, 2))


async def test_what_is_taken_off_stays_and_may_be_listed_again(archive: Archive) -> None:
    stays, goes = await archive.ended(), await archive.ended()
    list_id = await archive.confirmed()
    path = f"/destruction-lists/{list_id}/cases/{stays}/removal"
    twice = [await archive.send(path, {"because": "lasting_value"}, archive.cleo) for _ in range(2)]
    assert [answer.json()["outcomes"] for answer in twice] == [{"taken_off": 1}] * 2
    await archive.carried_out(list_id)
    await archive.night()
    await archive.wait_gone(goes)
    assert await archive.there(stays)
    off = (await archive.on(list_id))[stays]
    assert (off["outcome"], off["because"], off["by"]) == ("taken_off", "lasting_value", "cleo")
    assert kind(await archive.send(path, {"because": "lasting_value"})) == (409, "list-decided")
    assert [*await archive.on(await archive.proposed())] == [stays]


async def test_what_stops_a_case_is_seen_and_keeps_it(archive: Archive) -> None:
    town, held = archive.town, new_id()
    of_held, related, again = await archive.ended(person=held), await archive.ended(), await archive.ended()
    free, hold = await archive.ended(), new_id()
    appeal = {"service": "care_grant", "channel": "phone", "person_id": str(new_id()), "answers": {"what": "An appeal"}}
    opened = (await archive.send("/cases", appeal)).json()["case_id"]
    assert (await archive.send(f"/cases/{opened}/related", {"case_id": related, "relation": "follows"})).is_success
    list_id = await archive.confirmed()
    assert (
        await archive.send(f"/cases/{again}/transitions", {"transition": "reopen", "reason": "A letter came."})
    ).is_success
    await _hold(town, LegalHoldPlaced(review_on=date(2035, 1, 1)), hold, 1, held)
    found = await archive.on(list_id)
    assert {case: each["stopped_by"] for case, each in found.items()} == {
        of_held: ["legal_hold"],
        related: ["related_open"],
        again: ["taken_up_again"],
        free: [],
    }
    await archive.carried_out(list_id)
    await archive.night()
    await archive.wait_gone(free)
    assert [await archive.there(case) for case in (of_held, related, again)] == [True] * 3
    after = await archive.on(list_id)
    assert {case: (each["outcome"], each["because"]) for case, each in after.items()} == {
        of_held: ("stays", "legal_hold"),
        related: ("stays", "related_open"),
        again: ("stays", "taken_up_again"),
        free: ("destroyed", None),
    }
    await _hold(town, LegalHoldLifted(), hold, 2, held)
    await archive.night()
    assert await archive.there(of_held)  # the two decided while it was held: it is for them to look again


async def test_a_hold_that_comes_after_it_was_released_keeps_a_case_until_it_is_lifted(archive: Archive) -> None:
    town, held, hold = archive.town, new_id(), new_id()
    case = await archive.ended(person=held)
    await archive.carried_out(await archive.confirmed())
    await _hold(town, LegalHoldPlaced(review_on=date(2035, 1, 1)), hold, 1, held)
    await archive.night()
    assert await archive.there(case)
    await _hold(town, LegalHoldLifted(), hold, 2, held)
    await archive.night()
    await archive.wait_gone(case)


async def _hold(town: Platform, event: Any, hold: UUID, version: int, person: UUID) -> None:
    await publish(town.nats, [said(event, hold, version, person_id=person)], speaker="customer-account")
    await town.heard(f"legal_hold/{hold}@{version}")


async def test_a_case_is_on_one_list_at_a_time_and_the_same_request_makes_one(archive: Archive) -> None:
    assert kind(await archive.propose()) == (409, "nothing-to-destroy")
    await archive.ended()
    body, headers = {"service": "care_grant", "ended_before": "2020-01-01"}, archive.ada | {"Idempotency-Key": "one"}
    twice = [await archive.client.post("/destruction-lists", json=body, headers=headers) for _ in range(2)]
    assert twice[0].json() == twice[1].json()
    assert kind(await archive.propose(archive.ben)) == (409, "nothing-to-destroy")
    await archive.ended()
    assert kind(await archive.propose(ended_before="2016-03-02")) == (409, "nothing-to-destroy")
    assert (await archive.propose(ended_before="2016-03-03")).json()["cases"] == 1


async def test_the_other_council_and_whoever_may_not_sees_no_list(archive: Archive) -> None:
    case = await archive.ended()
    list_id = await archive.proposed()
    path = f"/destruction-lists/{list_id}"
    assert kind(await archive.propose(archive.elsewhere)) == (409, "nothing-to-destroy")
    for url in (path, f"{path}/cases"):
        assert (await archive.client.get(url, headers=archive.elsewhere)).status_code == 404
    for url, body in (
        (f"{path}/confirmation", None),
        (f"{path}/stop", None),
        (f"{path}/cases/{case}/removal", {"because": "wrong_date"}),
    ):
        assert (await archive.send(url, body, archive.elsewhere)).status_code == 404
        assert (await archive.send(url, body, archive.town.officer(permissions=["cases:write"]))).status_code == 403
    theirs = await archive.town.get("case-crm", "/destruction-lists", archive.elsewhere)
    assert theirs["items"] == []
    ours = await archive.town.get("case-crm", "/destruction-lists?limit=1", archive.ada)
    assert [each["list_id"] for each in ours["items"]] == [list_id]


async def test_pages_of_a_list_hold_each_case_once(archive: Archive) -> None:
    cases = {await archive.ended() for _ in range(5)}
    list_id, found, cursor = await archive.proposed(), [], ""
    while True:
        page = await archive.town.get("case-crm", f"/destruction-lists/{list_id}/cases?limit=2{cursor}", archive.ada)
        found += [each["case_id"] for each in page["items"]]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    assert (len(found), set(found)) == (5, cases)


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
