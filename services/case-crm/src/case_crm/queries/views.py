"""Views of cases, forms and services, for residents and for officers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import ActForThem, CaseSummary, CaseView, MyCaseView, Result, UnknownService
from common.contracts.cases.clocks import ClockView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable

from case_crm.domain import cases, protection
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.protection import Reader
from case_crm.domain.wording import Wording
from case_crm.queries import named
from case_crm.queries.clocks import clocks_as_read, shown_clocks
from case_crm.queries.contacts import shown_interaction
from case_crm.queries.protection import reader_of
from case_crm.tables import Case, Definition, Interaction

Shown = TypeVar("Shown", CaseView, MyCaseView)


async def cases_of_person(read: Reading, person_id: UUID, *, limit: int, cursor: str | None) -> Page[CaseSummary]:
    """A person's cases with the officer's council, newest first."""
    at, row = place(cursor)
    wanted = {"person_id": person_id, "council": read.council, "at": at, "row": row, "most": limit + 1}
    rows = await read.all(named.CASES_OF_PERSON_HERE, **wanted)
    read.saw([person_id], "looked at a person's cases")
    return _page(read, rows, limit)


async def queue(read: Reading, *, council: str, limit: int, cursor: str | None) -> Page[CaseSummary]:
    """A council's open cases, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.QUEUE, council=council, at=at, row=row, most=limit + 1)
    read.saw({case.person_id for case, _ in rows[:limit]}, "looked at the queue")
    return _page(read, rows, limit)


def theirs(session: Reading) -> dict[str, Any]:
    """What a caller may ask for: an officer their council's, a resident nobody's but their own, with whichever council."""
    return {"for_council": None if session.me.role == "resident" else session.me.council}


def whom(session: Reading, named: UUID | None) -> UUID | None:
    """Whom something is about: an officer says it; who speaks for themselves, or acts for somebody, need not. Raises ActForThem."""
    own = session.me.person_id
    if own is not None and named not in (None, own):
        raise ActForThem
    return own or named


async def case_with_definition(session: Reading, case_id: UUID) -> tuple[Case, ServiceDefinition, Reader]:
    """A case, the definition it runs on and what of it is hidden from the caller, in one read."""
    found = await session.one(named.CASE_WITH_DEFINITION, case_id=case_id, **theirs(session))
    if found is None:
        raise NotFound
    case, document, protected_kinds, _ = found
    session.in_service(case.service)
    return (
        case,
        ServiceDefinition.published(document),
        reader_of(session, [*(protected_kinds or ()), case.kept_back or ()]),
    )


async def definition_of(session: Reading, service: str, *, council: str) -> ServiceDefinition:
    """What a council offers under this code."""
    session.in_service(service)
    found = await session.published(named.DEFINITION, _definition, council=council, service=service)
    if found is None:
        raise UnknownService
    return found


def _definition(row: Definition) -> ServiceDefinition:
    return ServiceDefinition.published(row.document)


def shown_case(
    case: Case,
    definition: ServiceDefinition,
    touches: Sequence[Interaction],
    reader: Reader,
    clocks: Sequence[ClockView] = (),
) -> CaseView:
    """A case as this reader sees it: notes are for officers, and where a protected person is for the cleared."""
    answers = case.answers | ({} if is_unreadable(case.sealed_answers) else case.sealed_answers)
    hidden = protection.hidden_answers(definition, answers, reader)
    return CaseView(
        **summary(case, clocks).model_dump(),
        version=case.version,
        person_id=case.person_id,
        stage=case.stage,
        channel=case.channel,
        result=case.result,
        answers={name: answer for name, answer in answers.items() if name not in hidden},
        protected_answers=hidden,
        interactions=[shown_interaction(touch, reader) for touch in touches],
        next_actions=cases.next_actions(definition, case.stage, role=reader.role),
    )


def in_words(shown: Shown, words: Wording, stage: str) -> Shown:
    """A case in these words: how it stands, what was promised, what can be done next, and against a decision."""
    said: dict[str, Any] = {
        "title": words.title(),
        "told_to_resident": words.told(stage),
        "clocks": [words.clock(clock) for clock in shown.clocks],
        "next_actions": [words.action(action) for action in shown.next_actions],
    }
    if isinstance(shown, CaseView) and shown.appeal and shown.result:
        route = words.contest(Result(shown.result), shown.appeal.route)
        said["appeal"] = shown.appeal.model_copy(update={"route": route})
    return shown.model_copy(update=said)


def _page(read: Reading, rows: list[tuple[Case, list[Any] | None]], limit: int) -> Page[CaseSummary]:
    shown, following = cut(rows, limit, at=lambda row: (row[0].opened_at, row[0].id))
    return Page(items=in_list(read, shown, reader_of(read, None)), next=following)


def in_list(read: Reading, rows: Sequence[tuple[Case, list[Any] | None]], reader: Reader) -> list[CaseSummary]:
    """Cases in a list, each with its clocks as this reader sees them."""
    return [
        summary(case, shown_clocks(clocks_as_read(clocks), reader, now=read.now, with_reasons=False))
        for case, clocks in rows
    ]


def summary(case: Case, clocks: Sequence[ClockView] = ()) -> CaseSummary:
    """A case in a list."""
    return CaseSummary(
        case_id=case.id,
        reference=case.reference,
        service=case.service,
        title=case.title,
        council=case.council,
        status=case.status,
        told_to_resident=case.told_to_resident,
        opened_at=case.opened_at,
        changed_at=case.changed_at,
        clocks=list(clocks),
    )
