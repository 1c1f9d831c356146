"""Files of cases: attached, listed, fetched."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import (
    AttachmentView,
    CaseIsOver,
    ClosedForGood,
    EnoughAttached,
    FileGone,
    FileProtected,
    KindNotTaken,
    NotSafe,
    NotWhatItSays,
    ReasonNeeded,
)
from common.contracts.cases.attachments import RemoveAttachment, RemovedAttachmentView, TooLateToRemove
from common.contracts.people.protection import AddressInText
from common.runtime.files import File
from common.runtime.routes import Api, Read, Sent, Tx

from case_crm.api.rules import may_move, may_open, may_read
from case_crm.commands import attachments as commands
from case_crm.domain.attachments import MEDIA_TYPES
from case_crm.queries import attachments as queries

routes = Api(tag="attachments")


@routes.upload(
    "/cases/{case_id}/attachments",
    allow=may_open,
    media_types=MEDIA_TYPES,
    refuses=[KindNotTaken, NotWhatItSays, NotSafe, CaseIsOver, EnoughAttached, AddressInText],
)
async def attach(case_id: UUID, file: Sent, tx: Tx) -> AttachmentView:
    """Attach a file: the body as it is, and its kind in Content-Type. What it says of its maker and their place is taken out."""
    return await commands.attach(tx, case_id, file)


@routes.read("/cases/{case_id}/attachments", allow=may_read)
async def attachments(case_id: UUID, read: Read) -> list[AttachmentView]:
    """The files of a case, in the order they were attached."""
    return await queries.attachments_of(read, case_id)


@routes.file(
    "/cases/{case_id}/attachments/{attachment_id}",
    allow=may_read,
    media_type=MEDIA_TYPES,
    refuses=[FileProtected, FileGone],
)
async def attachment(case_id: UUID, attachment_id: UUID, read: Read) -> File:
    """A file of a case, to be saved. That somebody else fetched it is an entry that its person sees."""
    return await queries.attached_file(read, case_id, attachment_id)


@routes.edit(
    "/cases/{case_id}/attachments/{attachment_id}/removal",
    allow=may_move,
    refuses=[TooLateToRemove, ReasonNeeded, ClosedForGood, FileProtected, FileGone, AddressInText],
)
async def remove_attachment(
    case_id: UUID, attachment_id: UUID, command: RemoveAttachment, tx: Tx
) -> RemovedAttachmentView:
    """Take a file away for good. Its person may until we have decided; an officer says why."""
    return await commands.remove_attachment(tx, case_id, attachment_id, command)
