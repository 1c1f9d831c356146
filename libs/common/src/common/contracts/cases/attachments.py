"""Files that are attached to cases: what is said of them, shown and refused. What is in one is said nowhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from common.contracts.base import Command, Open, Refusal, Text, View
from common.contracts.cases.events import CaseEvent


class Scanned(StrEnum):
    """Whether somebody looked for malware in a file before it was kept. What had some in it is not kept."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"


class AttachmentAdded(CaseEvent, name="attachment.added"):
    """A file was attached to the case: as it was once its metadata was taken out. `size` is in bytes."""

    attachment_id: UUID
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
    size: int
    scanned: Open[Scanned]


class AttachmentRemoved(CaseEvent, name="attachment.removed"):
    """A file that was attached to the case was taken away, by its person or by an officer with a reason."""

    attachment_id: UUID


class RemoveAttachment(Command):
    """Take a file of a case away for good."""

    reason: Text | None = Field(default=None, description="Why, for the person to read: an officer gives one.")
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class AttachmentView(View):
    """A file of a case. `sha256` (in hexadecimal) and `size` (in bytes) are those of the file as it is fetched."""

    attachment_id: UUID
    name: str | None = Field(description="What it is called; nothing where that is not shown to this reader.")
    media_type: str
    size: int
    sha256: str
    scanned: str
    by: str
    added_at: datetime
    removed_at: datetime | None = Field(
        default=None, description="When it was taken away; then it is not there to be fetched."
    )
    protected: bool = Field(
        description="Whether it may tell where a protected person is, and is not given to this reader."
    )


class RemovedAttachmentView(AttachmentView):
    """A file that was taken away. `version` is that of its case: the next If-Match."""

    version: int


class KindNotTaken(Refusal, status=415):
    """We cannot take this kind of file."""


class NotWhatItSays(Refusal, status=422):
    """This file is not what it says it is, or is damaged. Please save it again, and send that."""


class NotSafe(Refusal, status=422):
    """There is something in this file that could do harm. We did not keep it."""


class CaseIsOver(Refusal, status=409):
    """This request has ended, so nothing can be attached to it."""


class EnoughAttached(Refusal, status=409):
    """No more files can be attached to this request."""


class FileProtected(Refusal, status=403):
    """This file may tell where somebody is. Fewer people can see it."""


class TooLateToRemove(Refusal, status=409):
    """We have decided by what you sent us, so it stays with your request. Please ask us if it should be taken away."""


class FileGone(Refusal, status=410):
    """We no longer have this file. Please ask for it to be sent again."""
