"""The reads of case-crm: named once, each with its index, each listed for EXPLAIN."""

from __future__ import annotations

from typing import Any

from common.contracts.partners.consents import Purpose
from common.runtime.limits import limited
from common.runtime.query import EVERY_ID, ME, mine, of_person, query
from sqlalchemy import Text, Uuid, any_, bindparam, func, or_, text, tuple_
from sqlmodel import col, select

from case_crm.tables import (
    OPEN,
    Case,
    Definition,
    DefinitionVersion,
    ImportedRow,
    Interaction,
    KnownFact,
    ProtectedPerson,
)

_BEFORE = tuple_(col(Case.opened_at), col(Case.id)) < tuple_(bindparam("at"), bindparam("row"))
# Row-level security is the net; these are the filters. An officer asks for a council, a resident for themselves.
_THEIRS = or_(col(Case.council) == bindparam("for_council"), mine(Case.person_id))


def _protected(person: Any) -> Any:
    """The kinds of facts that tell where a person is, for each id under which they are protected; NULL where they are not."""
    kinds = select(func.jsonb_agg(col(ProtectedPerson.kinds))).where(of_person(ProtectedPerson.person_id, person))
    return kinds.scalar_subquery().label("protected_kinds")


_NEWEST = (col(Case.opened_at).desc(), col(Case.id).desc())

DEFINITION = query(
    select(Definition).where(Definition.council == bindparam("council"), Definition.service == bindparam("service"))
)
DEFINITIONS = query(
    select(Definition).where(Definition.council == bindparam("council")).order_by(Definition.service).limit(500)
)
EVERY_DEFINITION = query(select(Definition).order_by(Definition.service).limit(5000))
CASE = query(select(Case).where(Case.id == bindparam("case_id"), _THEIRS))
CASE_WITH_DEFINITION = query(
    select(Case, col(DefinitionVersion.document), _protected(Case.person_id))
    .join(
        DefinitionVersion,
        (col(DefinitionVersion.council) == Case.council)
        & (col(DefinitionVersion.service) == Case.service)
        & (col(DefinitionVersion.definition_version) == Case.definition_version),
    )
    .where(Case.id == bindparam("case_id"), _THEIRS),
    into=lambda document, protected_kinds, **case: (Case.model_construct(**case), document, protected_kinds),
)
CASES_OF_PERSON = query(
    select(Case).where(col(Case.person_id) == EVERY_ID, _BEFORE).order_by(*_NEWEST).limit(bindparam("most")), whose=ME
)
CASES_OF_PERSON_HERE = query(
    select(Case)
    .where(col(Case.person_id) == EVERY_ID, Case.council == bindparam("council"), _BEFORE)
    .order_by(*_NEWEST)
    .limit(bindparam("most")),
    whose="person_id",
)
QUEUE = query(
    select(Case)
    .where(Case.council == bindparam("council"), text(OPEN), _BEFORE)  # as the partial index says it
    .order_by(*_NEWEST)
    .limit(bindparam("most"))
)
INTERACTIONS = query(
    select(Interaction).where(Interaction.case_id == bindparam("case_id")).order_by(col(Interaction.at)).limit(200)
)
FACTS_OF_PERSON = query(select(KnownFact).where(KnownFact.person_id == bindparam("person_id")).limit(500))
FACTS_KNOWN_HERE = query(
    select(KnownFact, _protected(bindparam("person_id", type_=Uuid())))
    .where(
        of_person(KnownFact.person_id, bindparam("person_id", type_=Uuid())),
        bindparam("council", type_=Text) == any_(col(KnownFact.visible_to)),
    )
    .limit(500),
    into=lambda protected_kinds, **fact: (KnownFact.model_construct(**fact), protected_kinds),
)
_WHOSE = bindparam("person_id", type_=Uuid())


def _may_be_told_once(person: Any) -> Any:
    """What was told to the other council is not offered here where they object to that."""
    told_here = col(KnownFact.told_to) == bindparam("council", type_=Text)
    return or_(~limited(person, Purpose.TELL_US_ONCE.value), told_here)


FACTS_FOR_MY_FORM = query(
    select(KnownFact).where(col(KnownFact.person_id) == EVERY_ID, _may_be_told_once(EVERY_ID)).limit(500), whose=ME
)
FACTS_FOR_FORM = query(
    select(KnownFact, _protected(_WHOSE))
    .where(
        of_person(KnownFact.person_id, _WHOSE),
        bindparam("council", type_=Text) == any_(col(KnownFact.visible_to)),
        ~limited(_WHOSE),
        _may_be_told_once(_WHOSE),
    )
    .limit(500),
    into=lambda protected_kinds, **fact: (KnownFact.model_construct(**fact), protected_kinds),
)
PROTECTED = query(select(ProtectedPerson).where(ProtectedPerson.person_id == bindparam("person_id")))
PROTECTED_HERE = query(
    select(ProtectedPerson).where(
        of_person(ProtectedPerson.person_id, bindparam("person_id", type_=Uuid())),
        bindparam("council", type_=Text) == any_(col(ProtectedPerson.visible_to)),
    )
)
FACT = query(select(KnownFact).where(KnownFact.fact_id == bindparam("fact_id")))
IMPORTED = query(
    select(ImportedRow).where(
        ImportedRow.council == bindparam("council"),
        ImportedRow.source == bindparam("source"),
        ImportedRow.source_id == bindparam("source_id"),
    )
)
