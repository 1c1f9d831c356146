"""Locations: where they are, when people are seen there, and which times are free."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Code, CouncilId
from common.contracts.cases.locations import (
    BeginSession,
    EndSession,
    FreeTimesView,
    LocationsView,
    LocationView,
    SessionView,
    SetLocation,
    SomeDay,
    UnknownCouncil,
)
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import everybody, officers

from case_crm.commands import locations as commands
from case_crm.queries import appointments as queries

routes = Api(tag="appointments")
may_write = officers("locations:write")


@routes.read("/councils/{council}/locations", allow=everybody)
async def locations(council: CouncilId, read: Read, service: Code | None = None) -> LocationsView:
    """Where a council sees people: its own locations and those others share with it; for a service, those that give it."""
    return await queries.locations(read, council, service)


@routes.read("/locations/{location_id}/times", allow=everybody)
async def free_times(location_id: UUID, service: Code, read: Read, from_day: SomeDay | None = None) -> FreeTimesView:
    """The times that are free at a location for a service: a fortnight from a day on, and where to go on."""
    return await queries.free_times(read, location_id, service, from_day)


@routes.create("/locations", allow=may_write, refuses=[UnknownCouncil])
async def add_location(command: SetLocation, tx: Tx) -> LocationView:
    """Keep a place where the council sees people, for itself or shared with other councils."""
    return await commands.add_location(tx, command)


@routes.edit("/locations/{location_id}", allow=may_write, method="PUT", versioned=False, refuses=[UnknownCouncil])
async def set_location(location_id: UUID, command: SetLocation, tx: Tx) -> LocationView:
    """Say anew what a place is like. Appointments that are booked there stay booked."""
    return await commands.set_location(tx, location_id, command)


@routes.create("/locations/{location_id}/sessions", allow=may_write)
async def begin_session(location_id: UUID, command: BeginSession, tx: Tx) -> SessionView:
    """See people at a location on a day of each week: for which services, how long each, and how many at once."""
    return await commands.begin_session(tx, location_id, command)


@routes.edit("/locations/{location_id}/sessions/{session_id}/end", allow=may_write, versioned=False)
async def end_session(location_id: UUID, session_id: UUID, command: EndSession, tx: Tx) -> SessionView:
    """See nobody there after a day. For whoever has an appointment later, another is found: their case's owner is told."""
    return await commands.end_session(tx, location_id, session_id, command)
