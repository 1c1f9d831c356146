"""Erasing somebody: what is said when nothing leads to them any more, and the page that proves it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from common.contracts.base import Event, Refusal, View
from common.contracts.people.persons import PersonEvent
from common.contracts.people.rights import KeptByLaw


class PersonErased(PersonEvent, name="person.erased"):
    """Nobody can read any more what was sealed of this person: their keys are destroyed."""


class ErasurePartEvent(Event, aggregate="erasure_part", speaker="any"):
    """One service's part in erasing somebody."""


class ErasureConfirmed(ErasurePartEvent, name="erasure.confirmed"):
    """A service holds nothing of the person any more, but for what is `kept`. `sealed`: some of that is sealed under their keys."""

    request_id: UUID
    service: str
    round: int
    emptied: dict[str, int]
    kept: list[KeptByLaw]
    sealed: bool


class ErasedHere(View):
    """What one service did: when, how many records of what, and what it keeps for now. Not yet, where `at` is not there."""

    service: str
    called: str
    at: datetime | None = None
    emptied: dict[str, int]
    kept: list[KeptByLaw]


class ErasureProofView(View):
    """What became of a request to be erased. It names nobody.

    `copies_gone_on`: by then nothing of it lies between the services any more; `backups_gone_on`: nor are their keys in a backup,
    without which nothing that lies sealed in an older backup can be read.
    """

    status: str
    granted_at: datetime
    finished_at: datetime | None
    keys_destroyed_at: datetime | None
    services: list[ErasedHere]
    copies_gone_on: date | None
    backups_gone_on: date | None


class ProtectedNotErased(Refusal, status=409):
    """This person is protected. End the protection first: who may be told where they are hangs on it."""


class JoinedNotErased(Refusal, status=409):
    """This record was joined with another of the same person. Ask for that one: this one goes with it."""
