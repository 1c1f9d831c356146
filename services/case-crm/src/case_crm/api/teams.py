"""Teams: who is in them, and who takes what waits for them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from common.contracts.base import Code
from common.contracts.cases import CaseView, ClosedForGood, OfficerId
from common.contracts.cases.queues import (
    HandsFull,
    MemberView,
    NothingWaiting,
    NotOfTheTeam,
    SendToTeam,
    SetMember,
    SharedOutView,
    ShareOut,
    TeamWorkView,
)
from common.contracts.people.protection import AddressInText
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers
from fastapi import Path

from case_crm.commands import teams as commands
from case_crm.queries import queues as queries

routes = Api(tag="teams")

Team = Annotated[Code, Path(description="The team's name, as the services say who deals with their cases.")]


@routes.read("/teams", allow=officers("cases:read"))
async def teams(read: Read) -> list[TeamWorkView]:
    """The council's teams: who is in them, how many cases each holds, and how many wait."""
    return await queries.teams(read)


@routes.read("/teams/{team}", allow=officers("cases:read"))
async def team(team: Team, read: Read) -> TeamWorkView:
    """One team."""
    return await queries.team(read, team)


@routes.edit("/teams/{team}/members/{officer_id}", allow=officers("teams:write"), method="PUT", versioned=False)
async def set_member(team: Team, officer_id: OfficerId, command: SetMember, tx: Tx) -> MemberView:
    """Have an officer in a team: with which skills, and how many cases they deal with at a time."""
    return await commands.set_member(tx, team, officer_id, command)


@routes.edit("/teams/{team}/members/{officer_id}", allow=officers("teams:write"), method="DELETE", versioned=False)
async def remove_member(team: Team, officer_id: OfficerId, tx: Tx) -> MemberView:
    """Have an officer in a team no more. What they deal with stays theirs."""
    return await commands.remove_member(tx, team, officer_id)


@routes.edit(
    "/teams/{team}/next",
    versioned=False,
    allow=officers("cases:write"),
    refuses=[NotOfTheTeam, HandsFull, NothingWaiting],
)
async def take_next(team: Team, tx: Tx) -> CaseView:
    """Take what waits for the team and comes first. Of those who ask at the same moment each is given another case."""
    return await commands.take_next(tx, team)


@routes.edit("/teams/{team}/sharing", allow=officers("teams:write"), versioned=False)
async def share_out(team: Team, command: ShareOut, tx: Tx) -> SharedOutView:
    """Share what waits among the team: each case to whoever can deal with it and has the most room."""
    return await commands.share_out(tx, team, command)


@routes.edit("/cases/{case_id}/team", allow=officers("cases:write"), refuses=[ClosedForGood, AddressInText])
async def send_to_team(case_id: UUID, command: SendToTeam, tx: Tx) -> CaseView:
    """Send a case to a team, or to its specialists, and say why. Nobody deals with it until one of them takes it."""
    return await commands.send_to_team(tx, case_id, command)
