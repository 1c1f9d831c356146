"""A service that does not answer in time is named in what somebody gets, and what it holds comes when it is back."""

from __future__ import annotations

from case_crm.app import service as case_crm
from common.contracts.people.rights import HOLDERS
from common.embedded import Nats
from common.testing.databases import prepared
from common.testing.platform import platform, serving, settings
from common.testing.servers import Servers
from onedoor.contracts import services

from tests.journeys.packages import CRM, asked, fetched, opened, ready, records, registered, shown


async def test_a_service_that_is_down_is_named_and_what_it_holds_comes_when_it_is_back(
    servers: Servers, nats: Nats
) -> None:
    others = [service for service in services() if service.name != CRM]
    async with platform(servers, nats, others) as town:
        town.databases[CRM] = prepared(servers, case_crm, suffix="unanswered")
        told = settings(servers, nats, town.home, town.issuer, suffix="unanswered", service=CRM)
        async with serving(case_crm, told) as town.services[CRM]:
            person = await registered(town, "Priya Nair", "07700 900015")
            await opened(town, person, "I cannot walk far")
        del town.services[CRM]
        request = await asked(town, person, "access")

        async def the_others_did() -> bool:
            view = await shown(town, person, request["id"])
            return {each["service"] for each in view["holders"] if each["answered_at"]} == {*HOLDERS} - {CRM}

        await town.until(the_others_did, seconds=60)
        town.step(minutes=61)
        view = await ready(town, person, request["id"])
        assert view["package"]["unanswered"] == [CRM]
        files = await fetched(town, person, request["id"])
        assert "requests-and-cases.json" not in files
        assert "<li>Requests and cases</li>" in files["index.html"]

        async def whole() -> bool:
            return bool((await shown(town, person, request["id"]))["package"]["unanswered"] == [])

        async with serving(case_crm, told) as town.services[CRM]:
            await town.until(whole, seconds=60)
        files = await fetched(town, person, request["id"])
        assert len(records(files["requests-and-cases.json"])["case_file"]) == 1
        assert "What is missing" not in files["index.html"]
