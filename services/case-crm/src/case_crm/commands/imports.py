"""Cases from another system, with their history; the same row again changes nothing."""

from __future__ import annotations

from common.contracts.cases import CaseOpened, ImportCase, Imported, ImportedView
from common.runtime.ids import new_id, new_tracking_reference, tracking_digest
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.cases import first_touch, moved_columns, new_case, touch
from case_crm.commands.restricting import begin_restricted
from case_crm.commands.retention import keep_its_time
from case_crm.commands.timeline import note_move
from case_crm.domain import cases, forms, history, queues
from case_crm.domain.definitions import ServiceDefinition
from case_crm.queries import named
from case_crm.tables import ImportedRow


async def import_case(tx: Transaction, command: ImportCase) -> ImportedView:
    """Open a case as another system kept it. Known by its source and id: a repetition, or a touch on another channel."""
    council = tx.council
    known = await tx.one(named.IMPORTED, council=council, source=command.source, source_id=command.source_id)
    if known is not None:
        return await _again(tx, command, known)
    definition = await queries.definition_of(tx, command.service, council=council)
    forms.check(definition, command.answers)
    steps = history.past(definition, command.steps, opened_at=command.opened_at, now=tx.now)
    opened = await _opened(tx, command, definition)
    team = queues.route(definition, command.answers, command.opened_at.date())
    answers = forms.apart(definition, command.answers)
    case = new_case(tx, opened, command.person_id, answers, team, at=command.opened_at)
    tx.add(case)
    tx.say(opened, on=case, occurred=command.opened_at)
    begin_restricted(tx, case, definition, None)
    first_touch(tx, case, opened, note=None)
    for at, moved in steps:
        tx.change(case, **moved_columns(case, moved, at=at))
        tx.say(moved, on=case, occurred=at)
        keep_its_time(tx, case, definition, moved, at=at)
        note_move(tx, case, moved, at=at)
    tx.add(
        ImportedRow(
            council=council,
            source=command.source,
            source_id=command.source_id,
            case_id=case.id,
            reference=case.reference,
            channels=[command.channel.value],
        )
    )
    odd = history.oddities(command.opened_at, command.steps)
    return ImportedView(case_id=case.id, reference=case.reference, outcome=Imported.OPENED, oddities=odd)


async def _opened(tx: Transaction, command: ImportCase, definition: ServiceDefinition) -> CaseOpened:
    filled = forms.Filled(dict(command.answers), [], 0, [])
    digest = str(tracking_digest(new_tracking_reference()))  # nobody was given one: history is not tracked in public
    names = cases.Names(await tx.reference(), digest, new_id(), new_id())
    opened = cases.open_case(definition, filled, names, channel=command.channel)
    return opened.model_copy(update={"history": True})


async def _again(tx: Transaction, command: ImportCase, known: ImportedRow) -> ImportedView:
    case = await tx.one(named.CASE, case_id=known.case_id, **queries.theirs(tx))
    if case is None and await tx.one(named.TOMBSTONE, council=tx.council, reference=known.reference) is None:
        raise NotFound  # it is restricted
    if case is None or command.channel.value in known.channels:  # what was destroyed since is not brought back
        outcome = Imported.REPEATED
    else:
        tx.change(known, channels=[*known.channels, command.channel.value])
        touch(tx, case, command.channel, "asked", None, at=command.opened_at)
        outcome = Imported.SECOND_INTERACTION
    return ImportedView(case_id=known.case_id, reference=known.reference, outcome=outcome, oddities=[])
