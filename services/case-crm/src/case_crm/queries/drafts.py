"""Forms that were begun, as they are shown to whoever goes on with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import DraftSummary, DraftTouchView, DraftView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable

from case_crm.domain import conditions, drafts, forms, protection
from case_crm.domain.asking import Gaps
from case_crm.domain.definitions import Language, ServiceDefinition
from case_crm.domain.forms import Held
from case_crm.domain.protection import Reader
from case_crm.domain.wording import Wording
from case_crm.queries import named
from case_crm.queries.days import today
from case_crm.queries.facts import known_of
from case_crm.queries.protection import reader_for, reader_of
from case_crm.queries.views import theirs
from case_crm.tables import Draft, DraftTouch


@dataclass(frozen=True, slots=True)
class Seen:
    """What a form of a person is shown by: what is held of them, what of that cannot be seen, who reads, and when."""

    held: Held
    gaps: Gaps
    reader: Reader
    today: date


async def seen_of(session: Reading, person: UUID, *, council: str) -> Seen:
    """What a form of this person is shown by."""
    held, gaps = await known_of(session, person, council=council)
    return Seen(held, gaps, await reader_for(session, person), today(session, council))


async def draft_view(read: Reading, draft_id: UUID, *, language: Language) -> DraftView:
    """A form that was begun, and the question to go on with."""
    found = await draft_of(read, draft_id)
    if found is None:
        raise NotFound
    draft, definition, touches, protected_kinds = found
    held, gaps = await known_of(read, draft.person_id, council=draft.council)
    seen = Seen(held, gaps, reader_of(read, protected_kinds), today(read, draft.council))
    read.saw([draft.person_id], "looked at a form that was begun")
    return shown_draft(draft, definition, touches, seen, language=language)


async def draft_of(session: Reading, draft_id: UUID) -> tuple[Draft, ServiceDefinition, list[DraftTouch], Any] | None:
    """A form, its service as it is now, every save of it, and what of its person is protected; None where there is none."""
    found = await session.one(named.DRAFT, draft_id=draft_id, **theirs(session))
    if found is None:
        return None
    draft, document, touches, protected_kinds = found
    session.in_service(draft.service)
    return draft, ServiceDefinition.published(document), touches, protected_kinds


async def my_drafts(read: Reading, *, limit: int, cursor: str | None) -> Page[DraftSummary]:
    """A resident's own forms, with whichever council, newest first."""
    at, row = place(cursor)
    return _page(await read.all(named.DRAFTS_OF_PERSON, at=at, row=row, most=limit + 1), limit)


async def drafts_of_person(read: Reading, person_id: UUID, *, limit: int, cursor: str | None) -> Page[DraftSummary]:
    """A person's forms with the officer's council, newest first."""
    at, row = place(cursor)
    wanted = {"person_id": person_id, "council": read.council, "at": at, "row": row, "most": limit + 1}
    rows = await read.all(named.DRAFTS_OF_PERSON_HERE, **wanted)
    read.saw([person_id], "looked at a person's forms that were begun")
    return _page(rows, limit)


def answers_of(draft: Draft) -> dict[str, Any]:
    """What was answered in a form so far. What lies sealed and cannot be opened is asked anew."""
    return {**draft.answers, **({} if is_unreadable(draft.sealed_answers) else draft.sealed_answers)}


def shown_draft(
    draft: Draft,
    definition: ServiceDefinition,
    touches: Sequence[DraftTouch],
    seen: Seen,
    *,
    language: Language = "en",
) -> DraftView:
    """A form as this reader sees it: where a protected person is, is for the cleared."""
    words = Wording(definition, language)
    definition = words.spoken()
    answers = drafts.fitting(definition, answers_of(draft))
    form = forms.asked_of(definition, seen.held, answers, seen.today)
    held = forms.judged(form, seen.held, answers, seen.today)
    known = forms.settled(form, held, answers)
    hidden = protection.hidden_answers(definition, answers, seen.reader)
    return DraftView(
        **_summary(draft).model_dump() | ({} if language == "en" else {"title": words.title()}),
        version=draft.version,
        person_id=draft.person_id,
        answers={name: answer for name, answer in answers.items() if name not in hidden},
        protected_answers=hidden,
        questions=forms.questions(form, held, seen.gaps, words),
        still_to_tell=forms.still_to_tell(form, held, answers),
        to_confirm=forms.to_confirm(form, held, answers),
        not_eligible=conditions.not_met(definition, known, seen.today),
        leads_to=conditions.leads_to(definition, known, seen.today),
        resume_at=drafts.resume_at(form, held, answers, draft.at_question),
        worked_at_by=[
            DraftTouchView(at=touch.at, by=touch.by_role, channel=touch.channel, question=touch.question)
            for touch in turns_of(touches)
        ],
    )


def turns_of(touches: Sequence[DraftTouch]) -> list[DraftTouch]:
    """Who worked at a form, in turns: of saves in a row by one person and channel the last, with how they helped."""
    turns: list[DraftTouch] = []
    for touch in touches:
        before = turns.pop() if turns and _of_one_turn(turns[-1], touch) else touch
        helped = before if before.helped_how else touch
        turns.append(touch.model_copy(update=helped.model_dump(include={"helped_how", "helped_where"})))
    return turns


def _of_one_turn(one: DraftTouch, next_: DraftTouch) -> bool:
    helps = one.helped_how and next_.helped_how
    return (one.by_id, one.channel) == (next_.by_id, next_.channel) and not helps


def _page(rows: list[Draft], limit: int) -> Page[DraftSummary]:
    shown, following = cut(rows, limit, at=lambda draft: (draft.begun_at, draft.id))
    return Page(items=[_summary(draft) for draft in shown], next=following)


def _summary(draft: Draft) -> DraftSummary:
    return DraftSummary(
        draft_id=draft.id,
        service=draft.service,
        title=draft.title,
        council=draft.council,
        begun_at=draft.begun_at,
        changed_at=draft.changed_at,
        kept_until=draft.kept_until,
    )
