"""Keeping who looked, asking about it, answering: load, decide, write."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.access import AccessRecorded
from common.contracts.people import (
    AccessQuestionAnswered,
    AccessQuestionOpened,
    AccessQuestionView,
    AnswerAccessQuestion,
    AnsweredAlready,
    AskAboutAccess,
    AskedAlready,
)
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands import sealing
from customer_account.commands.texts import check_texts
from customer_account.domain import looks
from customer_account.queries import named
from customer_account.tables import AccessEntry, AccessQuestion, UnsealedEntry


async def keep_look(tx: Transaction, entry_id: UUID, look: AccessRecorded, *, at: datetime) -> None:
    """Keep an entry for each person that was looked at, to be sealed; hidden from whom the law lets it be for a while."""
    persons = sorted(set(look.persons))
    asked = {"persons": persons, "council": look.organisation, "at": at}
    secrecies = await tx.all(named.SECRECIES_ABOUT, **asked) if look.organisation else []
    told = look.model_dump(include={"role", "organisation", "system", "reason", "case_id"})
    for person_id in persons:
        hidden = looks.hidden((secrecy for whose, secrecy in secrecies if whose == person_id), at=at)
        tx.add(
            AccessEntry(
                entry_id=entry_id,
                person_id=person_id,
                visible_to=[],
                at=at,
                hidden_until=hidden.until,
                secrecy_id=hidden.by,
                **told,
            )
        )
        tx.add(UnsealedEntry(entry_id=entry_id, person_id=person_id, noted_at=tx.now))
    sealing.ask(tx)


async def ask_about_access(tx: Transaction, entry_id: UUID, command: AskAboutAccess) -> AccessQuestionView:
    """Ask, as the resident, the council that looked why it did."""
    look = await queries.look_at_me(tx, entry_id)
    council = looks.council_of(look.organisation, tx.councils)
    if look.question_id is not None:
        raise AskedAlready
    question = tx.add(
        AccessQuestion(
            id=new_id(),
            council=council,
            person_id=look.person_id,
            entry_id=entry_id,
            looked_at=look.at,
            role=look.role,
            system=look.system,
            reason=look.reason,
            asked_at=tx.now,
            text=command.text,
        )
    )
    tx.say(AccessQuestionOpened(entry_id=entry_id, organisation=council), on=question)
    return queries.shown_question(question)


async def answer_access_question(
    tx: Transaction, question_id: UUID, command: AnswerAccessQuestion
) -> AccessQuestionView:
    """Answer, as an officer of the council that looked."""
    question = await queries.question_for_council(tx, question_id, "answered a question about who looked")
    await check_texts(tx, question.person_id, {"/text": command.text})
    tx.edits(question)
    if question.answered_at is not None:
        raise AnsweredAlready
    tx.change(question, answered_at=tx.now, answer=command.text)
    tx.say(AccessQuestionAnswered(entry_id=question.entry_id), on=question)
    return queries.shown_question(question)
