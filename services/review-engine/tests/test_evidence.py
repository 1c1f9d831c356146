"""What becomes of an event: one step of a journey, under numbers drawn at random, and nothing of whom it was about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.contracts.base import Channel
from common.contracts.cases import DefinitionPublished, Result, Status
from common.contracts.feedback import FeedbackInvited
from common.runtime.ids import new_id
from common.testing.stream import Row, said


async def test_a_case_becomes_steps_in_its_order_with_what_came_before(town: Any, tale: Callable[..., Any]) -> None:
    case = tale(person=new_id(), channel=Channel.PHONE).opened().asked_again().touched(Channel.EMAIL)
    case.moved(later=timedelta(minutes=30)).resolved(later=timedelta(days=2)).closed()
    await town.hear(case.rows)
    rows = await town.journey(case.case)
    assert [(r["sequence"], r["version"], r["activity"], r["previous_activity"], r["seconds_since"]) for r in rows] == [
        (1, 1, "case.opened", None, None),
        (2, 2, "question.asked_again", "case.opened", 3600),
        (3, 3, "interaction.recorded", "question.asked_again", 3600),
        (4, 4, "case.status_changed:round_told", "interaction.recorded", 1800),
        (5, 5, "case.resolved", "case.status_changed:round_told", 172800),
        (6, 6, "case.closed", "case.resolved", 3600),
    ]
    assert {(r["council"], r["service"], r["channel"]) for r in rows} == {("northmere", "missed_bin", "phone")}
    assert [r["came_by"] for r in rows] == ["phone", None, "email", None, None, None]
    assert [(r["event"], r["transition"], r["stage"], r["result"]) for r in rows[3:]] == [
        ("case.status_changed", "to_round_told", "round_told", None),
        ("case.resolved", "to_done", "done", "fixed"),
        ("case.closed", "to_closed", "closed", None),
    ]
    assert [r["occurred"] for r in rows] == [row["occurred"] for row in case.rows]


async def test_no_id_name_note_or_reference_gets_into_evidence_or_answers(
    town: Any, tale: Callable[..., Any], birth: Callable[..., Row]
) -> None:
    person = new_id()
    case = tale(person=person, service="blue_badge").opened().touched().resolved()
    invitation = new_id()
    invited = FeedbackInvited(
        case_id=case.case,
        service="blue_badge",
        case_channel=Channel.ONLINE,
        ended_as=Status.RESOLVED,
        result=Result.FIXED,
        expires_at=case.at + timedelta(days=28),
    )
    letter = said(invited, invitation, 1, person_id=person, occurred=case.at)
    await town.hear([birth(person, "1957-08-23"), *case.rows, letter])
    rows = await town.journey(case.case)
    assert [row["activity"] for row in rows][-1] == "feedback.invited"
    asked = {"service": "blue_badge", "from": "2026-01-01", "to": "2027-01-01"}
    answers = [await town.ask("/measures/counts", **asked)]
    answers += [await town.ask("/measures/directly-follows", **asked, by=by) for by in ("none", "age_band", "channel")]
    shown = repr([dict(row) for row in rows]) + repr(answers)
    secrets = [person, case.case, invitation, "Esme", "Weavers", "07700", "NBC-", "1957", "officer-1"]
    for row in (*case.rows, letter):
        secrets += [row["id"], row["correlation_id"]]
        secrets += [v for v in row["data"].values() if isinstance(v, str) and len(v) > 30]
    assert [s for s in secrets if str(s) in shown or str(s).replace("-", "") in shown] == []
    columns = await town.sql("SELECT to_jsonb(e)::text AS whole FROM evidence e")
    assert [s for s in secrets if any(str(s) in row["whole"] for row in columns)] == []


async def test_numbers_are_drawn_for_each_person_and_are_the_same_on_all_their_journeys(
    town: Any, tale: Callable[..., Any]
) -> None:
    one, other = new_id(), new_id()
    cases = [tale(person=who).opened().touched() for who in (one, one, other)]
    cases.append(tale(person=one, council="southholt").opened())
    for case in cases:
        await town.hear(case.rows)
    people = [{row["person"] for row in await town.journey(case.case)} for case in cases]
    assert people[0] == people[1] == people[3]
    assert people[2].isdisjoint(people[0])
    assert {number.version for each in people for number in each} == {
        4
    }  # random: not a digest, and without a time in it
    journeys = [{row["journey"] for row in await town.journey(case.case)} for case in cases]
    assert len(set.union(*journeys)) == 4


async def test_only_the_machine_can_go_back_from_a_number_to_a_person(town: Any, tale: Callable[..., Any]) -> None:
    await town.hear(tale(person=new_id()).opened().rows)
    readable = await town.sql(
        "SELECT c.relname || ' by ' || who AS found FROM pg_class c, unnest($1::text[]) who "
        "WHERE c.relname = ANY($2) AND has_any_column_privilege('review_engine_' || who, c.oid, 'SELECT')",
        ["officer", "resident", "partner", "public"],
        ["pseudonym", "journey_of", "birth_month"],
    )
    assert readable == []
    open_to = await town.sql(
        "SELECT who FROM unnest($1::text[]) who WHERE has_table_privilege('review_engine_' || who, 'evidence', 'SELECT')",
        ["officer", "resident", "partner", "public"],
    )
    assert [row["who"] for row in open_to] == ["officer"]


async def test_the_band_is_the_age_at_the_time_of_each_step(
    town: Any, tale: Callable[..., Any], birth: Callable[..., Row]
) -> None:
    person = new_id()
    case = tale(person=person, at=datetime(1999, 1, 4, tzinfo=UTC)).opened(history=True)
    for year in (2001, 2002, 2008, 2028, 2048, 2058, 2060):
        case.touched(occurred=datetime(year, 4, 1, tzinfo=UTC))
    await town.hear([birth(person, "1983-04-30"), *case.rows])
    bands = [row["age_band"] for row in await town.journey(case.case)]
    assert bands == ["0-17", "18-24", "18-24", "25-44", "45-64", "65-74", "75+", "75+"]


@pytest.mark.parametrize("value", ["23 August", 1957, None, {"year": 1957}])
async def test_a_corrected_birth_date_moves_every_step_and_an_unreadable_one_makes_the_age_unknown(
    town: Any, tale: Callable[..., Any], birth: Callable[..., Row], value: Any
) -> None:
    person = new_id()
    case = tale(person=person).opened().touched()
    assert await bands(town, case.rows, case.case) == {"unknown"}
    assert await bands(town, [birth(person, "1957-08-23")], case.case) == {"65-74"}
    assert await bands(town, [birth(person, "14 Weavers Row", version=2, kind="home_address")], case.case) == {"65-74"}
    assert await bands(town, [birth(person, "2005-08-23", version=3)], case.case) == {"18-24"}
    assert await bands(town, [birth(person, value, version=4)], case.case) == {"unknown"}


async def bands(town: Any, rows: list[Row], case: UUID) -> set[str]:
    await town.hear(rows)
    return {row["age_band"] for row in await town.journey(case)}


async def test_what_is_kept_of_a_birth_date_is_its_month(town: Any, birth: Callable[..., Row]) -> None:
    person = new_id()
    await town.hear([birth(person, "1957-08-23")])
    [kept] = await town.sql(
        "SELECT born FROM birth_month JOIN pseudonym ON pseudonym = person WHERE person_id = $1", person
    )
    assert kept["born"].isoformat() == "1957-08-01"


async def test_a_history_keeps_its_own_dates_and_its_order_where_they_run_backwards(
    town: Any, tale: Callable[..., Any]
) -> None:
    case = tale(at=datetime(2018, 1, 9, 12, tzinfo=UTC)).opened(history=True)
    case.resolved(occurred=datetime(2018, 1, 8, 12, tzinfo=UTC), history=True)
    case.closed(occurred=datetime(2018, 1, 10, 12, tzinfo=UTC), history=True)
    await town.hear(case.rows)
    steps = await town.journey(case.case)
    assert [(step["activity"], step["occurred"].day, step["seconds_since"]) for step in steps] == [
        ("case.opened", 9, None),
        ("case.resolved", 8, None),
        ("case.closed", 10, 172800),
    ]


async def test_an_event_that_this_release_does_not_know_is_a_step_by_its_name(
    town: Any, tale: Callable[..., Any]
) -> None:
    case = tale().opened().say(DEFINITION, name="case.escalated").closed()
    for row in case.rows:
        row["aggregate"] = "case"
    await town.hear(case.rows)
    assert [step["activity"] for step in await town.journey(case.case)] == [
        "case.opened",
        "case.escalated",
        "case.closed",
    ]


DEFINITION = DefinitionPublished(service="missed_bin", title="Report a missed bin", definition_version=1, councils=[])


async def test_what_describes_people_and_services_is_no_step(town: Any, birth: Callable[..., Row]) -> None:
    [before] = await town.sql("SELECT count(*) AS n FROM evidence")
    definition = said(DEFINITION, new_id(), 1)
    await town.hear([definition, birth(new_id(), "1957-08-23")])
    [after] = await town.sql("SELECT count(*) AS n FROM evidence")
    assert after["n"] == before["n"]
