"""Who sees which row, asked of PostgreSQL's own catalogue: no table without its policies, no role with powers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from common.embedded import Nats
from common.runtime.schema.migrations import differences
from common.runtime.schema.policies import person_column
from common.runtime.store.database import ROLES
from common.runtime.store.ledger import metadata as ledger
from common.runtime.store.work import table_of
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from onedoor.contracts import services
from sqlalchemy import create_engine

SERVICES = services()


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, SERVICES) as running:
        yield running


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_every_table_forces_row_level_security_and_has_a_policy_for_whom_it_is_granted(
    town: Platform, service: Any
) -> None:
    tables = await town.sql(
        service.name,
        "SELECT c.oid::regclass::text AS name, relrowsecurity AND relforcerowsecurity AS forced, "
        "(SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'p') AND NOT relispartition "
        "AND nspname IN ('public', 'onedoor', 'shadow') AND relname NOT LIKE 'alembic%'",
    )
    assert len(tables) >= len(service.rows()) + len(ledger.tables)
    assert [table["name"] for table in tables if not table["forced"] or not table["policies"]] == []
    views = await town.sql(service.name, "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                           "WHERE relkind IN ('v', 'm') AND nspname IN ('public', 'onedoor')")  # fmt: skip
    assert views == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_every_policy_is_one_clause_and_no_serving_role_has_powers(town: Platform, service: Any) -> None:
    policies = await town.sql(
        service.name,
        "SELECT polname, pg_get_expr(polqual, polrelid) AS clause FROM pg_policy WHERE polqual IS NOT NULL",
    )
    assert policies
    assert [p["polname"] for p in policies if " AND " in p["clause"] or " OR " in p["clause"]] == []
    powers = await town.sql(
        service.name,
        "SELECT rolname FROM pg_roles WHERE rolname LIKE $1 AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)",
        f"{service.package}_%",
    )
    assert powers == []
    owned = await town.sql(
        service.name,
        "SELECT relname FROM pg_class WHERE relowner::regrole::text = ANY($1)",
        [f"{service.package}_{role}" for role in ROLES],
    )
    assert owned == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_partitions_are_reached_only_through_their_table(town: Platform, service: Any) -> None:
    granted = await town.sql(
        service.name,
        "SELECT c.relname FROM pg_class c, unnest($1::text[]) who WHERE c.relispartition AND c.relkind = 'r' "
        "AND has_table_privilege(who, c.oid, 'SELECT, INSERT, UPDATE, DELETE')",
        [f"{service.package}_{role}" for role in ROLES],
    )
    assert granted == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_table_is_of_a_kind_and_says_whose_row_it_is(service: Any) -> None:
    for row in service.rows():
        kind = row.row_kind
        columns = set(table_of(row).columns.keys())
        assert kind in {"council", "partnership", "everybody", "machine"}
        if kind == "everybody":
            assert person_column(row, table_of(row)) is None, f"{row.__name__} is published and names a person"
        assert kind != "council" or "council" in columns
        assert kind != "partnership" or "visible_to" in columns


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_migrations_make_exactly_the_tables_of_this_release(town: Platform, service: Any) -> None:
    address = town.databases[service.name].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(address, connect_args={"options": "-c search_path=public"})
    with engine.connect() as connection:
        assert differences(connection, service) == []
    engine.dispose()


async def test_all_services_together_keep_to_the_connection_budget(town: Platform) -> None:
    settings = next(iter(town.told.values()))
    most = sum(getattr(settings, f"pool_{role}") for role in ROLES) * len(SERVICES)
    assert most <= 60
    used = await town.sql(
        "case-crm",
        "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name ~ '^(customer|case|feedback|partner|review)-'",
    )
    assert 0 < used[0]["n"] <= most
