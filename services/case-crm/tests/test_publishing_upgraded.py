"""A newer release beside what councils published themselves: nothing of theirs is undone, and their own versions follow it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from case_crm import publishing
from case_crm.app import service
from case_crm.domain.definitions import without
from common.testing.platform import Platform, serving
from common.testing.publishing import administrator, document, publish

COUNCILS = ("northmere", "southholt")
Edit = Callable[[str], str]
Upgrade = Callable[..., Any]


@pytest.fixture
def released(town: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Upgrade:
    """A start with a newer release, in which these services were edited."""

    def upgrade(**edits: Edit) -> Any:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        shutil.copytree(publishing.FILES, folder)
        for name, edit in edits.items():
            file = folder / f"{name}.yaml"
            before = file.read_text()
            file.write_text(edit(before))
            assert file.read_text() != before
        monkeypatch.setattr(publishing, "FILES", folder)
        return serving(service, town.told["case-crm"])

    return upgrade


def newer(version: int, was: str, becomes: str) -> Edit:
    """The file under this number, with other words in one place."""
    return lambda text: text.replace(f"version: {version - 1}\n", f"version: {version}\n", 1).replace(was, becomes, 1)


def text_of(name: str) -> str:
    return (publishing.FILES / f"{name}.yaml").read_text()


async def versions(town: Platform, name: str, council: str) -> Any:
    who = administrator(town, council, council=council)
    return (await town["case-crm"].client.get(f"/definitions/{name}/versions", headers=who)).json()


async def own(town: Platform, name: str, at: str, becomes: str, version: int = 2) -> httpx.Response:
    """Southholt publishes its own version of a service, which is otherwise in one place."""
    text = (
        f"service: {name}\nversion: {version}\ncouncils: [southholt]\nextends: {name}\n"
        f"differences:\n  - {{at: {at}, is: {becomes}, because: Southholt says so.}}\n"
    )
    answer = await publish(town, text, administrator(town, "southholt", council="southholt"))
    assert answer.status_code == 201, answer.text
    return answer


async def test_what_councils_published_stays_and_what_the_release_brings_is_shown_until_they_go_by_it(
    town: Platform, released: Upgrade
) -> None:
    ours = newer(4, "title: ", "title: Yes, ")(text_of("bus_pass"))
    for council in COUNCILS:
        answer = await publish(town, ours, administrator(town, *COUNCILS, council=council))
        assert answer.status_code == 201, answer.text
    theirs = newer(5, "title: ", "title: Well, ")
    async with released(bus_pass=lambda text: theirs(text.replace("version: 3\n", "version: 4\n"))):
        for council in COUNCILS:
            found = await versions(town, "bus_pass", council)
            assert (found["items"][0]["definition_version"], len(found["items"])) == (4, 2)
            assert "Yes, " in str(found["items"][0]["document"])
            assert "Well, " in str(found["not_taken"]["document"])
            assert "published its own version" in found["not_taken"]["because"]
    again = (publishing.FILES / "bus_pass.yaml").read_text().replace("version: 5\n", "version: 7\n")
    for council in COUNCILS:
        assert (await publish(town, again, administrator(town, *COUNCILS, council=council))).status_code == 201
        assert (await versions(town, "bus_pass", council))["not_taken"] is None
    async with released(bus_pass=newer(6, "Well, ", "Very well, ")):  # its number is lower than what is published
        for council in COUNCILS:
            found = await versions(town, "bus_pass", council)
            assert (found["items"][0]["definition_version"], found["not_taken"]) == (8, None)
            assert "Very well, " in str(found["items"][0]["document"])


async def test_a_councils_own_version_follows_what_a_newer_release_brings_of_its_base(
    town: Platform, released: Upgrade
) -> None:
    stage = next(iter((await document(town, "telecare", "northmere"))["stages"]))
    place = f"/stages/{stage}/told"
    await own(town, "telecare", place, "We come to you.", version=3)
    async with released(telecare=newer(3, "summary: ", "summary: From now on, ")):
        base, local = [await document(town, "telecare", council) for council in COUNCILS]
        assert (base["version"], local["version"]) == (3, 4)
        assert local["summary"].startswith("From now on, ")
        assert local["stages"][stage]["told"] == "We come to you."
        assert without(base, [place]) == without(local, [place])
        assert (await versions(town, "telecare", "southholt"))["not_taken"] is None
    async with released():
        assert [(await document(town, "telecare", council))["version"] for council in COUNCILS] == [3, 4]


async def test_a_version_that_cannot_follow_stays_and_says_so_until_it_can(town: Platform, released: Upgrade) -> None:
    words = "A sentence of Southholt's."
    await own(town, "street_light", "/summary", words, version=4)
    summary = (await document(town, "street_light", "northmere"))["summary"]
    async with released(street_light=newer(4, summary, words)):
        found = await versions(town, "street_light", "southholt")
        assert found["items"][0]["definition_version"] == 4
        assert found["not_taken"]["document"] == await document(town, "street_light", "northmere")
        assert found["not_taken"]["because"].endswith("cannot follow it: it is the same there already.")
    async with released(street_light=newer(5, words, "A sentence of the release.")):
        found = await versions(town, "street_light", "southholt")
        assert (found["items"][0]["definition_version"], found["not_taken"]) == (5, None)
        [entry] = found["items"][0]["document"]["differences"]
        assert (entry["was"], entry["is"]) == ("A sentence of the release.", words)


async def test_differences_of_a_newer_release_are_taken_over_what_a_council_published_itself(
    town: Platform, released: Upgrade
) -> None:
    text = text_of("garden_waste")
    version = (await document(town, "garden_waste", "northmere"))["version"]
    ours = newer(version + 1, "title: ", "title: As ever, ")(text)
    assert (await publish(town, ours)).status_code == 201

    async def followed() -> bool:
        return str((await document(town, "garden_waste", "southholt"))["title"]).startswith("As ever, ")

    await town.until(followed)
    theirs = next(each for each in publishing.FILES.glob("garden_waste.*.yaml")).stem
    because = (await document(town, "garden_waste", "southholt"))["differences"][0]["because"]
    before = (await document(town, "garden_waste", "southholt"))["version"]
    async with released(**{theirs: newer(version + 1, because, "Another reason.")}):
        after = await document(town, "garden_waste", "southholt")
        assert after["title"].startswith("As ever, ")
        assert (after["differences"][0]["because"], after["version"]) == ("Another reason.", before + 1)
        assert (await document(town, "garden_waste", "northmere"))["title"].startswith("As ever, ")
