"""What the runtime itself follows of people, the same in every service: who acts for whom, and which ids are one person's."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Index, Uuid, bindparam
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, select

from common.contracts.people import PersonEvent
from common.contracts.people.joining import PersonMerged, PersonUnmerged
from common.contracts.people.representations import (
    RepresentationEnded,
    RepresentationEvent,
    RepresentationGiven,
    RepresentationResumed,
    RepresentationSuspended,
)
from common.runtime.envelope import Heard
from common.runtime.holdings import Holding
from common.runtime.query import of_person, query
from common.runtime.reading import Reading
from common.runtime.rules import NotActing
from common.runtime.subscribers import subscribes
from common.runtime.tables import OfMachine, OfPartnership
from common.runtime.transaction import Transaction


class Followed(SQLModel, registry=registry()):
    """These tables share one registry, apart from every service's. They are made by the runtime's own migrations."""


class ActsFor(OfPartnership, Followed, table=True):
    """Who acts for a person, and whether they may now: a token that says so is believed only as far as this does.

    It is visible to no council: officers read it with customer-account.
    """

    __tablename__ = "acts_for"
    __table_args__ = (
        Index("acts_for_of_person", "person_id"),
        Index("acts_for_of_representative", "representative_id"),
    )

    representation_id: UUID = Field(primary_key=True)
    person_id: UUID
    representative_id: UUID
    acts: bool


class AlsoKnownAs(OfMachine, Followed, table=True):
    """An id that leads to another of the same person, as long as their records are joined. That one may lead on itself."""

    __tablename__ = "also_known_as"
    __table_args__ = (Index("also_known_as_of", "person_id"),)

    alias: UUID = Field(primary_key=True)
    person_id: UUID


ROWS: tuple[type[SQLModel], ...] = (ActsFor, AlsoKnownAs)
HELD = {
    "acts_for": Holding(
        called="Who acts for you, and for whom you act",
        people=["person_id", "representative_id"],
        hidden=["acts"],
        goes_with="Whoever acted for you is told apart from somebody who never did, as long as we know you.",
    ),
    "also_known_as": Holding(
        called="Records that were joined with yours",
        people=["alias", "person_id"],
        goes_with="Whoever holds an old id is led on by it, as long as we know you.",
    ),
}
"""What they hold of people."""

ACTING = query(
    select(ActsFor).where(
        ActsFor.representation_id == bindparam("representation_id"),
        of_person(ActsFor.person_id, bindparam("person_id", type_=Uuid())),
        of_person(ActsFor.representative_id, bindparam("representative_id", type_=Uuid())),
    )
)


@subscribes(RepresentationEvent, rebuilds=(ActsFor,))
async def keep_who_acts(tx: Transaction, heard: Heard) -> None:
    """Know at once when somebody who acted for a person may do so no longer."""
    match heard.event:
        case RepresentationGiven() | RepresentationResumed() as event:
            acts = True
        case RepresentationSuspended() | RepresentationEnded() as event:
            acts = False
        case _:
            return
    if heard.person_id is not None:
        tx.put(
            ActsFor(
                representation_id=heard.aggregate_id,
                person_id=heard.person_id,
                representative_id=event.representative_id,
                visible_to=[],
                acts=acts,
            )
        )


@subscribes(PersonEvent, rebuilds=(AlsoKnownAs,))
async def keep_who_is_the_same(tx: Transaction, heard: Heard) -> None:
    """Know which ids lead to a person, from when their records are joined until they are parted."""
    match heard.event:
        case PersonMerged(into=person_id):
            tx.put(AlsoKnownAs(alias=heard.aggregate_id, person_id=person_id))
        case PersonUnmerged(out_of=person_id):
            tx.remove(AlsoKnownAs(alias=heard.aggregate_id, person_id=person_id))


async def still_acting(session: Reading) -> None:
    """Raises NotActing where the representation that a token names is not known here, is another's, suspended or over."""
    acting = session.me.acting
    if acting is None:
        return
    asked = {"representation_id": acting.representation_id, "representative_id": acting.person_id}
    known = await session.one(ACTING, **asked, person_id=session.person)
    if known is None or not known.acts:
        session.saw([session.person], "they were refused")
        raise NotActing
