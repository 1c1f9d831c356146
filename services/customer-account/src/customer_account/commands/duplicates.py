"""Looking for records that may be of one person, and deciding about them: load, decide, write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from common.contracts.people.duplicates import (
    DecidedAlready,
    DecideDuplicate,
    DuplicateDecided,
    DuplicateOutcome,
    DuplicateSuspected,
    DuplicateView,
)
from common.runtime.ids import new_id
from common.runtime.limits import restricted_among
from common.runtime.reading import Reading
from common.runtime.reminders import Timer
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands.book import LOOK_FOR_DUPLICATES
from customer_account.commands.texts import check_texts
from customer_account.domain.matching import Band, Compared, Match, band, match
from customer_account.queries import named
from customer_account.queries.duplicates import Side, digests, like
from customer_account.queries.weights import weights
from customer_account.tables import FactsOfPerson, MatchKey, PossibleDuplicate

JOIN_SURE = Timer("join_sure")
A_MOMENT = timedelta(seconds=2)  # until what others are looked up by at this moment is written


async def look_for_duplicates(tx: Transaction, person_id: UUID) -> None:
    """Compare a person with everybody who shares something they are looked up by, and note who may be the same.

    What they are looked up by is written first, and the look put off: of two who are written down at one moment, each
    would miss the other.
    """
    home = await tx.one(named.FACTS, person_id=person_id)
    if home is None:
        return
    held = queries.sides(await tx.all(named.MATCH_FACTS, person_id=person_id))
    mine = held.get(person_id, Side(home.visible_to))
    known = await tx.all(named.MATCH_KEYS, person_id=person_id)
    keys = set(digests(tx, mine.record))
    if {row.key for row in known} != keys or any(row.visible_to != home.visible_to for row in known):
        _write_keys(tx, home, known, keys)
        tx.remind(LOOK_FOR_DUPLICATES, about=home, at=tx.now + A_MOMENT)
        return
    others = await like(tx, mine.record)
    kept_only = await restricted_among(tx, {person_id, *others})
    if person_id in kept_only:
        return
    pairs = {_other_of(row, person_id): row for row in await tx.all(named.PAIRS_OF_PERSON, person_id=person_id)}
    for other in kept_only:  # what was suspected of them stays as it is
        others.pop(other, None)
        pairs.pop(other, None)
    for other, side in others.items():
        if other != person_id:
            _note(tx, (person_id, mine), (other, side), pairs.pop(other, None))
    for row in pairs.values():
        _no_longer(tx, row)


async def alike(tx: Transaction, record: Compared) -> dict[UUID, bool]:
    """People an officer's council may see who may be somebody described so; and whether each is protected.

    Of who is protected nothing is compared but name and birth date: no guess at where they are is confirmed.
    """
    found = await like(tx, record, council=tx.council)
    return {
        person: side.protected
        for person, side in found.items()
        if band(match(record, side.plain if side.protected else side.record, weights()), weights()) is not Band.APART
    }


def be_found_by(tx: Transaction, home: FactsOfPerson, record: Compared) -> None:
    """Let somebody new be looked up at once: whoever describes them a moment later is told that they may be known."""
    _write_keys(tx, home, (), set(digests(tx, record)))


async def decide_duplicate(tx: Transaction, duplicate_id: UUID, command: DecideDuplicate) -> DuplicateView:
    """Note that two records are of two people: they are not asked about again."""
    pair = await queries.possible_duplicate(tx, duplicate_id, "decided whether two records are of one person")
    for person in (pair.row.one_person, pair.row.other_person):
        await check_texts(tx, person, {"/why": command.why})
    tx.edits(pair.row)
    if pair.row.outcome is not None:
        raise DecidedAlready
    _decide(tx, pair.row, DuplicateOutcome.DIFFERENT, by=tx.me.id, why=command.why)
    return queries.shown_duplicate(pair)


async def pair_of(tx: Transaction, person_id: UUID, other: UUID) -> PossibleDuplicate | None:
    """The pair of two people, where an officer's council may see both and somebody suspected them."""
    one, two = sorted((person_id, other))
    return await tx.one(named.PAIR_FOR_COUNCIL, one=one, other=two, council=tx.council)


def settle(tx: Transaction, row: PossibleDuplicate | None, outcome: DuplicateOutcome) -> None:
    """Two records were joined, or taken apart again: nobody need look at them any more."""
    if row is not None:
        _decide(tx, row, outcome, by=tx.me.id)


def joining_councils(session: Reading) -> set[str]:
    """The councils that have what is surely one person joined without an officer."""
    return {each.id for each in session.councils.values() if each.joins_sure_pairs}


def _write_keys(tx: Transaction, home: FactsOfPerson, known: Iterable[MatchKey], keys: set[UUID]) -> None:
    for row in known:
        if row.key not in keys:
            tx.remove(row)
    for key in sorted(keys):
        tx.put(MatchKey(key=key, person_id=home.id, visible_to=home.visible_to))


def _note(tx: Transaction, mine: tuple[UUID, Side], other: tuple[UUID, Side], row: PossibleDuplicate | None) -> None:
    """Keep how alike two people are now. What an officer decided stands."""
    found = match(mine[1].record, other[1].record, weights())
    done = band(found, weights())
    both = sorted(set(mine[1].visible_to) & set(other[1].visible_to))
    if row is None:
        if done is not Band.APART:
            row = _suspect(tx, sorted((mine[0], other[0])), found, sure=done is Band.LINK, visible_to=both)
            _join_soon(tx, row)
    elif row.outcome in {DuplicateOutcome.DIFFERENT, DuplicateOutcome.SAME}:
        return
    elif done is Band.APART:
        _no_longer(tx, row)
    else:
        tx.change(row, weight=found.weight, compared=dict(found.levels), sure=done is Band.LINK, visible_to=both)
        if row.outcome is not None:
            tx.change(row, outcome=None, decided_at=None, suspected_at=tx.now)
            _say(tx, row)
        _join_soon(tx, row)


def _join_soon(tx: Transaction, row: PossibleDuplicate) -> None:
    if row.sure and joining_councils(tx) & set(row.visible_to):
        tx.remind(JOIN_SURE, about=row, at=tx.now + A_MOMENT)


def _suspect(
    tx: Transaction, persons: list[UUID], found: Match, *, sure: bool, visible_to: list[str]
) -> PossibleDuplicate:
    row = tx.add(
        PossibleDuplicate(
            id=new_id(),
            one_person=persons[0],
            other_person=persons[1],
            weight=found.weight,
            sure=sure,
            compared=dict(found.levels),
            visible_to=visible_to,
            suspected_at=tx.now,
        )
    )
    _say(tx, row)
    return row


def _say(tx: Transaction, row: PossibleDuplicate) -> None:
    persons = [row.one_person, row.other_person]
    tx.say(DuplicateSuspected(persons=persons, weight=row.weight, sure=row.sure, visible_to=row.visible_to), on=row)


def _no_longer(tx: Transaction, row: PossibleDuplicate) -> None:
    if row.outcome is None:
        _decide(tx, row, DuplicateOutcome.NO_LONGER_ALIKE)


def _decide(
    tx: Transaction, row: PossibleDuplicate, outcome: DuplicateOutcome, *, by: str | None = None, why: str | None = None
) -> None:
    tx.change(row, outcome=outcome.value, decided_at=tx.now, decided_by=by, why=why)
    tx.say(DuplicateDecided(persons=[row.one_person, row.other_person], outcome=outcome), on=row)


def _other_of(row: PossibleDuplicate, person_id: UUID) -> UUID:
    return row.other_person if row.one_person == person_id else row.one_person
