"""The reads of cases whose time is over: what may be listed, what is on a list, and what is left of a case."""

from __future__ import annotations

from typing import Any

from common.runtime.holds import under_hold
from common.runtime.query import query, there_is
from sqlalchemy import ARRAY, Date, Integer, Text, Uuid, any_, bindparam, func, literal, not_, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as rows_of

from case_crm.domain.handling import OVER
from case_crm.tables import (
    UNDATED,
    Case,
    CaseDuplicate,
    CaseFollower,
    CaseLink,
    DefinitionVersion,
    DestructionItem,
    DestructionList,
    Tombstone,
)

_IDS: Any = any_(bindparam("ids", type_=ARRAY(Uuid)))
_OVER: Any = any_(literal([str(status) for status in OVER], ARRAY(Text)))
_other = aliased(Case, name="other")
_linked = aliased(CaseLink, name="linked")
_listed = aliased(DestructionItem, name="listed")
_held = under_hold(col(Case.person_id)).label("held")
_related_open = there_is(
    col(_linked.case_id) == col(Case.id),
    there_is(col(_other.id) == col(_linked.other_id), not_(col(_other.status) == _OVER)),
).label("related_open")

TO_REVIEW = query(
    rows_of(Case)
    .where(
        Case.council == bindparam("council"),
        Case.service == bindparam("service"),
        text("disposal = 'review'"),  # as the partial index says it
        col(Case.goes_on) <= bindparam("today", type_=Date),
        col(Case.changed_at) < bindparam("ended_before", type_=TIMESTAMP(timezone=True)),
        not_(
            there_is(
                col(_listed.case_id) == col(Case.id),
                col(_listed.council) == col(Case.council),
                col(_listed.outcome).is_(None),
            )
        ),
    )
    .order_by(col(Case.goes_on), col(Case.id))
    .limit(bindparam("most", type_=Integer))
)
_counts = (
    select(func.jsonb_object_agg(text("coalesce(outcome, 'on_it')"), text("number"), type_=JSONB))
    .select_from(
        select(col(DestructionItem.outcome), func.count().label("number"))
        .where(col(DestructionItem.list_id) == col(DestructionList.id))
        .group_by(col(DestructionItem.outcome))
        .correlate(DestructionList)
        .subquery("by_outcome")
    )
    .scalar_subquery()
    .label("counts")
)


def _with_counts(counts: dict[str, int] | None, **row: Any) -> tuple[DestructionList, dict[str, int]]:
    return DestructionList.model_construct(**row), counts or {}


LIST = query(
    select(DestructionList, _counts).where(
        col(DestructionList.id) == bindparam("list_id"), col(DestructionList.council) == bindparam("council")
    ),
    into=_with_counts,
)
LISTS = query(
    select(DestructionList, _counts)
    .where(
        col(DestructionList.council) == bindparam("council"),
        tuple_(col(DestructionList.proposed_at), col(DestructionList.id)) < tuple_(bindparam("at"), bindparam("row")),
    )
    .order_by(col(DestructionList.proposed_at).desc(), col(DestructionList.id).desc())
    .limit(bindparam("most", type_=Integer)),
    into=_with_counts,
)
LIST_HERE = query(rows_of(DestructionList).where(DestructionList.id == bindparam("list_id")))
ITEM = query(
    rows_of(DestructionItem).where(
        DestructionItem.list_id == bindparam("list_id"), DestructionItem.case_id == bindparam("case_id")
    )
)
ITEMS = query(
    rows_of(DestructionItem)
    .where(DestructionItem.list_id == bindparam("list_id"))
    .limit(bindparam("most", type_=Integer))
)
_shown = (
    col(Case.service),
    col(Case.person_id),
    col(Case.result),
    col(Case.status),
    col(Case.changed_at),
    col(Case.disposal),
    col(Case.goes_on),
)
LISTED = query(
    select(DestructionItem, *_shown, _held, _related_open)
    .join(Case, col(Case.id) == col(DestructionItem.case_id), isouter=True)
    .where(col(DestructionItem.list_id) == bindparam("list_id"), col(DestructionItem.case_id) < bindparam("row"))
    .order_by(col(DestructionItem.case_id).desc())
    .limit(bindparam("most", type_=Integer)),
    into=lambda **found: found,
)
TO_RELEASE = query(
    select(DestructionItem, *_shown, _held, _related_open)
    .join(Case, col(Case.id) == col(DestructionItem.case_id))
    .where(col(DestructionItem.list_id) == bindparam("list_id"), col(DestructionItem.outcome).is_(None))
    .order_by(col(DestructionItem.case_id))
    .limit(bindparam("most", type_=Integer)),
    into=lambda **found: found,
)
RELEASED_AMONG = query(
    select(DestructionItem, col(DestructionList.proposed_by), col(DestructionList.confirmed_by))
    .join(DestructionList, col(DestructionList.id) == col(DestructionItem.list_id))
    .where(col(DestructionItem.case_id) == _IDS, col(DestructionItem.outcome) == "released")
    .order_by(col(DestructionItem.list_id)),
    into=lambda proposed_by, confirmed_by, **item: (
        DestructionItem.model_construct(**item),
        {"proposed_by": proposed_by, "confirmed_by": confirmed_by},
    ),
)
LINKS_TO = query(rows_of(CaseLink).where(col(CaseLink.other_id) == _IDS))
FOLLOWERS_AMONG = query(rows_of(CaseFollower).where(col(CaseFollower.case_id) == _IDS))
DUPLICATES_OF_AMONG = query(rows_of(CaseDuplicate).where(col(CaseDuplicate.of_case_id) == _IDS))
DUPLICATES_AMONG = query(rows_of(CaseDuplicate).where(col(CaseDuplicate.case_id) == _IDS))
TOMBSTONE = query(
    rows_of(Tombstone).where(Tombstone.council == bindparam("council"), Tombstone.reference == bindparam("reference"))
)
CASES_UNDATED = query(rows_of(Case).where(text(UNDATED)).order_by(col(Case.id)).limit(bindparam("most", type_=Integer)))
PARTS_OF_CASE = query(
    select(Case, col(DefinitionVersion.document))
    .join(CaseLink, (col(CaseLink.other_id) == col(Case.id)) & (col(CaseLink.relation) == "has_part"))
    .join(
        DefinitionVersion,
        (col(DefinitionVersion.council) == Case.council)
        & (col(DefinitionVersion.service) == Case.service)
        & (col(DefinitionVersion.definition_version) == Case.definition_version),
    )
    .where(col(CaseLink.case_id) == bindparam("case_id"), col(Case.council) == bindparam("council"))
    .limit(200),
    into=lambda document, **case: (Case.model_construct(**case), document),
)
