"""Teams: who is in them, what is sent to them, and who takes what waits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from uuid import UUID

from common.contracts.base import Code
from common.contracts.cases import CaseAssigned, CaseRouted, CaseView, ClosedForGood, EntryKind
from common.contracts.cases.queues import (
    HandsFull,
    LeftWaiting,
    MemberView,
    NothingWaiting,
    NotOfTheTeam,
    SendToTeam,
    SetMember,
    SharedCase,
    SharedOutView,
    ShareOut,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.owners import count_handoff, give, pass_tasks
from case_crm.commands.restricting import let_owner_see, restriction_of
from case_crm.commands.texts import check_text
from case_crm.commands.timeline import note
from case_crm.domain import handling, sharing
from case_crm.domain.sharing import Waiting
from case_crm.queries import named
from case_crm.queries.queues import members_of, shown_member
from case_crm.tables import Hands, Member, Task


async def set_member(tx: Transaction, team: Code, officer_id: str, command: SetMember) -> MemberView:
    """Have an officer in a team, as the command says they are."""
    holding = await _holding(tx, officer_id)
    said = command.model_dump() | {"skills": sorted(set(command.skills))}
    member = tx.put(Member(council=tx.council, team=team, officer_id=officer_id, **said))
    return shown_member(member, holding)


async def remove_member(tx: Transaction, team: Code, officer_id: str) -> MemberView:
    """Have an officer in a team no more. What they deal with stays theirs."""
    member = await _member(tx, team, officer_id)
    if member is None:
        raise NotFound
    holding = await _holding(tx, officer_id)
    tx.remove(member)
    return shown_member(member, holding)


async def take_next(tx: Transaction, team: Code) -> CaseView:
    """Give the officer who asks what waits for their team and comes first, of what they can deal with."""
    member = await _member(tx, team, tx.me.id)
    if member is None:
        raise NotOfTheTeam
    hands = await _hands_of(tx, [tx.me.id])
    if await _holding(tx, tx.me.id) >= member.capacity:
        raise HandsFull
    can = {"skills": member.skills, "is_specialist": member.specialist}
    waiting = await tx.one(named.NEXT_WAITING, council=tx.council, team=team, **can)
    file = await queries.find_file(tx, waiting) if waiting else None
    if file is None:
        raise NothingWaiting
    touches = await tx.all(named.INTERACTIONS, case_id=file.case.id)
    tx.saw([file.case.person_id], "took a case that waited", case=file.case.id)
    give(tx, file.case, file.tasks, CaseAssigned(officer_id=tx.me.id), called=member.called)
    _fill(tx, tx.me.id, hands)
    return queries.shown_file(tx, file, touches)


async def share_out(tx: Transaction, team: Code, command: ShareOut) -> SharedOutView:
    """Give what waits for a team to its members, each case to whoever can deal with it and has the most room."""
    members = {member.officer_id: (member, worker) for member, worker in await members_of(tx, team)}
    hands = await _hands_of(tx, [*members])
    waiting = await tx.all(named.WAIT_FOR_TEAM, council=tx.council, team=team, most=command.most)
    tasks = defaultdict[UUID, list[Task]](list)
    for task in await tx.all(named.TASKS_OF_NOBODY, cases=[case.id for case in waiting]):
        tasks[task.case_id].append(task)
    workers = [worker for _, worker in members.values()]
    asked = [Waiting(case.id, case.skill, case.specialist) for case in waiting]
    given, left = sharing.share(asked, workers)
    tx.saw((case.person_id for case in waiting), "shared out what waits for a team")
    for case in waiting:
        if officer := given.get(case.id):
            called = members[officer][0].called
            give(tx, case, tasks[case.id], CaseAssigned(officer_id=officer), called=called)
    for officer in dict.fromkeys(given.values()):
        _fill(tx, officer, hands)
    names = {case.id: {"case_id": case.id, "reference": case.reference} for case in waiting}
    return SharedOutView(
        shared=[SharedCase(**names[id], officer_id=officer) for id, officer in given.items()],
        left_waiting=[LeftWaiting(**names[id], because=why) for id, why in left.items()],
    )


async def send_to_team(tx: Transaction, case_id: UUID, command: SendToTeam) -> CaseView:
    """Have a case wait for a team, or for its specialists, with nobody dealing with it until one of them takes it."""
    file = await queries.case_file(tx, case_id)
    restriction = await restriction_of(tx, case_id if file.restricted_to else None)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    case, insists = file.case, command.no_address_in_it
    await check_text(tx, command.reason, case.person_id, at="/reason", insists=insists, case=case.id)
    if handling.closed_to(queries.caller_of(tx), case.status):
        raise ClosedForGood
    tx.saw([case.person_id], "sent a case to a team", case=case.id)
    tx.edits(case)
    where = command.model_dump(include={"team", "skill", "specialist"})
    seen_by = let_owner_see(tx, restriction, was=case.owner_id, owner=None)
    pass_tasks(tx, case, file.tasks, to=None)
    tx.change(case, owner_id=None, owner_called=None, **where)
    tx.say(CaseRouted(**where, handoffs=case.handoffs + 1, reason=command.reason), on=case)
    note(tx, case, EntryKind.OWNER, text=command.reason, public=False, what=command.team)
    file = replace(count_handoff(tx, file, case.handoffs + 1), restricted_to=seen_by)
    return queries.shown_file(tx, file, touches)


async def _member(tx: Transaction, team: str, officer_id: str) -> Member | None:
    return await tx.one(named.MEMBER, council=tx.council, team=team, officer_id=officer_id)


async def _hands_of(tx: Transaction, officers: list[str]) -> dict[str, Hands]:
    """Of officers, the rows of those who were given a case by how much they hold before."""
    return {row.officer_id: row for row in await tx.all(named.HANDS, council=tx.council, officers=officers)}


def _fill(tx: Transaction, officer_id: str, hands: dict[str, Hands]) -> None:
    """Have this count only while nobody else gave the officer a case by what they hold, in another team either."""
    if row := hands.get(officer_id):
        tx.change(row, version=row.version + 1)
    else:
        tx.add(Hands(id=new_id(), council=tx.council, officer_id=officer_id))


async def _holding(tx: Transaction, officer_id: str) -> int:
    """How many open cases of the council an officer deals with."""
    return await tx.one(named.HOLDING, council=tx.council, officer_id=officer_id) or 0
