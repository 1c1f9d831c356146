"""The reads of feedback: named once, each with its index, each listed for EXPLAIN."""

from __future__ import annotations

from typing import Any, NamedTuple

from common.contracts.feedback import FeedbackView
from common.runtime.query import EVERY_ID, ME, mine, query
from sqlalchemy import ColumnElement, bindparam, func, tuple_
from sqlalchemy import select as columns
from sqlmodel import col, select

from feedback.tables import Answered, Invitation, Part, Seen, Submission, Tracking, UnderWay, Watched


def _before(*place: Any) -> ColumnElement[bool]:
    return tuple_(*place) < tuple_(bindparam("at"), bindparam("row"))


# Asked of each row: joined, all that its person has seen might be read for each.
_SEEN = select(Seen.version).where(Seen.person_id == UnderWay.person_id, Seen.case_id == UnderWay.case_id)
_SHOWN = ("title", "council", "recipient", "sends", "status")
_PARTS = (
    select(func.jsonb_agg(func.jsonb_build_object(*(each for name in _SHOWN for each in (name, getattr(Part, name))))))
    .where(Part.telling_id == UnderWay.case_id, Part.person_id == UnderWay.person_id)
    .correlate(UnderWay)
)
_MINE: Any = select(UnderWay, _SEEN.scalar_subquery().label("seen"), _PARTS.scalar_subquery().label("parts"))
# A resident sees their own answer at once, and by its event the one that was given without signing in.
_INVITED: Any = (
    select(Invitation, func.coalesce(col(Submission.id), col(Answered.invitation_id)).label("answer"))
    .outerjoin(Submission, col(Submission.id) == Invitation.id)
    .outerjoin(Answered, col(Answered.invitation_id) == Invitation.id)
)


class Followed(NamedTuple):
    """Something under way, up to which version its person has seen it, and its parts, where it was told once."""

    row: UnderWay
    seen: int
    parts: list[dict[str, str]]


def _followed(seen: int | None, parts: list[dict[str, str]] | None, **columns: Any) -> Followed:
    return Followed(UnderWay.model_construct(**columns), seen or 0, parts or [])


def _with_answered(answer: Any, **columns: Any) -> tuple[Invitation, bool]:
    return Invitation.model_construct(**columns), answer is not None


def _with_its_answer(answer: Any, **columns: Any) -> tuple[Tracking, bool]:
    return Tracking.model_construct(**columns), answer is not None


TRANSACTION = query(select(UnderWay).where(UnderWay.case_id == bindparam("case_id")))
TRANSACTION_OF_PERSON = query(
    _MINE.where(UnderWay.case_id == bindparam("case_id"), mine(UnderWay.person_id)),
    into=_followed,
)
TRANSACTIONS_OF_PERSON = query(
    _MINE.where(col(UnderWay.person_id) == EVERY_ID, _before(col(UnderWay.opened_at), col(UnderWay.case_id)))
    .order_by(col(UnderWay.opened_at).desc(), col(UnderWay.case_id).desc())
    .limit(bindparam("most")),
    into=_followed,
    whose=ME,
)
PARTS_OF_TELLING = query(select(Part).where(Part.telling_id == bindparam("telling_id")).limit(1000))
TRACKING_OF_CASE = query(select(Tracking).where(Tracking.case_id == bindparam("case_id")))
TRACKING = query(
    select(Tracking, col(Submission.id).label("answer"))
    .outerjoin(Submission, col(Submission.id) == Tracking.invitation_id)
    .where(Tracking.digest == bindparam("digest")),
    into=_with_its_answer,
)
WATCHED = query(select(Watched).where(Watched.case_id == bindparam("case_id")))
SEEN_OF_CASE = query(select(Seen).where(Seen.case_id == bindparam("case_id")))
INVITATION_OF_PERSON = query(
    _INVITED.where(Invitation.id == bindparam("invitation_id"), mine(Invitation.person_id)),
    into=_with_answered,
)
INVITATIONS_OF_PERSON = query(
    _INVITED.where(col(Invitation.person_id) == EVERY_ID, _before(col(Invitation.invited_at), col(Invitation.id)))
    .order_by(col(Invitation.invited_at).desc(), col(Invitation.id).desc())
    .limit(bindparam("most")),
    into=_with_answered,
    whose=ME,
)
SUBMISSIONS = query(
    columns(  # the person is not read, so it cannot be shown
        col(Submission.id).label("feedback_id"),
        col(Submission.service),
        col(Submission.rating),
        col(Submission.comment),
        col(Submission.channel),
        col(Submission.case_channel),
        col(Submission.submitted_at),
    )
    .where(col(Submission.council) == bindparam("council"), _before(col(Submission.submitted_at), col(Submission.id)))
    .order_by(col(Submission.submitted_at).desc(), col(Submission.id).desc())
    .limit(bindparam("most")),
    into=FeedbackView,
)
RATINGS = query(
    select(Submission.rating, func.count().label("times"))
    .where(Submission.council == bindparam("council"), Submission.service == bindparam("service"))
    .group_by(col(Submission.rating)),
    into=lambda rating, times: (rating, times),
)
INVITED = query(
    select(func.count().label("times"))
    .select_from(Invitation)
    .where(col(Invitation.council) == bindparam("council"), col(Invitation.service) == bindparam("service")),
    into=lambda times: times,
)
