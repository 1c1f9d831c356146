"""A look at a person's data by somebody else leaves an entry the person can see; what cannot be recorded is refused."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from uuid import UUID

from common.contracts.access import AccessRecorded
from common.runtime.principal import Principal
from common.runtime.transaction import Transaction

SAME_LOOK = 15 * 60  # seconds in which the same look is counted, not repeated
MOST_REMEMBERED = 20_000


class Looks:
    """Remembers what was recorded lately, so that a screen refreshed is one entry."""

    def __init__(self, *, system: str) -> None:
        self.system = system
        self._lately: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def record(self, tx: Transaction, persons: frozenset[UUID], why: str, *, case: UUID | None) -> str | None:
        """Say the entry of this look in `tx`. Gives the key to confirm once it is committed; None if it is a repetition."""
        key = _key(tx.me, persons, why, case)
        seen = self._lately.get(key)
        if seen and time.monotonic() - seen[0] < SAME_LOOK:
            self._lately[key] = (seen[0], seen[1] + 1)
            return None
        entry = AccessRecorded(
            persons=sorted(persons),
            reason=_reason(tx.me, why),
            system=self.system,
            case_id=case,
            role=tx.me.actor_kind,
            organisation=None if tx.me.acting else tx.me.partner or tx.me.council,
        )
        tx.say_once(entry)
        return key

    def committed(self, key: str) -> None:
        """The entry is safe: repetitions need not be said."""
        self._lately[key] = (time.monotonic(), 1)
        if len(self._lately) > MOST_REMEMBERED:
            self._lately.popitem(last=False)


def _reason(me: Principal, why: str) -> str:
    """Why it was, as the person reads it; of a representative, as what they acted comes first."""
    if me.acting is None:
        return why
    return ": ".join(part for part in (f"acted for the person, as {me.acting.kind}", why) if part)


def _key(me: Principal, persons: frozenset[UUID], why: str, case: UUID | None) -> str:
    by = str(me.acting.representation_id) if me.acting else ""
    parts = [me.actor_kind, me.actor_id, by, me.council or "", why, str(case), *sorted(map(str, persons))]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
