"""Opening cases, moving them on, noting touches: load, decide, write."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.cases import (
    ENDED,
    CaseOpened,
    CaseStatusChanged,
    CaseView,
    ForWhom,
    InteractionRecorded,
    InteractionView,
    MoveCase,
    OpenCase,
    QuestionAskedAgain,
    RecordInteraction,
    Result,
)
from common.contracts.people import ToldFact
from common.runtime.ids import new_id, new_tracking_reference, tracking_digest
from common.runtime.limits import limits_of
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.confirming import confirm
from case_crm.commands.silence import LOOK_AGAIN, SILENCE, listen
from case_crm.commands.texts import check_text
from case_crm.domain import cases, forms
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.tables import Case, Interaction, KnownFact


async def open_case(tx: Transaction, command: OpenCase) -> CaseView:
    """Open a case of a council's service for a person, asking nothing that we hold."""
    definition = await queries.definition_of(tx, command.service, council=tx.council)
    person = tx.me.person_id or command.person_id
    if definition.about_a_person and person is None:
        raise ForWhom
    held = await queries.held_facts(tx, person, council=tx.council) if person else {}
    reader = await _reader(tx, person)
    await check_text(tx, command.note, person, at="/note", insists=command.no_address_in_it)
    filled = forms.fill(definition, held, command.answers, mint=new_id)
    tracking = new_tracking_reference()
    names = cases.Names(await tx.reference(), str(tracking_digest(tracking)), new_id(), new_id())
    opened = cases.open_case(definition, filled, names, channel=command.channel)
    case = tx.add(new_case(tx, opened, person, forms.apart(definition, filled.answers), at=tx.now))
    tx.say(opened, on=case)
    for question in filled.asked_again:
        tx.say(_asked_again(definition, question.question, str(question.fact_kind)), on=case)
    if person:
        _remember(tx, filled.told, person, command.channel)
        confirm(tx, case, person)
    tx.saw([person], "opened a case", case=case.id)
    asked = first_touch(tx, case, opened, note=command.note)
    shown = queries.shown_case(case, definition, [asked], reader)
    return shown.model_copy(update={"tracking_reference": tracking})


async def move_case(tx: Transaction, case_id: UUID, command: MoveCase) -> CaseView:
    """Make a named transition of a case."""
    case, definition, reader = await queries.case_with_definition(tx, case_id)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    insists = command.no_address_in_it
    await check_text(tx, command.reason, case.person_id, at="/reason", insists=insists, case=case.id)
    tx.edits(case)
    tx.saw([case.person_id], "moved a case on", case=case.id)
    result = Result(case.result) if case.result else None
    moved = cases.move_case(command, definition, stage=case.stage, result=result, role=tx.me.role)
    tx.change(case, **moved_columns(case, moved), changed_at=tx.now)
    tx.say(moved, on=case)
    listen(tx, case, was=moved.was)
    return queries.shown_case(case, definition, touches, reader)


async def close_silent_case(tx: Transaction, case_id: UUID) -> None:
    """Close a case that is still resolved."""
    found = await tx.one(named.CASE_WITH_DEFINITION, case_id=case_id, **queries.theirs(tx))
    if found is None:
        return
    case, document, _ = found
    if (await limits_of(tx, case.person_id)).restricted:
        tx.remind(SILENCE, about=case, at=tx.now + LOOK_AGAIN)
        return
    definition = ServiceDefinition.model_validate(document)
    result = Result(case.result) if case.result else None
    if closed := cases.close_in_silence(definition, stage=case.stage, result=result):
        tx.change(case, **moved_columns(case, closed), changed_at=tx.now)
        tx.say(closed, on=case)


async def record_interaction(tx: Transaction, case_id: UUID, command: RecordInteraction) -> InteractionView:
    """Note a touch on a case."""
    case = await tx.one(named.CASE, case_id=case_id, **queries.theirs(tx))
    if case is None:
        raise NotFound
    insists = command.no_address_in_it
    await check_text(tx, command.note, case.person_id, at="/note", insists=insists, case=case.id)
    noted = touch(tx, case, command.channel, command.purpose, command.note)
    listen(tx, case, was=case.status)
    return queries.shown_interaction(noted, queries.reader_of(tx, None))


async def _reader(tx: Transaction, person: UUID | None) -> Reader:
    """The caller as a reader of this person: a form that was filled in from memory is shown to them."""
    if person is None or tx.me.role != "officer":
        return Reader(tx.me.role)
    protected = await tx.all(named.PROTECTED_HERE, person_id=person, council=tx.council)
    return queries.reader_of(tx, [each.kinds for each in protected])


def new_case(
    tx: Transaction,
    opened: CaseOpened,
    person: UUID | None,
    answers: tuple[dict[str, Any], dict[str, Any]],
    *,
    at: datetime,
) -> Case:
    """The row of a case that was opened `at`, with the answers that may lie open and those that lie sealed."""
    lies_open, lies_sealed = answers
    return Case(
        id=new_id(),
        council=tx.council,
        person_id=person,
        need_id=opened.need_id,
        reference=opened.reference,
        service=opened.service,
        title=opened.service_title,
        definition_version=opened.definition_version,
        status=opened.status.value,
        stage=opened.stage,
        told_to_resident=opened.told_to_resident,
        channel=opened.channel.value,
        answers=lies_open,
        sealed_answers=lies_sealed,
        opened_at=at,
        changed_at=at,
        recorded_at=tx.now,
    )


def moved_columns(case: Case, moved: CaseStatusChanged) -> dict[str, str | None]:
    """Where an event took a case. A reopened case has no result any more."""
    result = getattr(moved, "result", None)
    kept = case.result if moved.status in ENDED else None
    return {
        "status": moved.status.value,
        "stage": moved.stage,
        "told_to_resident": moved.told_to_resident,
        "result": result.value if result else kept,
    }


def _remember(tx: Transaction, told: list[ToldFact], person: UUID, channel: Channel) -> None:
    """Know at once what was just told; customer-account keeps it under the same ids, or says that it could not."""
    for fact in told:
        tx.add(
            KnownFact(
                fact_id=fact.id,
                person_id=person,
                kind=fact.kind,
                value=fact.value,
                told_at=tx.now,
                told_to=tx.council,
                told_to_service="case-crm",
                channel=channel.value,
                verification="asserted",
                visible_to=[tx.council],
            )
        )


def first_touch(tx: Transaction, case: Case, opened: CaseOpened, *, note: str | None) -> Interaction:
    """The touch that opened a case: `case.opened` tells of it, nothing else does."""
    return _noted(tx, case, opened.interaction_id, opened.channel, "asked", note, at=case.opened_at)


def touch(
    tx: Transaction, case: Case, channel: Channel, purpose: str, note: str | None, *, at: datetime | None = None
) -> Interaction:
    """A later touch on a case, now or (from another system) when it was."""
    made = _noted(tx, case, new_id(), channel, purpose, note, at=at or tx.now)
    said = InteractionRecorded(interaction_id=made.id, channel=channel, purpose=purpose, history=at is not None)
    tx.say(said, on=case, occurred=at)
    return made


def _noted(
    tx: Transaction, case: Case, id: UUID, channel: Channel, purpose: str, note: str | None, *, at: datetime
) -> Interaction:
    return tx.add(
        Interaction(
            id=id,
            council=case.council,
            case_id=case.id,
            person_id=case.person_id,
            at=at,
            channel=channel.value,
            purpose=purpose,
            by_role=tx.me.actor_kind,
            by_id=tx.me.actor_id,
            note=note,
        )
    )


def _asked_again(definition: ServiceDefinition, question: str, kind: str) -> QuestionAskedAgain:
    return QuestionAskedAgain(
        service=definition.service, question=question, fact_kind=kind, because="asked_all_the_same"
    )
