"""Putting right what was told: who was told what so far, by the plans as they were kept, and what is otherwise for them now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from common.contracts.tellings import Sends

from case_crm.domain.tellings import Planned

Key = tuple[str, str]


class PutRight(Protocol):
    """What may take the place of another."""

    id: UUID
    supersedes: UUID | None


One = TypeVar("One", bound=PutRight)


def in_order(tellings: Iterable[One]) -> Iterator[One]:
    """A telling and what put it right, each after the one whose place it took."""
    after = {each.supersedes: each for each in tellings}
    found = after.get(None)
    while found is not None:
        yield found
        found = after.get(found.id)


def told_so_far(plans: Iterable[Sequence[Planned]]) -> dict[Key, Planned]:
    """Each recipient's part after a telling and all that put it right: with all that it was given, as it was planned then."""
    had: dict[Key, Planned] = {}
    for part in (part for plan in plans for part in plan):
        if part.sends is Sends.RETRACTION:
            had.pop(part.key, None)
        elif not part.excluded:
            before = had.get(part.key)
            gives = (*before.gives, *part.gives) if before else part.gives
            had[part.key] = part.model_copy(update={"gives": tuple(dict.fromkeys(gives))})
    return had


def deltas(
    had: Mapping[Key, Planned],
    before: Sequence[Planned],
    after: Sequence[Planned],
    *,
    changed: Collection[str],
    known: Collection[str],
    locating: Collection[str] = (),
) -> list[Planned]:
    """What a correction sends: what is otherwise to those told it, the whole to new ones, a retraction to those no longer.

    Who was told what is as it was then (`had`). Whom the facts bring, or take away, is the difference between the plans
    `before` and `after`, both by today's file: what is otherwise in the file alone concerns nobody who was told by another.
    """
    was, now = ({part.key: part for part in each if not part.excluded} for each in (before, after))
    sent = [part for key, part in now.items() if key not in had and key not in was]
    for key, part in had.items():
        if key in was and key not in now:
            sent.append(retraction(part))
            continue
        as_now = now.get(key, part)
        new = (kind for kind in as_now.gives if kind not in known)
        kinds = [kind for kind in dict.fromkeys((*part.gives, *new)) if kind in changed]
        gives = tuple(kind for kind in kinds if not (as_now.shared_record and kind in locating))
        if gives:
            sent.append(as_now.model_copy(update={"sends": Sends.CORRECTION, "gives": gives, "case_reference": None}))
    return sent


def retracted_by(plans: Iterable[Sequence[Planned]]) -> set[Key]:
    """Whom these plans tell that it does not concern them."""
    return {part.key for plan in plans for part in plan if part.sends is Sends.RETRACTION}


def retraction(part: Planned) -> Planned:
    """What tells a recipient that it was told in error: no fact goes with it."""
    nothing = {"gives": (), "withheld": (), "consent_by": None, "case_reference": None}
    return part.model_copy(update={"sends": Sends.RETRACTION, **nothing})
