"""Views of legal holds: for the councils that placed them, and, as far as it may be known, for the person."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.people.holds import LegalHoldsView, LegalHoldView, MyLegalHoldsView, MyLegalHoldView
from common.runtime.pages import cut
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.queries import named
from customer_account.queries.clearance import cleared, look
from customer_account.queries.days import at_day, place_by_day
from customer_account.tables import LegalHold


async def my_legal_holds(read: Reading) -> MyLegalHoldsView:
    """The resident's; not those that are kept from them for a while."""
    found = await read.all(named.MY_LEGAL_HOLDS, now=read.now)
    return MyLegalHoldsView(items=[MyLegalHoldView(**_columns(each, MyLegalHoldView)) for each in found])


async def legal_holds_of_person(read: Reading, person_id: UUID) -> LegalHoldsView:
    """Those that the officer's council placed on a person."""
    protected = await is_protected(read, person_id)
    look(read, person_id, "looked whether there is a legal hold on a person", protected=protected)
    found = await read.all(named.LEGAL_HOLDS_OF_PERSON, person_id=person_id, council=read.council)
    return LegalHoldsView(items=[shown_hold(each) for each in found])


async def legal_holds_running(read: Reading, *, limit: int, cursor: str | None) -> Page[LegalHoldView]:
    """Those of the officer's council that run, what is to be reviewed first first."""
    day, row = place_by_day(cursor)
    asked = {"council": read.council, "cleared": cleared(read), "day": day, "row": row, "most": limit + 1}
    found = [each.row for each in await read.all(named.LEGAL_HOLDS_RUNNING, **asked)]
    shown, following = cut(found, limit, at=lambda hold: at_day(hold.review_on, hold.id))
    read.saw([hold.person_id for hold in shown], "looked at the legal holds of the council")
    return Page(items=[shown_hold(hold) for hold in shown], next=following)


async def is_protected(read: Reading, person_id: UUID) -> bool:
    """Whether somebody is protected whom the officer's council may hold. Raises NotFound where it may not.

    Who was erased in part is not known here any more; what the law has others keep of them can be held all the same.
    """
    home = await read.one(named.FACTS_FOR_COUNCIL, person_id=person_id, council=read.council)
    if home is not None:
        return home.protected
    if await read.one(named.ERASED_IN_PART, person_id=person_id, council=read.council):
        return False
    raise NotFound


async def hold_for_council(read: Reading, hold_id: UUID, why: str) -> LegalHold:
    """A hold that the officer's council placed."""
    found = await read.one(named.LEGAL_HOLD_FOR_COUNCIL, hold_id=hold_id, council=read.council)
    if found is None:
        raise NotFound
    look(read, found.row.person_id, why, protected=found.protected)
    return found.row


def shown_hold(hold: LegalHold) -> LegalHoldView:
    """A hold, for the council that placed it."""
    return LegalHoldView(hold_id=hold.id, **_columns(hold, LegalHoldView))


def _columns(hold: LegalHold, view: type[LegalHoldView | MyLegalHoldView]) -> dict[str, object]:
    return hold.model_dump(include=set(view.model_fields))
