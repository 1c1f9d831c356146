"""The roles of a service in PostgreSQL, by name. Imports nothing, since the runner asks before anything is loaded."""

from __future__ import annotations

ROLES = ("officer", "resident", "partner", "hearer", "public")  # they log in and serve; the owner migrates


def role_name(package: str, role: str) -> str:
    """The PostgreSQL role of a service's role, `case_crm_officer`. Roles are the cluster's, so they carry the service."""
    return f"{package}_{role}"
