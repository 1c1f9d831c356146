"""Files attached to cases; and what lies in the object store that no row names, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from common.contracts.cases import AttachmentAdded, AttachmentView, ClosedForGood, EntryKind, FileGone, FileProtected
from common.contracts.cases.attachments import AttachmentRemoved, RemoveAttachment, RemovedAttachmentView
from common.runtime.files import Upload
from common.runtime.objects import Shelf
from common.runtime.problems import NotFound
from common.runtime.settings import Settings
from common.runtime.tables import Aggregate
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.silence import listen
from case_crm.commands.texts import check_text
from case_crm.commands.timeline import note
from case_crm.commands.waiting import await_person
from case_crm.domain import attachments, handling
from case_crm.outside.files import Stored, store
from case_crm.queries import named
from case_crm.tables import Attachment, Case

SWEEP = Timer("attachments_sweep")
REMOVE = Timer("attachment_remove")
_EVERY = Aggregate(id=UUID(int=1))
SOON, DAILY = timedelta(minutes=10), timedelta(days=1)
UPLOADED_WITHIN = timedelta(hours=1)  # no upload that is still under way began before that
LOST_AFTER = timedelta(minutes=5)
PAGE = 5000


async def attach(tx: Transaction, case_id: UUID, file: Upload) -> AttachmentView:
    """Attach a file to a case. Nothing of it is kept unless all of it is, and its row with it."""
    case, definition, reader = await queries.case_with_definition(tx, case_id)
    there = await tx.all(named.ATTACHMENTS, case_id=case_id, **queries.theirs(tx))
    attachments.check_room(case.status, sum(row.removed_at is None for row, _, _ in there))
    attachments.check_kind(file.media_type)
    name = attachments.called(file.name, file.media_type)
    await check_text(tx, name, case.person_id, at="/header/Content-Disposition", insists=False, case=case.id)
    put = partial(store, file, shelf=tx.ground.shelf, clamd=tx.ground.clamd)
    stored = await tx.ask_outside("attachment", put)
    tx.saw([case.person_id], "attached a file to a case", case=case.id)
    row = tx.add(_row(tx, case, stored, name, file.media_type))
    added = AttachmentAdded(attachment_id=row.id, media_type=row.media_type, size=row.size, scanned=stored.scanned)
    tx.say(added, on=case)
    listen(tx, case, was=case.status)
    await_person(tx, case, definition, was=case.status)
    return attachments.shown(row.__dict__, protected=bool(reader.hidden))


async def remove_attachment(
    tx: Transaction, case_id: UUID, attachment_id: UUID, command: RemoveAttachment
) -> RemovedAttachmentView:
    """Take a file away: by its person until the case is decided, by an officer who says why. That there was one stays."""
    case, _, reader = await queries.case_with_definition(tx, case_id)
    found = await tx.one(named.ATTACHMENT, case_id=case_id, attachment_id=attachment_id, **queries.theirs(tx))
    if found is None:
        raise NotFound
    row, officer = found[0], reader.role == "officer"
    insists = command.no_address_in_it
    await check_text(tx, command.reason, case.person_id, at="/reason", insists=insists, case=case.id)
    if handling.closed_to(queries.caller_of(tx), case.status):
        raise ClosedForGood
    attachments.check_removing(case.status, result=case.result, officer=officer, reason=command.reason)
    if reader.hidden:
        raise FileProtected
    if row.removed_at is not None:
        raise FileGone
    tx.edits(case)
    tx.saw([case.person_id], "took a file of a case away", case=case.id)
    tx.change(row, name=None, lies=None, removed_at=tx.now)
    tx.say(AttachmentRemoved(attachment_id=row.id), on=case)
    note(tx, case, EntryKind.FILE, text=command.reason, public=True, what="removed")
    tx.remind(REMOVE, about=Aggregate(id=row.id), at=tx.now)
    listen(tx, case, was=case.status)
    left = attachments.shown(row.__dict__, protected=False)
    return RemovedAttachmentView(**left.model_dump(), version=case.version)


def _row(tx: Transaction, case: Case, stored: Stored, name: str, media_type: str) -> Attachment:
    return Attachment(
        id=stored.id,
        council=case.council,
        case_id=case.id,
        person_id=case.person_id,
        name=name,
        media_type=media_type,
        size=stored.size,
        sha256=stored.sha256,
        scanned=stored.scanned.value,
        lies=stored.lies,
        by_role=tx.me.actor_kind,
        by_id=tx.me.actor_id,
        added_at=tx.now,
    )


@dataclass(frozen=True, slots=True)
class Sweeping:
    """That it is to be found out what lies in the object store."""

    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Removing:
    """That something in the object store is to be taken away."""

    shelf: Shelf
    name: UUID


def begin_sweeping(tx: Transaction) -> None:
    """Have what no row names taken away soon after each start, and every day from then on."""
    tx.remind(SWEEP, about=_EVERY, at=tx.now + SOON)


def sweep_soon(tx: Transaction) -> None:
    """Have what no row names any more taken away now."""
    tx.remind(SWEEP, about=_EVERY, at=tx.now)


def sweep(tx: Transaction) -> Sweeping:
    """Begin to look for what no row names."""
    tx.remind(SWEEP, about=_EVERY, at=tx.now + DAILY)
    return Sweeping(tx.ground.shelf)


async def look(sweeping: Sweeping, _: Settings) -> list[UUID]:
    """What lies there for so long that its row would be there too. Ids are of real time, whatever the platform's clock says."""
    return await sweeping.shelf.names(made_before=datetime.now(UTC) - UPLOADED_WITHIN)


async def take_away_orphans(tx: Transaction, _: Sweeping, names: Sequence[UUID]) -> None:
    """Have taken away what no row names: of uploads that died on the way, and of rows that are gone."""
    known: set[UUID] = set()
    for start in range(0, len(names), PAGE):
        known.update(await tx.all(named.ATTACHMENTS_AMONG, ids=names[start : start + PAGE]))
    for name in names:
        if name not in known:
            tx.remind(REMOVE, about=Aggregate(id=name), at=tx.now)


async def remove(tx: Transaction, name: UUID) -> Removing | None:
    """Begin to take something away that no row names."""
    if await tx.all(named.ATTACHMENTS_AMONG, ids=[name]):
        return None
    tx.remind(REMOVE, about=Aggregate(id=name), at=tx.now + LOST_AFTER)
    return Removing(tx.ground.shelf, name)


async def take_away(removing: Removing, _: Settings) -> None:
    """Take it away. Done twice, it is done once."""
    await removing.shelf.remove(removing.name)


async def note_removed(tx: Transaction, removing: Removing, _: None) -> None:
    """Be done with it."""
    tx.forget(REMOVE, about=Aggregate(id=removing.name))
