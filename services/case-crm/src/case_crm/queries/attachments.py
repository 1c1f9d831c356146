"""What is attached to a case, and a file of it as its reader fetches it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncIterator
from uuid import UUID

from common.contracts.cases import AttachmentView, FileGone, FileProtected
from common.runtime.files import File
from common.runtime.objects import Kept, OutOfReach, Spoilt
from common.runtime.problems import NotFound, NotNow
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable

from case_crm.domain import attachments
from case_crm.queries import named
from case_crm.queries.protection import reader_of
from case_crm.queries.views import case_with_definition, theirs
from case_crm.tables import Attachment


async def attachments_of(read: Reading, case_id: UUID) -> list[AttachmentView]:
    """The files of a case, in the order they were attached."""
    case, _, reader = await case_with_definition(read, case_id)
    rows = await read.all(named.ATTACHMENTS, case_id=case_id, **theirs(read))
    read.saw([case.person_id], "looked at what is attached to a case", case=case.id)
    return [attachments.shown(row.__dict__, protected=bool(reader.hidden)) for row, _, _ in rows]


async def attached_file(read: Reading, case_id: UUID, attachment_id: UUID) -> File:
    """A file of a case. It is read whole before it is answered: a broken one is not begun with."""
    found = await read.one(named.ATTACHMENT, case_id=case_id, attachment_id=attachment_id, **theirs(read))
    if found is None:
        raise NotFound
    row, service, protected_kinds = found
    read.in_service(service)
    read.saw([row.person_id], "opened a file of a case", case=row.case_id)
    if reader_of(read, protected_kinds).hidden:
        raise FileProtected
    if row.removed_at is not None:
        raise FileGone
    if is_unreadable(row.lies):  # its key is on its way
        raise NotNow
    content = await _content(read, row)
    name = row.name or attachments.called(None, row.media_type)
    return File(_once(content), name=name, media_type=row.media_type, sha256=row.sha256, size=row.size)


async def _content(read: Reading, row: Attachment) -> bytes:
    kept, key = Kept(row.id.hex, row.lies["sha256"], row.lies["size"]), b64decode(row.lies["key"])
    await read.release()  # no connection is held while the object store is waited for
    try:
        return b"".join([piece async for piece in read.ground.shelf.read(kept, key=key)])
    except Spoilt:
        raise FileGone from None
    except OutOfReach:
        raise NotNow from None


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
