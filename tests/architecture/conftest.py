"""What tests of every route share: the routes with a sample call each, and a world in which everything is Southholt's."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from common.embedded import Nats
from common.runtime.ids import new_id
from common.runtime.principal import OFFICIAL
from common.runtime.routes import Route
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from onedoor import story
from onedoor.contracts import services

SAMPLES = yaml.safe_load(Path(__file__).with_name("samples.yaml").read_text())
HERE, THERE = "southholt", "northmere"  # where everything was made, and where nobody knows of it
UUID_OR_REFERENCE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{3}-[0-9A-Z]{5}-[0-9A-Z]")


@dataclass(frozen=True)
class Operation:
    """One route of one service, with the sample of how it is called."""

    service: str
    route: Route
    sample: Mapping[str, Any] | None

    def __str__(self) -> str:
        return f"{self.service} {self.route.operation_id}"

    @property
    def method(self) -> str:
        return next(iter(self.route.methods))

    @property
    def rule(self) -> Any:
        return self.route.endpoint.rule  # type: ignore[attr-defined]  # put there when the route was declared

    @property
    def writes(self) -> bool:
        return bool(self.route.endpoint.writes)  # type: ignore[attr-defined]

    @property
    def roles(self) -> list[str]:
        return [role for role, _ in self.rule.roles]

    @property
    def everybodys(self) -> bool:
        return bool(self.sample and "everybodys" in self.sample)

    def others(self, role: str) -> int | str | None:
        """What the sample brings those whom it is not for: a status, or `nothing`; None where it is for everybody."""
        told = (self.sample or {}).get("others")
        found: int | str | None = told[role] if isinstance(told, dict) else told
        return found


OPERATIONS = [
    Operation(service.name, route, SAMPLES.get(service.name, {}).get(route.operation_id))
    for service in services()
    for api in service.api
    for route in api.paths()
]
KINDS = {
    "operation": lambda each: True,
    "closed": lambda each: not each.rule.public,
    "worded": lambda each: each.route.body_field is not None,
    "reading": lambda each: not each.writes,
    "writing": lambda each: each.writes,
    "guarded_reading": lambda each: not each.writes and not each.everybodys,
    "guarded_writing": lambda each: each.writes and not each.everybodys,
    "official": lambda each: bool(OFFICIAL & {*each.roles}),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes an `operation`, or one of its KINDS, runs once for each of them."""
    for kind, belongs in KINDS.items():
        if kind in metafunc.fixturenames:
            metafunc.parametrize(kind, [each for each in OPERATIONS if belongs(each)], ids=str)


@dataclass
class World:
    """A running platform in which everything was made in one council, and who comes to it."""

    town: Platform
    names: dict[str, str]
    hidden: set[str] = field(default_factory=set)

    def rightful(self, role: str, **changes: Any) -> dict[str, str]:
        """Headers of whoever the things of this world belong to, or of somebody who is it but for `changes`."""
        subject = {"resident": self.names["person"], "partner": self.names["partner"]}.get(role, f"{role}-of-{HERE}")
        return self.headers(role, **{"subject": subject, "councils": [HERE]} | changes)

    def strangers(self, role: str) -> list[dict[str, str]]:
        """Headers of others in this role: of another council, or another person or partner; the last acts for another council."""
        subject = {"resident": self.names["somebody"], "partner": self.names["other_partner"]}.get(
            role, f"{role}-of-both"
        )
        both = self.headers(role, subject=subject, councils=[HERE, THERE])
        beside = {"Onedoor-Council": HERE} if role in {"resident", "partner"} else {}
        first = both | beside if beside else self.headers(role, subject=f"{role}-of-{THERE}", councils=[THERE])
        return [first, both | {"Onedoor-Council": THERE}]

    def headers(self, role: str, *, subject: str, councils: list[str], **claims: Any) -> dict[str, str]:
        claims.setdefault("audience", self.town.services)
        token = self.town.issuer.token(role, subject=subject, councils=councils, seconds=3600, **claims)
        return {"Authorization": f"Bearer {token}"}

    async def call(self, operation: Operation, headers: Mapping[str, str], **changes: Any) -> httpx.Response:
        """Make the sample call, as somebody; `changes` go in place of its path, query or body."""
        told = {**self.named(operation.sample or {}), **changes}
        path = operation.route.path_format.format(**told.get("path", {}))
        body = {"json": told["body"]} if "body" in told else {}
        client = self.town[operation.service].client
        return await client.request(operation.method, path, params=told.get("query"), headers=dict(headers), **body)

    def named(self, told: Any) -> Any:
        """A part of a sample, with the world's ids in it."""
        return with_ids(told, self.names)

    async def shown(self) -> dict[str, Any]:
        """What everybody who has a right to it is shown, by operation and role; who looked is left out: it grows by this."""
        found = {}
        for each in OPERATIONS:
            if not each.writes and not each.everybodys and each.route.operation_id != "my_access_entries":
                for role in each.roles:
                    answer = await self.call(each, self.rightful(role))
                    assert answer.status_code == 200, f"{each} as {role}: {answer.text}"
                    found[f"{each} as {role}"] = answer.json()
        return found


def with_ids(told: Any, names: Mapping[str, str]) -> Any:
    if isinstance(told, Mapping):
        return {name: with_ids(inner, names) for name, inner in told.items()}
    if isinstance(told, list):
        return [with_ids(inner, names) for inner in told]
    return names[told[1:]] if isinstance(told, str) and told.startswith("$") else told


@pytest.fixture
def named() -> dict[str, Operation]:
    """The operations by name."""
    return {str(each): each for each in OPERATIONS}


@pytest.fixture
def samples() -> Mapping[str, Mapping[str, Any]]:
    return SAMPLES  # type: ignore[no-any-return]  # read from a file that these tests check


@pytest.fixture(scope="module")
async def world(servers: Servers, nats: Nats) -> AsyncIterator[World]:
    async with platform(servers, nats, services()) as town:
        doors = {name: running.client for name, running in town.services.items()}
        made = World(town, _names())
        await _furnish(made.names, story.Stage(doors, town.issuer.token, lambda line: None))
        await _all_is_heard(town)
        public = {made.names[name] for name in ("service", "somebody")}
        made.hidden = {*UUID_OR_REFERENCE.findall(json.dumps(await made.shown()))} - public
        made.hidden |= {made.names[name] for name in ("name", "phone", "address", "secret")}
        yield made


def _names() -> dict[str, str]:
    today = date.today()  # noqa: DTZ011 - a period around the test
    return {
        "name": "Ewa Kowalska",
        "phone": "07700 900041",
        "address": "3 Quay Cottages, Southholt ZZ99 2BD",
        "secret": "The gate sticks.",
        "somebody": str(new_id()),
        "partner": story.PARTNER,
        "other_partner": "frs-nsfr",
        "applicant": "applicants",
        "begins": str(today - timedelta(days=500)),
        "ends": str(today + timedelta(days=30)),
    }


async def _furnish(names: dict[str, str], stage: story.Stage) -> None:
    """Make one of everything, in Southholt alone, over HTTP."""
    admin, lee = (stage.who(role, f"{role}-of-{HERE}", HERE) for role in ("administrator", "officer"))
    await _partners(names, stage, admin)
    someone = {"full_name": names["name"], "phone": names["phone"], "channel": "phone"}
    names["person"] = (await stage.post("customer-account", "/persons", someone, lee))["person_id"]
    told = {"kind": "home_address", "value": names["address"], "channel": "phone"}
    await stage.post("customer-account", f"/persons/{names['person']}/facts", told, lee, want=200)
    await _cases(names, stage, lee)
    offered = await stage.get("partner-gateway", "/directory/services", need="debt_advice", district="ZZ99")
    names["service"] = offered["items"][0]["service_id"]
    signpost = {"need": "debt_advice", "offered": [names["service"]]}
    await stage.post("partner-gateway", "/signposts", signpost, lee)
    ask = SAMPLES["partner-gateway"]["send_referral"]["body"] | {"person_id": "$person"}
    asked = json.loads(json.dumps(with_ids(ask, names)).replace(names["other_partner"], names["partner"]))
    names["referral"] = (await stage.post("partner-gateway", "/referrals", asked, lee))["referral_id"]


async def _all_is_heard(town: Platform) -> None:
    """Wait until every subscriber has heard whatever was said, and what was said because of that."""
    heard: set[str] = set()
    while fresh := {mark for name in town.services for mark in await _said_by(town, name)} - heard:
        for mark in fresh:
            await town.heard(mark)
        heard |= fresh


async def _said_by(town: Platform, service: str) -> list[str]:
    latest = "SELECT aggregate, aggregate_id, max(version) AS version FROM onedoor.said GROUP BY 1, 2"
    return [f"{row['aggregate']}/{row['aggregate_id']}@{row['version']}" for row in await town.sql(service, latest)]


async def _partners(names: Mapping[str, str], stage: story.Stage, admin: Mapping[str, str]) -> None:
    await story.a_partner_and_its_service(stage)
    for partner in (names["other_partner"], names["applicant"]):
        await stage.post("partner-gateway", "/partners", {"partner_id": partner, "name": partner}, admin)
    for transition in ("begin_due_diligence", "open_sandbox", "activate"):
        path = f"/partners/{names['other_partner']}/transitions"
        await stage.post("partner-gateway", path, {"transition": transition}, admin, want=200)


async def _cases(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """One case under way, one imported, three that ended: invited, to be answered by its reference, and answered."""
    ask = {"service": "missed_bin", "channel": "phone", "person_id": names["person"], "answers": {"bin": "Rubbish"}}
    under_way = await stage.post("case-crm", "/cases", ask, lee)
    names["case"] = under_way["case_id"]
    touch = {"channel": "phone", "purpose": "chase", "note": names["secret"]}
    await stage.post("case-crm", f"/cases/{names['case']}/interactions", touch, lee)
    await stage.post("case-crm", "/imported-cases", SAMPLES["case-crm"]["import_case"]["body"], lee)
    ended = [await stage.post("case-crm", "/cases", ask, lee) for _ in range(3)]
    for case in ended:
        end = {"transition": "resolve", "result": "fixed"}
        await stage.post("case-crm", f"/cases/{case['case_id']}/transitions", end, lee, want=200)
    names["tracking"], answered = ended[1]["tracking_reference"], ended[2]["tracking_reference"]
    ewa = stage.who("resident", names["person"], HERE)

    async def invited() -> Any:
        found = await stage.get("feedback", "/me/invitations", ewa)
        return {each["case_id"]: each["invitation_id"] for each in found["items"]} if len(found["items"]) == 3 else None

    names["invitation"] = (await stage.until(invited, "the invitations"))[ended[0]["case_id"]]
    await stage.post("feedback", f"/tracking/{answered}/feedback", {"rating": 4, "comment": names["secret"]}, {})
