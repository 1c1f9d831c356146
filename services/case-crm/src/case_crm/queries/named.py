"""The reads of case-crm: named once, each with its index, each listed for EXPLAIN."""

from __future__ import annotations

from common.contracts.partners.consents import Purpose
from common.runtime.limits import limited
from common.runtime.query import query
from sqlalchemy import Text, Uuid, any_, bindparam, or_, text, tuple_
from sqlmodel import col, select

from case_crm.tables import (
    OPEN,
    Case,
    Definition,
    DefinitionVersion,
    ImportedRow,
    Interaction,
    KnownFact,
    KnownRepresentation,
    ProtectedPerson,
)

_BEFORE = tuple_(col(Case.opened_at), col(Case.id)) < tuple_(bindparam("at"), bindparam("row"))
# Row-level security is the net; these are the filters. An officer asks for a council, a resident for themselves.
_THEIRS = or_(col(Case.council) == bindparam("for_council"), col(Case.person_id) == bindparam("for_person"))
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
    select(Case, col(DefinitionVersion.document), col(ProtectedPerson.kinds).label("protected_kinds"))
    .join(
        DefinitionVersion,
        (col(DefinitionVersion.council) == Case.council)
        & (col(DefinitionVersion.service) == Case.service)
        & (col(DefinitionVersion.definition_version) == Case.definition_version),
    )
    .outerjoin(ProtectedPerson, col(ProtectedPerson.person_id) == Case.person_id)
    .where(Case.id == bindparam("case_id"), _THEIRS),
    into=lambda document, protected_kinds, **case: (Case.model_construct(**case), document, protected_kinds),
)
CASES_OF_PERSON = query(
    select(Case).where(Case.person_id == bindparam("person_id"), _BEFORE).order_by(*_NEWEST).limit(bindparam("most"))
)
CASES_OF_PERSON_HERE = query(
    select(Case)
    .where(Case.person_id == bindparam("person_id"), Case.council == bindparam("council"), _BEFORE)
    .order_by(*_NEWEST)
    .limit(bindparam("most"))
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
    select(KnownFact, col(ProtectedPerson.kinds).label("protected_kinds"))
    .outerjoin(ProtectedPerson, col(ProtectedPerson.person_id) == KnownFact.person_id)
    .where(
        KnownFact.person_id == bindparam("person_id"),
        bindparam("council", type_=Text) == any_(col(KnownFact.visible_to)),
    )
    .limit(500),
    into=lambda protected_kinds, **fact: (KnownFact.model_construct(**fact), protected_kinds),
)
_WHOSE = bindparam("person_id", type_=Uuid())
_MAY_BE_TOLD_ONCE = or_(
    ~limited(_WHOSE, Purpose.TELL_US_ONCE.value), col(KnownFact.told_to) == bindparam("council", type_=Text)
)
FACTS_FOR_MY_FORM = query(select(KnownFact).where(KnownFact.person_id == _WHOSE, _MAY_BE_TOLD_ONCE).limit(500))
FACTS_FOR_FORM = query(
    select(KnownFact, col(ProtectedPerson.kinds).label("protected_kinds"))
    .outerjoin(ProtectedPerson, col(ProtectedPerson.person_id) == KnownFact.person_id)
    .where(
        KnownFact.person_id == _WHOSE,
        bindparam("council", type_=Text) == any_(col(KnownFact.visible_to)),
        ~limited(_WHOSE),
        _MAY_BE_TOLD_ONCE,
    )
    .limit(500),
    into=lambda protected_kinds, **fact: (KnownFact.model_construct(**fact), protected_kinds),
)
PROTECTED = query(select(ProtectedPerson).where(ProtectedPerson.person_id == bindparam("person_id")))
PROTECTED_HERE = query(
    select(ProtectedPerson).where(
        ProtectedPerson.person_id == bindparam("person_id"),
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

KNOWN_REPRESENTATION = query(
    select(KnownRepresentation).where(
        KnownRepresentation.representation_id == bindparam("representation_id"),
        KnownRepresentation.person_id == bindparam("person_id"),
    )
)
