"""Journeys by characteristic: bands that people said, counted from ten people on, and gone when they are taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from common.contracts.people.equality import BANDS, EqualityEvent, EqualityProfileRecorded, EqualityProfileWithdrawn
from common.runtime.ids import new_id
from common.testing.stream import Row, said

FLOWS = "/measures/directly-follows"
YEAR = {"from": "2026-01-01", "to": "2027-01-01"}


def telling(person: UUID, profile: UUID, version: int = 1, **bands: str) -> Row:
    """What customer-account says of somebody's bands; with none, that they took back what they said."""
    event: EqualityEvent = EqualityProfileWithdrawn()
    if bands:
        event = EqualityProfileRecorded(profile_id=profile, bands=bands)
    return said(event, profile, version, council="partnership", person_id=person)


async def cells(town: Any, service: str, by: str) -> dict[str, int | None]:
    """The first edge of each group."""
    found = await town.ask(FLOWS, service=service, by=by, **YEAR)
    return {group["group"]: group["edges"][0]["count"] for group in found["groups"]}


async def crowd(town: Any, tale: Callable[..., Any], service: str, *bands: dict[str, str]) -> list[tuple[UUID, UUID]]:
    """A person with a case for each of these bands, who have said so. Gives each with the id of their profile."""
    people = [(new_id(), new_id()) for _ in bands]
    rows: list[Row] = []
    for (person, profile), told in zip(people, bands, strict=True):
        rows += tale(service=service, person=person).opened().touched().rows
        rows += [telling(person, profile, **told)] if told else []
    await town.hear(rows)
    return people


async def test_journeys_are_counted_by_what_people_said_and_by_their_not_having_said_it(
    town: Any, tale: Callable[..., Any]
) -> None:
    told = [{"religion": "muslim"}] * 12 + [{"religion": "prefer_not_to_say"}] * 11 + [{"sex": "male"}] * 14 + [{}] * 3
    await crowd(town, tale, "said_so", *told)
    found = await cells(town, "said_so", "religion")
    assert list(found) == [*BANDS["religion"], "unknown"]  # type: ignore[index]  # a characteristic is its code
    assert {group for group, count in found.items() if count is None} == {
        "no_religion",
        "christian",
        "other",
        "prefer_not_to_say",
    }
    assert (found["muslim"], found["unknown"]) == (12, 17)
    assert (await cells(town, "said_so", "sex"))["unknown"] == 26


async def test_nine_people_are_withheld_and_the_tenth_makes_a_number(town: Any, tale: Callable[..., Any]) -> None:
    await crowd(town, tale, "the_tenth", *[{"disability": "limited_a_lot"}] * 9, *[{"disability": "not_disabled"}] * 40)
    await crowd(town, tale, "the_tenth", *[{"disability": "limited_a_little"}] * 20)
    assert (await cells(town, "the_tenth", "disability"))["limited_a_lot"] is None
    await crowd(town, tale, "the_tenth", {"disability": "limited_a_lot"})
    shown = await cells(town, "the_tenth", "disability")
    assert (shown["not_disabled"], shown["limited_a_little"]) == (40, 20)
    assert shown["limited_a_lot"] is None  # ten, but they hide the noughts beside them
    await crowd(town, tale, "the_tenth", *[{"disability": "prefer_not_to_say"}] * 10, *[{}] * 10)
    assert (await cells(town, "the_tenth", "disability"))["limited_a_lot"] == 10


async def test_one_person_is_not_ten_however_many_cases_they_have(town: Any, tale: Callable[..., Any]) -> None:
    [(person, _)] = await crowd(town, tale, "often", {"sex": "male"})
    again = [tale(service="often", person=person).opened().touched() for _ in range(30)]
    await town.hear([row for case in again for row in case.rows])
    await crowd(town, tale, "often", *[{"sex": "female"}] * 60, *[{"sex": "prefer_not_to_say"}] * 25, *[{}] * 12)
    found = await cells(town, "often", "sex")
    assert found == {"female": 60, "male": None, "prefer_not_to_say": 25, "unknown": None}


async def test_what_is_changed_counts_anew_and_what_is_taken_back_is_nowhere(
    town: Any, tale: Callable[..., Any]
) -> None:
    people = await crowd(town, tale, "changes", *[{"sex": "female"}] * 24, *[{"sex": "male"}] * 24, *[{}] * 24)
    await town.hear([telling(*each, 2, sex="prefer_not_to_say") for each in people[:12]])
    assert await cells(town, "changes", "sex") == {"female": 12, "male": 24, "prefer_not_to_say": 12, "unknown": 24}
    await town.hear([telling(*each, 3) for each in people[:12]])
    [(left,)] = await town.sql(
        "SELECT count(*) FROM characteristics JOIN pseudonym ON pseudonym = person WHERE person_id = ANY($1)",
        [person for person, _ in people],
    )
    assert left == 36
    assert (await cells(town, "changes", "sex"))["unknown"] == 36


@pytest.mark.parametrize("told", [{"sex": "of_tomorrow"}, {"shoe_size": "nine"}, {"erased": "yes"}])
async def test_what_cannot_be_read_is_not_known(town: Any, told: dict[str, str]) -> None:
    person, profile = new_id(), new_id()
    await town.hear([telling(person, profile, sex="female"), telling(person, profile, 2, **told)])
    whose = "SELECT 1 FROM characteristics JOIN pseudonym ON pseudonym = person WHERE person_id = $1"
    assert await town.sql(whose, person) == []


async def test_nothing_of_it_is_in_evidence_and_no_number_leads_back(town: Any, tale: Callable[..., Any]) -> None:
    [(person, profile)] = await crowd(town, tale, "apart", {"religion": "other", "sexual_orientation": "bisexual"})
    rows = await town.sql("SELECT to_jsonb(e)::text AS row FROM evidence e WHERE service = 'apart'")
    assert rows
    assert not any("bisexual" in row["row"] for row in rows)
    [kept] = await town.sql(
        "SELECT c.* FROM characteristics c JOIN evidence USING (person) WHERE service = 'apart' LIMIT 1"
    )
    assert kept["bands"] == {"religion": "other", "sexual_orientation": "bisexual"}
    assert str(person) not in str(dict(kept))
    assert str(profile) not in str(dict(kept))
