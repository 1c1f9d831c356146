"""Cases of other systems."""

from __future__ import annotations

from common.contracts.cases import (
    ImportCase,
    ImportedView,
    NoSuchStage,
    NotYetPast,
    ResultNeeded,
    UnknownQuestion,
    UnknownService,
    WrongAnswer,
)
from common.runtime.routes import Api, Tx
from common.runtime.rules import officers

from case_crm import commands

routes = Api(tag="cases")


@routes.create(
    "/imported-cases",
    allow=officers("history:write"),
    refuses=[UnknownService, NoSuchStage, NotYetPast, ResultNeeded, UnknownQuestion, WrongAnswer],
)
async def import_case(command: ImportCase, tx: Tx) -> ImportedView:
    """Bring a case from another system, with its own dates. The same row again changes nothing."""
    return await commands.import_case(tx, command)
