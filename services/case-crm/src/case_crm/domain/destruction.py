"""What two officers may do with a destruction list as it stands, and what stops one of its cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from common.contracts.cases.destruction import AnotherConfirms, ListDecided, ListStatus, NotOneOfTheTwo, Stop

from case_crm.domain.definitions.retention import Disposal

MOST = 500  # cases of one list: as many as two people can look at


def check_confirming(status: str, *, proposed_by: str, officer: str) -> None:
    """Raises ListDecided or AnotherConfirms."""
    if status != ListStatus.PROPOSED:
        raise ListDecided
    if officer == proposed_by:
        raise AnotherConfirms


def check_stopping(status: str, the_two: Sequence[str | None], *, officer: str) -> None:
    """Raises ListDecided or NotOneOfTheTwo."""
    check_open(status)
    if officer not in the_two:
        raise NotOneOfTheTwo


def check_open(status: str) -> None:
    """Raises ListDecided where nothing can be changed any more."""
    if status not in (ListStatus.PROPOSED, ListStatus.COOLING_OFF):
        raise ListDecided


def stops(*, held: bool, related_open: bool, disposal: str | None, goes_on: date | None, today: date) -> list[Stop]:
    """What keeps a case from being destroyed."""
    again = disposal != Disposal.REVIEW or goes_on is None or goes_on > today
    found = {Stop.LEGAL_HOLD: held, Stop.RELATED_OPEN: related_open, Stop.TAKEN_UP_AGAIN: again}
    return [stop for stop, there in found.items() if there]
