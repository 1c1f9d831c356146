"""Service definitions: from the files of a release, and of an installation, to what each council offers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from common.runtime.settings import CannotServe, Settings
from common.runtime.transaction import Transaction

from case_crm.commands.calendars import publish_calendars
from case_crm.commands.nights import look_soon
from case_crm.commands.offering import Brought, offer
from case_crm.commands.silence import check_calendars
from case_crm.domain.definitions import Base, Further, NotSound, ServiceDefinition, read, said
from case_crm.queries import life_events, named
from case_crm.queries.calendars import within_calendars

Offered = dict[tuple[str, str], tuple[ServiceDefinition, str]]
"""By council and service, what is offered, and the name of the file that says so."""

FILES = Path(__file__).parent / "service_definitions"


class BrokenDefinition(CannotServe):
    """A service definition cannot be published: the message says which file, where in it, and why."""


def read_definition(
    text: str, *, name: str, base: Base = lambda service: None, further: Further = lambda definition: ()
) -> ServiceDefinition:
    """A definition from its YAML. Raises BrokenDefinition with the file's name, the place and the reason."""
    try:
        return read(text, base, further)
    except NotSound as fault:
        raise BrokenDefinition(f"{name}: {fault}") from fault


async def publish_files(tx: Transaction, told: Settings) -> None:
    """Publish what the release and this installation bring and is not published yet. What is unchanged says nothing."""
    check_calendars(tx.councils)
    life_events()  # a file that does not hang together stops the start
    held = {(row.council, row.service): row for row in await tx.all(named.EVERY_DEFINITION)}
    await publish_calendars(tx)
    fits = within_calendars(tx.now)
    release = {key: each for key, each in offered(FILES, fits).items() if key[0] in tx.councils}
    here = of_installation(told.definitions, tx.councils, fits)
    for service in sorted({service for _, service in {**release, **here, **held}}):
        files = {
            key[0]: Brought(*each, here=key in here) for key, each in (release | here).items() if key[1] == service
        }
        offer(tx, files, {key[0]: row for key, row in held.items() if key[1] == service})
    look_soon(tx)


def offered(folder: Path, further: Further = lambda definition: ()) -> Offered:
    """What each council offers, as the files of one folder say. Raises BrokenDefinition."""
    found: Offered = {}
    bases = {} if folder == FILES else bases_of(FILES)
    texts = sorted(
        _texts(folder).items(), key=lambda each: said(each[1], "extends") is not None
    )  # what is extended comes first
    for name, text in texts:
        definition = read_definition(text, name=name, base=bases.get, further=further)
        if definition.extends is None:
            bases[definition.service] = definition.document()
        for council in definition.councils:
            key = council, definition.service
            if first := found.get(key):
                raise BrokenDefinition(f"{name}: service: {first[1]} defines {definition.service} of {council} already")
            found[key] = definition, name
    return found


def of_installation(
    folder: Path | None, councils: Collection[str], further: Further = lambda definition: ()
) -> Offered:
    """What this installation adds, or says in place of the release. Raises BrokenDefinition."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise BrokenDefinition(f"{folder}: there is no such folder of definitions")
    found = offered(folder, further)
    for (council, _), (_, name) in found.items():
        if council not in councils:
            known = ", ".join(sorted(councils))
            raise BrokenDefinition(
                f"{name}: councils: there is no council {council} on this platform: there are {known}"
            )
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise BrokenDefinition(f"{file.name}: byte {fault.start + 1}: this is not UTF-8 text") from fault


def bases_of(folder: Path) -> dict[str, Mapping[str, Any]]:
    """The documents that a folder's definitions may extend, by their service: its own and the release's that extend none."""
    files = {file.name: file for each in (FILES, folder) for file in _files(each)}
    found: dict[str, Mapping[str, Any]] = {}
    for file in files.values():
        with suppress(NotSound, BrokenDefinition, OSError):  # said where it is read for itself
            text = _text(file)
            if said(text, "extends") is None:
                definition = read(text)
                found[definition.service] = definition.document()
    return found


def _texts(folder: Path) -> dict[str, str]:
    return {file.name: _text(file) for file in _files(folder)}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))
