"""Views of cases, forms and services, for residents and for officers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import CaseSummary, CaseView, FormView, InteractionView, ServiceView, UnknownService
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable

from case_crm.domain import cases, forms, protection
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.queries.protection import reader_of
from case_crm.tables import Case, Definition, Interaction, KnownFact


async def case_view(read: Reading, case_id: UUID) -> CaseView:
    """A case with its touches and what its reader may do with it."""
    case, definition, reader = await case_with_definition(read, case_id)
    touches = await read.all(named.INTERACTIONS, case_id=case_id)
    read.saw([case.person_id], "looked at a case", case=case.id)
    return shown_case(case, definition, touches, reader)


async def my_cases(read: Reading, *, limit: int, cursor: str | None) -> Page[CaseSummary]:
    """A resident's own cases, with whichever council, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.CASES_OF_PERSON, at=at, row=row, most=limit + 1)
    return _page(rows, limit)


async def cases_of_person(read: Reading, person_id: UUID, *, limit: int, cursor: str | None) -> Page[CaseSummary]:
    """A person's cases with the officer's council, newest first."""
    at, row = place(cursor)
    wanted = {"person_id": person_id, "council": read.council, "at": at, "row": row, "most": limit + 1}
    rows = await read.all(named.CASES_OF_PERSON_HERE, **wanted)
    read.saw([person_id], "looked at a person's cases")
    return _page(rows, limit)


async def queue(read: Reading, *, council: str, limit: int, cursor: str | None) -> Page[CaseSummary]:
    """A council's open cases, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.QUEUE, council=council, at=at, row=row, most=limit + 1)
    read.saw({case.person_id for case in rows[:limit]}, "looked at the queue")
    return _page(rows, limit)


async def form_for(read: Reading, service: str, *, council: str, person_id: UUID | None) -> FormView:
    """A service's form, answered as far as we hold the answers."""
    definition = await definition_of(read, service, council=council)
    held = await held_facts(read, person_id, council=council) if person_id else {}
    read.saw([person_id], "opened a form")
    return FormView(
        service=definition.service,
        title=definition.title,
        council=council,
        person_id=person_id,
        questions=forms.questions(definition, held),
        still_to_tell=forms.still_to_tell(definition, held, {}),
    )


async def services_of(read: Reading, council: str) -> list[ServiceView]:
    """What a council offers."""
    rows = await read.all(named.DEFINITIONS, council=council)
    return [
        ServiceView(
            service=row.service,
            title=row.document["title"],
            summary=row.document["summary"],
            council=row.council,
            definition_version=row.definition_version,
        )
        for row in rows
    ]


def theirs(session: Reading) -> dict[str, Any]:
    """What a caller may ask for: an officer their council's, a resident nobody's but their own, with whichever council."""
    return {"for_council": None if session.me.role == "resident" else session.me.council}


async def held_facts(session: Reading, person_id: UUID, *, council: str) -> dict[str, forms.HeldFact]:
    """What we hold of a person and this council may go by, the newest of each kind."""
    if session.me.role == "resident":
        rows = [(row, None) for row in await session.all(named.FACTS_FOR_MY_FORM, council=council)]
    else:
        rows = await session.all(named.FACTS_FOR_FORM, person_id=person_id, council=session.council)
    rows.sort(key=lambda row: row[0].told_at)  # a few rows: cheaper here than a sort planned for many
    return {
        fact.kind: _held(fact, reader_of(session, kinds), session.me.council or "")
        for fact, kinds in rows
        if not is_unreadable(fact.value)  # whose key is on its way, or destroyed: it is asked as if it were not held
    }


def _held(fact: KnownFact, reader: Reader, council: str) -> forms.HeldFact:
    """A held fact as a form has it: what the reader may not see is filled in all the same, and not shown."""
    told = fact.model_dump(exclude={"person_id", "visible_to", "told_to"})
    told_to = protection.told_to(fact.told_to, council, reader)
    return forms.HeldFact(**told, told_to=told_to, hidden=fact.kind in reader.hidden)


async def case_with_definition(session: Reading, case_id: UUID) -> tuple[Case, ServiceDefinition, Reader]:
    """A case, the definition it runs on and what of it is hidden from the caller, in one read."""
    found = await session.one(named.CASE_WITH_DEFINITION, case_id=case_id, **theirs(session))
    if found is None:
        raise NotFound
    case, document, protected_kinds = found
    session.in_service(case.service)
    return case, ServiceDefinition.model_validate(document), reader_of(session, protected_kinds)


async def definition_of(session: Reading, service: str, *, council: str) -> ServiceDefinition:
    """What a council offers under this code."""
    session.in_service(service)
    found = await session.published(named.DEFINITION, _definition, council=council, service=service)
    if found is None:
        raise UnknownService
    return found


def _definition(row: Definition) -> ServiceDefinition:
    return ServiceDefinition.model_validate(row.document)


def shown_case(case: Case, definition: ServiceDefinition, touches: Sequence[Interaction], reader: Reader) -> CaseView:
    """A case as this reader sees it: notes are for officers, and where a protected person is for the cleared."""
    answers = case.answers | ({} if is_unreadable(case.sealed_answers) else case.sealed_answers)
    hidden = protection.hidden_answers(definition, answers, reader)
    return CaseView(
        **_summary(case).model_dump(),
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


def shown_interaction(touch: Interaction, reader: Reader) -> InteractionView:
    """One touch; its note only for officers."""
    return InteractionView(
        interaction_id=touch.id,
        at=touch.at,
        channel=touch.channel,
        purpose=touch.purpose,
        by=touch.by_role,
        note=touch.note if reader.role == "officer" and reader.may_see(touch.note) else None,
    )


def _page(rows: list[Case], limit: int) -> Page[CaseSummary]:
    shown, following = cut(rows, limit, at=lambda case: (case.opened_at, case.id))
    return Page(items=[_summary(case) for case in shown], next=following)


def _summary(case: Case) -> CaseSummary:
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
    )
