"""One recipient's part of a telling: on its way, answered, late, waiting for consent, over."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from common.contracts.cases import ReasonNeeded
from common.contracts.people.consents import ConsentMoved, ConsentRefused, ConsentSought, ConsentWithdrawn, LawfulBasis
from common.contracts.tellings import (
    DealtWithInCase,
    DeliveryAcknowledged,
    DeliveryCannotGoThere,
    DeliveryDelivered,
    DeliveryEvent,
    DeliveryExcluded,
    DeliveryOverdue,
    DeliveryPlanned,
    DeliverySent,
    DeliverySuppressed,
    DeliveryView,
    EffectNeeded,
    MoveDelivery,
    RecipientAnswered,
    TellsPartner,
    is_over,
)
from common.contracts.tellings import DeliveryStatus as S
from common.promises import Term, due, next_service_moment
from common.runtime.sealed import is_unreadable
from common.runtime.tables import Aggregate
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.domain import consents, deliveries
from case_crm.domain.deliveries import Answer
from case_crm.domain.tellings import Planned
from case_crm.queries import named
from case_crm.queries.calendars import calendars
from case_crm.tables import Case, Delivery, KnownConsent

OVERDUE = Timer("delivery_overdue")
NO_CONSENT = Timer("delivery_no_consent")
SOON = timedelta(minutes=1)
OPENS = Timer("delivery_opens_case")
FOLLOWS = Timer("delivery_follows_case")
CONSENT_WITHIN = timedelta(days=28)
TWO_DAYS, TEN_DAYS = (Term(amount=days, unit="working_days") for days in (2, 10))
_ENDS: Mapping[S, type[DeliveryEvent]] = {S.EXCLUDED: DeliveryExcluded, S.SUPPRESSED: DeliverySuppressed}
TICK = timedelta(microseconds=1)


async def move_delivery(tx: Transaction, delivery_id: UUID, command: MoveDelivery) -> DeliveryView:
    """Say what became of a delivery with the officer's council."""
    row, reader = await queries.delivery_of(tx, delivery_id)
    tx.edits(row)
    if queries.dealt_with_in_case(row):
        raise DealtWithInCase
    tx.saw([row.person_id], "answered what somebody told once")
    answer(tx, row, Answer(command.move, command.effect, command.effective_date, command.reason))
    return queries.shown_delivery(row, reader, tx.now)


async def hear_answer(tx: Transaction, answered: RecipientAnswered) -> None:
    """Take in what a partner says of its delivery. What cannot be done with it as it stands changes nothing."""
    row = await tx.one(named.DELIVERY, delivery_id=answered.delivery_id)
    if row is None or not row.to_partner:
        return
    with suppress(DeliveryCannotGoThere, EffectNeeded, ReasonNeeded):
        answer(tx, row, Answer(answered.move, answered.effect, answered.effective_date, answered.reason))


async def hear_told(tx: Transaction, delivery_id: UUID) -> None:
    """It lies with a partner, who is expected to take it."""
    row = await tx.one(named.DELIVERY, delivery_id=delivery_id)
    if row is not None and row.status == S.SENT:
        tx.change(row, status=deliveries.step(row.status, "deliver").value)
        _say(tx, row, DeliveryDelivered)


async def hear_consent(tx: Transaction, person_id: UUID, said: ConsentMoved, *, given: bool, at: datetime) -> None:
    """Keep somebody's last word on a recipient, let go or end what waits for it, and have stop what went on one taken back."""
    about = {"recipient": said.recipient, "purpose": said.purpose.value}
    rows = await tx.all(named.ON_CONSENT, person_id=person_id, **about)
    known = await tx.all(named.CONSENT, person_id=person_id, **about)
    before = [group for each in known if each.person_id == person_id and each.given for group in each.field_groups]
    groups = sorted({*before, *(group.value for group in said.field_groups)}) if given else []
    word = KnownConsent(person_id=person_id, **about, given=given, field_groups=groups, said_at=at)
    tx.put(word)
    words = [word, *(each for each in known if each.person_id != person_id)]
    for row in rows:
        if row.status == S.AWAITING_CONSENT:
            _by_consent(tx, row, consents.answer(words, row.field_groups))
        elif isinstance(said, ConsentWithdrawn | ConsentRefused):
            end(tx, row, "suppress", reason="consent_withdrawn")


async def ask_again(tx: Transaction, delivery_id: UUID) -> None:
    """Look again soon, for it may be agreed to just as the delivery is made; and tell nobody who is not agreed to in time."""
    row = await tx.one(named.DELIVERY, delivery_id=delivery_id)
    if row is None or row.status != S.AWAITING_CONSENT:
        return
    agreed, until = await agreed_to(tx, row), row.planned_at + CONSENT_WITHIN
    if agreed:
        _by_consent(tx, row, agreed)
    elif tx.now < until:
        tx.remind(NO_CONSENT, about=row, at=until)
    else:
        end(tx, row, "exclude", reason="consent_missing")


async def agreed_to(tx: Transaction, part: Delivery | Planned) -> bool | None:
    """Whether whoever must agree to this part does, by their last word so far; None while they have not said so of all of it."""
    asked = {"person_id": part.consent_by, "recipient": part.recipient, "purpose": part.purpose}
    said = await tx.all(named.CONSENT, **asked)
    return consents.answer(said, part.field_groups)


async def escalate(tx: Transaction, delivery_id: UUID) -> None:
    """Tell whoever answers for a recipient that its days to act are over."""
    row = await tx.one(named.DELIVERY, delivery_id=delivery_id)
    if row is None or row.ended_at is not None or row.escalated_at is not None:
        return
    tx.change(row, escalated_at=tx.now)
    told = f"{row.title}: this takes longer than we promised. Whoever is responsible there has been told."
    _say(tx, row, DeliveryOverdue, act_by=row.act_by, escalated_to=row.escalates_to, told_to_resident=told)


def go(tx: Transaction, row: Delivery) -> None:
    """A delivery is decided: it lies in its owner's queue at once, or is on its way to a partner. Its clock runs from now."""
    if row.status == S.AWAITING_CONSENT:
        tx.change(row, status=deliveries.step(row.status, "agree").value)
    promised = {"acknowledge_by": row.acknowledge_by, "act_by": row.act_by}
    _say(tx, row, DeliveryPlanned, basis=row.basis, fact_kinds=row.fact_kinds, **promised)
    status = deliveries.step(row.status, "send" if row.to_partner else "deliver")
    tx.change(row, status=status.value, delivered_at=tx.now)
    if row.to_partner:
        _say(tx, row, DeliverySent, tells=_tells(row))
    else:
        _say(tx, row, DeliveryDelivered)
    calendar = calendars()[tx.councils[row.council].calendar]
    tx.remind(OVERDUE, about=row, at=next_service_moment(row.act_by + TICK, calendar))
    if row.opens:
        opens(tx, row, at=tx.now)


def opens(tx: Transaction, row: Delivery, *, at: datetime) -> None:
    """Have the case of a delivery opened, by itself: no other recipient waits for it."""
    tx.remind(OPENS, about=row, at=at)


def follow_delivery(tx: Transaction, case: Case) -> None:
    """Have what was told once, and opened a case, say what has become of it there."""
    if case.delivery_id is not None:
        tx.remind(FOLLOWS, about=Aggregate(id=case.delivery_id), at=tx.now)


def wait_for_consent(tx: Transaction, row: Delivery) -> None:
    """Have whoever must agree asked. Nobody is told before, and never once the days for that are over."""
    tx.change(row, status=S.AWAITING_CONSENT.value)
    if row.consent_by is not None:
        what = {"purpose": row.purpose, "recipient": row.recipient, "field_groups": row.field_groups}
        explicit = row.basis == LawfulBasis.EXPLICIT_CONSENT
        basis = LawfulBasis.EXPLICIT_CONSENT if explicit else LawfulBasis.CONSENT
        sought = ConsentSought(**what, lawful_basis=basis)
        tx.say_once(sought, id=row.id, about=row.consent_by, council=row.council)
    tx.remind(NO_CONSENT, about=row, at=tx.now + SOON)


def end(tx: Transaction, row: Delivery, name: str, *, reason: str) -> None:
    """Nothing more comes of a delivery, as it is excluded or suppressed, and why."""
    status = deliveries.step(row.status, name)
    tx.change(row, status=status.value, reason=reason, ended_at=tx.now)
    _say(tx, row, _ENDS[status], reason=reason)
    tx.forget(OVERDUE, about=row)


def due_dates(tx: Transaction, council: str, acknowledge: Term = TWO_DAYS, act: Term = TEN_DAYS) -> dict[str, datetime]:
    """By when a recipient in this council says that it has something, and does what follows from it."""
    calendar = calendars()[tx.councils[council].calendar]
    return {"acknowledge_by": due(tx.now, acknowledge, calendar), "act_by": due(tx.now, act, calendar)}


def beside(telling_id: UUID, part: Delivery | Planned) -> dict[str, Any]:
    """What every event of a delivery says."""
    return {
        "telling_id": telling_id,
        "interest": part.interest,
        "council": part.council,
        "recipient": part.recipient,
        "title": part.title,
    }


def answer(tx: Transaction, row: Delivery, given: Answer) -> None:
    """Make the move of an answer. Raises DeliveryCannotGoThere, EffectNeeded or ReasonNeeded."""
    named_by = beside(row.telling_id, row)
    said = deliveries.moved(given, status=row.status, sends=row.sends, title=row.title, beside=named_by)
    kept: dict[str, Any] = {"status": said.status.value}
    if isinstance(said, DeliveryAcknowledged):
        kept["acknowledged_at"] = tx.now
    if is_over(said.status.value, row.sends):
        kept |= {"ended_at": tx.now, **_what_came_of_it(given)}
    tx.change(row, **kept)
    tx.say(said, on=row)
    if row.ended_at is not None:
        tx.forget(OVERDUE, about=row)


def _tells(row: Delivery) -> TellsPartner:
    """What a partner is told: what was decided of its interest. Raises LookupError where that cannot be opened here yet."""
    if is_unreadable(row.facts):
        raise LookupError("what a partner is to be told cannot be opened here yet")
    kept = row.model_dump(include=set(TellsPartner.model_fields))
    return TellsPartner(**kept, delivery_id=row.id, matter_id=row.root_id)


def _by_consent(tx: Transaction, row: Delivery, answer: bool | None) -> None:
    """Let a delivery go that is agreed to, its days beginning now, or end one that is not; without an answer it waits on."""
    if answer is None:
        return
    tx.forget(NO_CONSENT, about=row)
    if answer:
        tx.change(row, **due_dates(tx, row.council))
        go(tx, row)
    else:
        end(tx, row, "exclude", reason="consent_refused")


def _what_came_of_it(given: Answer) -> dict[str, str | date | None]:
    return {"effect": given.effect, "effective_date": given.effective_date, "reason": given.reason}


def _say(tx: Transaction, row: Delivery, event: type[DeliveryEvent], **more: Any) -> None:
    said = beside(row.telling_id, row) | {"sends": row.sends, "status": row.status} | more
    tx.say(event(**said), on=row)
