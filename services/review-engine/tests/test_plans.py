"""Every read finds its rows by an index among a hundred thousand, as the role that asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from common.runtime.query import Query
from common.runtime.store.database import on_behalf_of
from review_engine.queries import named

FILL = """
INSERT INTO evidence (council, source, version, journey, sequence, person, age_band, aggregate, event, activity, service,
                      channel, occurred, recorded, reached, previous_activity, seconds_since)
SELECT (ARRAY['northmere', 'southholt'])[1 + j % 2], journey, v, journey, v, CASE WHEN j % 3 > 0 THEN gen_random_uuid() END,
       (ARRAY['18-24', '25-44', '75+', 'unknown'])[1 + j % 4], 'case', event, event,
       (ARRAY['missed_bin', 'pothole', 'blue_badge', 'parking', 'housing_repair'])[1 + j % 5],
       (ARRAY['online', 'phone', 'unknown'])[1 + j % 3], at, at, at, CASE WHEN v > 1 THEN 'case.opened' END, v * 60
FROM (SELECT j, gen_random_uuid() AS journey FROM generate_series(1, 20000) j) journeys,
     unnest(ARRAY['case.opened', 'interaction.recorded', 'case.status_changed:x', 'case.resolved', 'case.closed'])
         WITH ORDINALITY kinds (event, v),
     LATERAL (SELECT '2024-01-01T00:00Z'::timestamptz + (j % 1000) * interval '1 day' + v * interval '1 hour' AS at) t
"""
NUMBERS = """
INSERT INTO pseudonym SELECT gen_random_uuid(), person FROM evidence WHERE person IS NOT NULL;
INSERT INTO birth_month SELECT pseudonym, '1957-08-01' FROM pseudonym;
INSERT INTO characteristics SELECT pseudonym, '{"religion": "christian"}' FROM pseudonym;
INSERT INTO journey_of (aggregate_id, aggregate, council, source, journey)
SELECT gen_random_uuid(), 'case', council, journey, journey FROM evidence WHERE version = 1;
ANALYZE
"""
SOMEBODY = UUID(int=7)
SOMETHING = {"aggregate": "case", "aggregate_id": SOMEBODY}
PERIOD = {"begins": datetime(2025, 3, 1, tzinfo=UTC), "ends": datetime(2025, 6, 1, tzinfo=UTC)}
MEASURE = {"council": "northmere", "service": "missed_bin", **PERIOD}
READS: list[tuple[str, str, dict[str, Any]]] = [
    ("hearer", "SURROUNDINGS", {"council": "northmere", "person_id": SOMEBODY, "case_id": None, **SOMETHING}),
    ("hearer", "JOURNEY", {"journey": SOMEBODY}),
    ("hearer", "NUMBERS_OF_CASE", {"case_id": SOMEBODY}),
    ("hearer", "NUMBERS_OF_PERSON", {"person_id": SOMEBODY}),
    ("hearer", "NUMBERS_ON_JOURNEYS", {"journeys": [SOMEBODY]}),
    ("hearer", "PERSON", {"person_id": SOMEBODY}),
    ("hearer", "EVIDENCE_OF_PERSON", {"person": SOMEBODY}),
    ("hearer", "ALONE", {}),
    ("officer", "COUNTS", {**MEASURE, "zone": "Europe/London"}),
    ("officer", "ASKED_AGAIN", MEASURE),
    ("officer", "FOLLOWS", MEASURE),
    ("officer", "FOLLOWS_BY_AGE_BAND", MEASURE),
    ("officer", "FOLLOWS_BY_CHANNEL", MEASURE),
    ("officer", "FOLLOWS_BY_CHARACTERISTIC", {**MEASURE, "characteristic": "religion"}),
]


@pytest.fixture(scope="module")
async def crowd(town: Any) -> Any:
    await town.sql(FILL)
    for statement in NUMBERS.split(";"):
        await town.sql(statement)
    return town


def test_every_read_is_among_them() -> None:
    assert {name for name, value in vars(named).items() if isinstance(value, Query)} == {name for _, name, _ in READS}


@pytest.mark.parametrize(("role", "name", "given"), READS, ids=[name for _, name, _ in READS])
async def test_a_read_uses_its_index(crowd: Any, role: str, name: str, given: dict[str, Any]) -> None:
    read = getattr(named, name)
    database = crowd.platform["review-engine"].inner.database
    async with database.begin(role, on_behalf_of(council="northmere"), reading=True) as connection:
        plan = await connection.fetch(f"EXPLAIN {read.sql}", *read.arguments(given))
    lines = "\n".join(row[0] for row in plan)
    assert "Seq Scan" not in lines, lines
