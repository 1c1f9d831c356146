"""A running platform in which everything was made in Southholt, over HTTP, and those who come to it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

import httpx
from common.embedded import Nats
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.runtime.principal import OFFICIAL
from common.testing.partnering import agree, agreement_with
from common.testing.platform import COUNCILS, Platform, platform
from common.testing.servers import Servers
from onedoor import helping, story
from onedoor.contracts import services

from tests.architecture.accounts import furnish_accounts, furnish_organisation
from tests.architecture.appointments import furnish_appointments
from tests.architecture.asked_rights import furnish_rights
from tests.architecture.cases import furnish_cases, furnish_followed
from tests.architecture.clocks import furnish_clocks
from tests.architecture.destruction import bury, furnish_destruction
from tests.architecture.erased import furnish_erased
from tests.architecture.limits import furnish_limits
from tests.architecture.person import furnish_looks, furnish_person
from tests.architecture.queues import furnish_queues
from tests.architecture.routes import HERE, NAMED, OPERATIONS, SAMPLES, THERE, Operation, content_of
from tests.architecture.tellings import furnish_tellings, tell_a_partner

EASTMARSH = "  - {id: eastmarsh, name: Eastmarsh Council, code: EMC, calendar: northmere}\n"
CLEARANCE = (
    "protection:read",
    "protection:write",
    "rights:decide",
    "holds:write",
    "councillor_cases:read",
    "destruction:write",
    "cases:restrict",
)
GROWS_BY_THIS = {"my_access_entries", "my_package"}  # who looked is noted, and what was fetched
FILES = {"attachment", "queue_file"}  # which are not shown, but fetched
UUID_OR_REFERENCE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{3}-[0-9A-Z]{5,}-[0-9A-Z]")


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
        named = {"resident": self.names["somebody"], "partner": self.names["other_partner"]}
        both = self.headers(role, subject=named.get(role, f"{role}-of-both"), councils=[HERE, THERE])
        near = both | {"Onedoor-Council": HERE}
        if role in OFFICIAL:
            near = self.headers(role, subject=f"{role}-of-{THERE}", councils=[THERE])
        return [near, both | {"Onedoor-Council": THERE}]

    def headers(self, role: str, *, subject: str, councils: list[str], **claims: Any) -> dict[str, str]:
        claims.setdefault("audience", self.town.services)
        claims.setdefault("permissions", permissions_of(role))
        token = self.town.issuer.token(role, subject=subject, councils=councils, seconds=3600, **claims)
        return {"Authorization": f"Bearer {token}"}

    async def call(self, operation: Operation, headers: Mapping[str, str], **changes: Any) -> httpx.Response:
        """Make the sample call, as somebody; `changes` go in place of its path, query or body."""
        if first := operation.sample.get("after"):
            path = first["reads"].format(**self.named(operation.sample["path"]))
            read = await self.town[operation.service].client.get(path, headers=headers)
            self.names |= {first["gives"]: read.json()[first["gives"]]} if read.is_success else {}
        told = {**self.named(operation.sample), **changes}
        path = operation.route.path_format.format(**told.get("path", {}))
        client = self.town[operation.service].client
        sent = content_of(told, headers)
        return await client.request(operation.method, path, params=told.get("query"), **sent)

    def named(self, told: Any) -> Any:
        """A part of a sample, with the world's ids in it."""
        return with_ids(told, self.names)

    async def leaks(self, operation: Operation) -> list[str]:
        """What is wrong where others make the sample call: another answer than it should be, or one with hidden things in it."""
        wrong = []
        sent = str(self.named(operation.sample))
        for role in operation.roles:
            told = operation.others(role)
            for headers in (
                self.strangers(role)[-1:] if told == 201 else self.strangers(role)
            ):  # what is made, is made once
                answer = await self.call(operation, headers)
                found = sorted(each for each in self.hidden if each in answer.text and each not in sent)
                empty = told != "nothing" or not any(amounts(answer.json()))
                if answer.status_code != (200 if told == "nothing" else told) or found or not empty:
                    wrong.append(f"{role}: {answer.status_code} with {found}: {answer.text[:300]}")
        return wrong

    async def shown(self, by: str | None = None) -> dict[str, Any]:
        """What everybody who has a right to it is shown (by one service), by operation and role, but for what grows by this."""
        found = {}
        for each in (each for each in OPERATIONS if by in {None, each.service}):
            if not each.writes and not each.everybodys and each.route.operation_id not in GROWS_BY_THIS | FILES:
                for role in each.roles:
                    answer = await self.call(each, self.rightful(role))
                    assert answer.status_code == 200, f"{each} as {role}: {answer.text}"
                    found[f"{each} as {role}"] = answer.json()
        return found


def permissions_of(role: str) -> list[str]:
    """What a role may do in this world. Its officers are cleared: who is not is refused more than what is another's."""
    return [*PERMISSIONS[role].split(), *(CLEARANCE if role == "officer" else ())]


def amounts(view: Any, name: str = "") -> Iterator[float]:
    """Every number in a view that counts something, and how long its lists of things are."""
    if isinstance(view, Mapping):
        yield from (found for key, inner in view.items() for found in amounts(inner, key))
    elif isinstance(view, list):
        yield len(view) if name in {"items", "edges"} else 0
        yield from (found for inner in view for found in amounts(inner))
    elif isinstance(view, int | float) and name != "smallest_shown":
        yield view


def with_ids(told: Any, names: Mapping[str, str]) -> Any:
    if isinstance(told, Mapping):
        return {name: with_ids(inner, names) for name, inner in told.items()}
    if isinstance(told, list):
        return [with_ids(inner, names) for inner in told]
    return names[told[1:]] if isinstance(told, str) and told.startswith("$") else told


@asynccontextmanager
async def furnished(servers: Servers, nats: Nats) -> AsyncIterator[World]:
    """The world, made new."""
    async with platform(servers, nats, services(), councils=COUNCILS + EASTMARSH) as town:
        doors = {name: running.client for name, running in town.services.items()}
        made = World(town, _names())
        token = partial(_token, town)
        stage = story.Stage(doors, token, lambda line: None)
        await _partners(made.names, stage, stage.who("administrator", f"administrator-of-{HERE}", HERE))
        await agreed(made.names, town)
        await _furnish(made.names, stage)
        await _written_down_twice(made)
        await _said_of_herself(made)
        await _attached(made)
        await bury(made.names, town, HERE)
        await tell_a_partner(town, made.names)
        await town.all_heard()
        public = {made.names[name] for name in ("service", "somebody")}
        made.hidden = {*UUID_OR_REFERENCE.findall(json.dumps(await made.shown()))} - public
        made.hidden |= {made.names[name] for name in ("name", "phone", "address", "secret")}
        yield made


def _token(town: Platform, role: str, *, subject: str, councils: Iterable[str]) -> str:
    return town.issuer.token(role, subject=subject, councils=councils, permissions=permissions_of(role))


def _names() -> dict[str, str]:
    today = date.today()  # noqa: DTZ011 - a period around the test
    return {
        "name": "Ewa Kowalska",
        "phone": "07700 900041",
        "address": "3 Quay Cottages, Southholt ZZ99 2BD",
        "secret": "The gate sticks.",
        "somebody": str(new_id()),
        "nobodys_reference": "38J9-P7RG-M1P9-DBZJQ",
        "partner": story.PARTNER,
        "other_partner": "frs-nsfr",
        "applicant": "applicants",
        "begins": str(today - timedelta(days=500)),
        "review_on": str(today + timedelta(days=90)),
        "ends": str(today + timedelta(days=30)),
        "year_on": str(today + timedelta(days=365)),
        "soon": f"{today + timedelta(days=30)}T09:30:00Z",
    }


async def _furnish(names: dict[str, str], stage: story.Stage) -> None:
    """Make one of everything, in Southholt alone, over HTTP."""
    lee = stage.who("officer", f"officer-of-{HERE}", HERE)
    someone = {"full_name": names["name"], "phone": names["phone"], "channel": "phone"}
    names["person"] = (await stage.post("customer-account", "/persons", someone, lee))["person_id"]
    told = {"kind": "home_address", "value": names["address"], "channel": "phone"}
    await stage.post("customer-account", f"/persons/{names['person']}/facts", told, lee, want=200)
    await furnish_person(names, stage, lee)
    await furnish_accounts(names, stage, lee)
    await furnish_organisation(names, stage, lee)
    await furnish_erased(names, stage, lee)
    await furnish_limits(names, stage, lee)
    await furnish_cases(names, stage, lee)
    await furnish_clocks(names, stage, lee)
    await furnish_queues(names, stage, lee)
    await furnish_appointments(names, stage, lee)
    await furnish_tellings(names, stage, lee)
    await furnish_destruction(names, stage, lee, stage.who("officer", f"colleague-of-{HERE}", HERE))
    await furnish_followed(names, stage, lee)
    await furnish_looks(names, stage, lee)
    offered = await stage.get("partner-gateway", "/directory/services", need="debt_advice", district="ZZ99")
    names["service"] = offered["items"][0]["service_id"]
    signpost = {"need": "debt_advice", "offered": [names["service"]]}
    await stage.post("partner-gateway", "/signposts", signpost, lee)
    ask = SAMPLES["partner-gateway"]["send_referral"]["body"] | {"person_id": "$person"}
    asked = json.loads(json.dumps(with_ids(ask, names)).replace(names["other_partner"], names["partner"]))
    names["referral"] = (await stage.post("partner-gateway", "/referrals", asked, lee))["referral_id"]
    await _consents(names, stage, lee, asked)
    await furnish_rights(names, stage, lee)


async def _consents(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str], refer: dict[str, Any]) -> None:
    """Consents for each thing that can be done with one, and one that was taken back after a partner was told something."""
    ewa = stage.who("resident", names["person"], HERE)
    answers = {"consent": "given", "my_consent": "given", "asked_consent": "requested", "my_asked_consent": "requested"}
    groups = {"consent": "dates", "my_consent": "household", "asked_consent": "housing", "my_asked_consent": "health"}
    for name, answer in answers.items():
        body = SAMPLES["customer-account"]["record_consent"]["body"]
        told = {**body, "recipient": HERE, "field_groups": [groups[name]], "answer": answer}
        path = f"/persons/{names['person']}/consents"
        names[name] = (await stage.post("customer-account", path, told, lee))["items"][0]["consent_id"]
    consent = {**refer["consent"], "field_groups": ["needs"]}
    told = {**refer, "shared": {"needs": {"note": names["secret"]}}, "consent": consent}
    referral = (await stage.post("partner-gateway", "/referrals", told, lee))["referral_id"]

    async def sent() -> Any:
        shown = await stage.get("partner-gateway", f"/referrals/{referral}", lee)
        return shown if shown["status"] == "sent" else None

    taken_back = (await stage.until(sent, "leave to send a referral"))["consent"]["consent_id"]
    path = f"/me/consents/{taken_back}/withdrawal"
    await stage.post("customer-account", path, {"channel": "online"}, ewa, want=200)
    names["withdrawal"] = taken_back


async def _written_down_twice(made: World) -> None:
    """Somebody like the person, and the two of them in the queue of those who may be one."""
    client, lee = made.town["customer-account"].client, made.rightful("officer")
    told = {"full_name": made.names["name"], "phone": made.names["phone"], "not_the_same_as": [made.names["person"]]}
    again = await client.post("/persons", json=told | {"channel": "phone"}, headers=lee)
    assert again.status_code == 201, again.text

    async def found() -> list[dict[str, Any]]:
        made.town.step(seconds=3)
        pairs: list[dict[str, Any]] = (await client.get("/duplicates", headers=lee)).json()["items"]
        return pairs

    (pair,) = await made.town.until(found)
    made.names["duplicate"] = pair["duplicate_id"]


async def _said_of_herself(made: World) -> None:
    """What nobody but her is ever shown."""
    answers = {"ethnic_group": "white", "white_background": "gypsy_or_irish_traveller"}
    told = {"json": {"answers": answers}, "headers": made.rightful("resident")}
    answer = await made.town["customer-account"].client.put("/me/equality-profile", **told)
    assert answer.status_code == 200, answer.text


async def _partners(names: Mapping[str, str], stage: story.Stage, admin: Mapping[str, str]) -> None:
    await helping.a_partner_and_its_service(stage)
    for partner in (names["other_partner"], names["applicant"]):
        await stage.post("partner-gateway", "/partners", {"partner_id": partner, "name": partner}, admin)
    for transition in ("begin_due_diligence", "open_sandbox", "activate"):
        path = f"/partners/{names['other_partner']}/transitions"
        await stage.post("partner-gateway", path, {"transition": transition}, admin, want=200)


async def agreed(names: dict[str, str], town: Platform) -> None:
    """An agreement with each partner, and one that nobody has signed yet; systems of one that may sign in."""
    names["agreement"] = await agree(town, names["partner"], councils=[HERE])
    await agree(town, names["other_partner"])
    admin = town.bearer("administrator", "ada", [HERE])
    draft = agreement_with(names["partner"], [HERE], today=town.clock.now().date())
    path, client = f"/partners/{names['partner']}/clients", SAMPLES["partner-gateway"]["register_client"]["body"]
    for name in ("client", "spare_client"):
        names[name] = (await town.post("partner-gateway", path, client, admin))["client_id"]
    contact = {"name": "Jo Flood", "email": "jo.flood@fire.example", "duties": ["referrals"]}
    for name in ("contact_there", "spare_contact_there"):
        there = contact | {"email": f"{name}@fire.example"}
        names[name] = (await town.post("partner-gateway", f"/partners/{names['partner']}/contacts", there, admin))[
            "contact_id"
        ]
    names["drafted"] = (await town.post("partner-gateway", "/agreements", draft, admin))["agreement_id"]


async def _attached(made: World) -> None:
    """Files, attached to the case that is under way: to be fetched, and to be taken away."""
    for name in ("attachment", "spare_attachment", "her_attachment"):
        attached = await made.call(NAMED["case-crm attach"], made.rightful("officer"))
        made.names[name] = attached.json()["attachment_id"]
