"""A service's part of somebody's package: taken on when it is asked for, handed in by an errand, then said to be there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.contracts.people.rights import AccessPackagePartReady, AccessPackageRequested
from common.runtime.envelope import Heard
from common.runtime.objects import Kept, Objects, part_of
from common.runtime.reminders import Due, Timer
from common.runtime.rights.collecting import Collecting
from common.runtime.settings import Settings
from common.runtime.tables import Aggregate
from common.runtime.timers import Ringing
from common.runtime.transaction import Transaction

HAND_IN = Timer("access_package_part")
LOST_AFTER = timedelta(seconds=30)  # then a part that was taken on is taken on again: whoever did it may have died
GIVE_UP_AFTER = timedelta(days=30)  # behind the time to answer by: then nobody fetches it any more


@dataclass(frozen=True, slots=True)
class Asked:
    """A part that is to be handed in."""

    request_id: UUID
    person_id: UUID
    told: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A part that lies in the object store, and how many records it has."""

    kept: Kept
    records: int


def take_on(tx: Transaction, heard: Heard, asked: AccessPackageRequested) -> None:
    """Take a part on, where this service is asked for one."""
    if heard.person_id is None or (asked.of and tx.me.id not in asked.of):
        return
    details = {
        "person_id": str(heard.person_id),
        "told": asked.told,
        "until": (asked.answer_by + GIVE_UP_AFTER).isoformat(),
    }
    tx.remind(HAND_IN, about=Aggregate(id=heard.aggregate_id), at=tx.now, details=details)


class Packing:
    """Hands in the parts of one service."""

    def __init__(self, service: str, collecting: Collecting, objects: Objects) -> None:
        self.service = service
        self.collecting = collecting
        self.objects = objects

    def errands(self) -> dict[str, Ringing]:
        return {HAND_IN.name: Ringing(HAND_IN, self.take, self.hand_in, self.say)}

    async def take(self, tx: Transaction, due: Due) -> Asked | None:
        """Take a part on, until it is handed in or nobody waits for it any more."""
        details = due.details or {}
        if tx.now > datetime.fromisoformat(details["until"]):
            return None
        person = UUID(details["person_id"])
        tx.remind(HAND_IN, about=Aggregate(id=due.aggregate_id), at=tx.now + LOST_AFTER, details=details)
        return Asked(due.aggregate_id, person, details["told"], tx.now)

    async def hand_in(self, asked: Asked, _: Settings) -> HandedIn:
        """Put what is held of the person into the object store, piece by piece as it is read."""
        count: list[int] = []
        kept = await self.objects.put(self._content(asked, count), about=part_of(asked.request_id, self.service))
        return HandedIn(kept, sum(count))

    async def say(self, tx: Transaction, asked: Asked, handed_in: HandedIn) -> None:
        """Say that it is there."""
        kept = handed_in.kept
        ready = AccessPackagePartReady(
            request_id=asked.request_id,
            service=self.service,
            object=kept.object,
            sha256=kept.sha256,
            size=kept.size,
            records=handed_in.records,
        )
        tx.say_once(ready, about=asked.person_id)
        tx.forget(HAND_IN, about=Aggregate(id=asked.request_id))

    def _content(self, asked: Asked, count: list[int]) -> AsyncIterator[bytes]:
        return self.collecting.lines(asked.person_id, told=asked.told, now=asked.now, count=count)
