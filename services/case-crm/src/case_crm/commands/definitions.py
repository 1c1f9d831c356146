"""Publishing a service definition for a council. What is published stays as it is: a change is another version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from common.contracts.cases import DefinitionPublished
from common.contracts.cases.offers import DefinitionText, DefinitionView, NotOneOfYours, VersionTaken
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.domain.definitions import ServiceDefinition, followed, same_but_for_number
from case_crm.tables import Definition, DefinitionVersion

PUBLISHED = Timer("definition_published")


async def publish_definition(tx: Transaction, command: DefinitionText) -> DefinitionView:
    """Publish a definition for the caller's council, which is among those it names. Running cases stay on their version.

    What follows for councils that offer the service too, no officer of this one may write: a timer does (`follow_definition`).
    """
    definition = await queries.sound(tx, command.definition)
    if tx.council not in definition.councils or not {*definition.councils} <= {*tx.me.councils}:
        raise NotOneOfYours
    offered = await queries.offered(tx, definition.service)
    for council in definition.councils if definition.extends is None else [tx.council]:
        _is_new(definition, offered.get(council))
    held = offered.get(tx.council)
    row = publish(tx, definition, tx.council, held, **_whose(definition, held))
    if row and definition.extends is None:
        tx.remind(PUBLISHED, about=row, at=tx.now, details={"service": definition.service})
    return queries.shown_definition(definition, tx.council)


async def follow_definition(tx: Transaction, council: str, service: str) -> None:
    """Councils that extend what a council published have it under theirs, and those it was published for too have it as it is."""
    offered = await queries.offered(tx, service)
    base = ServiceDefinition.published(offered.pop(council).document)
    if base.extends:
        return  # it was whole when this was set
    for other, row in offered.items():
        if other in base.councils and row.definition_version < base.version:
            publish(tx, base, other, row, **_whose(base, row))
        elif other not in base.councils and "extends" in row.document:
            # Its differences stay whose they are: the council's own, or those of the file they came with.
            theirs, number = row.while_running, None if row.while_running else came_from(row)
            publish(tx, followed(row.document, base.document()), other, row, while_running=theirs, file_version=number)


def _whose(definition: ServiceDefinition, held: Definition | None) -> dict[str, Any]:
    """It is the council's own, unless it is what a release brought and it had not taken: then it goes by the release again."""
    brought = held.not_taken["document"] if held and held.not_taken else None
    if brought and same_but_for_number(definition, brought):
        return {"while_running": False, "file_version": brought["version"]}
    return {"while_running": True}


def came_from(row: Definition) -> int:
    """The number under which a file has what a council offers, which may have a higher one for what it follows."""
    return row.file_version or row.definition_version


def publish(
    tx: Transaction,
    definition: ServiceDefinition,
    council: str,
    held: Definition | None,
    *,
    while_running: bool = False,
    file_version: int | None = None,
) -> Definition | None:
    """Publish a definition in place of what is `held`. What is the same says nothing, and gives None. Raises VersionTaken."""
    if not _is_new(definition, held):
        return None
    document = definition.document()
    columns = {
        "definition_version": definition.version,
        "fingerprint": hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest(),
        "document": document,
        "while_running": while_running,
        "file_version": file_version,
        "not_taken": None,
    }
    key = {"council": council, "service": definition.service}
    row = tx.change(held, **columns) if held else tx.add(Definition(id=_id(**key), **key, **columns))
    tx.add(DefinitionVersion(**key, definition_version=definition.version, document=document))
    said = DefinitionPublished(
        service=definition.service,
        title=definition.title,
        definition_version=definition.version,
        councils=list(definition.councils),
        lgsl=definition.lgsl,
    )
    tx.say(said, on=row, council=council)
    return row


def _is_new(definition: ServiceDefinition, held: Definition | None) -> bool:
    """Whether a definition is another than what is held. Raises VersionTaken where its number is no higher."""
    if held is None:
        return True
    if _same(held.document, definition):
        return False
    if held.definition_version >= definition.version:
        raise VersionTaken(published=held.definition_version)
    return True


def _same(held: Mapping[str, Any], definition: ServiceDefinition) -> bool:
    """Whether a council's service is as it was. That other councils offer it too, from now on, is no change of it."""
    everybodys = {"councils": definition.councils}
    return ServiceDefinition.published(held).model_copy(update=everybodys) == definition


def _id(council: str, service: str) -> UUID:
    """The same definition has the same id everywhere: it is found, not remembered."""
    return uuid5(NAMESPACE_URL, f"https://onedoor.example/definitions/{council}/{service}")
