"""The reads of review-engine: named once, each with its index, each listed for EXPLAIN."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.contracts.cases import QuestionAskedAgain
from common.runtime.query import Query, of_person, query
from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, func, literal, literal_column, null, tuple_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from review_engine.domain.characteristics import UNKNOWN
from review_engine.domain.events import CASE, OTHER_KIND
from review_engine.domain.flows import Edge
from review_engine.domain.measures import COUNTED, Counted
from review_engine.domain.re_asks import ReAsks
from review_engine.tables import BirthMonth, Characteristics, Evidence, JourneyOf, Pseudonym

# -- what a step is placed by


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known where a step is to be placed: its person, its own numbers, its case's journey, the last step there."""

    person: UUID | None
    born: date | None
    source: UUID | None
    journey: UUID | None
    last: Evidence | None


def _surroundings(**found: Any) -> Surroundings:
    named = {name: found.pop(f"known_{name}") for name in ("person", "born", "source", "journey")}
    return Surroundings(**named, last=Evidence.model_construct(**found) if found["source"] else None)


_own, _of_case = aliased(JourneyOf), aliased(JourneyOf)
_journey = func.coalesce(_own.journey, _of_case.journey)
_last = select(Evidence).where(Evidence.journey == _journey).order_by(col(Evidence.sequence).desc()).limit(1).lateral()
_nothing_needed = select(literal(1).label("one")).subquery()

SURROUNDINGS: Query[Surroundings] = query(
    columns(
        col(Pseudonym.pseudonym).label("known_person"),
        col(BirthMonth.born).label("known_born"),
        col(_own.source).label("known_source"),
        _journey.label("known_journey"),
    )
    .add_columns(*_last.c)
    .select_from(_nothing_needed)
    .join(Pseudonym, col(Pseudonym.person_id) == bindparam("person_id"), isouter=True)
    .join(BirthMonth, col(BirthMonth.person) == Pseudonym.pseudonym, isouter=True)
    .join(
        _own,
        (col(_own.aggregate_id) == bindparam("aggregate_id"))
        & (col(_own.aggregate) == bindparam("aggregate"))
        & (col(_own.council) == bindparam("council")),
        isouter=True,
    )
    .join(
        _of_case,
        (col(_of_case.aggregate_id) == bindparam("case_id"))
        & (col(_of_case.aggregate) == literal_column(f"'{CASE}'"))
        & (col(_of_case.council) == bindparam("council")),
        isouter=True,
    )
    .join(_last, literal_column("true"), isouter=True),
    into=_surroundings,
)
JOURNEY = query(select(Evidence).where(Evidence.journey == bindparam("journey")))
NUMBERS_OF_CASE = query(
    select(JourneyOf).where(JourneyOf.aggregate_id == bindparam("case_id"), JourneyOf.aggregate == CASE)
)
NUMBERS_ON_JOURNEYS = query(
    select(JourneyOf).where(col(JourneyOf.journey) == any_(bindparam("journeys", type_=ARRAY(Uuid))))
)
PERSON = query(select(Pseudonym).where(Pseudonym.person_id == bindparam("person_id")))
NUMBERS_OF_PERSON = query(  # of every id of theirs
    select(Pseudonym).where(of_person(Pseudonym.person_id, bindparam("person_id", type_=Uuid())))
)
EVIDENCE_OF_PERSON = query(select(Evidence).where(Evidence.person == bindparam("person")))

# The steps of a journey, and what is known of a person, come from several owners, so to several replicas at once, and
# no mark makes these wait for each other. So whoever places a step is alone until its batch is committed.
ALONE: Query[bool] = query(
    columns(func.pg_advisory_xact_lock(zlib.crc32(b"review-engine evidence")).label("alone")),
    into=lambda alone: True,
)

# -- measures. What is grouped is one service in one period: no limit on rows, which are as many as it has kinds of them.

_WITHIN = (
    col(Evidence.council) == bindparam("council"),
    col(Evidence.service) == bindparam("service"),
    col(Evidence.occurred) >= bindparam("begins"),
    col(Evidence.occurred) < bindparam("ends"),
)
_counted = (
    columns(
        col(Evidence.event),
        col(Evidence.result),
        func.coalesce(Evidence.came_by, Evidence.channel).label("channel"),
        func.to_char(func.timezone(bindparam("zone", type_=Text), Evidence.occurred), "YYYY-MM").label("month"),
    )
    .where(*_WITHIN, col(Evidence.event) == any_(literal(list(COUNTED), ARRAY(Text))))
    .subquery()
    .c
)
COUNTS: Query[Counted] = query(
    columns(*_counted, func.count().label("number")).group_by(
        func.grouping_sets(
            tuple_(_counted.event, _counted.result),
            tuple_(_counted.event, _counted.result, _counted.channel),
            tuple_(_counted.event, _counted.result, _counted.month),
        )
    ),
    into=Counted,
)

_BEFORE = col(Evidence.previous_activity)
_WHOSE = func.coalesce(Evidence.person, Evidence.journey)  # of nobody we know: each journey for one person

_again = (
    columns(
        func.coalesce(Evidence.fact_kind, literal_column(f"'{OTHER_KIND}'")).label("fact_kind"),
        col(Evidence.result).label("because"),
        _WHOSE.label("whose"),
    )
    .where(*_WITHIN, col(Evidence.event) == literal(QuestionAskedAgain.name, Text))
    .subquery()
    .c
)
ASKED_AGAIN: Query[ReAsks] = query(
    columns(
        _again.fact_kind,
        _again.because,
        func.count().label("number"),
        func.count(_again.whose.distinct()).label("people"),
    ).group_by(_again.fact_kind, _again.because),
    into=ReAsks,
)


def _edges(part: Any = None) -> Query[Edge]:
    """Edges in all and, where a `part` is given, by that."""
    grouped = part is not None
    steps = columns(
        _BEFORE.label("before"),
        col(Evidence.activity).label("after"),
        col(Evidence.seconds_since).label("seconds"),
        _WHOSE.label("whose"),
        (part if grouped else null()).label("part"),
    )
    each = steps.where(*_WITHIN, _BEFORE.is_not(None)).subquery().c
    sets = [tuple_(each.before, each.after), *([tuple_(each.before, each.after, each.part)] if grouped else [])]
    found = columns(
        each.before,
        each.after,
        (each.part if grouped else null()).label("part"),
        func.count().label("number"),
        func.count(each.seconds).label("timed"),
        func.percentile_cont(0.5).within_group(each.seconds).label("median"),
        func.count(each.whose.distinct()).label("people"),
    )
    return query(found.group_by(func.grouping_sets(*sets)).order_by(each.before, each.after), into=Edge)


# Looked up for each step: joined, the bands of everybody would be read for one service of one council.
_BAND = (
    columns(col(Characteristics.bands)[bindparam("characteristic", type_=Text)].astext)
    .where(col(Characteristics.person) == col(Evidence.person))
    .correlate(Evidence)
    .scalar_subquery()
)

FOLLOWS = _edges()
FOLLOWS_BY_AGE_BAND = _edges(col(Evidence.age_band))
FOLLOWS_BY_CHANNEL = _edges(col(Evidence.channel))
FOLLOWS_BY_CHARACTERISTIC = _edges(func.coalesce(_BAND, UNKNOWN))
