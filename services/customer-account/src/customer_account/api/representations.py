"""Acting for somebody."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import (
    ImpossibleDates,
    RecordRestricted,
)
from common.contracts.people.protection import AddressInText
from common.contracts.people.representations import (
    ActingTokenView,
    ActsAlready,
    AppointRepresentative,
    EndRepresentation,
    EvidenceNeeded,
    EvidenceNotAccepted,
    GiveRepresentation,
    GrownUp,
    MoreThanKind,
    MyRepresentationsView,
    MyRepresentationView,
    NobodyForThemself,
    NotAtTheMoment,
    NotBegunYet,
    NothingToConfirm,
    OfficerMustSee,
    RepresentationKindsView,
    RepresentationOver,
    RepresentationsView,
    RepresentationView,
    UnknownRepresentationKind,
)
from common.runtime.limits import though_restricted
from common.runtime.problems import NotFound
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import everybody, officers, residents

from customer_account.commands import acting
from customer_account.commands import representations as commands
from customer_account.domain.representations import views_of
from customer_account.queries import representations as queries

routes = Api(tag="representation")
may_read = officers("persons:read")
may_write = officers("persons:write")
SCOPE = [UnknownRepresentationKind, MoreThanKind, ImpossibleDates, GrownUp, NobodyForThemself, ActsAlready]


@routes.read("/representation-kinds", allow=everybody)
async def kinds_of_representation(read: Read) -> RepresentationKindsView:
    """The ways of acting for somebody, what each allows, and which papers show it."""
    return RepresentationKindsView(items=views_of(queries.representation_kinds()))


@routes.create(
    "/persons/{person_id}/representations",
    allow=may_write,
    refuses=[*SCOPE, EvidenceNeeded, EvidenceNotAccepted, RecordRestricted, AddressInText],
)
async def give_representation(person_id: UUID, command: GiveRepresentation, tx: Tx) -> RepresentationView:
    """Note that somebody acts for a person, and what you saw that shows it."""
    return await commands.give_representation(tx, person_id, command)


@routes.read("/persons/{person_id}/representations", allow=may_read, refuses=[RecordRestricted])
async def representations_of_person(person_id: UUID, read: Read) -> RepresentationsView:
    """Who acts for a person, and for whom they act."""
    return await queries.representations_for_council(read, person_id)


@routes.edit(
    "/representations/{representation_id}/end",
    allow=may_write,
    refuses=[RepresentationOver, RecordRestricted, AddressInText],
)
@though_restricted("it keeps others out")
async def end_representation(representation_id: UUID, command: EndRepresentation, tx: Tx) -> RepresentationView:
    """End that somebody acts for a person."""
    return await commands.end_representation(tx, representation_id, command)


@routes.edit(
    "/representations/{representation_id}/confirmation",
    allow=officers("protection:write"),
    refuses=[RepresentationOver, NothingToConfirm, RecordRestricted],
)
async def confirm_representation(representation_id: UUID, tx: Tx) -> RepresentationView:
    """Confirm that somebody acts for a protected person. Make sure first that it is not them from whom the person is protected."""
    return await commands.confirm_representation(tx, representation_id)


@routes.read("/me/representations", allow=residents)
async def my_representations(read: Read) -> MyRepresentationsView:
    """Who acts for me, and for whom I act."""
    return await queries.my_representations(read)


@routes.create("/me/representations", allow=residents, refuses=[*SCOPE, OfficerMustSee, NotFound])
async def appoint_representative(command: AppointRepresentative, tx: Tx) -> MyRepresentationView:
    """Let somebody act for me: a carer or an adviser. They tell me their own id."""
    return await commands.appoint_representative(tx, command)


@routes.edit("/me/representations/{representation_id}/end", allow=residents, refuses=[RepresentationOver])
async def end_my_representation(representation_id: UUID, command: EndRepresentation, tx: Tx) -> MyRepresentationView:
    """End that somebody acts for me, or that I act for somebody."""
    return await commands.end_my_representation(tx, representation_id, command)


@routes.exchange(
    "/me/representations/{representation_id}/token",
    allow=residents,
    refuses=[NotFound, RepresentationOver, NotAtTheMoment, NotBegunYet],
)
async def token_to_act(representation_id: UUID, tx: Tx) -> ActingTokenView:
    """Act for somebody: a token about them for the next minutes. Everything I do with it is noted as mine, and they see it."""
    return await acting.token_to_act(tx, representation_id)
