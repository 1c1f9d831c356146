"""Service definitions: from the files of a release to what each council offers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml
from common.contracts.cases import DefinitionPublished
from common.runtime.transaction import Transaction
from pydantic import ValidationError

from case_crm.domain.definitions import ServiceDefinition
from case_crm.queries import named
from case_crm.tables import Definition, DefinitionVersion

FILES = Path(__file__).parent / "service_definitions"


class BrokenDefinition(Exception):
    """A service definition cannot be published: the message says which file, where in it, and why."""


def read_definition(text: str, *, name: str) -> ServiceDefinition:
    """A definition from its YAML. Raises BrokenDefinition with the file's name, the place and the reason."""
    try:
        return ServiceDefinition.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BrokenDefinition(f"{name}: line {mark.line + 1 if mark else '?'}: this is not YAML") from fault
    except ValidationError as fault:
        mistakes = [f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in fault.errors()]
        raise BrokenDefinition(f"{name}: " + "; ".join(mistakes)) from fault


async def publish_files(tx: Transaction) -> None:
    """Publish what the release brought and is not published yet. A definition that is unchanged says nothing."""
    held = {(row.council, row.service): row for row in await tx.all(named.EVERY_DEFINITION)}
    for file in sorted(FILES.glob("*.yaml")):
        definition = read_definition(file.read_text(), name=file.name)
        for council in definition.councils:
            _publish(tx, definition, council, held.get((council, definition.service)))


def _publish(tx: Transaction, definition: ServiceDefinition, council: str, held: Definition | None) -> None:
    document = definition.model_dump(mode="json")
    fingerprint = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    if held is not None and held.fingerprint == fingerprint:
        return
    if held is not None and held.definition_version >= definition.version:
        raise BrokenDefinition(
            f"{definition.service}.yaml: version: {council} has version {held.definition_version} already; "
            "a change needs a higher number, so that running cases keep theirs"
        )
    row = held or Definition(
        id=_id(council, definition.service),
        council=council,
        service=definition.service,
        definition_version=definition.version,
        fingerprint=fingerprint,
        document=document,
    )
    if held is None:
        tx.add(row)
    else:
        tx.change(row, definition_version=definition.version, fingerprint=fingerprint, document=document)
    tx.add(
        DefinitionVersion(
            council=council,
            service=definition.service,
            definition_version=definition.version,
            document=document,
        )
    )
    said = DefinitionPublished(
        service=definition.service,
        title=definition.title,
        definition_version=definition.version,
        councils=list(definition.councils),
        lgsl=definition.lgsl,
    )
    tx.say(said, on=row, council=council)


def _id(council: str, service: str) -> UUID:
    """The same definition has the same id everywhere: it is found, not remembered."""
    return uuid5(NAMESPACE_URL, f"https://onedoor.example/definitions/{council}/{service}")
