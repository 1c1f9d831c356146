"""Tell us once, before anybody is told: begun, read, changed, given up. Load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from common.contracts.cases import ForWhom
from common.contracts.tellings import (
    AbandonTelling,
    DraftTelling,
    ExcludeRecipients,
    PreviewView,
    ReadPreview,
    TellingAbandoned,
    TellingDrafted,
    TellingExclusionsChanged,
    TellingExpired,
    TellingPreviewed,
    TellingStatus,
    TellingView,
)
from common.runtime.ids import new_id
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands import linking
from case_crm.domain import tellings
from case_crm.domain.definitions.life_events import LifeEvent
from case_crm.domain.tellings import Planned
from case_crm.queries import named
from case_crm.queries.life_events import life_event
from case_crm.tables import Telling

DRAFT_ENDS = Timer("telling_draft_ends")
DRAFT_KEPT = timedelta(days=28)
_NOTHING: dict[str, Any] = {
    "facts": {},
    "said_no": [],
    "other_person_id": None,
    "registrar": None,
    "registered_on": None,
    "previewed": None,
}


async def draft_telling(tx: Transaction, command: DraftTelling) -> PreviewView:
    """Begin a telling. Nobody is told before it is confirmed."""
    event = life_event(command.life_event)
    person = queries.whom(tx, command.person_id)
    if person is None or (event.of_another and tx.me.role == "resident" and tx.me.acting is None):
        raise ForWhom
    row = _begun(tx, command, person, await tx.reference())
    protected = await tx.all(named.PROTECTED_FOR_TELLING, person_id=person, **queries.theirs(tx))
    agreements = await queries.agreements_in_force(tx)
    told = await queries.everything_told(tx, row, [each.kinds for each in protected], agreements)
    tellings.check_told(event, command.facts, told.held)
    queries.check_written(event, command.facts)
    tellings.check_other(event, command.other_person_id)
    check_reference(tx, event, row)
    await linking.first_told(tx, row)
    tx.add(row)
    tx.say(TellingDrafted(life_event=row.life_event, channel=command.channel), on=row, council=row.told_to)
    tx.remind(DRAFT_ENDS, about=row, at=tx.now + DRAFT_KEPT)
    tx.saw([person], "took down what somebody tells once")
    return queries.shown_preview(tx, row, told)


async def exclude_recipients(tx: Transaction, telling_id: UUID, command: ExcludeRecipients) -> PreviewView:
    """Have these recipients not be told."""
    telling, told = await queries.telling_to_plan(tx, telling_id)
    tx.edits(telling)
    status = tellings.move(telling.status, "change")
    said_no = [(each.council, each.interest) for each in command.interests]
    event = life_event(telling.life_event)
    tellings.check_known(tellings.plan(event, told, tx.councils), said_no)
    kept = [{"council": council, "interest": name} for council, name in said_no]
    tx.change(telling, status=status.value, said_no=kept, previewed=None, previewed_at=None)  # it is to be read anew
    tx.say(TellingExclusionsChanged(excluded=len(said_no)), on=telling, council=telling.told_to)
    tx.saw([telling.person_id], "took down whom somebody does not want told")
    return queries.shown_preview(tx, telling, replace(told, said_no=said_no))


async def read_preview(tx: Transaction, telling_id: UUID, command: ReadPreview) -> PreviewView:
    """Note that what would go to whom was read."""
    telling, told = await queries.telling_to_plan(tx, telling_id)
    tx.edits(telling)
    tellings.check_untold(telling.status)
    parts = tellings.plan(life_event(telling.life_event), told, tx.councils)
    tellings.check_preview(command.preview, parts, told.facts)
    tx.saw([telling.person_id], "read to somebody what would be told to whom")
    note_read(tx, telling, command.preview, parts)
    return queries.shown_preview(tx, telling, told)


def note_read(tx: Transaction, telling: Telling, preview: str, parts: Sequence[Planned]) -> None:
    """Keep which preview was read, and when: that one, and no other, is confirmed."""
    status = tellings.move(telling.status, "preview")
    excluded = sum(part.excluded is not None for part in parts)
    tx.change(telling, status=status.value, previewed=preview, previewed_at=tx.now)
    said = TellingPreviewed(told=len(parts) - excluded, excluded=excluded)
    tx.say(said, on=telling, council=telling.told_to)


async def abandon_telling(tx: Transaction, telling_id: UUID, command: AbandonTelling) -> TellingView:
    """Give up what nobody was told yet; of what was told for it nothing is kept."""
    telling, _ = await queries.telling_of(tx, telling_id)
    tx.edits(telling)
    status = tellings.move(telling.status, "abandon")
    given_up = {"abandoned_by": told_by(tx), "abandoned_because": command.because}
    tx.change(telling, status=status.value, **_NOTHING, **given_up)
    tx.say(TellingAbandoned(because=command.because), on=telling, council=telling.told_to)
    tx.forget(DRAFT_ENDS, about=telling)
    tx.saw([telling.person_id], "gave up what somebody had begun to tell once")
    return queries.shown_telling(tx, telling, [])


async def expire_draft(tx: Transaction, telling_id: UUID) -> None:
    """Keep nothing of what was begun and never confirmed."""
    telling = await tx.one(named.TELLING_ANYWHERE, telling_id=telling_id)
    if telling is not None and telling.status in tellings.UNTOLD:
        tx.change(telling, status=tellings.move(telling.status, "expire").value, **_NOTHING)
        tx.say(TellingExpired(), on=telling, council=telling.told_to)


def check_reference(tx: Transaction, event: LifeEvent, telling: Telling) -> None:
    """Raises ReferenceNeeded or ReferenceExpired, as of the day it is where it was told."""
    given = telling.registrar is not None
    tellings.check_reference(
        event, given=given, registered_on=telling.registered_on, today=queries.today(tx, telling.told_to)
    )


def _begun(tx: Transaction, command: DraftTelling, person: UUID, reference: str) -> Telling:
    id = new_id()
    given = command.registrar_reference
    return Telling(
        id=id,
        visible_to=[tx.council],
        told_to=tx.council,
        reference=reference,
        person_id=person,
        other_person_id=command.other_person_id,
        life_event=command.life_event,
        status=TellingStatus.DRAFT.value,
        told_by=told_by(tx),
        channel=command.channel.value,
        facts=dict(command.facts),
        told_facts={},
        said_no=[],
        plan=[],
        registrar=tx.blind("".join(given.split()).upper(), home="telling.registrar") if given else None,
        registered_on=command.registered_on,
        root_id=id,
        begun_at=tx.now,
    )


def told_by(tx: Transaction) -> str:
    """As what somebody acts: themself, as an officer, or for whom it is about."""
    return tx.me.acting.kind if tx.me.acting else tx.me.role
