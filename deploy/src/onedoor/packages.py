"""The five services, in the order of their ports. The only list of them; what each one is, is said by its own package."""

from __future__ import annotations

PACKAGES = ("customer_account", "case_crm", "feedback", "partner_gateway", "review_engine")

KEYS_OF_PEOPLE = "customer_account_keys"
"""What the database of people's keys is named after, and the roles in it. It is no service, and one service has it."""


def name_of(package: str) -> str:
    """A service's name: `case-crm` of the package `case_crm`."""
    return package.replace("_", "-")
