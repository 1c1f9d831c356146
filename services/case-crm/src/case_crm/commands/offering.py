"""What a start makes of the files of a release beside what councils published while it ran: nothing of theirs is undone."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.runtime.settings import CannotServe
from common.runtime.transaction import Transaction

from case_crm.commands.definitions import came_from, publish
from case_crm.domain.definitions import ServiceDefinition, followed, same_but_for_number
from case_crm.domain.definitions.flaws import Flawed
from case_crm.tables import Definition

log = logging.getLogger(__name__)

Document = Mapping[str, Any]

KEPT = (
    "The council published its own version while this ran, and that stays. Publish this one to go by the release again."
)
CANNOT_FOLLOW = "The council's own version extends this one, and cannot follow it: {}."


class NumberTaken(CannotServe):
    """A file was changed under a number that is published: the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A definition as a file has it. What is written `here`, in a file of this installation, is a later word than HTTP's."""

    definition: ServiceDefinition
    name: str
    here: bool


def offer(tx: Transaction, brought: Mapping[str, Brought], held: Mapping[str, Definition]) -> None:
    """Have each council offer one service: as it published it itself, else as its file says; over its base as that is now.

    What is brought and held are by council. Raises NumberTaken.
    """
    now: dict[str, Document] = {council: row.document for council, row in held.items()}
    extending = [council for council in sorted({*brought, *held}) if _extends(brought.get(council), held.get(council))]
    for council, file in brought.items():
        if council not in extending and (offered := _offer_whole(tx, council, file, held)):
            now[council] = offered
    for council in extending:
        others = [now[each] for each in sorted(now) if each != council]
        base = next((each for each in others if "extends" not in each), None)
        _offer_over(tx, council, brought.get(council), held.get(council), base)


def _keeps(row: Definition | None, file: Brought | None) -> bool:
    """Whether a council published otherwise itself. A file of the installation with a higher number is its later word."""
    if row is None or not row.while_running:
        return False
    if file is None:
        return True
    later = file.here and file.definition.version > row.definition_version
    return not later and not same_but_for_number(file.definition, row.document)


def _keeps_whole(row: Definition | None, file: Brought) -> bool:
    return row is not None and "extends" not in row.document and _keeps(row, file)


def _extends(file: Brought | None, row: Definition | None) -> bool:
    """Whether what a council offers is its own version of another's."""
    if row is not None and (file is None or _keeps(row, file)):
        return "extends" in row.document
    return file is not None and file.definition.extends is not None


def _offer_whole(tx: Transaction, council: str, file: Brought, held: Mapping[str, Definition]) -> Document | None:
    """Offer what a file says, unless one of those whom it names keeps its own: they would part without a ledger."""
    row = held.get(council)
    if not any(_keeps_whole(held.get(each), file) for each in file.definition.councils):
        _put(tx, council, file, row, file.definition)
        return file.definition.document()
    if row is None:
        log.warning("%s: %s does not offer it: another council published its own version", file.name, council)
        return None
    log.warning("%s: %s keeps version %s, published while it ran", file.name, council, row.definition_version)
    _leave(tx, row, file.definition.document(), KEPT)
    offered: Document = row.document
    return offered


def _offer_over(
    tx: Transaction, council: str, file: Brought | None, row: Definition | None, base: Document | None
) -> None:
    """Offer a council's own version over what it extends, as that is now; or say that it cannot follow it."""
    older = row is not None and file is not None and file.definition.version < came_from(row)
    if row is not None and (older or _keeps(row, file)):
        file = None  # its own differences, or those of a later release
    own = file.definition.document() if file else row.document if row else {}
    try:
        definition = followed(own, base) if base else ServiceDefinition.published(own)
    except Flawed as fault:
        log.warning("%s: the version of %s, which extends it, cannot follow: %s", own["service"], council, fault)
        if row is not None and base is not None:
            _leave(tx, row, base, CANNOT_FOLLOW.format(fault))
        return
    _put(tx, council, file, row, definition)


def _put(
    tx: Transaction, council: str, file: Brought | None, row: Definition | None, definition: ServiceDefinition
) -> None:
    """Publish what a council is to offer, under a number that is higher than its last one. What is as it was says nothing."""
    if row is None:
        number = file.definition.version if file else definition.version
        publish(tx, definition.model_copy(update={"version": number}), council, None, file_version=number)
        return
    last, source = row.definition_version, came_from(row)
    number = file.definition.version if file else source
    kept: dict[str, Any] = {
        "while_running": row.while_running and file is None,
        "file_version": number if file else row.file_version,
    }
    if number < source and not row.while_running:
        return  # an older release goes beside a newer one, or after it
    if number <= last and same_but_for_number(definition, row.document):
        if (row.while_running, row.not_taken) != (kept["while_running"], None):
            tx.change(row, **kept, not_taken=None)
        return
    if file and number == source == last and definition == file.definition:
        raise NumberTaken(
            f"{file.name}: version: {council} has version {last} already; "
            "a change needs a higher number, so that running cases keep theirs"
        )
    publish(tx, definition.model_copy(update={"version": max(number, last + 1)}), council, row, **kept)


def _leave(tx: Transaction, row: Definition, document: Document, because: str) -> None:
    """Keep what is not offered, and why, for the council's administrators to read."""
    not_taken = {"document": {**document}, "because": because}
    if row.not_taken != not_taken:
        tx.change(row, not_taken=not_taken)
