"""From a confirmed telling to a delivery for each recipient, once; and to retractions where it was told in error."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from common.contracts.tellings import (
    DeliveryExcluded,
    Sends,
    TellingCompleted,
    TellingLeftOut,
    TellingStatus,
)
from common.contracts.tellings import DeliveryStatus as S
from common.runtime.sealed import is_unreadable
from common.runtime.tables import Aggregate
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands import linking
from case_crm.commands.delivering import NO_CONSENT, agreed_to, beside, due_dates, end, go, wait_for_consent
from case_crm.commands.nights import go_on, look_next_night
from case_crm.domain import corrections, deliveries, tellings
from case_crm.domain.opening import Opening
from case_crm.domain.tellings import Planned
from case_crm.queries import named
from case_crm.tables import Delivery, Telling

log = logging.getLogger(__name__)

DISPATCH = Timer("telling_dispatched")
LOOK_AGAIN = timedelta(minutes=1)
SETTLED = timedelta(hours=1)  # what was confirmed a moment ago is on its way
PAGE = 500
_BEFORE_ALL = datetime(1900, 1, 1, tzinfo=UTC), UUID(int=0)
# One that was put right before this was heard goes out all the same: what took its place tells only what is otherwise.
_GOES_OUT = (TellingStatus.CONFIRMED, TellingStatus.IN_PROGRESS, TellingStatus.SUPERSEDED)


async def dispatch(tx: Transaction, telling_id: UUID) -> None:
    """Make a delivery for each part of a telling that has none yet. What was made stays as it is."""
    telling = await _telling(tx, telling_id)
    if telling is None or telling.person_id is None or telling.status not in _GOES_OUT:
        return
    begins = telling.status != TellingStatus.IN_PROGRESS
    holders = await linking.holders(tx, telling) if begins else []
    if first := next((each for each in holders if each.root_id != telling.root_id), None):
        if telling.status == TellingStatus.CONFIRMED:
            linking.link(tx, telling, first)
        return
    chain = [*corrections.in_order(await tx.all(named.ALL_OF_ITS_ROOT, telling_id=telling.id))]
    if is_unreadable(telling.facts) or is_unreadable(chain[-1].facts):
        tx.remind(DISPATCH, about=telling, at=tx.now + LOOK_AGAIN)  # its key is on its way here
        return
    rows = await tx.all(named.DELIVERIES_OF_ROOT, root_id=telling.root_id)
    made = {row.id for row in rows}
    protected = await tx.all(named.PROTECTED_ANYWHERE, person_id=telling.person_id)
    locating = {kind for each in protected for kind in each.kinds}
    no_more = corrections.retracted_by(map(queries.plan_of, _later(chain, telling)))
    parts = [_if_told(each, rows) for each in queries.plan_of(telling)]
    parts = [part if delivery_id(telling.id, part) in made else _if_it_concerns(part, no_more) for part in parts]
    alert(tx, telling, [part.key for part in parts if not part.excluded and delivery_id(telling.id, part) not in made])
    agreed = {part.key for part in parts if part.consent_by is None or await agreed_to(tx, part)}
    for part in parts:
        if part.sends is Sends.RETRACTION:
            _stop(tx, part, rows)
        if part.excluded and begins:
            _exclude(tx, telling, part)
        elif not part.excluded and delivery_id(telling.id, part) not in made:
            row = tx.add(_delivery(tx, telling, part, locating, told=queries.told_facts(chain[-1])))
            if part.key in agreed:
                go(tx, row)
            else:
                wait_for_consent(tx, row)
    if begins:
        tx.change(telling, plan=[part.model_dump(mode="json") for part in parts])
    if telling.status == TellingStatus.CONFIRMED:
        if not holders:
            tx.change(telling, reference_in_use=telling.registrar)
        tx.change(telling, status=tellings.move(telling.status, "dispatch").value)
        if all(part.excluded for part in parts):
            _complete_if_over(tx, telling, rows)


async def complete(tx: Transaction, telling_id: UUID) -> None:
    """End what was told, by this telling or by one that it put right, once every delivery of it is over."""
    chain = await tx.all(named.ALL_OF_ITS_ROOT, telling_id=telling_id)
    order = [*corrections.in_order(chain)]
    if not order or order[-1].status != TellingStatus.IN_PROGRESS:
        return
    rows = await tx.all(named.DELIVERIES_OF_ROOT, root_id=order[-1].root_id)
    if not queries.left_out_of(order, rows):  # what got lost of it is found at night
        _complete_if_over(tx, order[-1], rows)


async def retract(tx: Transaction, telling_id: UUID) -> None:
    """Tell everybody who was told so far that it was in error; let nothing else of it go on."""
    telling = await _telling(tx, telling_id)
    if telling is None:
        return
    rows = await tx.all(named.DELIVERIES_OF_ROOT, root_id=telling.root_id)
    told: dict[tuple[str, str], Delivery] = {}
    for row in sorted(rows, key=lambda row: row.planned_at):
        if row.sends == Sends.RETRACTION:
            told.pop((row.council, row.interest), None)
        elif S(row.status) in deliveries.TOLD:
            told[row.council, row.interest] = row
    for row in rows:
        _suppress(tx, row)
    for row in told.values():
        go(tx, tx.add(_retraction(tx, telling, row)))


async def reconcile(tx: Transaction, after: dict[str, Any] | None) -> None:
    """Have whatever a telling's recipients have not got be sent: a page of tellings at a time, `after` the one before."""
    at, row = (datetime.fromisoformat(after["at"]), UUID(after["row"])) if after else _BEFORE_ALL
    found = await tx.all(named.EVERY_UNDER_WAY, at=at, row=row, most=PAGE)
    for telling, put_right, delivered in found:
        for each in queries.left_out(telling, put_right, delivered):
            tx.remind(DISPATCH, about=Aggregate(id=each.telling_id), at=tx.now)
        if telling.status == TellingStatus.CONFIRMED:
            tx.remind(DISPATCH, about=telling, at=tx.now)
    if len(found) == PAGE:
        go_on(tx, {"at": found[-1][0].begun_at.isoformat(), "row": str(found[-1][0].id)})
    else:
        look_next_night(tx)


def alert(tx: Transaction, telling: Telling, missing: Sequence[tuple[str, str]]) -> None:
    """Say to each council, and to whoever runs the platform, who is told only now of what was confirmed long ago."""
    if not missing or telling.confirmed_at is None or telling.confirmed_at > tx.now - SETTLED:
        return
    log.error("telling %s: left out: %s", telling.id, ", ".join(":".join(key) for key in missing))
    for council in sorted({council for council, _ in missing}):
        names = [name for each, name in missing if each == council]
        said = TellingLeftOut(told_in=telling.id, reference=telling.reference, left_out_at=council, interests=names)
        tx.say(said, on=telling, council=council)


def _if_told(part: Planned, rows: Sequence[Delivery]) -> Planned:
    """A part as it is; a retraction for a recipient who was never told goes nowhere."""
    told = any(_is_of(row, part) and S(row.status) in deliveries.TOLD for row in rows)
    if part.sends is not Sends.RETRACTION or told:
        return part
    return part.model_copy(update={"excluded": tellings.NEVER_TOLD})


def _later(chain: Sequence[Telling], telling: Telling) -> Sequence[Telling]:
    """What put a telling right since."""
    return chain[[each.id for each in chain].index(telling.id) + 1 :]


def _if_it_concerns(part: Planned, no_more: Collection[tuple[str, str]]) -> Planned:
    """A part as it is; where it was put right that it does not concern its recipient, who was not told yet, it goes nowhere."""
    return part.model_copy(update={"excluded": tellings.NEVER_TOLD}) if part.key in no_more else part


def _stop(tx: Transaction, part: Planned, rows: Sequence[Delivery]) -> None:
    """What a recipient is told no longer holds for is not gone on with."""
    for row in rows:
        if _is_of(row, part):
            _suppress(tx, row)


def _suppress(tx: Transaction, row: Delivery) -> None:
    if row.ended_at is None and row.sends != Sends.RETRACTION:
        tx.forget(NO_CONSENT, about=row)
        end(tx, row, "suppress", reason="told_in_error")


def _is_of(row: Delivery, part: Planned) -> bool:
    return (row.council, row.interest) == part.key


def delivery_id(telling_id: UUID, part: Planned) -> UUID:
    """The same part of a telling has the same id, however often it is made: it is found, not made again."""
    return _id(telling_id, part.council, part.interest, part.sends)


def _id(telling_id: UUID, council: str, interest: str, sends: Sends) -> UUID:
    return uuid5(telling_id, f"{council}|{interest}|{sends.value}")


def _delivery(
    tx: Transaction, telling: Telling, part: Planned, locating: set[str], *, told: Mapping[str, Any]
) -> Delivery:
    """The row of a part, with the facts it needs. What tells where somebody protected is stays out of shared records."""
    gives = [kind for kind in part.gives if kind in told and not (part.shared_record and kind in locating)]
    return Delivery(
        **part.model_dump(include=_OF_BOTH),
        **due_dates(tx, part.council, part.acknowledge, part.act),
        id=delivery_id(telling.id, part),
        telling_id=telling.id,
        root_id=telling.root_id,
        person_id=telling.person_id,
        to_partner=part.partner,
        basis=part.basis.value,
        sends=part.sends.value,
        status=S.PLANNED.value,
        facts={kind: told[kind] for kind in gives},
        fact_kinds=gives,
        guarded=sorted(locating.intersection(gives)),
        opens=_opens(telling, part, withheld={*part.withheld, *part.gives} - {*gives}),
        planned_at=tx.now,
    )


def _opens(telling: Telling, part: Planned, *, withheld: set[str]) -> dict[str, Any] | None:
    """The case of a delivery; of one that only puts right what was told, that there is one."""
    if part.opens is None:
        return None
    if part.case_reference is None:
        return part.opens.model_dump(include={"service"})
    case = {"tasks": part.tasks, "reference": part.case_reference, "channel": telling.channel}
    case |= {"withheld": sorted(withheld), "life_event": telling.life_event}
    return Opening(**dict(part.opens), **case).model_dump(mode="json")


_OF_BOTH = {
    "council",
    "interest",
    "title",
    "recipient",
    "owner",
    "escalates_to",
    "consent_by",
    "purpose",
    "field_groups",
}


def _retraction(tx: Transaction, telling: Telling, told: Delivery) -> Delivery:
    """What tells a recipient that what it was told was in error: no fact goes with it, and nobody's consent is needed."""
    return Delivery(
        **told.model_dump(
            include=_OF_BOTH - {"consent_by", "purpose", "field_groups"}
            | {"to_partner", "basis", "person_id", "root_id"}
        ),
        **due_dates(tx, told.council),
        id=_id(telling.id, told.council, told.interest, Sends.RETRACTION),
        telling_id=telling.id,
        sends=Sends.RETRACTION.value,
        field_groups=[],
        status=S.PLANNED.value,
        facts={},
        fact_kinds=[],
        guarded=[],
        opens={"service": told.opens["service"]} if told.opens else None,
        planned_at=tx.now,
    )


def _exclude(tx: Transaction, telling: Telling, part: Planned) -> None:
    said: dict[str, Any] = {**beside(telling.id, part), "sends": part.sends, "status": S.EXCLUDED}
    event = DeliveryExcluded(**said, reason=part.excluded)
    tx.say_once(event, about=telling.person_id, council=part.council, id=delivery_id(telling.id, part))


def _complete_if_over(tx: Transaction, telling: Telling, rows: Sequence[Delivery]) -> None:
    if any(row.ended_at is None for row in rows):
        return
    wrong = any(S(row.status) in (S.REJECTED, S.FAILED) for row in rows)
    status = tellings.move(telling.status, "complete_with_exceptions" if wrong else "complete")
    tx.change(telling, status=status.value)
    title = queries.life_event(telling.life_event).title
    told = f"{title}: every service you told has answered. Reference {telling.reference}."
    tx.say(TellingCompleted(status=status, told_to_resident=told), on=telling, council=telling.told_to)


async def _telling(tx: Transaction, telling_id: UUID) -> Telling | None:
    return await tx.one(named.TELLING_ANYWHERE, telling_id=telling_id)
