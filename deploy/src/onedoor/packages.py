"""The five services, in the order of their ports. The only list of them; what each one is, is said by its own package."""

from __future__ import annotations

PACKAGES = ("customer_account", "case_crm", "feedback", "partner_gateway", "review_engine")


def name_of(package: str) -> str:
    """A service's name: `case-crm` of the package `case_crm`."""
    return package.replace("_", "-")
