"""Tell us once: confirmed, put right, taken back. Load, decide, write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from common.contracts.people import ToldFact
from common.contracts.tellings import (
    ConfirmTelling,
    CorrectTelling,
    LifeEventKind,
    TellingConfirmed,
    TellingStatus,
    TellingSuperseded,
    TellingView,
    TellingWithdrawn,
    ToldElsewhere,
    WithdrawTelling,
)
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands import linking
from case_crm.commands.confirming import confirm_told
from case_crm.commands.drafting import DRAFT_ENDS, check_reference, note_read, told_by
from case_crm.domain import corrections, tellings
from case_crm.domain.tellings import Planned, Told
from case_crm.queries import named
from case_crm.queries.life_events import life_event
from case_crm.tables import Telling


async def confirm_telling(tx: Transaction, telling_id: UUID, command: ConfirmTelling) -> TellingView:
    """Tell everybody who is to be told: all of it at once, or nothing."""
    telling, told = await queries.telling_to_plan(tx, telling_id)
    first = await _told_before(tx, telling)
    kept = await linking.first_told(tx, telling)
    event = life_event(telling.life_event)
    tx.edits(telling)
    tellings.check_untold(telling.status)
    tellings.check_complete(event, told.facts)
    tellings.check_told(event, queries.told_facts(telling), told.held)
    check_reference(tx, event, telling)
    parts = tellings.plan(event, told, tx.councils)
    tellings.check_told_to(parts)
    tellings.check_preview(command.preview, parts, told.facts)
    if telling.previewed != command.preview:  # whoever confirms says which they read
        note_read(tx, telling, command.preview, parts)
    tx.saw([telling.person_id], "confirmed what somebody tells once")
    if first is not None:
        tx.forget(DRAFT_ENDS, about=telling)
        linking.link(tx, telling, first)
        return queries.shown_telling(tx, telling, [])
    if kept is None:
        linking.keep(tx, telling)
    new = {kind: value for kind, value in queries.told_facts(telling).items() if told.held.get(kind) != value}
    parts = await _with_references(tx, parts)
    tx.change(telling, status=tellings.move(telling.status, "confirm").value, facts=dict(told.facts))
    _confirm(tx, telling, parts, new)
    confirm_told(tx, telling, services=sum(not part.excluded and not part.consent_by for part in parts))
    return queries.shown_telling(tx, telling, [])


async def correct_telling(tx: Transaction, telling_id: UUID, command: CorrectTelling) -> TellingView:
    """Put a telling right by another that takes its place: only what is otherwise goes out."""
    old, known = await queries.telling_to_plan(tx, telling_id)
    told = replace(known, facts=queries.told_facts(old))  # what they were told then, whatever is held since
    event = life_event(old.life_event)
    chain = await tx.all(named.ROOT_HERE, root_id=old.root_id, **queries.theirs(tx))
    _check_ours(tx, old)
    reference = await tx.reference()
    tx.edits(old)
    tellings.check_told(event, command.facts, told.held)
    queries.check_written(event, command.facts)
    tellings.move(old.status, "supersede")
    changed = {kind: value for kind, value in command.facts.items() if told.facts.get(kind) != value}
    right = replace(told, facts=dict(told.facts) | changed)
    before, after = (tellings.plan(event, each, tx.councils) for each in (told, right))
    had = corrections.told_so_far([queries.plan_of(each) for each in corrections.in_order(chain)])
    beside = {"changed": changed, "known": told.facts, "locating": told.locating}
    sent = await _with_references(tx, corrections.deltas(had, before, after, **beside))
    row = _successor(tx, old, right, reference, command)
    tx.change(old, status=TellingStatus.SUPERSEDED.value)
    tx.say(TellingSuperseded(superseded_by=row.id), on=old, council=old.told_to)
    tx.add(row)
    _confirm(tx, row, sent, changed)
    tx.saw([old.person_id], "put right what somebody told once")
    return queries.shown_telling(tx, row, [])


async def withdraw_telling(tx: Transaction, telling_id: UUID, command: WithdrawTelling) -> TellingView:
    """Take a telling back: it was told in error."""
    telling, _ = await queries.telling_of(tx, telling_id)
    made = await queries.parts_of(tx, telling_id)
    _check_ours(tx, telling)
    holders = await linking.holders(tx, telling)
    reference = await linking.reference_of(tx, telling)
    tx.edits(telling)
    take_back(tx, telling, because=command.because)
    linking.give_back(tx, reference)
    linking.let_go(tx, holders, telling)
    tx.saw([telling.person_id], "took back what somebody told once")
    return queries.shown_telling(tx, telling, made)


def take_back(tx: Transaction, telling: Telling, *, because: str) -> None:
    """Say that a telling was in error. Raises TellingCannotGoThere where nobody was told of it, or it is over."""
    status = tellings.move(telling.status, "withdraw")
    tx.change(telling, status=status.value)
    told = f"{life_event(telling.life_event).title}: this was told in error. Whoever we told is told so."
    said = TellingWithdrawn(because=because, told_facts=[*telling.told_facts.values()], told_to_resident=told)
    tx.say(said, on=telling, council=telling.told_to)


async def take_back_death(tx: Transaction, person_id: UUID) -> None:
    """Somebody is alive whose death was told: what was told of it is withdrawn."""
    found = await tx.all(named.TELLINGS_ABOUT, person_id=person_id, life_event=LifeEventKind.BEREAVEMENT.value)
    references = [await linking.reference_of(tx, each) for each in found]
    for telling, reference in zip(found, references, strict=True):
        linking.let_go(tx, found, telling)
        if "withdraw" in tellings.MOVES.get(TellingStatus(telling.status), {}):
            linking.give_back(tx, reference)
            take_back(tx, telling, because="death_retracted")


def _check_ours(tx: Transaction, telling: Telling) -> None:
    """Raises ToldElsewhere for an officer of a council that was not told, and has a part of it only."""
    if tx.me.role == "officer" and telling.told_to != tx.council:
        raise ToldElsewhere


def _successor(tx: Transaction, old: Telling, right: Told, reference: str, command: CorrectTelling) -> Telling:
    kept = old.model_dump(include={"told_to", "person_id", "other_person_id", "life_event", "said_no", "registered_on"})
    return Telling(
        **kept,
        id=new_id(),
        visible_to=old.visible_to,
        reference=reference,
        status=TellingStatus.CONFIRMED.value,  # whoever puts it right says what is otherwise
        told_by=told_by(tx),
        channel=command.channel.value,
        facts=dict(right.facts),
        told_facts=dict(old.told_facts),
        plan=[],
        registrar=old.registrar,
        root_id=old.root_id,
        supersedes=old.id,
        begun_at=tx.now,
    )


def _confirm(tx: Transaction, telling: Telling, parts: list[Planned], new: dict[str, Any]) -> None:
    """Keep whom it goes to, and say so: the recipients get their parts as soon as that is heard."""
    told_facts = [ToldFact(id=new_id(), kind=kind, value=value) for kind, value in new.items()]
    councils = sorted({telling.told_to, *telling.visible_to, *(part.council for part in parts if not part.excluded)})
    tx.change(
        telling,
        plan=[part.model_dump(mode="json") for part in parts],
        visible_to=councils,
        told_facts=telling.told_facts | {fact.kind: str(fact.id) for fact in told_facts},
        confirmed_at=tx.now,
    )
    tx.forget(DRAFT_ENDS, about=telling)
    excluded = sum(part.excluded is not None for part in parts)
    said = TellingConfirmed(
        life_event=telling.life_event,
        reference=telling.reference,
        channel=telling.channel,
        interests=len(parts),
        excluded=excluded,
        told_facts=told_facts,
        supersedes=telling.supersedes,
        told_to_resident=_told(telling, parts),
        title=life_event(telling.life_event).title,
    )
    tx.say(said, on=telling, council=telling.told_to)


def _told(telling: Telling, parts: list[Planned]) -> str:
    going = [part for part in parts if not part.excluded]
    waiting = sum(part.consent_by is not None for part in going)
    waits = f" {waiting} of them only once it is agreed to." if waiting else ""
    return f"We tell {len(going)} services what you told us.{waits} Reference {telling.reference}."


async def _with_references(tx: Transaction, parts: list[Planned]) -> list[Planned]:
    """The parts, those that open a case with its reference: whoever opens it hands out none."""
    named_by = {part.key: await tx.reference(part.council) for part in tellings.opens_cases(parts)}
    return [
        part.model_copy(update={"case_reference": named_by[part.key]}) if part.key in named_by else part
        for part in parts
    ]


async def _told_before(tx: Transaction, telling: Telling) -> Telling | None:
    """The telling that brought the same registrar's reference before, as far as this council knows of it."""
    if telling.registrar is None:
        return None
    return await tx.one(named.TOLD_WITH_REFERENCE, person_id=telling.person_id, reference=telling.registrar)
