"""Views of who looked: for the person, and, where they asked about it, for the council whose look it was."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.people import AccessEntryView, AccessQuestionView, AskedView, SecreciesView, SecrecyView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.queries import named
from customer_account.queries.clearance import cleared, look
from customer_account.queries.facts import facts_home
from customer_account.queries.named import Look
from customer_account.tables import AccessQuestion, Secrecy


async def my_access_entries(read: Reading, *, limit: int, cursor: str | None) -> Page[AccessEntryView]:
    """Who looked at the resident's data, newest first; not what is still kept from them."""
    at, row = place(cursor)
    rows = await read.all(named.MY_ACCESS_ENTRIES, now=read.now, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda look: (look.at, look.entry_id))
    return Page(items=[_shown_look(look) for look in shown], next=following)


async def look_at_me(read: Reading, entry_id: UUID) -> Look:
    """One look at the resident's data. One that is kept from them is not there."""
    look = await read.one(named.MY_ACCESS_ENTRY, entry_id=entry_id, now=read.now)
    if look is None:
        raise NotFound
    return look


async def questions_for_council(read: Reading, *, limit: int, cursor: str | None) -> Page[AccessQuestionView]:
    """What people asked about looks of an officer's council, newest first; of protected people, for who is cleared."""
    at, row = place(cursor)
    asked = {"council": read.council, "cleared": cleared(read), "at": at, "row": row, "most": limit + 1}
    rows = await read.all(named.QUESTIONS, **asked)
    shown, following = cut(rows, limit, at=lambda question: (question.asked_at, question.id))
    read.saw([question.person_id for question in shown], "looked at questions about who looked")
    return Page(items=[shown_question(question) for question in shown], next=following)


async def question_for_council(read: Reading, question_id: UUID, why: str) -> AccessQuestion:
    """A question about a look of an officer's council."""
    found = await read.one(named.QUESTION, question_id=question_id, council=read.council)
    if found is None:
        raise NotFound
    look(read, found.row.person_id, why, protected=found.protected)
    return found.row


async def secrecies_for_council(read: Reading, person_id: UUID) -> SecreciesView:
    """What an officer's council keeps, or kept, from a person."""
    home = await facts_home(read, person_id)
    look(read, person_id, "looked at what is kept from a person for a while", protected=home.protected)
    rows = await read.all(named.SECRECIES_OF_PERSON, person_id=person_id, council=read.council)
    return SecreciesView(items=[shown_secrecy(row) for row in rows])


async def secrecy_for_council(read: Reading, secrecy_id: UUID, why: str) -> Secrecy:
    """A secrecy that an officer's council declared."""
    found = await read.one(named.SECRECY, secrecy_id=secrecy_id, council=read.council)
    if found is None:
        raise NotFound
    look(read, found.row.about_person, why, protected=found.protected)
    return found.row


def shown_question(question: AccessQuestion) -> AccessQuestionView:
    """A question with the look that it is about."""
    return AccessQuestionView(
        question_id=question.id,
        **{name: getattr(question, name) for name in AccessQuestionView.model_fields if name != "question_id"},
    )


def shown_secrecy(secrecy: Secrecy) -> SecrecyView:
    """A secrecy, for the council whose it is."""
    own = {"secrecy_id": secrecy.id, "person_id": secrecy.about_person}
    return SecrecyView(**own, **{name: getattr(secrecy, name) for name in SecrecyView.model_fields if name not in own})


def _shown_look(look: Look) -> AccessEntryView:
    """A look as its person reads it. The case is named where it is theirs: another's is nobody's business."""
    return AccessEntryView(
        entry_id=look.entry_id,
        at=look.at,
        role=look.role,
        organisation=look.organisation,
        system=look.system,
        reason=look.reason,
        case_id=look.case_id if look.own_case else None,
        disclosed_later=look.hidden_until is not None,
        question=_asked(look),
    )


def _asked(look: Look) -> AskedView | None:
    if look.question_id is None or look.asked_at is None or look.text is None:
        return None
    return AskedView(
        question_id=look.question_id,
        asked_at=look.asked_at,
        text=look.text,
        answered_at=look.answered_at,
        answer=look.answer,
    )
