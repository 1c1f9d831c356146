"""Files that are attached to cases. What is in them lies in the object store, under keys that lie here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import OfCouncil, document, moment, sealed_text
from sqlalchemy import Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm

_NAME = Sealed("attachment.name", row="id", council="council", under=KeyClass.SPECIAL)
_LIES = Sealed("attachment.lies", row="id", council="council", under=KeyClass.SPECIAL)


class Attachment(OfCouncil, CaseCrm, table=True):
    """One file. `lies` says where in the object store (under its id), and has its key: without the row, nobody reads it.

    Of one that was removed it stays that there was one, of which kind and when.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("attachment_of_case", "case_id", "added_at"),
        Index("attachment_of_person", "person_id", "case_id"),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID
    person_id: UUID | None = None
    name: str | None = sealed_text(_NAME, default=None)
    media_type: str
    size: int
    sha256: str
    scanned: str
    lies: Any = document(sealed=_LIES, default=None, nullable=True)
    by_role: str
    by_id: str
    added_at: datetime = moment()
    removed_at: datetime | None = moment(default=None, nullable=True)
