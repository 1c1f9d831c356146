"""The directory changes, and signposts are given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from common.contracts.partners.directory import (
    ChosenNotOffered,
    DirectoryServiceChanged,
    EditService,
    GiveSignpost,
    PublishService,
    ServiceView,
    SignpostGiven,
    SignpostView,
    UnknownDirectoryService,
)
from common.contracts.partners.organisations import UnknownPartner
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from partner_gateway.domain.entries import check_sense, reach
from partner_gateway.queries import named
from partner_gateway.queries.directory import service, shown_service
from partner_gateway.queries.partners import bound_by
from partner_gateway.tables import DirectoryService, ServiceReach

_MAY_BE_UNKNOWN = {
    "min_age",
    "max_age",
    "cost",
    "opening_hours",
    "capacity",
    "waiting_days",
    "assured_date",
}


async def publish_service(tx: Transaction, command: PublishService) -> ServiceView:
    """Put a service into the directory."""
    told = command.model_dump()
    check_sense(told)
    if command.partner_id and not await tx.one(named.PARTNER, partner_id=command.partner_id):
        raise UnknownPartner
    row = DirectoryService(id=new_id(), council=tx.council, changed_at=tx.now, **told)
    tx.add(row)
    _found_under(tx, row, [])
    tx.say(_changed(row, sorted(told)), on=row)
    return shown_service(row)


async def edit_service(tx: Transaction, service_id: UUID, command: EditService) -> ServiceView:
    """Change what is named, leave the rest."""
    row = await service(tx, service_id)
    if row.council != tx.council:
        raise NotFound
    found_under = await tx.all(named.REACH_OF_SERVICE, service_id=service_id)
    tx.edits(row)
    changes = _changes(row, command)
    if not changes:
        return shown_service(row)
    check_sense({**row.model_dump(), **changes})
    tx.change(row, **changes, changed_at=tx.now)
    _found_under(tx, row, found_under)
    tx.say(_changed(row, sorted(changes)), on=row)
    return shown_service(row)


async def give_signpost(tx: Transaction, command: GiveSignpost) -> SignpostView:
    """Say that somebody was told of services. Whoever asks, nothing says who it was for."""
    await bound_by(tx)
    known = await tx.all(named.SERVICES_KNOWN, ids=command.offered)
    if len(known) < len(set(command.offered)):
        raise UnknownDirectoryService
    if command.chosen is not None and command.chosen not in command.offered:
        raise ChosenNotOffered
    said = SignpostGiven(**command.model_dump())
    if tx.me.person_id is not None:  # the event's actor would be the very person
        tx.me = replace(tx.me, id="somebody", person_id=None)
    signpost_id = tx.say_once(said, council=tx.council)
    return SignpostView(signpost_id=signpost_id, at=tx.now, council=tx.council, **said.model_dump())


def _changes(row: DirectoryService, command: EditService) -> dict[str, Any]:
    """What the command names and the row does not say already."""
    named_fields = command.model_dump(include=command.model_fields_set)
    meant = {k: value for k, value in named_fields.items() if value is not None or k in _MAY_BE_UNKNOWN}
    return {name: value for name, value in meant.items() if getattr(row, name) != value}


def _found_under(tx: Transaction, row: DirectoryService, now: list[ServiceReach]) -> None:
    """Bring the keys under which searches find a service to what it serves: only what differs is written."""
    wanted = reach(row.needs, row.districts, row.councils, row.status)
    for key in now:
        if (key.need, key.place) not in wanted:
            tx.remove(key)
    for need, place in sorted(wanted - {(key.need, key.place) for key in now}):
        tx.add(ServiceReach(need=need, place=place, service_id=row.id, council=row.council))


def _changed(row: DirectoryService, changed: list[str]) -> DirectoryServiceChanged:
    return DirectoryServiceChanged(
        service_name=row.name,
        partner_id=row.partner_id,
        needs=row.needs,
        districts=row.districts,
        councils=row.councils,
        status=row.status,
        capacity=row.capacity,
        waiting_days=row.waiting_days,
        changed=changed,
    )
