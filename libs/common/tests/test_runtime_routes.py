"""Routes as they are declared: what takes If-Match shows the version to send there."""

from __future__ import annotations

import pytest
from common.contracts.base import View
from common.runtime.routes import Api, ShowsNoVersion
from common.runtime.rules import officers


class Shelf(View):
    books: int


class Versioned(Shelf):
    version: int


async def tidied() -> Shelf:
    """A shelf is tidied."""
    return Shelf(books=1)


async def tidied_and_told() -> Versioned:
    """A shelf is tidied, and how it stands since is told."""
    return Versioned(books=1, version=2)


async def tidied_in_silence() -> None:
    """A shelf is tidied."""


def test_what_takes_if_match_shows_the_version_that_is_sent_there_next() -> None:
    api = Api(tag="shelves")
    edit = api.edit("/shelves/{shelf_id}/tidying", allow=officers("cases:write"))
    for silent in (tidied, tidied_in_silence):
        with pytest.raises(ShowsNoVersion, match=silent.__name__):
            edit(silent)
    assert api.paths() == []
    edit(tidied_and_told)
    api.edit("/shelves/tidying", allow=officers("cases:write"), versioned=False)(tidied)
    takes = {
        route.endpoint.__name__: any(each["name"] == "If-Match" for each in route.endpoint.takes)  # type: ignore[attr-defined]  # Api marks it
        for route in api.paths()
    }
    assert takes == {"tidied_and_told": True, "tidied": False}
