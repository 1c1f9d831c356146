"""Service definitions: from the files of a release, and of an installation, to what each council offers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml
from common.contracts.cases import DefinitionPublished
from common.runtime.settings import CannotServe, Settings
from common.runtime.transaction import Transaction
from pydantic import ValidationError

from case_crm.commands.silence import check_calendars
from case_crm.domain.definitions import ServiceDefinition
from case_crm.queries import named
from case_crm.tables import Definition, DefinitionVersion

FILES = Path(__file__).parent / "service_definitions"


class BrokenDefinition(CannotServe):
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


async def publish_files(tx: Transaction, told: Settings) -> None:
    """Publish what the release and this installation bring and is not published yet. What is unchanged says nothing."""
    check_calendars(tx.councils)
    held = {(row.council, row.service): row for row in await tx.all(named.EVERY_DEFINITION)}
    release = {key: each for key, each in offered(FILES).items() if key[0] in tx.councils}
    for (council, service), definition in (release | of_installation(told.definitions, tx.councils)).items():
        _publish(tx, definition, council, held.get((council, service)))


def offered(folder: Path) -> dict[tuple[str, str], ServiceDefinition]:
    """What each council offers, as the files of one folder say. Raises BrokenDefinition."""
    found: dict[tuple[str, str], ServiceDefinition] = {}
    said_by: dict[tuple[str, str], str] = {}
    for file in sorted(folder.glob("*.yaml")):
        definition = _read(file)
        for council in definition.councils:
            key = council, definition.service
            if first := said_by.get(key):
                raise BrokenDefinition(
                    f"{file.name}: service: {first} defines {definition.service} of {council} already"
                )
            found[key], said_by[key] = definition, file.name
    return found


def of_installation(folder: Path | None, councils: Collection[str]) -> dict[tuple[str, str], ServiceDefinition]:
    """What this installation adds, or says in place of the release. Raises BrokenDefinition."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise BrokenDefinition(f"{folder}: there is no such folder of definitions")
    found = offered(folder)
    for council, service in found:
        if council not in councils:
            known = ", ".join(sorted(councils))
            raise BrokenDefinition(
                f"{service}: councils: there is no council {council} on this platform: there are {known}"
            )
    return found


def _read(file: Path) -> ServiceDefinition:
    try:
        return read_definition(file.read_text(encoding="utf-8"), name=file.name)
    except UnicodeDecodeError as fault:
        raise BrokenDefinition(f"{file.name}: byte {fault.start + 1}: this is not UTF-8 text") from fault


def _publish(tx: Transaction, definition: ServiceDefinition, council: str, held: Definition | None) -> None:
    document = definition.model_dump(mode="json")
    fingerprint = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    if held is not None and _same(held.document, document):
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


def _same(held: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether a council's service is as it was. That other councils offer it too, from now on, is no change of it."""
    return {**held, "councils": []} == {**document, "councils": []}


def _id(council: str, service: str) -> UUID:
    """The same definition has the same id everywhere: it is found, not remembered."""
    return uuid5(NAMESPACE_URL, f"https://onedoor.example/definitions/{council}/{service}")
