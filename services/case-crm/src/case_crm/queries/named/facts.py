"""The reads of what is known of people."""

from __future__ import annotations

from typing import Any

from common.contracts.partners.consents import Purpose
from common.runtime.limits import limited
from common.runtime.query import EVERY_ID, ME, of_person, query
from sqlalchemy import Text, Uuid, any_, bindparam, func, or_
from sqlmodel import col, select

from case_crm.tables import KnownFact, ProtectedPerson


def protected_kinds(person: Any) -> Any:
    """The kinds of facts that tell where a person is, for each id under which they are protected; NULL where they are not."""
    kinds = select(func.jsonb_agg(col(ProtectedPerson.kinds))).where(of_person(ProtectedPerson.person_id, person))
    return kinds.scalar_subquery().label("protected_kinds")


FACTS_OF_PERSON = query(select(KnownFact).where(KnownFact.person_id == bindparam("person_id")).limit(500))
FACTS_KNOWN_HERE = query(
    select(KnownFact, protected_kinds(bindparam("person_id", type_=Uuid())))
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
    return or_(told_here, ~limited(person, Purpose.TELL_US_ONCE.value))


FACTS_FOR_MY_FORM = query(
    select(KnownFact).where(col(KnownFact.person_id) == EVERY_ID, _may_be_told_once(EVERY_ID)).limit(500), whose=ME
)
FACTS_FOR_FORM = query(
    select(KnownFact, protected_kinds(_WHOSE))
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
