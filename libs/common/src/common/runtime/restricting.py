"""Cases that not every officer of their council sees, as every service knows them: row-level security asks here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from sqlalchemy import ARRAY, Text
from sqlmodel import Field

from common.contracts.cases.restricting import CaseRestricted, CaseUnrestricted, RestrictionEvent
from common.contracts.staff import SEES_RESTRICTED
from common.runtime.envelope import Heard
from common.runtime.people import Followed
from common.runtime.subscribers import subscribes
from common.runtime.tables import Aggregate, OfMachine
from common.runtime.transaction import Transaction


class RestrictedCase(Aggregate, OfMachine, Followed, table=True):
    """A case that was restricted, by its id, and whom it is shown to: officers by their ids, and a permission.

    `shown_to` is None once it was lifted. Rows with a `case_id`, and those whose class names another column in `case_is`, are
    hidden from all other officers by it.
    """

    __tablename__ = "restricted_case"
    officer_may: ClassVar[str] = "SELECT, INSERT, UPDATE, DELETE"
    resident_may: ClassVar[str] = "SELECT, INSERT, UPDATE"  # what is restricted from the start, they ask for too
    partner_may: ClassVar[str] = "SELECT (id, shown_to)"
    public_may: ClassVar[str] = "SELECT (id, shown_to)"

    council: str
    shown_to: list[str] | None = Field(default=None, sa_type=ARRAY(Text))


HELD = {"restricted_case": "which cases not every officer of their council sees, and which officers do"}


def shown_to(officers: Iterable[str | None]) -> list[str]:
    """Whom a case is shown to that these officers may see."""
    return [SEES_RESTRICTED, *sorted({officer for officer in officers if officer} - {SEES_RESTRICTED})]


@subscribes(RestrictionEvent, rebuilds=(RestrictedCase,))
async def keep_restricted_cases(tx: Transaction, heard: Heard) -> None:
    """Know who sees a case that not every officer does."""
    kept = {"id": heard.aggregate_id, "version": heard.version, "council": heard.council}
    match heard.event:
        case CaseRestricted(officers=officers):
            tx.put(RestrictedCase(**kept, shown_to=shown_to(officers)))
        case CaseUnrestricted():
            tx.put(RestrictedCase(**kept))
