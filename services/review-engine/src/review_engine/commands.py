"""What changes in review-engine: a step takes its place on its journey, a birth date puts its person's steps in bands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID, uuid4

from common.contracts.base import Channel
from common.contracts.cases import CaseOpened
from common.runtime.envelope import Heard
from common.runtime.holds import is_held
from common.runtime.transaction import Transaction

from review_engine.domain import events, journeys
from review_engine.domain.ages import UNKNOWN, age_band
from review_engine.domain.journeys import Place, Step
from review_engine.queries import named
from review_engine.queries.named import Surroundings
from review_engine.tables import BirthMonth, Characteristics, Evidence, JourneyOf, Pseudonym


@dataclass(frozen=True, slots=True)
class Belongs:
    """Whose journey it is: said when its case is opened, the same for its every step."""

    council: str
    service: str | None
    channel: str


async def place_step(tx: Transaction, heard: Heard) -> None:
    """Write one event as a step of its journey, under numbers drawn at random."""
    case_id = events.case_of(heard.event, aggregate=heard.aggregate, aggregate_id=heard.aggregate_id)
    known = await _surroundings(tx, heard, case_id)
    kept = events.kept(heard.name, heard.event)
    step = _step(heard, known, kept.activity, case_id=case_id)
    belongs = _belongs(heard, known.last, kept)
    place, earlier = await _place(tx, step, known.last)
    person = known.person or (uuid4() if heard.person_id else None)
    _keep_numbers(tx, heard, known, step, person=person, case_id=case_id)
    for row in earlier:
        _move(tx, row, place[row.source, row.version], belongs)
    tx.add(
        Evidence(
            source=step.source,
            version=step.version,
            journey=step.journey,
            person=person,
            age_band=age_band(known.born, heard.occurred),
            aggregate=step.aggregate,
            event=heard.name,
            activity=step.activity,
            transition=kept.transition,
            stage=kept.stage,
            result=kept.result,
            fact_kind=kept.fact_kind,
            came_by=kept.came_by,
            occurred=heard.occurred,
            recorded=heard.recorded,
            **asdict(place[step.key]),
            **asdict(belongs),
        )
    )


async def know_birth_month(tx: Transaction, person_id: UUID, born: date | None) -> None:
    """Put somebody's steps, those heard before too, in the age bands of their birth month; None: it cannot be read."""
    await tx.one(named.ALONE)
    known = await tx.one(named.PERSON, person_id=person_id)
    rows = await tx.all(named.EVIDENCE_OF_PERSON, person=known.pseudonym) if known else []
    kept = known or tx.add(Pseudonym(person_id=person_id, pseudonym=uuid4()))
    tx.put(BirthMonth(person=kept.pseudonym, born=born))
    for row in rows:
        if (band := age_band(born, row.occurred)) != row.age_band:
            tx.change(row, age_band=band)


async def know_characteristics(tx: Transaction, person_id: UUID, bands: Mapping[str, str]) -> None:
    """Keep somebody's bands under their number; with none, forget those there were."""
    await tx.one(named.ALONE)
    known = await tx.one(named.PERSON, person_id=person_id)
    if bands:
        kept = known or tx.add(Pseudonym(person_id=person_id, pseudonym=uuid4()))
        tx.put(Characteristics(person=kept.pseudonym, bands=bands))
    elif known:
        tx.remove(Characteristics(person=known.pseudonym, bands={}))


async def forget_which_case(tx: Transaction, case_id: UUID) -> None:
    """Keep the steps of a case that is gone, and not whose numbers they are: nothing leads to them from the case, nor from
    what belongs to it."""
    await tx.one(named.ALONE)
    cases = await tx.all(named.NUMBERS_OF_CASE, case_id=case_id)
    for row in await tx.all(named.NUMBERS_ON_JOURNEYS, journeys=[case.journey for case in cases]):
        tx.remove(row)


async def forget_whose(tx: Transaction, person_id: UUID) -> None:
    """Let go of what leads from a person to the steps that were kept of them, and of all that was known of them."""
    _let_go(tx, *await _known_of(tx, [person_id]))


async def forget_erased(tx: Transaction, persons: Collection[UUID]) -> None:
    """Forget whose steps those of a person are who is erased, by any of their ids, and also which cases they were of."""
    if any([await is_held(tx, person_id) for person_id in persons]):
        return
    numbers, steps = await _known_of(tx, persons)
    rows = await tx.all(named.NUMBERS_ON_JOURNEYS, journeys=[step.journey for step in steps])
    _let_go(tx, numbers, steps)
    for row in rows:
        tx.remove(row)


async def _known_of(tx: Transaction, persons: Collection[UUID]) -> tuple[list[Pseudonym], list[Evidence]]:
    await tx.one(named.ALONE)
    numbers = [number for person_id in persons for number in await tx.all(named.NUMBERS_OF_PERSON, person_id=person_id)]
    steps = [step for number in numbers for step in await tx.all(named.EVIDENCE_OF_PERSON, person=number.pseudonym)]
    return numbers, steps


def _let_go(tx: Transaction, numbers: Sequence[Pseudonym], steps: Sequence[Evidence]) -> None:
    for step in steps:
        tx.change(step, person=None, age_band=UNKNOWN)
    for number in numbers:
        tx.remove(number)
        tx.remove(BirthMonth(person=number.pseudonym))
        tx.remove(Characteristics(person=number.pseudonym, bands={}))


async def _surroundings(tx: Transaction, heard: Heard, case_id: UUID | None) -> Surroundings:
    await tx.one(named.ALONE)
    [known] = await tx.all(
        named.SURROUNDINGS,
        person_id=heard.person_id,
        aggregate=heard.aggregate,
        aggregate_id=heard.aggregate_id,
        case_id=case_id,
        council=heard.council,
    )
    return known


def _step(heard: Heard, known: Surroundings, activity: str, *, case_id: UUID | None) -> Step:
    journey = known.journey or uuid4()
    is_home = heard.aggregate == events.CASE or case_id is None
    source = known.source or (journey if is_home else uuid4())
    return Step(source, heard.version, journey, heard.aggregate, activity, heard.occurred)


def _belongs(heard: Heard, last: Evidence | None, kept: events.Kept) -> Belongs:
    if last is None or isinstance(heard.event, CaseOpened):
        return Belongs(heard.council, kept.service, kept.came_by or Channel.UNKNOWN.value)
    return _belonging(last)


async def _place(
    tx: Transaction, step: Step, last: Evidence | None
) -> tuple[dict[journeys.Key, Place], list[Evidence]]:
    """The step's place; and where it is not simply the next one, the journey's other steps with theirs."""
    if last is None:
        return journeys.arranged([step]), []
    opens_late = step.key == (step.journey, 1)
    if not opens_late and (place := journeys.appended(step, _as_step(last), _place_of(last))):
        return {step.key: place}, []
    rows = await tx.all(named.JOURNEY, journey=step.journey)
    return journeys.arranged([step, *map(_as_step, rows)]), rows


def _move(tx: Transaction, row: Evidence, place: Place, belongs: Belongs) -> None:
    """Put a step that was placed before where it stands now."""
    if (_place_of(row), _belonging(row)) != (place, belongs):
        tx.change(row, **asdict(place), **asdict(belongs))


def _keep_numbers(
    tx: Transaction, heard: Heard, known: Surroundings, step: Step, *, person: UUID | None, case_id: UUID | None
) -> None:
    """Remember the numbers that were drawn for this step."""
    if heard.person_id and person and not known.person:
        tx.add(Pseudonym(person_id=heard.person_id, pseudonym=person))
    if not known.source:
        _number(tx, heard, heard.aggregate, heard.aggregate_id, source=step.source, journey=step.journey)
    if case_id and not known.journey and heard.aggregate != events.CASE:
        _number(tx, heard, events.CASE, case_id, source=step.journey, journey=step.journey)


def _number(tx: Transaction, heard: Heard, aggregate: str, aggregate_id: UUID, *, source: UUID, journey: UUID) -> None:
    row = JourneyOf(
        aggregate=aggregate, aggregate_id=aggregate_id, council=heard.council, source=source, journey=journey
    )
    tx.add(row)


def _as_step(row: Evidence) -> Step:
    return Step(row.source, row.version, row.journey, row.aggregate, row.activity, row.occurred)


def _place_of(row: Evidence) -> Place:
    return Place(row.sequence, row.reached, row.previous_activity, row.seconds_since)


def _belonging(row: Evidence) -> Belongs:
    return Belongs(row.council, row.service, row.channel)
