"""Forms that are begun, gone on with by whoever helps, sent once, or gone by themselves: load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.cases import (
    AlreadySent,
    BeginDraft,
    CaseView,
    DraftView,
    ForWhom,
    GoOnWithDraft,
    InteractionRecorded,
    OpenCase,
    SavedTooOften,
    SubmitDraft,
)
from common.runtime.holds import is_held
from common.runtime.ids import new_id
from common.runtime.limits import limits_of
from common.runtime.problems import NotFound
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.cases import opened_case
from case_crm.commands.restricting import restrict_draft
from case_crm.commands.silence import LOOK_AGAIN
from case_crm.commands.texts import check_text
from case_crm.domain import drafts, forms
from case_crm.domain.definitions import Language, ServiceDefinition
from case_crm.domain.wording import Wording
from case_crm.queries import named
from case_crm.tables import Case, Draft, DraftTouch, Interaction

DRAFT_ENDS = Timer("draft_ends")
WORKED_AT = "form"  # the purpose of a touch at which somebody worked at a form


async def begin_draft(tx: Transaction, command: BeginDraft, *, language: Language) -> DraftView:
    """Begin a form for a person."""
    definition = await queries.definition_of(tx, command.service, council=tx.council)
    person = queries.whom(tx, command.person_id)
    if person is None:
        raise ForWhom
    _check(Wording(definition, language), command)
    seen = await queries.seen_of(tx, person, council=tx.council)
    await _check_help(tx, command, person)
    draft = Draft(
        id=new_id(),
        council=tx.council,
        person_id=person,
        service=definition.service,
        title=definition.title,
        answers={},
        begun_at=tx.now,
        changed_at=tx.now,
        kept_until=tx.now,
    )
    tx.add(draft)
    restrict_draft(tx, draft, definition)
    tx.saw([person], "began a form with somebody")
    touches = _work(tx, draft, [], definition, command)
    return queries.shown_draft(draft, definition, touches, seen, language=language)


async def go_on_with_draft(tx: Transaction, draft_id: UUID, command: GoOnWithDraft, *, language: Language) -> DraftView:
    """Keep more answers of a form."""
    draft, touches, definition = await _loaded(tx, draft_id)
    _check(Wording(definition, language), command)
    if draft.version >= named.MOST_TOUCHES:
        raise SavedTooOften
    seen = await queries.seen_of(tx, draft.person_id, council=draft.council)
    await _check_help(tx, command, draft.person_id)
    tx.edits(draft)
    tx.saw([draft.person_id], "went on with a form")
    touches = _work(tx, draft, touches, definition, command)
    return queries.shown_draft(draft, definition, touches, seen, language=language)


async def submit_draft(tx: Transaction, draft_id: UUID, command: SubmitDraft, *, language: Language) -> CaseView:
    """Make the case of a form. It has the form's id, so that there is one however often it is sent."""
    draft, touches, definition = await _loaded(tx, draft_id)
    if draft.council != tx.council:
        raise NotFound
    answers = {**drafts.fitting(definition, queries.answers_of(draft)), **command.answers}
    asks = command.model_dump(include={"channel", "confirmed", "note", "no_address_in_it"})
    asked = OpenCase(service=draft.service, person_id=tx.me.person_id or draft.person_id, answers=answers, **asks)
    case, shown = await opened_case(tx, asked, language=language, id=draft.id)
    for turn in queries.turns_of(touches):
        if not _is_this(tx, turn, command.channel):
            _keep(tx, case, turn)
    _end(tx, draft, touches)
    return shown


async def end_draft(tx: Transaction, draft_id: UUID) -> None:
    """Let a form go at which nobody worked for its time. What is to be kept and not used, or is held, stays."""
    draft = await tx.one(named.DRAFT_OVER, draft_id=draft_id)
    touches = await tx.all(named.DRAFT_TOUCHES, draft_id=draft_id)
    restricted = await tx.one(named.RESTRICTION, case_id=draft_id)
    if draft is None or draft.kept_until > tx.now:
        return
    if (await limits_of(tx, draft.person_id)).restricted or await is_held(tx, draft.person_id):
        tx.remind(DRAFT_ENDS, about=draft, at=tx.now + LOOK_AGAIN)
        return
    _end(tx, draft, touches)
    if restricted:
        tx.remove(restricted)


async def _loaded(tx: Transaction, draft_id: UUID) -> tuple[Draft, list[DraftTouch], ServiceDefinition]:
    """A form, who worked at it, and its service as it is now. Raises AlreadySent where it is a case by now."""
    found = await queries.draft_of(tx, draft_id)
    if found is None:
        if await tx.one(named.CASE, case_id=draft_id, **queries.theirs(tx)):
            raise AlreadySent
        raise NotFound
    draft, definition, touches, _ = found
    return draft, touches, definition


def _check(words: Wording, command: BeginDraft | GoOnWithDraft) -> None:
    forms.check(words.spoken(), command.answers, [command.at_question] if command.at_question else [], words)


async def _check_help(tx: Transaction, command: BeginDraft | GoOnWithDraft, person: UUID) -> None:
    where = command.help.where if command.help else None
    await check_text(tx, where, person, at="/help/where", insists=False)


def _work(
    tx: Transaction,
    draft: Draft,
    touches: Sequence[DraftTouch],
    definition: ServiceDefinition,
    command: BeginDraft | GoOnWithDraft,
) -> list[DraftTouch]:
    """Keep what was answered now, who did it, and until when the form is kept. Gives who did until now."""
    kept = drafts.fitting(definition, queries.answers_of(draft))
    lies_open, lies_sealed = forms.apart(definition, {**kept, **command.answers})
    until = drafts.kept_until(definition, tx.now)
    tx.change(
        draft,
        version=draft.version + 1,
        answers=lies_open,
        sealed_answers=lies_sealed,
        at_question=command.at_question,
        changed_at=tx.now,
        kept_until=until,
    )
    touch = DraftTouch(
        council=draft.council,
        draft_id=draft.id,
        number=draft.version,
        person_id=draft.person_id,
        at=tx.now,
        channel=command.channel.value,
        question=command.at_question,
        by_role=tx.me.actor_kind,
        by_id=tx.me.actor_id,
        helped_how=command.help.how.value if command.help else None,
        helped_where=command.help.where if command.help else None,
    )
    tx.remind(DRAFT_ENDS, about=draft, at=until)
    return [*touches, tx.add(touch)]


def _is_this(tx: Transaction, turn: DraftTouch, channel: Channel) -> bool:
    """Whether it is the touch at which the form is sent, of which its case tells anyway."""
    return (turn.by_id, turn.channel, turn.helped_how) == (tx.me.actor_id, channel.value, None)


def _keep(tx: Transaction, case: Case, touch: DraftTouch) -> None:
    """Who worked at the form is among the touches of its case."""
    kept = touch.model_dump(
        include={"person_id", "council", "at", "channel", "by_role", "by_id", "helped_how", "helped_where"}
    )
    made = tx.add(Interaction(id=new_id(), case_id=case.id, purpose=WORKED_AT, **kept))
    said = InteractionRecorded(interaction_id=made.id, channel=Channel(touch.channel), purpose=WORKED_AT)
    tx.say(said, on=case, occurred=touch.at)


def _end(tx: Transaction, draft: Draft, touches: Sequence[DraftTouch]) -> None:
    for touch in touches:
        tx.remove(touch)
    tx.remove(draft)
    tx.forget(DRAFT_ENDS, about=draft)
