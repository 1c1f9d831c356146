"""A person is asked, answers, and changes their mind: load, decide, write.

`whose` is the person an officer writes for; None where residents write for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.contracts.people.consents import (
    AnswerConsent,
    ConsentsEvent,
    ConsentState,
    ConsentsView,
    NoSuchRecipient,
    RecordConsent,
    WithdrawConsent,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.timers import Timer
from common.runtime.transaction import ChangedMeanwhile, Transaction

from customer_account import queries
from customer_account.commands.texts import check_texts
from customer_account.domain import consents, wordings
from customer_account.domain.consents import Consent, Ledger
from customer_account.queries import named
from customer_account.queries.wordings import consent_wordings
from customer_account.tables import ConsentsOfPerson

CONSENT_ENDS = Timer("consent_ends")
CONFIRMATION_DUE = Timer("withdrawal_confirmation_due")


@dataclass
class Sheet:
    """The consents of one person's home while they change, and what their recipients are called.

    `homes` are all that are shown with it: the person's own, and those under other ids of theirs.
    """

    home: ConsentsOfPerson
    ledger: Ledger
    names: dict[str, str]
    homes: list[ConsentsOfPerson]
    new: bool

    def consent(self, consent_id: UUID) -> Consent:
        """One of them. Raises NotFound."""
        found = self.ledger.consent(consent_id)
        if found is None:
            raise NotFound
        return found


async def record_consent(tx: Transaction, whose: UUID | None, command: RecordConsent) -> ConsentsView:
    """Note what a person is asked, and their answer where there is one."""
    wordings.check_wording(consent_wordings(), command.purpose, command.wording_version, command.language)
    sheet = await _opened(tx, whose, "noted what a person agrees to share", command.recipient)
    if command.recipient not in sheet.names:
        raise NoSuchRecipient
    question = consents.asked(command, consent_id=new_id(), asked_by=tx.me.role, now=tx.now)
    said = command.answer
    answer = None if said is ConsentState.REQUESTED else AnswerConsent(answer=said, channel=command.channel)
    ledger, event = consents.record(sheet.ledger, question, answer, now=tx.now)
    return _kept(tx, sheet, ledger, event)


async def answer_consent(tx: Transaction, whose: UUID | None, consent_id: UUID, command: AnswerConsent) -> ConsentsView:
    """Note how a person answered what they were asked before."""
    sheet = await _opened(tx, whose, "noted what a person agrees to share", of=consent_id)
    question = sheet.consent(consent_id)
    _edits(tx, sheet)
    ledger, event = consents.answered(sheet.ledger, question, command, at=tx.now)
    return _kept(tx, sheet, ledger, event)


async def withdraw_consent(
    tx: Transaction, whose: UUID | None, consent_id: UUID, command: WithdrawConsent
) -> ConsentsView:
    """Note that a person agrees no longer, and have whoever was told something stop."""
    sheet = await _opened(tx, whose, "noted that a person agrees to share no longer", of=consent_id)
    await check_texts(tx, sheet.home.id, {"/reason": command.reason})
    consent = sheet.consent(consent_id)
    _edits(tx, sheet)
    ledger, event = consents.withdrawn(sheet.ledger, consent, command, now=tx.now)
    return _kept(tx, sheet, ledger, event)


def keep(tx: Transaction, home: ConsentsOfPerson, ledger: Ledger, *said: ConsentsEvent) -> None:
    """Keep the ledger and say what changed in it: without a saying, another change of the same moment would be lost."""
    tx.change(home, **consents.as_kept(ledger))
    for event in said:
        tx.say(event, on=home, about=home.id)
    see_to(tx, home, ledger)


def see_to(tx: Transaction, home: ConsentsOfPerson, ledger: Ledger) -> None:
    """Be reminded of the next thing that ends by itself."""
    for timer, at in ((CONSENT_ENDS, consents.ends_at(ledger)), (CONFIRMATION_DUE, consents.confirms_by(ledger))):
        if at is not None:
            tx.remind(timer, about=home, at=at)


async def _opened(tx: Transaction, whose: UUID | None, why: str, *others: str, of: UUID | None = None) -> Sheet:
    """A person's consents; of several homes the one that has the consent `of`.

    For an officer a stranger is NotFound; residents without a record have none yet.
    """
    if whose is None:
        homes = await queries.my_homes(tx)
        if homes[0].version == 0:
            homes[0] = await _mine(tx)
    else:
        homes = [(await queries.consents_home(tx, whose, why)).home]
    home = next((each for each in homes if of and queries.ledger_in(each).consent(of)), homes[0])
    names = await queries.names_of(tx, [*queries.recipients(*homes), *others])
    return Sheet(home, queries.ledger_in(home), names, homes, new=home.version == 0)


async def _mine(tx: Transaction) -> ConsentsOfPerson:
    person = await tx.one(named.PERSON, person_id=tx.person)
    seen_by = person.visible_to if person else [tx.me.council] if tx.me.council else []
    return ConsentsOfPerson(id=tx.person, visible_to=seen_by)


def _edits(tx: Transaction, sheet: Sheet) -> None:
    """Raises ChangedMeanwhile where the caller was shown others than these."""
    if tx.expected not in (None, queries.version_of(sheet.homes)):
        raise ChangedMeanwhile


def _kept(tx: Transaction, sheet: Sheet, ledger: Ledger, event: ConsentsEvent) -> ConsentsView:
    if sheet.new:
        tx.add(sheet.home)
    keep(tx, sheet.home, ledger, event)
    return queries.shown_consents(sheet.homes[0], sheet.names, sheet.homes[1:])
