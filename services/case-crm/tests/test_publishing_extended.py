"""A council's own version of another's service: published, compared, and following what it extends."""

from __future__ import annotations

import pytest
from case_crm.domain.definitions import without
from common.testing.platform import Platform
from common.testing.publishing import PARTY, administrator, check, document, publish, services


async def test_a_councils_own_version_is_published_over_the_others_and_is_in_the_ledger(town: Platform) -> None:
    assert (await publish(town, PARTY.replace("street_party", "fair"))).status_code == 201
    local = """\
service: fair
version: 1
councils: [southholt]
extends: fair
differences:
  - {at: /stages/done/told, is: The street is closed for you., because: Southholt closes it itself.}
  - {at: /questions/day/required, is: false, because: Southholt asks by phone.}
"""
    theirs = administrator(town, "southholt", council="southholt")
    assert (await publish(town, local, theirs)).status_code == 201
    ledger = await town["case-crm"].client.get("/definitions/ledger", params={"council": "southholt"})
    entries = [each for each in ledger.json()["items"] if each["service"] == "fair"]
    assert entries[0] == {
        "service": "fair",
        "council": "southholt",
        "extends": "fair",
        "definition_version": 1,
        "at": "/stages/done/told",
        "was": "Your street is yours for the day.",
        "becomes": "The street is closed for you.",
        "because": "Southholt closes it itself.",
    }
    nowhere = local.replace("/stages/done/told", "/stages/moon/told").replace("version: 1", "version: 2")
    refused = await publish(town, nowhere, theirs)
    assert refused.json()["mistakes"] == [{"line": 6, "at": "differences.0", "because": "it leads nowhere"}]


FAIR = PARTY.replace("street_party", "winter_fair")
THEIR_FAIR = """\
service: winter_fair
version: 3
councils: [southholt]
extends: winter_fair
differences:
  - {at: /stages/done/told, is: The street is closed for you., because: Southholt closes it itself.}
"""


async def test_a_base_is_followed_by_whoever_extends_it_and_they_are_the_same_but_for_the_ledger(
    town: Platform,
) -> None:
    theirs = administrator(town, "southholt", council="southholt")
    assert (await publish(town, FAIR)).status_code == 201
    assert (await publish(town, THEIR_FAIR, theirs)).status_code == 201
    changed = FAIR.replace("version: 1", "version: 2").replace("We have your request.", "We read it.")
    assert (await publish(town, changed)).status_code == 201

    async def followed() -> bool:
        return (await services(town, "southholt"))["winter_fair"] == 4

    await town.until(followed)
    assert without(await document(town, "winter_fair", "southholt"), ["/stages/done/told"]) == without(
        await document(town, "winter_fair", "northmere"), ["/stages/done/told"]
    )
    nowhere = changed.replace("version: 2", "version: 3").replace("done", "over")
    refused = await publish(town, nowhere)
    assert refused.json()["mistakes"] == [
        {
            "line": 1,
            "at": "service",
            "because": "the version of southholt, which extends it, cannot follow: it leads nowhere",
        }
    ]


async def test_a_whole_definition_does_not_part_from_another_councils_without_a_ledger(town: Platform) -> None:
    both = PARTY.replace("[northmere]", "[northmere, southholt]").replace("street_party", "spring_fair")
    of_both = [administrator(town, "northmere", "southholt", council=each) for each in ("northmere", "southholt")]
    for who in of_both:
        assert (await publish(town, both, who)).status_code == 201
    alone = both.replace("version: 1", "version: 2").replace("On which day?", "When?")
    text = alone.replace("[northmere, southholt]", "[northmere]")
    why = "southholt offers this service otherwise: extend it and say where, or publish for both"
    assert (await check(town, text))["mistakes"] == [{"line": 5, "at": "councils", "because": why}]
    assert (await publish(town, text)).status_code == 422
    assert (await publish(town, both.replace("version: 1", "version: 2"), of_both[0])).status_code == 201
    assert (await publish(town, alone.replace("version: 2", "version: 3"), of_both[0])).status_code == 201

    async def both_ask_when() -> bool:
        found = [await document(town, "spring_fair", council) for council in ("northmere", "southholt")]
        return [each["questions"][1]["text"] for each in found] == ["When?", "When?"]

    await town.until(both_ask_when)
    assert (await services(town, "southholt"))["spring_fair"] == 3


@pytest.mark.parametrize(
    ("extends", "because"),
    [
        ("summer_fair", "there is no service summer_fair to extend"),
        ("bus_pass", "a council's own version has the name of the service that it extends"),
    ],
)
async def test_nothing_extends_itself_or_a_service_of_another_name(town: Platform, extends: str, because: str) -> None:
    await publish(town, PARTY.replace("street_party", "summer_fair"))
    own = THEIR_FAIR.replace("winter_fair", "summer_fair").replace("southholt", "northmere")
    refused = await publish(town, own.replace("extends: summer_fair", f"extends: {extends}"))
    assert refused.json()["mistakes"] == [{"line": 4, "at": "extends", "because": because}]


async def test_an_extension_is_not_extended(town: Platform) -> None:
    theirs = administrator(town, "southholt", council="southholt")
    await publish(town, PARTY.replace("street_party", "autumn_fair"))
    own = THEIR_FAIR.replace("winter_fair", "autumn_fair")
    assert (await publish(town, own, theirs)).status_code == 201
    ours = own.replace("southholt", "northmere").replace("closed for you", "closed by us")
    refused = await publish(town, ours)
    assert refused.json()["mistakes"] == [
        {"line": 4, "at": "extends", "because": "there is no service autumn_fair to extend"}
    ]
