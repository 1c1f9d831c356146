"""Where a definition is otherwise than what is published: read before it is published, over HTTP as on the command line."""

from __future__ import annotations

from typing import Any

import httpx
from case_crm.domain.councils import own
from case_crm.publishing import FILES
from common.testing.platform import Platform
from common.testing.publishing import PARTY, SECOND, administrator, publish

NOISE = (FILES / "noise.southholt.yaml").read_text()


async def compared(town: Platform, text: str, who: dict[str, str] | None = None, **with_what: Any) -> httpx.Response:
    body = {"definition": text, **with_what}
    headers = who or administrator(town)
    return await town["case-crm"].client.post("/definitions/differences", json=body, headers=headers)


async def test_what_would_change_is_read_before_it_is_published(town: Platform) -> None:
    first = PARTY.replace("street_party", "lane_party")
    second = SECOND.replace("street_party", "lane_party").replace(
        "purpose: We close", "help: Its name., purpose: We close"
    )
    assert (await compared(town, first)).status_code == 404
    assert (await publish(town, first)).status_code == 201
    changed = [
        {"at": "/questions/street/help", "was": None, "becomes": "Its name.", "because": None},
        {
            "at": "/stages/asked/told",
            "was": "We have your request.",
            "becomes": "We read your request.",
            "because": None,
        },
    ]
    assert (await compared(town, second)).json() == {
        "service": "lane_party",
        "council": "northmere",
        "definition_version": 1,
        "items": changed,
    }
    assert (await publish(town, second)).status_code == 201
    assert (await compared(town, second)).json()["items"] == []
    assert (await compared(town, second, definition_version=1)).json()["items"] == changed
    assert (await compared(town, second, definition_version=3)).status_code == 404


async def test_a_councils_own_version_is_compared_with_anothers_and_says_why(town: Platform) -> None:
    who = administrator(town, "southholt", council="southholt")
    assert (await compared(town, NOISE, who)).json()["items"] == []
    [routing] = (await compared(town, NOISE, who, council="northmere")).json()["items"]
    assert (routing["at"], routing["because"]) == ("/routing", "Southholt has no team that works at night.")
    assert routing["was"] != routing["becomes"]


async def test_what_does_not_hang_together_is_compared_with_nothing(town: Platform) -> None:
    refused = await compared(town, PARTY.replace("start: asked", "start: nowhere"))
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/definition-not-sound")


def test_of_what_councils_say_all_but_what_all_say_is_their_own() -> None:
    said = {
        "a": {"days": 14, "open": {"monday": ["9-5"]}},
        "b": {"days": 14, "open": {"monday": ["9-5"], "sunday": []}},
    }
    assert [*own(said)] == [("b", "/open/sunday", [])]
    third = said | {"c": {"days": 7, "open": {"monday": ["9-5"], "sunday": []}}}
    days, sundays = (
        [("a", "/days", 14), ("b", "/days", 14), ("c", "/days", 7)],
        [(each, "/open/sunday", []) for each in "bc"],
    )
    assert sorted(own(third)) == sorted([*days, *sundays])
    assert [*own({"a": said["a"]})] == []
