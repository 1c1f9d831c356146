"""After databases were restored from a backup: the next start begins a new era of what their services say."""

from __future__ import annotations

import json
from collections.abc import Iterable

from onedoor.home import Home
from onedoor.packages import PACKAGES, name_of
from onedoor.refusals import CannotDo

SERVICES = tuple(map(name_of, PACKAGES))


def note(home: Home, services: Iterable[str]) -> list[str]:
    """Have the next start know that these services' databases were restored, or those of all where none is named."""
    named = sorted({*services} or SERVICES)
    if unknown := [name for name in named if name not in SERVICES]:
        raise CannotDo(f"there is no service {unknown[0]}: say some of {', '.join(SERVICES)}, or none for all")
    if home.holder():
        raise CannotDo("the platform is running: run onedoor down, restore, then say this, then onedoor up")
    home.make()
    home.write(home.restored, sorted({*named, *restored(home)}))
    return named


def restored(home: Home) -> list[str]:
    """The services that the next start is to be told of."""
    known: list[str] = json.loads(home.restored.read_text()) if home.restored.exists() else []
    return known
