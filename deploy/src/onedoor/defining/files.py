"""Services' files, read as the platform reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from case_crm.domain import trying
from case_crm.domain.definitions import NotSound, ServiceDefinition, read, said
from case_crm.publishing import bases_of
from case_crm.queries.calendars import newly
from common.contracts.cases.offers import NotAScript

from onedoor.refusals import CannotDo


def wrong_in(places: Sequence[Path]) -> list[str]:
    """What is wrong with these files, and those of these folders, each with its line. Raises CannotDo where one is not there.

    A folder is read once for what its files extend, however many there are.
    """
    bases = cache(bases_of)
    return [line for file in _yaml_files(places) for line in _mistakes(file, bases(file.parent))]


def definition(file: Path) -> ServiceDefinition:
    """What a file says. Raises CannotDo with what is wrong with it."""
    bases = bases_of(file.parent)
    if wrong := _mistakes(file, bases):
        raise CannotDo("\n".join(wrong))
    return read(text_of(file), bases.get)


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
    except UnicodeDecodeError as fault:
        raise CannotDo(f"{file}: byte {fault.start + 1}: this is not UTF-8 text") from None
    except OSError as fault:
        raise CannotDo(f"{file}: {fault.strerror}") from None


def _yaml_files(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        if not place.exists():
            raise CannotDo(f"{place}: No such file or directory")
        yield from sorted(place.glob("*.yaml")) if place.is_dir() else [place]


def _mistakes(file: Path, bases: Mapping[str, Mapping[str, Any]]) -> list[str]:
    try:
        read(text_of(file), bases.get, newly(datetime.now(UTC), bases.values()))
    except NotSound as fault:
        return [f"{file}: {mistake}" for mistake in fault.mistakes]
    except CannotDo as fault:
        return [str(fault)]
    return []
