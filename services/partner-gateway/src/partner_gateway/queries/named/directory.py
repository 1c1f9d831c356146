"""Reads of the directory and of signposts to it."""

from __future__ import annotations

from common.runtime.query import query
from sqlalchemy import any_, bindparam
from sqlmodel import col, select

from partner_gateway.queries.named.paging import IDS, TEXTS, before
from partner_gateway.tables import (
    DirectoryService,
    ServiceReach,
    Signpost,
)

# -- the directory

SERVICE = query(select(DirectoryService).where(DirectoryService.id == bindparam("service_id")))
SERVICES_KNOWN = query(select(DirectoryService.id).where(col(DirectoryService.id) == any_(bindparam("ids", type_=IDS))))
REACH_OF_SERVICE = query(select(ServiceReach).where(ServiceReach.service_id == bindparam("service_id")).limit(20_000))
_REACHED = select(DirectoryService).join(ServiceReach, col(ServiceReach.service_id) == DirectoryService.id)
SERVING = query(
    _REACHED.where(ServiceReach.need == bindparam("need"), ServiceReach.place == bindparam("place")).limit(
        bindparam("most")
    )
)
# First which they are, and at most so many: joined at once, all services would be read whenever many might fit.
_MAY_HELP = (
    select(ServiceReach.service_id)
    .where(
        col(ServiceReach.need) == any_(bindparam("needs", type_=TEXTS)),
        col(ServiceReach.place) == any_(bindparam("places", type_=TEXTS)),
    )
    .limit(200)
    .subquery()
)
ALTERNATIVES = query(select(DirectoryService).join(_MAY_HELP, _MAY_HELP.c.service_id == DirectoryService.id))

# -- signposts

SIGNPOSTS = query(
    select(Signpost)
    .where(Signpost.council == bindparam("council"), before(Signpost.given_at, Signpost.id))
    .order_by(col(Signpost.given_at).desc(), col(Signpost.id).desc())
    .limit(bindparam("most"))
)
