"""Services' files, read as the platform reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from case_crm.domain import trying
from case_crm.domain.definitions import NotSound, ServiceDefinition, read, said
from case_crm.publishing import bases_of
from case_crm.queries.calendars import newly
from common.contracts.cases import NotAScript

from onedoor.refusals import CannotDo


def yaml_files(places: Sequence[Path]) -> Iterator[Path]:
    """These files, and those of these folders."""
    for place in places:
        yield from sorted(place.glob("*.yaml")) if place.is_dir() else [place]


def mistakes(file: Path) -> list[str]:
    """What is wrong with a file, each with its line."""
    try:
        read(text_of(file), bases_of(file.parent).get, newly(datetime.now(UTC)))
    except NotSound as fault:
        return [f"{file}: {mistake}" for mistake in fault.mistakes]
    return []


def definition(file: Path) -> ServiceDefinition:
    """What a file says. Raises CannotDo with what is wrong with it."""
    if wrong := mistakes(file):
        raise CannotDo("\n".join(wrong))
    return read(text_of(file), bases_of(file.parent).get)


def tried(file: Path, script: Path) -> trying.Seen:
    """What is seen as a script is played. Raises CannotDo."""
    try:
        return trying.play(definition(file), trying.read_script(text_of(script)))
    except NotAScript as fault:
        raise CannotDo(f"{script}: {fault}") from None


def councils_of(text: str) -> list[str]:
    """The councils that a file names, as far as it can be read."""
    named = said(text, "councils")
    return [each for each in named if isinstance(each, str)] if isinstance(named, list) else []


def text_of(file: Path) -> str:
    """A file's text. Raises CannotDo."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as fault:
        raise CannotDo(f"{file}: {getattr(fault, 'strerror', None) or 'it is not text'}") from None
