"""The toy speaker: its routes and its wiring."""

from __future__ import annotations

from uuid import UUID

from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.reading import Reading
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import everybody, officers, residents
from common.runtime.service import Service
from common.testing.toy.contracts import Add, Locked, SetAlarm, StartTally, TallyAdded, TallyStarted, TallyView, TooMuch
from common.testing.toy.speaker import tables, timers
from common.testing.toy.speaker.alarms import TALLY, set_alarm
from common.testing.toy.speaker.tables import Tally

api = Api(tag="tallies")
callers = residents | officers("cases:write")


@api.create("/tallies", allow=callers)
async def start_tally(command: StartTally, tx: Tx) -> TallyView:
    """Begin a tally."""
    tally = tx.add(Tally(id=new_id(), council=tx.council, person_id=tx.me.person_id, total=command.amount))
    tx.say(TallyStarted(amount=command.amount), on=tally)
    if command.alarm:
        set_alarm(tx, tally, SetAlarm(at=command.alarm))
    tx.saw([tally.person_id], "started a tally")
    return _view(tally)


@api.edit("/tallies/{tally_id}/additions", allow=callers, refuses=[TooMuch])
async def add(tally_id: UUID, command: Add, tx: Tx) -> TallyView:
    """Add to a tally."""
    tally = await _tally(tx, tally_id)
    tx.edits(tally)
    tx.saw([tally.person_id], "added to a tally")
    if tally.total + command.amount > 1000:
        raise TooMuch(total=tally.total)
    tx.change(tally, total=tally.total + command.amount)
    tx.say(TallyAdded(amount=command.amount), on=tally)
    return _view(tally)


@api.edit("/tallies/{tally_id}/alarm", allow=callers)
async def alarm(tally_id: UUID, command: SetAlarm, tx: Tx) -> TallyView:
    """Set, move or forget a tally's alarm."""
    tally = await _tally(tx, tally_id)
    tx.saw([tally.person_id], "set an alarm")
    set_alarm(tx, tally, command)
    return _view(tally)


@api.read("/tallies/{tally_id}", allow=callers)
async def tally(tally_id: UUID, read: Read) -> TallyView:
    """A tally."""
    found = await _tally(read, tally_id)
    if found.person_id:
        read.saw([found.person_id], "looked at a tally")
    return _view(found)


@api.read("/peeks/{tally_id}", allow=callers)
async def peek(tally_id: UUID, read: Read) -> TallyView:
    """A tally, shown without saying whose: the runtime must not let it out."""
    return _view(await _tally(read, tally_id))


@api.read("/locked-tallies/{tally_id}", allow=callers, refuses=[Locked])
async def locked(tally_id: UUID, read: Read) -> TallyView:
    """A tally that nobody is shown: whoever tries leaves an entry all the same."""
    found = await _tally(read, tally_id)
    read.saw([found.person_id], "tried to look at a tally")
    raise Locked


@api.read("/faults", allow=everybody)
async def fault(read: Read) -> TallyView:
    """Fails with a message that holds a name."""
    raise ValueError("Priya Nair, 07700 900031")


async def _tally(session: Reading, tally_id: UUID) -> Tally:
    found = await session.one(TALLY, tally_id=tally_id)
    if found is None:
        raise NotFound
    return found


def _view(row: Tally) -> TallyView:
    return TallyView(id=row.id, person_id=row.person_id, version=row.version, total=row.total)


service = Service(name="toy-speaker", title="Toy speaker", api=(api,), tables=tables, timers=timers)
