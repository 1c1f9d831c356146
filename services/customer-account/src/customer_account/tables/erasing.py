"""Erasing somebody: what was asked of every service, what each answered, and what the page shows that proves it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import OfMachine, document, moment
from sqlalchemy import ARRAY, Uuid
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class Erasure(OfMachine, CustomerAccount, table=True):
    """A request to be erased that was granted. `digest` is that of the reference which opens its page, nobody holds more of it.

    `persons` are the ids that lead to whoever asked, until it is done; nobody who opens the page can read them.
    """

    __tablename__ = "erasure"
    public_may: ClassVar[str] = "SELECT (request_id, digest, status, granted_at, finished_at, keys_destroyed_at)"

    request_id: UUID = Field(primary_key=True)
    digest: str = Field(unique=True)
    persons: list[UUID] = Field(sa_type=ARRAY(Uuid))
    round: int
    status: str
    granted_at: datetime = moment()
    finished_at: datetime | None = moment(default=None, nullable=True)
    keys_destroyed_at: datetime | None = moment(default=None, nullable=True)


class ErasureAnswer(OfMachine, CustomerAccount, table=True):
    """What one service says it erased, in all rounds together, and what it keeps as of the last."""

    __tablename__ = "erasure_answer"
    public_may: ClassVar[str] = "SELECT"

    request_id: UUID = Field(primary_key=True)
    service: str = Field(primary_key=True)
    round: int
    at: datetime = moment()
    emptied: Any = document()
    kept: Any = document()
    sealed: bool
