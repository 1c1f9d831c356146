"""The reads of tellings and deliveries. Row-level security is the net; these are the filters."""

from __future__ import annotations

from typing import Any

from common.runtime.query import EVERY_ID, ME, mine, of_person, query
from common.runtime.tables import Moment
from sqlalchemy import ARRAY, Date, Integer, Text, Uuid, any_, bindparam, func, or_, text, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from case_crm.queries.named.facts import protected_kinds
from case_crm.tables import (
    OPEN_DELIVERY,
    UNDER_WAY,
    Delivery,
    KnownAgreement,
    KnownConsent,
    ProtectedPerson,
    RegistrarReference,
    Telling,
)

_PERSON = bindparam("person_id", type_=Uuid())
_VISIBLE = bindparam("for_council", type_=Text) == any_(col(Telling.visible_to))
_BEFORE = tuple_(col(Telling.begun_at), col(Telling.id)) < tuple_(bindparam("at"), bindparam("row"))
_AFTER = tuple_(col(Delivery.act_by), col(Delivery.id)) > tuple_(bindparam("at"), bindparam("row"))
_BEGUN_AFTER = tuple_(col(Telling.begun_at), col(Telling.id)) > tuple_(
    bindparam("at", type_=Moment), bindparam("row", type_=Uuid())
)
_DELIVERED = (
    select(func.array_agg(func.concat_ws(":", Delivery.telling_id, Delivery.council, Delivery.interest)))
    .where(col(Delivery.root_id) == col(Telling.root_id))
    .scalar_subquery()
)
_earlier = aliased(Telling, name="earlier")
_PUT_RIGHT = (
    select(func.jsonb_agg(func.jsonb_build_object("id", _earlier.id, "supersedes", _earlier.supersedes,
                                                  "reference", _earlier.reference, "plan", _earlier.plan)))
    .where(col(_earlier.root_id) == col(Telling.root_id), _earlier.status == "superseded")
    .scalar_subquery()
)  # fmt: skip


def _with_delivered(
    delivered: list[str] | None, put_right: list[dict[str, Any]] | None, **telling: Any
) -> tuple[Telling, list[dict[str, Any]], set[str]]:
    return Telling.model_construct(**telling), put_right or [], set(delivered or ())


TELLING = query(
    select(Telling, protected_kinds(Telling.person_id)).where(
        Telling.id == bindparam("telling_id"), or_(_VISIBLE, mine(Telling.person_id))
    ),
    into=lambda protected_kinds, **telling: (Telling.model_construct(**telling), protected_kinds),
)
_IN_FORCE = (
    col(KnownAgreement.partner_id) == any_(bindparam("partners", type_=ARRAY(Text))),
    col(KnownAgreement.ends_on) >= bindparam("today", type_=Date),
)
_MOST_AGREEMENTS = 200
_agreed = (
    select(KnownAgreement.partner_id, KnownAgreement.councils, KnownAgreement.terms)
    .where(*_IN_FORCE)
    .limit(_MOST_AGREEMENTS)
    .subquery("agreed")
)
TELLING_TO_PLAN = query(
    select(
        Telling,
        protected_kinds(Telling.person_id),
        select(func.jsonb_agg(func.to_jsonb(text("agreed")))).select_from(_agreed).scalar_subquery().label("agreed"),
    ).where(Telling.id == bindparam("telling_id"), or_(_VISIBLE, mine(Telling.person_id))),
    into=lambda protected_kinds, agreed, **telling: (Telling.model_construct(**telling), protected_kinds, agreed),
)
TELLING_ANYWHERE = query(select(Telling).where(Telling.id == bindparam("telling_id")))
TELLINGS_OF_PERSON = query(
    select(Telling)
    .where(
        col(Telling.person_id) == EVERY_ID,
        text("status NOT IN ('draft', 'previewed', 'expired', 'abandoned')"),
        _BEFORE,
    )
    .order_by(col(Telling.begun_at).desc(), col(Telling.id).desc())
    .limit(bindparam("most")),
    whose=ME,
)
TOLD_WITH_REFERENCE = query(
    select(Telling).where(
        col(Telling.person_id) == EVERY_ID,
        col(Telling.registrar) == bindparam("reference"),
        text("status IN ('confirmed', 'in_progress', 'completed', 'completed_with_exceptions')"),
    ),
    whose="person_id",
)
REGISTRAR_REFERENCE = query(
    select(RegistrarReference, of_person(RegistrarReference.person_id, _PERSON).label("theirs")).where(
        RegistrarReference.reference == bindparam("reference", type_=Text)
    ),
    into=lambda theirs, **row: (RegistrarReference.model_construct(**row), theirs),
)
REFERENCE_IN_USE = query(
    select(Telling).where(col(Telling.person_id) == EVERY_ID, col(Telling.reference_in_use) == bindparam("reference")),
    whose="person_id",
)
TELLINGS_ABOUT = query(
    select(Telling).where(col(Telling.person_id) == EVERY_ID, Telling.life_event == bindparam("life_event")).limit(50),
    whose="person_id",
)
EVERY_UNDER_WAY = query(
    select(Telling, _PUT_RIGHT.label("put_right"), _DELIVERED.label("delivered"))
    .where(text(UNDER_WAY), _BEGUN_AFTER)
    .order_by(col(Telling.begun_at), col(Telling.id))
    .limit(bindparam("most", type_=Integer())),
    into=_with_delivered,
)
UNDER_WAY_HERE = query(
    select(Telling, _PUT_RIGHT.label("put_right"), _DELIVERED.label("delivered"))
    .where(text(UNDER_WAY), _VISIBLE, _BEGUN_AFTER)
    .order_by(col(Telling.begun_at), col(Telling.id))
    .limit(bindparam("most", type_=Integer())),
    into=_with_delivered,
)
PARTS_HERE = query(
    select(Delivery)
    .where(Delivery.council == bindparam("council"), Delivery.telling_id == bindparam("telling_id"))
    .limit(500)
)
PARTS_OF_MINE = query(
    select(Delivery)
    .where(Delivery.telling_id == bindparam("telling_id"), col(Delivery.person_id) == EVERY_ID)
    .limit(500),
    whose=ME,
)
_named = aliased(Telling, name="named")
ALL_OF_ITS_ROOT = query(
    select(Telling)
    .join(_named, col(_named.root_id) == col(Telling.root_id))
    .where(col(_named.id) == bindparam("telling_id", type_=Uuid()))
    .limit(500)
)
ROOT_HERE = query(
    select(Telling).where(Telling.root_id == bindparam("root_id"), or_(_VISIBLE, mine(Telling.person_id))).limit(500)
)
DELIVERIES_OF_ROOT = query(select(Delivery).where(Delivery.root_id == bindparam("root_id")).limit(2000))
DELIVERY = query(select(Delivery).where(Delivery.id == bindparam("delivery_id")))
DELIVERY_HERE = query(
    select(Delivery).where(
        Delivery.id == bindparam("delivery_id"),
        Delivery.council == bindparam("council"),
        col(Delivery.delivered_at).is_not(None),
    )
)
DELIVERY_QUEUE = query(
    select(Delivery)
    .where(Delivery.council == bindparam("council"), text(OPEN_DELIVERY), _AFTER)
    .order_by(col(Delivery.act_by), col(Delivery.id))
    .limit(bindparam("most"))
)
ON_CONSENT = query(
    select(Delivery).where(
        of_person(Delivery.consent_by, _PERSON),
        col(Delivery.ended_at).is_(None),
        Delivery.recipient == bindparam("recipient"),
        Delivery.purpose == bindparam("purpose"),
    )
)
PROTECTED_FOR_TELLING = query(
    select(ProtectedPerson).where(
        of_person(ProtectedPerson.person_id, _PERSON),
        or_(
            bindparam("for_council", type_=Text) == any_(col(ProtectedPerson.visible_to)),
            mine(ProtectedPerson.person_id),
        ),
    )
)
PROTECTED_ANYWHERE = query(select(ProtectedPerson).where(of_person(ProtectedPerson.person_id, _PERSON)))
CONSENT = query(
    select(KnownConsent).where(
        of_person(KnownConsent.person_id, _PERSON),
        KnownConsent.recipient == bindparam("recipient"),
        KnownConsent.purpose == bindparam("purpose"),
    )
)
AGREEMENTS_WITH = query(select(KnownAgreement).where(*_IN_FORCE).limit(_MOST_AGREEMENTS))
KNOWN_AGREEMENT = query(select(KnownAgreement).where(KnownAgreement.agreement_id == bindparam("agreement_id")))
