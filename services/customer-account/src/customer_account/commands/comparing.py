"""Everybody is compared anew once likeness is weighed otherwise: a page of people at a time, each by their own timer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from common.runtime.tables import Aggregate
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from customer_account.commands.book import LOOK_FOR_DUPLICATES
from customer_account.commands.duplicates import joining_councils
from customer_account.queries import named
from customer_account.queries.weights import weights_digest
from customer_account.tables import Comparing

COMPARE_ANEW = Timer("compare_anew")
SETTLED = timedelta(minutes=10)  # until nothing of the release before this one compares any more
GIVEN_UP = timedelta(days=1)  # until nobody is thought to go on any more with what was begun
PAGE = 200
PAUSE = timedelta(seconds=2)  # between two pages, so that what people do meanwhile is not kept waiting


async def ready(tx: Transaction) -> None:
    """Have everybody compared anew, where that was not begun with the weights of this release."""
    known = await tx.one(named.COMPARING)
    if known is not None and known.weights == _by(tx):
        return
    people = await tx.one(named.PEOPLE_COUNTED) or 0
    tx.put(Comparing(weights=_by(tx), begun_at=tx.now, people=people, ended_at=None if people else tx.now))
    if people:
        _again(tx, SETTLED)


async def go_on(tx: Transaction) -> None:
    """Have the next page of people compared. Whoever comes meanwhile is compared as they come."""
    known = await tx.one(named.COMPARING)
    if known is None or known.ended_at is not None:
        return
    if known.weights != _by(tx):  # a replica of another release: that one goes on, where there still is one
        if tx.now - known.begun_at > GIVEN_UP:
            await ready(tx)
        else:
            _again(tx, SETTLED)
        return
    page = await tx.all(named.PEOPLE_AFTER, reached=known.reached, most=PAGE)
    for home in page:
        tx.remind(LOOK_FOR_DUPLICATES, about=home, at=tx.now)
    if page:
        tx.change(known, reached=page[-1].id, compared=known.compared + len(page))
        _again(tx, PAUSE)
    else:
        tx.change(known, ended_at=tx.now)


def _by(tx: Transaction) -> str:
    """What everybody is compared by: the weights, and who has sure pairs joined, so that those found before are too."""
    return " ".join((weights_digest(), *sorted(joining_councils(tx))))


def _again(tx: Transaction, after: timedelta) -> None:
    tx.remind(COMPARE_ANEW, about=Aggregate(id=UUID(int=1)), at=tx.now + after)
