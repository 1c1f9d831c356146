"""Service definitions: published, checked, listed by version; and every difference between the councils'."""

from __future__ import annotations

from common.contracts.base import Code, CouncilId
from common.contracts.cases.offers import (
    Checked,
    CompareDefinition,
    DefinitionDifferences,
    DefinitionNotSound,
    DefinitionText,
    DefinitionView,
    NeverPublished,
    NotAScript,
    NotOneOfYours,
    TightLooseLedger,
    Trial,
    TryDefinition,
    Versions,
    VersionTaken,
)
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import administrators, everybody

from case_crm import commands, queries

routes = Api(tag="definitions")


@routes.create(
    "/definitions",
    allow=administrators("definitions:write"),
    refuses=[DefinitionNotSound, VersionTaken, NotOneOfYours],
)
async def publish_definition(command: DefinitionText, tx: Tx) -> DefinitionView:
    """Publish a service of my council, from now on. What has begun goes on as it began."""
    return await commands.publish_definition(tx, command)


@routes.read("/definitions/checks", allow=administrators("definitions:write"), found_by_post=True)
async def check_definition(command: DefinitionText, read: Read) -> Checked:
    """See whether a definition could be published. Nothing is."""
    return await queries.check_definition(read, command.definition)


@routes.read(
    "/definitions/trials",
    allow=administrators("definitions:write"),
    refuses=[DefinitionNotSound, NotAScript],
    found_by_post=True,
)
async def try_definition(command: TryDefinition, read: Read) -> Trial:
    """Play a script of made-up applications, and see what each person would. Nothing is kept."""
    return await queries.try_definition(read, command.definition, command.script)


@routes.read(
    "/definitions/differences",
    allow=administrators("definitions:write"),
    refuses=[DefinitionNotSound, NeverPublished],
    found_by_post=True,
)
async def compare_definition(command: CompareDefinition, read: Read) -> DefinitionDifferences:
    """See where a definition is otherwise than what my council, or another, offers of it or once offered. Nothing is changed."""
    return await queries.compare_definition(read, command)


@routes.read("/definitions/{service}/versions", allow=administrators("definitions:write"))
async def definition_versions(service: Code, read: Read) -> Versions:
    """Every version of one of my council's services that was published, newest first."""
    return await queries.versions_of(read, service)


@routes.read("/definitions/ledger", allow=everybody)
async def tight_loose_ledger(read: Read, council: CouncilId | None = None) -> TightLooseLedger:
    """Where councils' services are others than those they extend, and why; and where councils themselves are others.

    Anybody may read it: it is policy, and of nobody.
    """
    return await queries.ledger(read, council)
