"""What may pass between a partner and the councils, by its information-sharing agreements.

One rule for whoever plans what is told, and for whoever sends it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.contracts.partners.agreements import BeyondAgreement, NoAgreement
from common.contracts.partners.consents import Purpose
from common.facts import group_of


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement that is in force today: for which councils, and by purpose what is `shown` and what is `told`."""

    councils: frozenset[str]
    terms: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Cover:
    """What may pass between a partner and the councils, by all its agreements that are in force today."""

    partner: str
    agreements: Sequence[Agreed] = ()

    def shown(self, council: str, purpose: Purpose) -> frozenset[str]:
        """The field groups that the partner may be shown."""
        return self._groups("shown", council, purpose)

    def serves(self, council: str, purpose: Purpose) -> bool:
        """Whether there is an agreement for this at all."""
        return bool(self._terms(council, purpose))

    def check_shown(self, groups: Collection[str], council: str, purpose: Purpose) -> None:
        """Raises NoAgreement, or BeyondAgreement where the partner may not be shown all of these."""
        self._check("shown", groups, council, purpose)

    def check_told(self, groups: Collection[str], council: str, purpose: Purpose) -> None:
        """Raises NoAgreement, or BeyondAgreement where the partner may not tell all of these."""
        self._check("told", groups, council, purpose)

    def _check(self, way: str, groups: Collection[str], council: str, purpose: Purpose) -> None:
        if not self.serves(council, purpose):
            raise NoAgreement(partner=self.partner, purpose=purpose.value)
        if beyond := sorted(set(groups) - self._groups(way, council, purpose)):
            raise BeyondAgreement(partner=self.partner, field_groups=beyond)

    def _groups(self, way: str, council: str, purpose: Purpose) -> frozenset[str]:
        return frozenset(group for term in self._terms(council, purpose) for group in term[way])

    def _terms(self, council: str, purpose: Purpose) -> list[Mapping[str, Any]]:
        covering = [agreed for agreed in self.agreements if council in agreed.councils]
        return [term for agreed in covering for term in agreed.terms if term["purpose"] == purpose]


def outside(kinds: Iterable[str], groups: Collection[str]) -> list[str]:
    """The kinds of facts among these that belong to none of the field groups, in their order."""
    return [kind for kind in kinds if group_of(kind) not in groups]
