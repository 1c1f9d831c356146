"""What happened to a case, in one order: what its person was told, and what officers noted for each other."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from common.contracts.base import Command, Text, View


class EntryKind(StrEnum):
    """What an entry of the timeline is about."""

    TOUCH = "touch"
    MOVED = "moved"
    OWNER = "owner"
    PARTY = "party"
    TASK = "task"
    RELATED = "related"
    LONGER = "longer"
    UPDATE = "update"
    NOTE = "note"
    FILE = "file"
    RESTRICTED = "restricted"
    APPOINTMENT = "appointment"


class ByKind(StrEnum):
    """What brought something about: a person who decided it, a rule of the platform, or a partner organisation."""

    PERSON = "person"
    RULE = "rule"
    PARTNER = "partner"


class WriteEntry(Command):
    """Write on a case: an update that its person reads too, or a note among officers."""

    kind: Literal[EntryKind.UPDATE, EntryKind.NOTE]
    text: Text
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class EntryView(View):
    """One entry. `by_kind` and `by` say what brought it about; a representative acted for the case's person.

    `by_id` is for officers, and so are the words of touches and notes.
    """

    entry_id: UUID
    at: datetime
    kind: str
    what: str | None = Field(
        description=(
            "The transition that was made, what a touch was for, whose part began or ended, a sort of task and how it stands, "
            "what the case is to another, which promise takes longer, or what became of an appointment."
        )
    )
    status: str | None
    text: str | None
    amount: int | None
    by_kind: ByKind
    by: str
    by_id: str | None
