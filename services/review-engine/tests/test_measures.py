"""What reviewers are answered: the same as counting by hand, and small cells withheld."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from common.contracts.base import Channel
from common.contracts.cases import CaseCancelled, Result
from common.contracts.fact_kinds import FACT_KINDS
from common.runtime.ids import new_id
from common.testing.stream import Row

COUNTS, FLOWS, AGAIN = "/measures/counts", "/measures/directly-follows", "/measures/asked-again"
YEAR = {"from": "2026-01-01", "to": "2027-01-01"}
NOTHING = dict.fromkeys(
    ("opened", "resolved", "closed", "withdrawn", "cancelled", "reopened", "interactions", "asked_again"), 0
) | {"value_demand": 0, "failure_demand": 0}


def plain(counts: dict[str, Any]) -> dict[str, int]:
    """Counts without the results that are nought and without their channel or month."""
    results = {row["result"]: row["count"] for row in counts["resolved_by_result"] if row["count"]}
    return {name: value for name, value in counts.items() if isinstance(value, int)} | results


async def test_counts_equal_a_count_by_hand(town: Any, tale: Callable[..., Any]) -> None:
    march, may = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 5, 31, 22, 30, tzinfo=UTC)  # 23:30 in Northmere

    def begun(channel: Channel, at: datetime = march, council: str = "northmere") -> Any:
        return tale(service="pothole", channel=channel, at=at, council=council).opened()

    cases = [
        begun(Channel.ONLINE).touched(Channel.PHONE).touched(Channel.ONLINE).resolved().closed(),
        begun(Channel.ONLINE, may).asked_again().resolved(Result.NOT_RESPONSIBLE).reopened().resolved(),
        begun(Channel.PHONE).withdrawn(),
        begun(Channel.UNKNOWN).moved("dropped", CaseCancelled),
        begun(Channel.UNKNOWN).touched(Channel.UNKNOWN),
        begun(Channel.ONLINE, council="southholt").closed(),
        begun(Channel.ONLINE, datetime(2025, 12, 31, 23, 59, tzinfo=UTC)).closed(later=timedelta(minutes=2)),
    ]
    await town.hear([row for case in cases for row in case.rows])
    found = await town.ask(COUNTS, service="pothole", **YEAR)
    assert plain(found["total"]) == NOTHING | {
        "opened": 5,
        "resolved": 3,
        "fixed": 2,
        "not_responsible": 1,
        "closed": 2,
        "withdrawn": 1,
        "cancelled": 1,
        "reopened": 1,
        "interactions": 3,
        "asked_again": 1,
    }
    by_channel = {row["channel"]: plain(row) for row in found["by_channel"]}
    assert list(by_channel) == [channel.value for channel in Channel]
    assert by_channel["online"] == NOTHING | {
        "opened": 2,
        "resolved": 3,
        "fixed": 2,
        "not_responsible": 1,
        "closed": 2,
        "reopened": 1,
        "interactions": 1,
        "asked_again": 1,
    }
    assert by_channel["phone"] == NOTHING | {"opened": 1, "withdrawn": 1, "interactions": 1}
    assert by_channel["unknown"] == NOTHING | {"opened": 2, "cancelled": 1, "interactions": 1}
    assert by_channel["post"] == NOTHING
    by_month = {row["month"]: plain(row) for row in found["by_month"]}
    assert list(by_month) == [f"2026-{month:02d}" for month in range(1, 13)]
    assert by_month["2026-01"] == NOTHING | {"closed": 1}
    assert by_month["2026-05"] == NOTHING | {"opened": 1}
    assert by_month["2026-06"]["resolved"] == 2
    for name, total in plain(found["total"]).items():
        assert total == sum(row.get(name, 0) for row in by_channel.values())
        assert total == sum(row.get(name, 0) for row in by_month.values())


async def test_touches_count_by_what_kind_of_demand_they_were_and_re_asks_by_their_reason(
    town: Any, tale: Callable[..., Any]
) -> None:
    march = datetime(2026, 3, 2, 9, tzinfo=UTC)
    value, chase = {"demand": "value"}, {"demand": "failure", "failure": "chase"}
    case = tale(service="lamp", at=march).opened().touched(said=chase).touched().asked_again().asked_again("no_key")
    contacts = [
        tale(service="lamp", at=march).touched(said={"service": "lamp"} | kind)
        for kind in (value, value, {"demand": "failure", "failure": "of_a_later_release"}, {})
    ]
    await town.hear([row for each in (case.asked_again("asked_all_the_same"), *contacts) for row in each.rows])
    found = (await town.ask(COUNTS, service="lamp", **YEAR))["total"]
    assert (found["opened"], found["interactions"]) == (1, 6)
    assert (found["value_demand"], found["failure_demand"]) == (2, 2)
    assert {row["because"]: row["count"] for row in found["failure_because"] if row["count"]} == {
        "chase": 1,
        "other": 1,
    }
    reasons = {row["because"]: row["count"] for row in found["asked_again_because"]}
    assert reasons == {"known": 1, "copy_late": 0, "no_key": 1, "other": 1}


async def test_re_asks_are_shown_by_kind_of_fact_and_reason_and_none_of_fewer_than_ten_people(
    town: Any, tale: Callable[..., Any]
) -> None:
    told = {
        ("known", "home_address"): 14,
        ("known", "phone"): 12,
        ("known", "date_of_birth"): 3,
        ("known", "a_kind_of_later"): 11,
        ("no_key", "disability"): 10,
        ("no_key", "nhs_number"): 13,
        ("copy_late", "email"): 20,
    }
    for (because, kind), times in told.items():
        cases = [tale(service="kinds", person=new_id()).opened().asked_again(because, kind) for _ in range(times)]
        await town.hear([row for case in cases for row in case.rows])
    one = tale(service="kinds", person=new_id()).opened()
    for _ in range(12):
        one.asked_again("no_key", "full_name")
    await town.hear(one.rows)
    assert await seen(town, "kinds") == {
        ("known", "home_address"): 14,
        ("known", "phone"): 12,  # beside it 3 and 11 are hidden, the smallest two
        ("no_key", "nhs_number"): 13,  # of twelve by one person nothing is seen, nor of what is next to it
    }
    total = (await town.ask(AGAIN, service="kinds", **YEAR))["reasons"]
    assert {row["because"]: row["count"] for row in total} == {"known": 40, "copy_late": 20, "no_key": 35, "other": 0}
    kinds = await town.sql(
        "SELECT DISTINCT fact_kind FROM evidence WHERE service = 'kinds' AND fact_kind LIKE '%o%er%'"
    )
    assert [row["fact_kind"] for row in kinds] == ["other"]
    assert await seen(town, "kinds", council="southholt") == {}


async def test_re_asks_that_were_heard_before_their_kind_was_kept_are_of_another_kind(
    town: Any, tale: Callable[..., Any]
) -> None:
    for kind, times in (("phone", 11), ("email", 12), ("full_name", 13)):
        cases = [tale(service="before", person=new_id()).opened().asked_again(kind=kind) for _ in range(times)]
        await town.hear([row for case in cases for row in case.rows])
    assert await seen(town, "before") == {("known", "email"): 12, ("known", "full_name"): 13}
    await town.sql("UPDATE evidence SET fact_kind = NULL WHERE fact_kind = 'full_name' AND service = 'before'")
    assert await seen(town, "before") == {("known", "email"): 12, ("known", "other"): 13}


async def seen(town: Any, service: str, **asked: str) -> dict[tuple[str, str], int]:
    """The cells that are shown. Every kind of fact has every reason that there was, and a cell that is withheld has no count."""
    found = await town.ask(AGAIN, service=service, **YEAR, **asked)
    assert found["smallest_shown"] == 10
    assert {each["fact_kind"] for each in found["kinds"]} == FACT_KINDS | {"other"}
    cells = {(each["fact_kind"], cell["because"]): cell for each in found["kinds"] for cell in each["reasons"]}
    total = {row["because"]: row["count"] for row in found["reasons"]}
    counted = (await town.ask(COUNTS, service=service, **YEAR, **asked))["total"]["asked_again_because"]
    assert total == {row["because"]: row["count"] for row in counted}
    assert {each for _, each in cells} == {because for because, count in total.items() if count}
    assert len(cells) == len(found["kinds"]) * sum(count > 0 for count in total.values())
    assert all((cell["count"] is None) == cell["withheld"] for cell in cells.values())
    return {(because, kind): cell["count"] for (kind, because), cell in cells.items() if not cell["withheld"]}


async def test_a_period_begins_with_its_first_day_and_ends_before_its_last_in_the_councils_time(
    town: Any, tale: Callable[..., Any]
) -> None:
    for at in ("2026-06-30T22:59:59", "2026-06-30T23:00:00", "2026-07-31T22:59:59", "2026-07-31T23:00:00"):
        await town.hear(tale(service="summer", at=datetime.fromisoformat(at).replace(tzinfo=UTC)).opened().rows)
    july = await town.ask(COUNTS, service="summer", **{"from": "2026-07-01", "to": "2026-08-01"})
    assert july["total"]["opened"] == 2
    assert [(row["month"], row["opened"]) for row in july["by_month"]] == [("2026-07", 2)]


async def test_the_year_a_history_happened_in_is_the_year_it_counts_in(town: Any, tale: Callable[..., Any]) -> None:
    case = tale(service="old_street", at=datetime(2018, 1, 9, tzinfo=UTC)).opened(history=True).resolved(history=True)
    await town.hear(case.rows)
    then = await town.ask(COUNTS, service="old_street", **{"from": "2018-01-01", "to": "2018-02-01"})
    now = await town.ask(COUNTS, service="old_street", **YEAR)
    assert (then["total"]["opened"], then["total"]["resolved"], now["total"]["opened"]) == (1, 1, 0)


async def many(town: Any, tale: Callable[..., Any], birth: Callable[..., Row], service: str, **sizes: int) -> None:
    """Cases of people born in these years, by so many; all are touched, every other one is resolved."""
    rows: list[Row] = []
    for year, size in sizes.items():
        for ordinal in range(size):
            person = new_id()
            channel = Channel.ONLINE if ordinal % 3 else Channel.PHONE
            case = tale(service=service, person=person, channel=channel).opened()
            case.touched(later=timedelta(minutes=ordinal))
            if ordinal % 2:
                case.resolved(later=timedelta(days=ordinal))
            rows += [*case.rows, birth(person, f"{year[1:]}-05-17")]
    await town.hear(rows)


async def test_flows_with_what_came_before_stored_equal_flows_made_with_lag(
    town: Any, tale: Callable[..., Any], birth: Callable[..., Row]
) -> None:
    await many(town, tale, birth, "fly_tipping", y1950=41, y1970=23)
    found = await town.ask(FLOWS, service="fly_tipping", **YEAR)
    lagged = await town.sql(
        "WITH steps AS (SELECT service, activity, lag(activity) OVER w AS before, "
        "extract(epoch FROM occurred - lag(occurred) OVER w)::float8 AS seconds FROM evidence "
        "WINDOW w AS (PARTITION BY journey ORDER BY occurred, version)) SELECT before, activity, count(*) AS n, "
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median FROM steps "
        "WHERE before IS NOT NULL AND service = 'fly_tipping' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert [(e["from_activity"], e["to_activity"], e["count"], e["median_seconds"]) for e in found["edges"]] == [
        (row["before"], row["activity"], row["n"], row["median"]) for row in lagged
    ]
    assert [(e["count"], e["median_seconds"]) for e in found["edges"]] == [
        (64, median([*(60 * n for n in range(41)), *(60 * n for n in range(23))])),
        (31, median([*(86400 * n for n in range(1, 41, 2)), *(86400 * n for n in range(1, 23, 2))])),
    ]
    assert found["groups"] == []


async def test_flows_by_age_withhold_small_cells_and_those_that_would_give_them_away(
    town: Any, tale: Callable[..., Any], birth: Callable[..., Row]
) -> None:
    await many(town, tale, birth, "housing_repair", y1940=40, y1950=26, y1970=22, y1990=9)
    found = await town.ask(FLOWS, service="housing_repair", by="age_band", **YEAR)
    assert found["smallest_shown"] == 10
    assert [(e["to_activity"], e["count"]) for e in found["edges"]] == [
        ("interaction.recorded", 97),
        ("case.resolved", 48),
    ]
    cells = {group["group"]: [edge["count"] for edge in group["edges"]] for group in found["groups"]}
    # 9 and three noughts hide each other in the first edge; 4 and three noughts in the second
    assert cells == {
        "0-17": [None, None],
        "18-24": [None, None],
        "25-44": [None, None],
        "45-64": [22, 11],
        "65-74": [None, None],
        "75+": [66, 33],
        "unknown": [None, None],
    }
    for group in found["groups"]:
        for edge in group["edges"]:
            assert edge["withheld"] is (edge["count"] is None)
            assert (edge["median_seconds"] is None) is edge["withheld"]


async def test_nought_is_as_small_as_any_number_and_is_hidden_by_the_next_larger_cell(
    town: Any, tale: Callable[..., Any], birth: Callable[..., Row]
) -> None:
    await many(town, tale, birth, "blue_badge", y1940=30, y1970=12)
    found = await town.ask(FLOWS, service="blue_badge", by="age_band", **YEAR)
    first = {group["group"]: group["edges"][0]["count"] for group in found["groups"]}
    assert {group: count for group, count in first.items() if count is not None} == {"75+": 30}


async def test_flows_by_channel_show_every_channel(
    town: Any, tale: Callable[..., Any], birth: Callable[..., Row]
) -> None:
    await many(town, tale, birth, "parking", y1950=90)
    found = await town.ask(FLOWS, service="parking", by="channel", **YEAR)
    assert [group["group"] for group in found["groups"]] == [channel.value for channel in Channel]
    shown = {g["group"]: g["edges"][0]["count"] for g in found["groups"] if not g["edges"][0]["withheld"]}
    assert shown == {"online": 60}  # 30 by phone hide the noughts


async def test_a_step_counts_in_the_period_in_which_it_occurred(town: Any, tale: Callable[..., Any]) -> None:
    case = tale(service="street_light", at=datetime(2026, 3, 31, 12, tzinfo=UTC)).opened()
    await town.hear(case.touched(later=timedelta(days=1)).rows)
    march = await town.ask(FLOWS, service="street_light", **{"from": "2026-03-01", "to": "2026-04-01"})
    april = await town.ask(FLOWS, service="street_light", **{"from": "2026-04-01", "to": "2026-05-01"})
    assert march["edges"] == []
    assert [(e["from_activity"], e["count"], e["median_seconds"]) for e in april["edges"]] == [
        ("case.opened", 1, 86400)
    ]


async def test_each_answer_is_one_statement(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from common.runtime.reading import Reading

    statements: Counter[str] = Counter()
    read_all = Reading.all

    async def counted(self: Reading, query: Any, **given: Any) -> Any:
        statements[query.sql] += 1
        return await read_all(self, query, **given)

    monkeypatch.setattr(Reading, "all", counted)
    await town.ask(COUNTS, service="pothole", **YEAR)
    await town.ask(FLOWS, service="pothole", by="age_band", **YEAR)
    assert list(statements.values()) == [1, 1]


async def test_a_service_nobody_used_is_all_noughts(town: Any) -> None:
    found = await town.ask(COUNTS, service="never_used", **YEAR)
    assert plain(found["total"]) == NOTHING
    assert (await town.ask(FLOWS, service="never_used", by="age_band", **YEAR))["edges"] == []


async def test_flows_follow_each_journey_by_itself(town: Any, tale: Callable[..., Any]) -> None:
    """Two journeys told in turns make the edges that each of them has, and none between them."""
    one = tale(service="mixed").opened().touched().resolved()
    two = tale(service="mixed").opened().asked_again().withdrawn()
    await town.hear([row for pair in zip(one.rows, two.rows, strict=True) for row in pair])
    expected: defaultdict[tuple[str, str], int] = defaultdict(int)
    for case in (one, two):
        for before, after in pairwise(row["name"] for row in case.rows):
            expected[before, after] += 1
    found = await town.ask(FLOWS, service="mixed", **YEAR)
    assert {(e["from_activity"], e["to_activity"]): e["count"] for e in found["edges"]} == expected
