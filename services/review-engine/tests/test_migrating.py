"""What is there keeps its numbers when a release comes that draws them for each council; what is no step goes."""

from __future__ import annotations

from typing import Any

import alembic.command
import psycopg
import pytest
from common.runtime.schema import migrations, policies
from common.runtime.schema.migrations import create_database, migrate
from common.testing.databases import owner_address
from common.testing.servers import Servers
from review_engine.app import service
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

BEFORE = "98ff894b6754"
ROWS = """
INSERT INTO evidence (council, source, version, journey, sequence, age_band, aggregate, event, activity, channel, occurred,
                      recorded, reached)
SELECT (ARRAY['northmere', 'southholt'])[1 + i % 2], md5('s' || i || v)::uuid, 1, md5('j' || i)::uuid, v, 'unknown',
       CASE v WHEN 1 THEN 'case' ELSE 'referral' END, 'x', 'x', 'phone', now(), now(), now()
FROM generate_series(1, 4) i, generate_series(1, 2) v
UNION ALL SELECT 'northmere', md5('c')::uuid, 1, md5('c')::uuid, 1, 'unknown', 'contact', 'x', 'x', 'phone', now(), now(), now();
INSERT INTO journey_of (aggregate_id, aggregate, source, journey)
SELECT md5('a' || source)::uuid, aggregate, source, journey FROM evidence;
INSERT INTO journey_of (aggregate_id, aggregate, source, journey)
SELECT gen_random_uuid(), 'case', gen_random_uuid(), gen_random_uuid()
"""
KEPT = """
SELECT j.council AS numbered_for, e.council AS step_of, count(*) FROM journey_of j LEFT JOIN evidence e USING (source)
GROUP BY 1, 2 ORDER BY 1, 2
"""


@pytest.fixture
def owner(servers: Servers) -> str:
    """A database of the first release, with journeys in it: its owner's address."""
    name = "review_engine_first"
    create_database(servers.admin, service, password=servers.password, name=name)
    address = owner_address(servers, service, name)
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.begin() as connection:
        migrations.prepare(connection)
        alembic.command.upgrade(migrations.config(migrations.RUNTIME, connection), "head")
        alembic.command.upgrade(migrations.config(service.migrations, connection), BEFORE)
        then = [each for each in policies.statements(service) if '"characteristics"' not in each]  # a table of later
        for statement in (*then, ROWS.replace("%", "%%")):
            connection.exec_driver_sql(statement)
    return address


def asked(owner: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(owner) as connection:
        return connection.execute(statement).fetchall()


def test_every_number_is_kept_for_the_council_of_its_journey(owner: str) -> None:
    numbers = (
        "SELECT aggregate_id, aggregate, source, journey FROM journey_of WHERE aggregate <> 'contact' ORDER BY source"
    )
    before = asked(owner, numbers)
    migrate(owner, service)
    assert asked(owner, KEPT) == [("", None, 1), ("northmere", "northmere", 4), ("southholt", "southholt", 4)]
    assert asked(owner, numbers) == before
    migrate(owner, service)
    assert asked(owner, numbers) == before
    left = asked(owner, "SELECT aggregate FROM evidence UNION SELECT aggregate FROM journey_of ORDER BY 1")
    assert left == [("case",), ("referral",)]
