"""Views of who acts for whom, for those two people and for officers; and the ways there are, from their file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

import yaml
from common.contracts.people.representations import (
    MyRepresentationsView,
    MyRepresentationView,
    RepresentationsView,
    RepresentationView,
)
from common.contracts.people.representations import (
    RepresentationState as State,
)
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.rules import NotActing
from common.runtime.settings import CannotServe
from pydantic import ValidationError

from customer_account.domain.days import day_of
from customer_account.domain.representations import RepresentationKinds, kinds_of, state
from customer_account.queries import named
from customer_account.queries.clearance import cleared, look
from customer_account.queries.facts import columns_of, facts_home
from customer_account.queries.named.representations import OneWay
from customer_account.tables import Representation, TimelineEntry

FILE = Path(__file__).parent.parent / "representation_kinds.yaml"


class BrokenRepresentationKinds(CannotServe):
    """The ways of acting for somebody cannot be used: the message says where in the file, and why."""


def read_representation_kinds(text: str, *, name: str) -> RepresentationKinds:
    """Kinds from YAML. Raises BrokenRepresentationKinds with the file's name, the place and the reason."""
    try:
        return kinds_of(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BrokenRepresentationKinds(f"{name}: line {mark.line + 1 if mark else '?'}: this is not YAML") from fault
    except ValidationError as fault:
        mistakes = [f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in fault.errors()]
        raise BrokenRepresentationKinds(f"{name}: " + "; ".join(mistakes)) from fault


@cache
def representation_kinds() -> RepresentationKinds:
    """The ways of acting for somebody that this release knows."""
    return read_representation_kinds(FILE.read_text(), name=FILE.name)


async def my_representations(read: Reading) -> MyRepresentationsView:
    """Who acts for the resident, and for whom they act."""
    of_me, by_me = _both_ways(await read.all(named.MY_REPRESENTATIONS, person_id=read.person))
    return MyRepresentationsView(
        acting_for_me=[shown_to_person(read, row) for row in of_me],
        i_act_for=[shown_to_representative(read, row) for row in by_me],
    )


async def representations_for_council(read: Reading, person_id: UUID) -> RepresentationsView:
    """Who acts for a person and for whom they act, as an officer's council may see it."""
    home = await facts_home(read, person_id)
    look(read, person_id, "looked at who acts for a person", protected=home.protected)
    asked = {"person_id": person_id, "council": read.council}
    of_them, by_them = _both_ways(await read.all(named.REPRESENTATIONS_FOR_COUNCIL, **asked))
    by_them = [row for row in by_them if _may_see(read, row)]
    if by_them:
        read.saw([row.person_id for row in by_them], read.why)
    return RepresentationsView(
        acting_for_them=[shown_representation(read, row) for row in of_them],
        they_act_for=[shown_representation(read, row) for row in by_them],
    )


async def acting_for(read: Reading, person_id: UUID, entries: Sequence[TimelineEntry]) -> Mapping[UUID, str]:
    """Who acted in these entries, by representation. The person alone is told their names."""
    if not any(entry.representation_id for entry in entries):
        return {}
    in_person = read.me.person_id is not None and read.me.acting is None
    if read.me.person_id is None:
        rows = await read.all(named.REPRESENTATIONS_FOR_COUNCIL, person_id=person_id, council=read.council)
    else:
        rows = await read.all(named.MY_REPRESENTATIONS, person_id=person_id)
    if in_person:
        return {row.id: named_to_person(row.representative_name, row.kind) for row, *_ in rows}
    return {row.id: f"The {label_of(row.kind)}, acting for them" for row, *_ in rows}


def named_to_person(name: str | None, kind: str) -> str:
    """Who acted, as the person is told, and nobody else."""
    return f"{name or label_of(kind)}, acting for you"


async def representation_for_council(read: Reading, representation_id: UUID) -> Representation:
    """A representation that an officer's council may see."""
    row = await read.one(named.REPRESENTATION_FOR_COUNCIL, representation_id=representation_id, council=read.council)
    if row is None:
        raise NotFound
    return row


async def my_representation(read: Reading, representation_id: UUID) -> OneWay:
    """A representation of the resident, or by them."""
    found = await read.one(named.MY_REPRESENTATION, representation_id=representation_id, person_id=read.person)
    if found is None:
        raise NotFound
    return found


def _both_ways(found: list[OneWay]) -> tuple[list[Representation], list[Representation]]:
    """Those of a person, and those by them; the newest first."""
    found.sort(key=lambda each: each.row.given_at, reverse=True)
    return [each.row for each in found if each.of_them], [each.row for each in found if not each.of_them]


def _may_see(read: Reading, row: Representation) -> bool:
    """Of a protected person, whose representations are suspended or confirmed, nobody uncleared is told by this way."""
    return cleared(read) or (row.suspended_at is None and row.confirmed_at is None)


async def still_acting(session: Reading) -> None:
    """Raises NotActing where the representation that a token names is not that of its two people, or not current."""
    acting = session.me.acting
    if acting is None:
        return
    asked = {"representation_id": acting.representation_id, "representative_id": acting.person_id}
    row = await session.one(named.ACTING, **asked, person_id=session.person)
    if row is None or state_of(session, row) is not State.CURRENT:
        session.saw([session.person], "they were refused")
        raise NotActing


def state_of(read: Reading, row: Representation) -> State:
    """How it stands today."""
    return state(row, representation_kinds(), day_of(read.now))


def label_of(kind: str) -> str:
    """What a kind is called, as in "your attorney"."""
    known = representation_kinds().get(kind)
    return known.label if known else kind.replace("_", " ")


def shown_representation(read: Reading, row: Representation) -> RepresentationView:
    """A representation, as officers see it."""
    found = {"representation_id": row.id, "label": label_of(row.kind), "state": state_of(read, row)}
    return RepresentationView(**found, **columns_of(row, RepresentationView))


def shown_to_person(read: Reading, row: Representation) -> MyRepresentationView:
    """Somebody who acts for the resident."""
    return _mine(read, row, row.representative_name)


def shown_to_representative(read: Reading, row: Representation) -> MyRepresentationView:
    """Somebody for whom the resident acts; by name, unless that is suspended."""
    return _mine(read, row, None if row.suspended_at else row.person_name)


def _mine(read: Reading, row: Representation, name: str | None) -> MyRepresentationView:
    found = {"representation_id": row.id, "label": label_of(row.kind), "state": state_of(read, row), "name": name}
    return MyRepresentationView(**found, **columns_of(row, MyRepresentationView))
