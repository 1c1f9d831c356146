"""Service definitions as they are published, what one extends, and every difference between the councils'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from common.contracts.cases.offers import (
    Checked,
    CompareDefinition,
    CouncilDifference,
    DefinitionDifference,
    DefinitionDifferences,
    DefinitionMistake,
    DefinitionNotSound,
    DefinitionView,
    LedgerEntry,
    NeverPublished,
    TightLooseLedger,
    Trial,
    Versions,
)
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from case_crm.domain import trying
from case_crm.domain.councils import days_of, own
from case_crm.domain.definitions import NotSound, ServiceDefinition, differences, parts_with, read, said
from case_crm.queries import named
from case_crm.queries.calendars import calendars, newly
from case_crm.tables import Definition

_SETTINGS = {"time_zone", "keeps", "cooling_off_days", "joins_sure_pairs"}


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


async def compare_definition(session: Reading, command: CompareDefinition) -> DefinitionDifferences:
    """Where a definition is otherwise than what a council published of it. Raises DefinitionNotSound or NeverPublished."""
    definition = await sound(session, command.definition)
    council = command.council or session.council
    rows = await session.all(named.VERSIONS, council=council, service=definition.service)
    wanted = command.definition_version
    row = next((each for each in rows if wanted in (None, each.definition_version)), None)
    if row is None:
        raise NeverPublished
    return DefinitionDifferences(
        service=definition.service,
        council=council,
        definition_version=row.definition_version,
        items=[
            DefinitionDifference(at=each.at, was=each.one, becomes=each.other, because=definition.reason_for(each.at))
            for each in differences(row.document, definition.document())
        ],
    )


async def ledger(session: Reading, council: str | None) -> TightLooseLedger:
    """Where councils' services are others than those they extend, and where councils are others. Of one, where one is named."""
    every = await session.all(named.EVERY_DEFINITION)
    rows = sorted((row for row in every if row.council in session.councils), key=lambda row: (row.council, row.service))
    shown = {council} if council else {*session.councils}
    days = {each.id: days_of(calendars()[each.calendar]) for each in session.councils.values()}
    settings = {each.id: each.model_dump(mode="json", include=_SETTINGS) for each in session.councils.values()}
    return TightLooseLedger(
        items=[entry for row in rows if row.council in shown for entry in _entries(row)],
        councils=[
            each
            for each in (
                *_own("calendar", days),
                *_own("settings", settings),
            )
            if each.council in shown
        ],
        only_here=_only_here(rows, {*session.councils}),
    )


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
    every, service = await session.all(named.EVERY_DEFINITION), said(text, "service")
    rows = [row for row in every if row.service == service and row.council in session.councils]
    others = {row.council: row.document for row in rows if row.council != session.council}
    whole = [document for document in others.values() if "extends" not in document]
    sound_anew = newly(session.now, [row.document for row in every])
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


def _own(of: str, said: Mapping[str, Mapping[str, Any]]) -> Iterator[CouncilDifference]:
    """What each council has for itself. A day on which it is closed says why."""
    for council, at, here in own(said):
        because = here if at.startswith("/closed/") else None
        yield CouncilDifference(council=council, of=of, at=at, here=here, because=because)


def _only_here(rows: Iterable[Definition], councils: set[str]) -> dict[str, list[str]]:
    by_service: dict[str, list[str]] = {}
    for row in rows:
        by_service.setdefault(row.service, []).append(row.council)
    return {service: offering for service, offering in sorted(by_service.items()) if {*offering} != councils}


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
