"""How sure we are of who somebody is: what each check is worth, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from common.contracts.people.identity import IdentityLevel, IdentityMethod, NamedCheck, ThreeChecksNeeded
from pydantic import BaseModel, ConfigDict, TypeAdapter

MOST_KEPT = 50
NAMED_CHECKS = 3
_RANK = list(IdentityLevel)


class Worth(NamedTuple):
    """What a check shows, and for how many days; None: for as long as the person has the account."""

    level: IdentityLevel
    days: int | None


WORTH: Mapping[IdentityMethod, Worth] = {
    IdentityMethod.THREE_NAMED_CHECKS: Worth(IdentityLevel.MEDIUM, 365),
    IdentityMethod.DOCUMENTS_SEEN: Worth(IdentityLevel.HIGH, 3650),
    IdentityMethod.KNOWN_TO_OFFICER: Worth(IdentityLevel.LOW, 365),
    IdentityMethod.CLAIM_REFERENCE: Worth(IdentityLevel.LOW, None),
    IdentityMethod.OIDC: Worth(IdentityLevel.MEDIUM, None),
    IdentityMethod.ONE_LOGIN: Worth(IdentityLevel.HIGH, None),
}


class IdentityCheck(BaseModel):
    """A check as it is kept: that it was made, by whom and what it is worth. Nothing that was answered."""

    model_config = ConfigDict(frozen=True)

    method: str
    checks: list[str] = []
    level: IdentityLevel
    at: datetime
    by: str
    council: str
    good_until: date | None


_checks = TypeAdapter(list[IdentityCheck])


def check(
    method: IdentityMethod, checks: Sequence[NamedCheck] = (), *, at: datetime, by: str, council: str
) -> IdentityCheck:
    """What is kept of a check that somebody passed. Raises ThreeChecksNeeded."""
    needed = NAMED_CHECKS if method is IdentityMethod.THREE_NAMED_CHECKS else 0
    if len(checks) != len(set(checks)) or not needed <= len(checks) <= needed * len(NamedCheck):
        raise ThreeChecksNeeded
    worth = WORTH[method]
    good_until = (at + timedelta(days=worth.days)).date() if worth.days else None
    kept = {"at": at, "by": by, "council": council, "good_until": good_until}
    return IdentityCheck(method=method, checks=list(checks), level=worth.level, **kept)


def checks_of(document: Any) -> list[IdentityCheck]:
    """Checks from how they are kept."""
    return _checks.validate_python(document)


def with_check(document: Any, new: IdentityCheck) -> Any:
    """How checks are kept with one more, newest first; of very many the oldest go."""
    return _checks.dump_python([new, *checks_of(document)][:MOST_KEPT], mode="json")


def level_of(checks: Iterable[IdentityCheck], *, today: date) -> IdentityLevel:
    """The highest level of a check that is still good."""
    good = (each.level for each in checks if each.good_until is None or each.good_until >= today)
    return max(good, key=_RANK.index, default=IdentityLevel.NONE)
