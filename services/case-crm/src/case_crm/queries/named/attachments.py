"""The reads of what is attached to cases."""

from __future__ import annotations

from typing import Any

from common.runtime.query import mine, query
from sqlalchemy import ARRAY, Uuid, any_, bindparam, or_
from sqlmodel import col, select

from case_crm.queries.named.facts import protected_kinds
from case_crm.tables import Attachment, Case


def _with_protection(protected_kinds: Any, service: str, **attachment: Any) -> tuple[Attachment, str, Any]:
    return Attachment.model_construct(**attachment), service, protected_kinds


_THEIRS = or_(col(Case.council) == bindparam("for_council"), mine(Case.person_id))
_OF_CASE: Any = (
    select(Attachment, col(Case.service).label("service"), protected_kinds(Case.person_id))
    .join(Case, col(Case.id) == Attachment.case_id)
    .where(Case.id == bindparam("case_id"), _THEIRS)
)

ATTACHMENTS = query(_OF_CASE.order_by(col(Attachment.added_at)).limit(100), into=_with_protection)
ATTACHMENT = query(_OF_CASE.where(Attachment.id == bindparam("attachment_id")), into=_with_protection)
ATTACHMENTS_AMONG = query(
    select(col(Attachment.id)).where(
        col(Attachment.id) == any_(bindparam("ids", type_=ARRAY(Uuid))), col(Attachment.removed_at).is_(None)
    ),
)
