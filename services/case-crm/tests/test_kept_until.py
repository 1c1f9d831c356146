"""Until when a case is kept: reckoned once as it ends, by how its service keeps it, and otherwise as its council does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from case_crm.app import service
from case_crm.commands import retention
from case_crm.domain.definitions import NotSound, read
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.periods import Period
from common.testing.archive import Archive
from common.testing.platform import COUNCILS, platform
from common.testing.servers import Servers

DEFINITIONS = Path(__file__).with_name("definitions")


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
