"""Services whose cases not every officer sees."""

from __future__ import annotations

from common.contracts.base import Line

from case_crm.domain.definitions.part import Part


class Restricted(Part):
    """Cases of the service are restricted from the start, for this reason: shown to whoever began it, and to whoever is cleared."""

    because: Line
