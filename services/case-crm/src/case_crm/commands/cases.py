"""Opening cases, moving them on, noting touches: load, decide, write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
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
    RecordInteraction,
    Result,
    WhatWasSaid,
)
from common.contracts.cases.offers import TeamView
from common.contracts.people import ToldFact
from common.runtime.ids import new_id, new_tracking_reference, tracking_digest
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.clocks import start_clocks, turn_clocks
from case_crm.commands.confirming import confirm
from case_crm.commands.delivering import follow_delivery
from case_crm.commands.needs import begin_need, follow_need, need_of
from case_crm.commands.places import same_as_another, say_place
from case_crm.commands.restricting import begin_restricted, restriction_of
from case_crm.commands.retention import Part, keep_its_time, parts_of
from case_crm.commands.said import NOTHING_SAID, said_columns, texts_of
from case_crm.commands.seats import let_go
from case_crm.commands.silence import listen
from case_crm.commands.texts import check_text, check_texts
from case_crm.commands.timeline import note_move
from case_crm.commands.waiting import await_person
from case_crm.domain import asking, cases, conditions, forms, handling, queues, relations
from case_crm.domain.definitions import Language
from case_crm.domain.wording import Wording
from case_crm.queries import named
from case_crm.tables import Case, Interaction, KnownFact


async def open_case(tx: Transaction, command: OpenCase, *, language: Language) -> CaseView:
    """Open a case of a council's service for a person, asking nothing that we hold."""
    _, shown = await opened_case(tx, command, language=language)
    return shown


async def opened_case(
    tx: Transaction, command: OpenCase, *, language: Language, id: UUID | None = None
) -> tuple[Case, CaseView]:
    """A case that is opened, under an `id` that it had before where it has one; and what is shown of it."""
    definition = await queries.definition_of(tx, command.service, council=tx.council)
    person = queries.whom(tx, command.person_id)
    if definition.about_a_person and person is None:
        raise ForWhom
    held, gaps = await queries.known_of(tx, person, council=tx.council)
    reader = await queries.reader_for(tx, person)
    begun = await restriction_of(tx, id)
    need_id = await need_of(tx, command.need_id, person)
    await check_text(tx, command.note, person, at="/note", insists=command.no_address_in_it)
    today, words = queries.today(tx, tx.council), Wording(definition, language)
    filled = _filled(command, words, held, gaps, today)
    tracking = new_tracking_reference()
    names = cases.Names(await tx.reference(), str(tracking_digest(tracking)), need_id, new_id())
    opened = cases.open_case(definition, filled, names, channel=command.channel)
    team = queues.route(definition, filled.answers, today)
    case = tx.add(new_case(tx, opened, person, forms.apart(definition, filled.answers), team, at=tx.now, id=id))
    tx.say(opened, on=case)
    seen_by = begin_restricted(tx, case, definition, begun)
    begin_need(tx, case, known=command.need_id is not None)
    say_place(tx, case, definition, filled.answers)
    for question, because in filled.asked_again:
        tx.say(asking.said_again(definition.service, question, because), on=case)
    if person:
        _remember(tx, [*filled.told, *filled.still_so], person, command.channel)
        confirm(tx, case, person)
    tx.saw([person], "opened a case", case=case.id)
    asked = first_touch(tx, case, opened, note=command.note)
    clocks = start_clocks(tx, case, definition)
    file = queries.File(case, definition, reader, clocks=clocks, restricted_to=seen_by)
    shown = queries.in_words(queries.shown_file(tx, file, [asked]), words, case.stage)
    return case, shown.model_copy(update={"tracking_reference": tracking})


def _filled(command: OpenCase, words: Wording, held: forms.Held, gaps: asking.Gaps, today: date) -> forms.Filled:
    """The form as it is sent, for whom the service is. What is missing, wrong or elsewhere is said in these words."""
    spoken, told = words.spoken(), command.answers
    filled = forms.fill(
        spoken, held, told, mint=new_id, today=today, confirmed=command.confirmed, gaps=gaps, words=words
    )
    conditions.admit(spoken, filled.answers, today)
    return filled


async def move_case(tx: Transaction, case_id: UUID, command: MoveCase, *, language: Language) -> CaseView:
    """Make a named transition of a case."""
    file = await queries.case_file(tx, case_id)
    case = file.case
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    parts = await parts_of(tx, file)
    same = await same_as_another(tx, command, [case.id])
    insists = command.no_address_in_it
    await check_text(tx, command.reason, case.person_id, at="/reason", insists=insists, case=case.id)
    tx.edits(case)
    tx.saw([case.person_id], "moved a case on", case=case.id)
    moved = decided_move(tx, file, command, same)
    shown = queries.shown_file(tx, make_move(tx, file, moved, parts, amount=command.amount), touches)
    return queries.in_words(shown, Wording(file.definition, language), case.stage)


def decided_move(tx: Transaction, file: queries.File, command: MoveCase, same: Collection[UUID]) -> CaseStatusChanged:
    """The event of a transition that the caller may make. Raises why not. Of those in `same` it is known as which others."""
    case, definition = file.case, file.definition
    result = Result(case.result) if case.result else None
    moved = cases.move_case(command, definition, stage=case.stage, result=result, role=tx.me.role)
    relations.check_move(moved, file.related, file.unseen)
    relations.check_duplicate(moved, is_named=case.id in same)
    handling.check_move(command, definition, queries.standing(tx, file.case, file.checked()), queries.caller_of(tx))
    return moved


def make_move(
    tx: Transaction, file: queries.File, moved: CaseStatusChanged, parts: Sequence[Part], *, amount: int | None
) -> queries.File:
    """Write a transition: the case, what is said of it, until when it is kept, its timeline and its clocks."""
    case, left = file.case, file.case.stage
    tx.change(case, **moved_columns(case, moved, at=tx.now))
    tx.say(moved, on=case)
    keep_its_time(tx, case, file.definition, moved, related=file.related, parts=parts)
    note_move(tx, case, moved, amount=amount)
    follow_need(tx, case, moved)
    follow_delivery(tx, case)
    clocks = turn_clocks(tx, case, file.definition, file.clocks, moved, left=left)
    listen(tx, case, was=moved.was)
    await_person(tx, case, file.definition, was=moved.was)
    return replace(let_go(tx, file, moved), clocks=clocks)


async def record_interaction(tx: Transaction, case_id: UUID, command: RecordInteraction) -> InteractionView:
    """Note a touch on a case."""
    case, definition, _ = await queries.case_with_definition(tx, case_id)
    insists = command.no_address_in_it
    texts = {"/note": command.note, **texts_of(command)}
    await check_texts(tx, texts, case.person_id, insists=insists, case=case.id)
    noted = touch(tx, case, command.channel, command.purpose, command.note, said=command)
    listen(tx, case, was=case.status)
    await_person(tx, case, definition, was=case.status)
    return queries.shown_interaction(noted, queries.reader_of(tx, None))


def new_case(
    tx: Transaction,
    opened: CaseOpened,
    person: UUID | None,
    answers: tuple[dict[str, Any], dict[str, Any]],
    team: TeamView,
    *,
    at: datetime,
    id: UUID | None = None,
) -> Case:
    """The row of a case that was opened `at` and waits for a team, with the answers that may lie open and those that lie sealed."""
    lies_open, lies_sealed = answers
    return Case(
        id=id or new_id(),
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
        **team.model_dump(),
        queued_for=queues.place(team.priority, at, ()),
    )


def moved_columns(case: Case, moved: CaseStatusChanged, *, at: datetime) -> dict[str, Any]:
    """Where an event took a case, and since when it is over: closed, it is so since it was resolved.

    A reopened case has no result any more, and no end.
    """
    result = getattr(moved, "result", None)
    ended = moved.status in ENDED
    kept = case.result if ended else None
    return {
        "status": moved.status.value,
        "stage": moved.stage,
        "told_to_resident": moved.told_to_resident,
        "result": result.value if result else kept,
        "changed_at": at,
        "ended_at": (case.ended_at or at) if ended else None,
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
    tx: Transaction,
    case: Case,
    channel: Channel,
    purpose: str,
    note: str | None,
    *,
    at: datetime | None = None,
    said: WhatWasSaid = NOTHING_SAID,
) -> Interaction:
    """A later touch on a case, now or (from another system) when it was."""
    made = _noted(tx, case, new_id(), channel, purpose, note, at=at or tx.now, said=said)
    kinds = {"demand": said.demand, "failure": said.failure}
    event = InteractionRecorded(
        interaction_id=made.id, channel=channel, purpose=purpose, history=at is not None, **kinds
    )
    tx.say(event, on=case, occurred=at)
    return made


def _noted(
    tx: Transaction,
    case: Case,
    id: UUID,
    channel: Channel,
    purpose: str,
    note: str | None,
    *,
    at: datetime,
    said: WhatWasSaid = NOTHING_SAID,
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
            **said_columns(said),
        )
    )
