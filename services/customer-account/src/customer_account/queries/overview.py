"""What people see first when they come in: in two statements, however much is kept of them."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people.overview import OverviewView
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.queries import named
from customer_account.queries.accounts import shown_account
from customer_account.queries.contact import shown_preferences
from customer_account.queries.representations import named_to_person
from customer_account.queries.views import newest_entries


async def my_overview(read: Reading, *, limit: int) -> OverviewView:
    """The resident's own account, what they prefer and need, and the newest of what happened."""
    found = await read.one(named.MY_OVERVIEW, person_id=read.person)
    if found is None:
        raise NotFound
    acting = {UUID(each): named_to_person(*who) for each, who in found.acting.items()}
    return OverviewView(
        account=shown_account(read, found.account),
        preferences=shown_preferences(found.contact),
        timeline=await newest_entries(read, acting, limit=limit),
    )
