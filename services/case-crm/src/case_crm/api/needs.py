"""Needs."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import NeedView
from common.runtime.routes import Api, Read

from case_crm import queries
from case_crm.api.rules import may_read

routes = Api(tag="cases")


@routes.read("/needs/{need_id}", allow=may_read)
async def need(need_id: UUID, read: Read) -> NeedView:
    """What somebody wants met, with every case that it takes: a resident sees those of both councils."""
    return await queries.need(read, need_id)
