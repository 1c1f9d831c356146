"""Services whose cases take an appointment: which transition a booking makes, and which one giving it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from common.contracts.base import Code
from common.contracts.cases import Status
from pydantic import Field

from case_crm.domain.definitions.part import Part
from case_crm.domain.definitions.stages import Stage, Transition


class Appointments(Part):
    """An appointment makes the transition `books` when it is booked, and `frees` when it is cancelled or was missed.

    People change theirs themselves until so many hours before, and book at most so many days ahead.
    """

    books: Code
    frees: Code
    notice_hours: Annotated[int, Field(ge=0, le=720)] = 24
    days_ahead: Annotated[int, Field(ge=1, le=366)] = 90


def problems(
    taken: Appointments | None, stages: Mapping[str, Stage], transitions: Sequence[Transition]
) -> Iterator[str]:
    """What does not fit to the stages and transitions it is about."""
    if taken is None:
        return
    named = {move.transition: move for move in transitions}
    books, frees = named.get(taken.books), named.get(taken.frees)
    for name in (taken.books, taken.frees):
        move = named.get(name)
        if move is None:
            yield f"appointments make the transition {name}, which it does not have"
        elif "officer" not in move.by or move.results or move.needs_reason:
            yield f"appointments make the transition {name}, so it is officers' too, and takes neither result nor reason"
    if books and books.to in stages and stages[books.to].status is not Status.SCHEDULED:
        yield f"an appointment leads to the stage {books.to}, which is not scheduled"
    if books and frees and (books.to not in frees.leaves or frees.to not in books.leaves):
        yield f"{taken.frees} does not lead back to where {taken.books} begins"
