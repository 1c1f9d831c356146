"""Who sees which row, as PostgreSQL enforces it. Written once per kind of table and attached to all; none can be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Table
from sqlmodel import SQLModel

from common.runtime.schema import identity
from common.runtime.service import Service
from common.runtime.store.ledger import metadata as ledger
from common.runtime.store.roles import ROLES, role_name
from common.runtime.store.work import table_of
from common.runtime.tables import case_column

COUNCIL = "council = (SELECT current_setting('onedoor.council', true))"
VISIBLE = "current_setting('onedoor.council', true) = ANY (visible_to)"  # an array test wrapped in a sub-select loses its index
PERSON = "{column} = ANY (ARRAY(SELECT onedoor.persons()))"
ANY_ID = "{column} = ANY (ARRAY(SELECT onedoor.ids_of(me.id) FROM onedoor.persons() AS me (id)))"
PEOPLE = "ARRAY[{columns}] && ARRAY(SELECT onedoor.persons())"
# Not "= ANY": the planner would take the test for a rare one and sort a partner's whole list rather than walk its index.
PARTNER = "array_position(ARRAY[{columns}]::text[], (SELECT coalesce(current_setting('onedoor.partner', true), ''))) IS NOT NULL"
# Of a row of a restricted case; of any other nothing is found. Asked of each row: an array of all there are would grow with them.
SHOWN = """coalesce((
    SELECT restricted.shown_to && (SELECT coalesce(nullif(current_setting('onedoor.officers', true), ''), '{{}}')::text[])
    FROM public.restricted_case restricted WHERE restricted.id = "{table}"."{column}"
), true)"""
CALLER = "caller = ANY ((SELECT nullif(current_setting('onedoor.callers', true), '')::text[])::text[])"

_WRITES_LEDGER = ("officer", "resident", "partner", "public")


def statements(service: Service) -> Iterator[str]:
    """Everything the owner runs after each migration: grants, policies, twins. Each may be run again."""
    package = service.package
    for schema in ("public", "onedoor", "shadow"):
        yield f"GRANT USAGE ON SCHEMA {schema} TO {', '.join(role_name(package, role) for role in ROLES)}"
    for table in ledger.sorted_tables:
        yield from _closed(package, f"onedoor.{table.name}")
    yield from identity.functions()
    yield from _ledger(package)
    for row in service.rows():
        table = table_of(row)
        yield from _closed(package, f'public."{table.name}"')
        yield from _of_kind(package, row, table)
    for table in service.rebuilt():
        yield from _twin(package, table)
    yield from _no_rebuild_under_way()


def _closed(package: str, name: str) -> Iterator[str]:
    """Shut a table to everybody but its owner before anything is granted."""
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    for role in ROLES:
        yield f"REVOKE ALL ON {name} FROM {role_name(package, role)}"
        yield f"DROP POLICY IF EXISTS {role}_rows ON {name}"
        yield f"DROP POLICY IF EXISTS {role}_writes ON {name}"
        yield f"DROP POLICY IF EXISTS {role}_cases ON {name}"
    yield f"DROP POLICY IF EXISTS owner_rows ON {name}"
    yield f"CREATE POLICY owner_rows ON {name} TO {role_name(package, 'owner')} USING (true)"


def _open(
    package: str, name: str, role: str, rights: str, using: str, *, policy: str = "rows", to: str = "ALL"
) -> Iterator[str]:
    yield f"GRANT {rights} ON {name} TO {role_name(package, role)}"
    clause = f"WITH CHECK ({using})" if to == "INSERT" else f"USING ({using})"
    yield f"CREATE POLICY {role}_{policy} ON {name} FOR {to} TO {role_name(package, role)} {clause}"


def _of_kind(package: str, row: type[SQLModel], table: Table) -> Iterator[str]:
    name, kind = f'public."{table.name}"', str(getattr(row, "row_kind", ""))
    kept_for_ever = getattr(row, "append_only", False)
    every = "SELECT" if kept_for_ever else "SELECT, INSERT, UPDATE, DELETE"
    yield from _open(package, name, "hearer", "SELECT, INSERT" if kept_for_ever else f"{every}, TRUNCATE", "true")
    if kind == "council":
        yield from _open(package, name, "officer", every, COUNCIL)
    elif kind == "partnership":
        yield from _open(package, name, "officer", every, VISIBLE)
    elif kind == "everybody":
        yield from _published(package, name, table)
    elif kind != "machine":
        raise TypeError(f"{row.__name__} is of no kind: inherit OfCouncil, OfPartnership, OfEverybody or OfMachine")
    if kind in {"council", "partnership"} and (column := person_column(row, table)):
        several = getattr(row, "people_are", None)
        whose = PEOPLE.format(columns=", ".join(several)) if several else PERSON.format(column=column)
        yield from _open(package, name, "resident", every, whose)
    if kind in {"council", "partnership"} and "partner_id" in table.columns:
        columns = ", ".join(getattr(row, "partner_is", ("partner_id",)))
        yield from _open(package, name, "partner", every, PARTNER.format(columns=columns))
    for role in ("public", "officer", "partner", "resident"):
        if rights := getattr(row, f"{role}_may", ""):
            yield from _open(package, name, role, rights, "true")
    if (column := case_column(row)) and kind in _SHOWN_TO:
        yield from _restricted(package, table, column, _SHOWN_TO[kind])


_SHOWN_TO = {
    "council": ("officer",),
    "partnership": ("officer",),
    "everybody": ("officer", "resident", "partner", "public"),
}


def _restricted(package: str, table: Table, column: str, roles: Iterable[str]) -> Iterator[str]:
    """Beside all else: what belongs to a restricted case is shown to nobody in these roles whom the case is not shown to."""
    shown = SHOWN.format(table=table.name, column=column)
    for role in roles:
        who = role_name(package, role)
        yield f'CREATE POLICY {role}_cases ON public."{table.name}" AS RESTRICTIVE FOR SELECT TO {who} USING ({shown})'


def _published(package: str, name: str, table: Table) -> Iterator[str]:
    for role in ("officer", "resident", "partner", "public"):
        yield from _open(package, name, role, "SELECT", "true", to="SELECT")
    own = COUNCIL if "council" in table.columns else "true"
    yield f"GRANT INSERT, UPDATE, DELETE ON {name} TO {role_name(package, 'officer')}"
    yield f"CREATE POLICY officer_writes ON {name} TO {role_name(package, 'officer')} USING ({own})"


def person_column(row: Any, table: Table) -> str | None:
    """The column that says whose row it is: `person_id`, or what the class names in `person_is`."""
    named = getattr(row, "person_is", None)
    return named or ("person_id" if "person_id" in table.columns else None)


def _ledger(package: str) -> Iterator[str]:
    for role in _WRITES_LEDGER:
        who = role_name(package, role)
        yield f"GRANT INSERT, SELECT (id, aggregate_id, aggregate, version) ON onedoor.said TO {who}"
        yield f"CREATE POLICY {role}_rows ON onedoor.said TO {who} USING (true)"
        yield from _open(package, "onedoor.to_say", role, "INSERT", "true", to="INSERT")
        yield from _open(package, "onedoor.answer", role, "SELECT, INSERT", CALLER)
        yield from _open(package, "onedoor.granted_key", role, "INSERT", "true", to="INSERT")
        yield from _open(package, "onedoor.reference", role, "SELECT, INSERT, UPDATE", "true")
        yield f"GRANT INSERT, DELETE, SELECT (name, aggregate_id) ON onedoor.timer TO {who}"
        yield f"CREATE POLICY {role}_rows ON onedoor.timer TO {who} USING (true)"
        yield f"GRANT SELECT (consumer, aggregate, aggregate_id, version) ON onedoor.mark TO {who}"
        yield f"CREATE POLICY {role}_rows ON onedoor.mark FOR SELECT TO {who} USING (true)"
    yield from _open(package, "onedoor.held", "officer", "SELECT", "true", to="SELECT")
    for role in ("officer", "partner"):
        yield from _open(package, "onedoor.limited", role, "SELECT", "true", to="SELECT")
    yield from _open(package, "onedoor.limited", "resident", "SELECT", ANY_ID.format(column="person_id"), to="SELECT")
    for table in ledger.sorted_tables:
        yield from _open(package, f"onedoor.{table.name}", "hearer", "SELECT, INSERT, UPDATE, DELETE", "true")


def _no_rebuild_under_way() -> Iterator[str]:
    """A rebuild whose twins were just made anew is given up: swapped in now, it would empty the live tables."""
    yield "DELETE FROM onedoor.rebuild"
    for table in ("mark", "parked"):
        yield f"DELETE FROM onedoor.{table} WHERE right(consumer, 7) = ':shadow'"  # noqa: S608 - our own names


def _twin(package: str, table: Table) -> Iterator[str]:
    """A rebuild fills a twin of the table; it is made anew after each migration, so it always has the same columns."""
    name = f'shadow."{table.name}"'
    yield f"DROP TABLE IF EXISTS {name}"
    yield f'CREATE TABLE {name} (LIKE public."{table.name}" INCLUDING ALL)'
    yield from _closed(package, name)
    yield from _open(package, name, "hearer", "SELECT, INSERT, UPDATE, DELETE, TRUNCATE", "true")
