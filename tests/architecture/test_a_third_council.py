"""A third council comes by data alone: its entry, and its name in definitions. The services are started again, unchanged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from case_crm.publishing import FILES, BrokenDefinition, of_installation
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import COUNCILS, Platform, platform, serving
from common.testing.servers import Servers
from onedoor import story
from onedoor.contracts import services

EASTMARSH = "  - {id: eastmarsh, name: Eastmarsh Council, code: EMC, calendar: northmere}\n"
BOTH, ALL, ALONE = ("[northmere, southholt]", "[northmere, southholt, eastmarsh]", "[eastmarsh]")
ADDRESS = "2 Causeway End, Eastmarsh ZZ99 3CD"
RELEASED = {file.stem.partition(".")[0] for file in FILES.glob("*.yaml")}  # some have a file a council
PUBLISHED = "SELECT data FROM onedoor.said WHERE name = 'definition.published' AND council = $1"


def definitions(folder: Path) -> Path:
    """Definitions as Eastmarsh brings them: it joins one service, and has two more as they are, in files of its own."""
    folder.mkdir()
    for name, councils in {"missed_bin": ALL, "housing_repair": ALONE, "council_tax_reduction": ALONE}.items():
        text = (FILES / f"{name}.yaml").read_text()
        assert BOTH in text
        (folder / f"{name}.yaml").write_text(text.replace(BOTH, councils))
    return folder


@dataclass
class Story:
    """What came of a resident's story in the third council."""

    person: str = ""
    case: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    tracked: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """Two councils, a case in the first, and then the same databases with the data of a third."""
    async with platform(servers, nats, services()) as two, AsyncExitStack() as stack:
        assert (await open_a_case(two, "northmere")).status_code == 201
        assert (await open_a_case(two, "eastmarsh")).json()["type"] == "/problems/unknown-service"
        (two.home / "councils.yaml").write_text(COUNCILS + EASTMARSH)
        folder = definitions(two.home / "definitions")
        for service in services():
            told = two.told[service.name].model_copy(update={"definitions": folder})
            two.services[service.name] = await stack.enter_async_context(serving(service, told))
        await two.until(lambda: ready(two))
        yield two


async def ready(town: Platform) -> bool:
    answers = [await running.client.get("/ready") for running in town.services.values()]
    return all(answer.status_code == 200 for answer in answers)


async def open_a_case(town: Platform, council: str) -> Any:
    body = {"service": "missed_bin", "channel": "online", "answers": {"address": ADDRESS, "bin": "Rubbish"}}
    headers = town.resident(new_id(), councils=[council])
    return await town["case-crm"].client.post("/cases", json=body, headers=headers)


@pytest.fixture(scope="module")
async def told(town: Platform) -> Story:
    """Told once on the phone to Eastmarsh, asked for online there and in Southholt, resolved, tracked."""
    doors = {name: running.client for name, running in town.services.items()}
    stage, played = story.Stage(doors, town.issuer.token, lambda line: None), Story()
    nia = stage.who("officer", "nia", "eastmarsh")
    someone = {"full_name": "Tomos Vaughan", "phone": "07700 900055", "channel": "phone"}
    played.person = (await stage.post("customer-account", "/persons", someone, nia))["person_id"]
    address = {"kind": "home_address", "value": ADDRESS, "channel": "phone"}
    await stage.post("customer-account", f"/persons/{played.person}/facts", address, nia, want=200)
    tomos = stage.who("resident", played.person, "eastmarsh", "southholt")
    ask = {"service": "missed_bin", "channel": "online", "answers": {"bin": "Recycling"}}
    played.case = await stage.post("case-crm", "/cases", ask, tomos)
    elsewhere = tomos | {"Onedoor-Council": "southholt"}
    played.form = await stage.get("case-crm", "/councils/southholt/services/housing_repair/form", elsewhere)
    end = {"transition": "resolve", "result": "fixed"}
    await stage.post("case-crm", f"/cases/{played.case['case_id']}/transitions", end, nia, want=200)

    async def resolved() -> Any:
        page = await stage.get("feedback", f"/tracking/{played.case['tracking_reference']}")
        return page if page["status"] == "resolved" and page["feedback_invited"] else None

    played.tracked = await stage.until(resolved, "the tracking page")
    return played


async def test_it_offers_what_its_definitions_say_and_the_others_what_they_did(town: Platform) -> None:
    found = {}
    for council in ("northmere", "southholt", "eastmarsh"):
        answer = await town["case-crm"].client.get(f"/councils/{council}/services")
        found[council] = [each["service"] for each in answer.json()["items"]]
    assert found["eastmarsh"] == ["council_tax_reduction", "housing_repair", "missed_bin"]
    assert found["northmere"] == found["southholt"] == sorted(RELEASED)


async def test_nothing_is_published_anew_for_those_who_were_there(town: Platform) -> None:
    published = {
        council: len(await town.sql("case-crm", PUBLISHED, council))
        for council in ("northmere", "southholt", "eastmarsh")
    }
    assert published == {"northmere": len(RELEASED), "southholt": len(RELEASED), "eastmarsh": 3}


async def test_its_cases_have_its_references(told: Story) -> None:
    assert told.case["reference"].startswith("EMC-")
    assert (told.case["council"], told.case["status"]) == ("eastmarsh", "submitted")
    assert told.tracked["council"] == "eastmarsh"


async def test_what_was_told_there_is_not_asked_elsewhere(told: Story) -> None:
    held = {question["question"]: question["held"] for question in told.form["questions"] if question["held"]}
    assert held["address"]["told_to"] == "eastmarsh"


@pytest.mark.parametrize("council", ["northmere", "southholt"])
async def test_officers_of_other_councils_see_neither_the_case_nor_the_person(
    town: Platform, told: Story, council: str
) -> None:
    officer, cases, people = town.officer(council), town["case-crm"].client, town["customer-account"].client
    assert (await cases.get(f"/cases/{told.case['case_id']}", headers=officer)).status_code == 404
    assert (await cases.get(f"/persons/{told.person}/cases", headers=officer)).json()["items"] == []
    queue = (await cases.get("/cases", headers=officer)).json()["items"]
    assert {each["council"] for each in queue} <= {council}
    assert (await people.get(f"/persons/{told.person}", headers=officer)).status_code == 404
    found = await people.post("/person-searches", json={"phone": "07700 900055"}, headers=officer)
    assert found.json()["items"] == []


async def test_its_own_officers_and_reviewers_see_it(town: Platform, told: Story) -> None:
    queue = await town["case-crm"].client.get("/cases", headers=town.officer("eastmarsh"))
    assert [each["reference"] for each in queue.json()["items"]] == [told.case["reference"]]

    async def heard() -> bool:
        return await opened(town, told, "eastmarsh") == 1

    await town.until(heard)
    assert await opened(town, told, "southholt") == 0


async def opened(town: Platform, told: Story, council: str) -> int:
    """How many cases of the service a reviewer of the council counts, in the year around the story."""
    year = int(told.case["opened_at"][:4])
    period = {"service": "missed_bin", "from": f"{year}-01-01", "to": f"{year + 1}-02-01"}
    reviewer = town.bearer("reviewer", "ada", [council])
    answer = await town["review-engine"].client.get("/measures/counts", params=period, headers=reviewer)
    return int(answer.json()["total"]["opened"])


def test_a_folder_of_definitions_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenDefinition, match="there is no such folder of definitions"):
        of_installation(tmp_path / "elsewhere", ["northmere"])
