"""Service definitions as they are published, what one extends, and every difference between the councils'."""

from __future__ import annotations

from common.contracts.cases import (
    Checked,
    DefinitionMistake,
    DefinitionNotSound,
    DefinitionView,
    LedgerEntry,
    TightLooseLedger,
    Trial,
    Versions,
)
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from case_crm.domain import trying
from case_crm.domain.definitions import NotSound, ServiceDefinition, parts_with, read, said
from case_crm.queries import named
from case_crm.queries.calendars import newly
from case_crm.tables import Definition


async def sound(session: Reading, text: str) -> ServiceDefinition:
    """A definition from its text, over what it extends as that is published. Raises DefinitionNotSound."""
    checked = await _read(session, text)
    if isinstance(checked, NotSound):
        raise DefinitionNotSound(mistakes=[each.model_dump() for each in _shown(checked)])
    return checked


async def check_definition(session: Reading, text: str) -> Checked:
    """What is wrong with a definition, if anything."""
    checked = await _read(session, text)
    mistakes = _shown(checked) if isinstance(checked, NotSound) else []
    return Checked(sound=not mistakes, mistakes=mistakes)


async def try_definition(session: Reading, text: str, script: str) -> Trial:
    """What the people of a script would see. Raises DefinitionNotSound or NotAScript."""
    told = trying.read_script(script)
    seen = trying.play(await sound(session, text), told)
    return Trial(seen=seen.lines, otherwise=seen.otherwise)


async def offered(session: Reading, service: str) -> dict[str, Definition]:
    """What each council offers under this name."""
    rows = await session.all(named.OFFERED, councils=[*session.councils], service=service)
    return {row.council: row for row in rows}


async def versions_of(session: Reading, service: str) -> Versions:
    """Every version of one of the council's services, and what of a release it does not go by."""
    rows = await session.all(named.VERSIONS, council=session.council, service=service)
    if not rows:
        raise NotFound
    offers = await session.one(named.DEFINITION, council=session.council, service=service)
    return Versions(
        items=[shown_definition(ServiceDefinition.published(row.document), row.council) for row in rows],
        not_taken=offers.not_taken if offers else None,
    )


async def ledger(session: Reading, council: str | None) -> TightLooseLedger:
    """Where a council's services are others than those they extend; every council's, where none is named."""
    rows: list[Definition] = []
    for each in [council] if council else sorted(session.councils):
        rows += await session.all(named.DEFINITIONS, council=each)
    return TightLooseLedger(items=[entry for row in rows for entry in _entries(row)])


def shown_definition(definition: ServiceDefinition, council: str) -> DefinitionView:
    """A definition with its whole document."""
    return DefinitionView(
        service=definition.service,
        council=council,
        definition_version=definition.version,
        document=definition.document(),
    )


async def _read(session: Reading, text: str) -> ServiceDefinition | NotSound:
    """A definition beside what others publish of its service, and over what it extends: that of another council, whole."""
    found = await offered(session, str(said(text, "service")))
    others = {council: row.document for council, row in found.items() if council != session.council}
    whole = [document for document in others.values() if "extends" not in document]
    sound_anew = newly(session.now)
    try:
        return read(
            text,
            lambda service: next(iter(whole), None),
            lambda definition: [*sound_anew(definition), *parts_with(definition, others)],
        )
    except NotSound as fault:
        return fault


def _shown(fault: NotSound) -> list[DefinitionMistake]:
    return [DefinitionMistake(line=each.line, at=each.at, because=each.why) for each in fault.mistakes]


def _entries(row: Definition) -> list[LedgerEntry]:
    return [
        LedgerEntry(
            service=row.service,
            council=row.council,
            extends=row.document["extends"],
            definition_version=row.definition_version,
            at=each["at"],
            was=each.get("was"),
            becomes=each.get("is"),
            because=each["because"],
        )
        for each in row.document.get("differences", [])
    ]
