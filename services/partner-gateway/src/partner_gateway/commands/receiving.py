"""Who is asked: an active partner, with a service that has room."""

from __future__ import annotations

from common.contracts.partners.referrals import MakeReferral, ServiceClosed, ServiceFull
from common.runtime.transaction import Transaction

from partner_gateway.domain import sending
from partner_gateway.domain.referrals import Parties
from partner_gateway.queries import named
from partner_gateway.queries.agreements import today
from partner_gateway.queries.directory import alternatives_to, offer_of
from partner_gateway.queries.named import Organisation
from partner_gateway.tables import DirectoryService


async def receiver_of(tx: Transaction, between: Parties) -> Organisation | None:
    """The partner who is asked, where one is, once it is known to be active."""
    if between.partner_id is None:
        return None
    found = await tx.one(named.ORGANISATION, partner_id=between.partner_id, today=today(tx))
    sending.check_receiver(found.partner.status if found else None)
    return found


async def service_of(tx: Transaction, command: MakeReferral, between: Parties) -> DirectoryService | None:
    """The service that is asked for. A full or closed one is refused, with what may help instead."""
    if command.service_id is None:
        return None
    row = await tx.one(named.SERVICE, service_id=command.service_id)
    service = sending.Service(row.partner_id, row.council, offer_of(row)) if row else None
    sending.check_service(between, service)
    if row is None or service is None or (service.open and (command.despite_full or not service.full)):
        return row
    others = [found.model_dump(mode="json") for found in await alternatives_to(tx, row)]
    raise (ServiceFull if service.open else ServiceClosed)(alternatives=others)
