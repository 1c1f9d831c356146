"""What other services and the clock bring to a person's consents: load, decide, write.

An answer and a withdrawal move the same version of the same home. Of two that meet, one loses, and is decided again by
what the other wrote: nothing is released behind a withdrawal, and whatever was released before one is told to stop.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.messages import MessageRequested
from common.contracts.partners.withdrawals import WithdrawalAcknowledged
from common.contracts.people.consents import ConsentSought
from common.contracts.people.releases import CapturedWithIt, ReleaseRequested
from common.runtime.ids import new_id
from common.runtime.limits import limits_of
from common.runtime.messages import request_message
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands.consents import keep, see_to
from customer_account.domain import consents, releases, wordings
from customer_account.domain.consents import Change
from customer_account.queries import named
from customer_account.queries.wordings import consent_wordings
from customer_account.tables import ConsentsOfPerson


async def keep_captured(
    tx: Transaction, person_id: UUID, captured: CapturedWithIt, *, council: str, service: str
) -> None:
    """Keep a consent that another service captured, under the id it was given there."""
    home, new = await _home(tx, person_id, council)
    change = releases.adopted(queries.ledger_in(home), captured, asked_by=service)
    if change is None:
        return
    if new:
        tx.add(home)
    keep(tx, home, *change)


async def ask_for(tx: Transaction, person_id: UUID, asks: ConsentSought, *, council: str, service: str) -> None:
    """Ask a person whether something may be shared, and have them written to that we do."""
    home, new = await _home(tx, person_id, council)
    wording = wordings.current(consent_wordings(), asks.purpose)
    if wording is None:
        raise LookupError(f"nobody has words to ask in for {asks.purpose}")
    change = consents.sought(
        queries.ledger_in(home), asks, wording=wording, consent_id=new_id(), asked_by=service, now=tx.now
    )
    if change is None:
        return
    if new:
        tx.add(home)
    keep(tx, home, *change)
    request_message(tx, MessageRequested(template="agreement_asked"), person_id=person_id)


async def answer_release(
    tx: Transaction, person_id: UUID, asks: ReleaseRequested, *, council: str, service: str
) -> None:
    """Answer whoever asks whether something may go. What was answered before has its answer."""
    home, new = await _home(tx, person_id, council)
    limited_since = (await limits_of(tx, person_id)).since(asks.purpose.value)
    only_since = max(filter(None, [limited_since, await _protected_since(tx, person_id)]), default=None)
    ledger = queries.ledger_in(home)
    if any(each.subject_id == asks.subject_id for each in ledger.releases):
        return
    change = releases.adopted(ledger, asks.consent, asked_by=service) if asks.consent else None
    ledger = change[0] if change else ledger
    answer = releases.decide(ledger, asks, only_since=only_since, now=tx.now)
    if new:
        tx.add(home)
    said = (change[1], answer) if change else (answer,)
    keep(tx, home, releases.kept(ledger, answer, asked_by=service, now=tx.now), *said)


async def note_stopped(tx: Transaction, person_id: UUID, stopped: WithdrawalAcknowledged, *, at: datetime) -> None:
    """Keep that a recipient stopped, for the person to read, under whichever of their ids they had agreed."""
    for home in await tx.all(named.CONSENTS_OF_EVERY_ID, person_id=person_id):
        ledger = queries.ledger_in(home)
        consent = ledger.consent(stopped.consent_id)
        if consent is not None and consent.unconfirmed:
            keep(tx, home, *consents.confirmed(ledger, consent, at=at))


async def end_consents(tx: Transaction, person_id: UUID) -> None:
    """End what a person agreed to for a time that is over."""
    if home := await tx.one(named.CONSENTS, person_id=person_id):
        _keep_each(tx, home, consents.expired(queries.ledger_in(home), now=tx.now))


async def flag_unconfirmed(tx: Transaction, person_id: UUID) -> None:
    """Flag recipients who were told to stop and have let the agreed days pass."""
    if home := await tx.one(named.CONSENTS, person_id=person_id):
        _keep_each(tx, home, consents.overdue(queries.ledger_in(home), now=tx.now))


def _keep_each(tx: Transaction, home: ConsentsOfPerson, changes: list[Change]) -> None:
    if changes:
        keep(tx, home, changes[-1][0], *(event for _, event in changes))
    else:
        see_to(tx, home, queries.ledger_in(home))


async def _home(tx: Transaction, person_id: UUID, council: str) -> tuple[ConsentsOfPerson, bool]:
    """The home of a person's consents; a new one where nothing was ever asked of them, or nobody knows them yet."""
    if home := await tx.one(named.CONSENTS, person_id=person_id):
        return home, False
    person = await tx.one(named.PERSON, person_id=person_id)
    return ConsentsOfPerson(id=person_id, visible_to=person.visible_to if person else [council]), True


async def _protected_since(tx: Transaction, person_id: UUID) -> datetime | None:
    """Since when somebody is protected; under several ids, since the last of them was."""
    protections = await tx.all(named.CURRENT_PROTECTIONS, person_id=person_id)
    return max((each.marked_at for each in protections), default=None)
