"""The reads of erasing somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from common.runtime.query import query
from sqlalchemy import ARRAY, Uuid, any_, bindparam
from sqlmodel import col, select

from customer_account.tables import Account, Erasure, ErasureAnswer, LegalHold


class Proven(NamedTuple):
    """How far an erasure has got, with what one service answered; of a service that has not, there is none."""

    status: str
    granted_at: datetime
    finished_at: datetime | None
    keys_destroyed_at: datetime | None
    service: str | None
    at: datetime | None
    emptied: Any
    kept: Any


_HOW_FAR: Any = select(
    col(Erasure.status),
    col(Erasure.granted_at),
    col(Erasure.finished_at),
    col(Erasure.keys_destroyed_at),
).add_columns(
    col(ErasureAnswer.service),
    col(ErasureAnswer.at),
    col(ErasureAnswer.emptied),
    col(ErasureAnswer.kept),
)

ERASURE = query(select(Erasure).where(Erasure.request_id == bindparam("request_id")))
ERASURE_ANSWERS = query(select(ErasureAnswer).where(ErasureAnswer.request_id == bindparam("request_id")))
ERASURE_PROOF = query(
    _HOW_FAR.select_from(Erasure)
    .outerjoin(ErasureAnswer, col(ErasureAnswer.request_id) == Erasure.request_id)
    .where(Erasure.digest == bindparam("digest")),
    into=Proven,
)
_THEM = any_(bindparam("persons", type_=ARRAY(Uuid)))
LED_TO = query(select(Account.id).where(Account.merged_into == bindparam("person_id")).limit(200))
HOLD_ON_THEM = query(
    select(LegalHold.id).where(col(LegalHold.person_id) == _THEM, col(LegalHold.lifted_at).is_(None)).limit(1)
)
