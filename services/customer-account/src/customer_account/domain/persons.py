"""Becoming known, and being seen by another council."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.people import (
    CustomerKind,
    NoSuchCouncil,
    PerhapsTheSamePerson,
    PersonRegistered,
    PersonShared,
    RegisterPerson,
)
from common.contracts.people.persons import NameNeeded


def register(kind: CustomerKind, channel: Channel, *, visible_to: list[str]) -> PersonRegistered:
    """Somebody becomes known. Who did not come online was helped, and has nothing to sign in with yet."""
    assisted = channel is not Channel.ONLINE
    return PersonRegistered(kind=kind, visible_to=visible_to, assisted=assisted, channel=channel)


def check_named(command: RegisterPerson) -> None:
    """Raises NameNeeded of somebody without a name, unless they are a visitor who can be reached."""
    reached = command.email or command.phone
    if command.full_name is None and not (command.kind is CustomerKind.VISITOR and reached):
        raise NameNeeded


def is_somebody_else(alike: Iterable[UUID], than: Iterable[UUID]) -> None:
    """Raises PerhapsTheSamePerson unless whoever registers them said of each that it is somebody else."""
    if candidates := sorted(set(alike) - set(than)):
        raise PerhapsTheSamePerson(candidates=[str(person) for person in candidates])


def check_council(council: str, councils: Container[str]) -> None:
    """Raises NoSuchCouncil unless the council is one of this platform's."""
    if council not in councils:
        raise NoSuchCouncil


def share(visible_to: Sequence[str], council: str, *, because: str, wording: str | None = None) -> PersonShared | None:
    """Another council may see a person; None where it may already."""
    if council in visible_to:
        return None
    return PersonShared(visible_to=[*visible_to, council], because=because, wording=wording)
