"""A hundred thousand rows in every table of every service, and what is asked of how they are found."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from common.runtime.pages import place
from common.runtime.service import Service
from common.runtime.settings import Settings
from common.runtime.store.database import Database, on_behalf_of
from common.testing import filling, plans
from common.testing.databases import dropped, prepared
from common.testing.servers import Servers
from onedoor.contracts import services

SERVICES = {service.name: service for service in services()}
LEDGER_OF = "customer-account"  # what its runtime does stands for all: it has several subscribers

# Tables that stay small, with so many rows here: reading one of them whole is the right plan. Why each stays small:
SMALL: Mapping[str, int] = {
    "definition": 100,  # a row for each service that a council offers
    "definition_version": 300,  # a few versions of each
    "access_unsealed": 500,  # what came since the last seal, some seconds ago
    "equality_note": 200,  # what officers took down within the last second or two
    "location": 60,  # where councils see people
    "location_session": 300,  # some for each of those, and those that were held before
    "secrecy": 200,  # what councils declare by law, one person at a time
    "partner": 200,  # organisations that went through due diligence
    "restricted_case": 500,  # one in some hundred cases
    "also_known_as": 500,  # a row for each record that was joined with another
    "parked": 200,  # what waits for an earlier version or an operator: more of it is an incident
    "rebuild": 0,  # a row for each rebuild under way
    "era": 0,  # a row for each restore there ever was
    "known_era": 0,  # a row for each subscriber and restored owner
    "reference": 0,  # a row for each council
    "sealed_up_to": 0,  # one row
    "rotation": 0,  # a row for each rotation of keys there ever was
}
# Tables in which even the longest history of a person is short.
SHORT = (
    "match_key",  # for each thing that somebody is looked up by
    "known_fact",  # a row for each kind of fact
    "draft",  # what they began in a few weeks
    "household_member",  # a row for each home, account and tenancy
    "representation",  # a row for each person who ever acted for them
    "legal_hold",  # for each legal matter they are in
    "organisation_of_contact",  # for each business, landlord and charity that they speak for
    "protection",  # a row for each of their ids
)
# What a plan may have all the same, and why.
ALLOWED: Mapping[str, str] = {
    "case-crm CASES_OF_NEED": "reads",  # a need takes two or three cases: two hundred here, as many as a person has
    "case-crm QUEUE_OF_COUNCIL": "reads",  # what few cases have is looked for among all that are open
    "case-crm CASES_UNDATED": "walks",  # its index has nothing in it but what a release left to be reckoned
    "case-crm CASE_OF_NEED": "reads",  # of one need and one person: a few of either in life
    "case-crm CASE_WITH_TASKS": "sorts",  # the tasks of one case: two hundred here, a few in life
    "case-crm CASES_OF_PERSON_HERE": "reads",  # planned for the few cases of most people: whose ids they are is found as it runs
    "case-crm TOUCHES_OF_PERSON": "reads",  # the same
    "case-crm UNDER_WAY_HERE": "reads",  # it passes over tellings in which a council has no part: all here, few in life
    "customer-account EVERY_RIGHTS_REQUEST_OF_PERSON": "reads",  # as many as there are: thousands here, few in life
    "customer-account ERASED_IN_PART": "reads",  # all that one person ever asked: thousands here, few in life
    "customer-account PEOPLE_COUNTED": "",  # once, where a release weighs likeness otherwise
    "customer-account PEOPLE_AFTER": "walks",  # a page of everybody, by their ids
    "customer-account LAST_SEAL": "walks",  # one step, from its end
    "customer-account POSSIBLE_DUPLICATES": "reads",  # it passes over pairs of protected people: four in five here, few in life
    "customer-account RIGHTS_REQUESTS_OPEN": "walks",  # by when it is due: its index has nothing in it but what is open
    "case-crm ROOT_HERE": "reads",  # a telling and what put it right: two hundred here, a few in life
    "case-crm what follows case_file": "reads",  # all that was spoken about a batch of cases goes with them
    "feedback INVITED": "reads",  # a measure: it counts every invitation of a service, by its index
    "feedback RATINGS": "",  # a measure, too, of what is not restricted
    "customer-account FACTS_AS_OF_FOR_COUNCIL": "",  # all that was ever known of one person, where an earlier time is asked for
    "customer-account MY_FACTS_AS_OF": "",  # the same
    "review-engine EVIDENCE_OF_PERSON": "reads",  # the month of a birth puts all that person's steps in other bands
    "again SELECT DISTINCT ON (aggregate) aggregate, last_id FROM onedoor.mark": "",  # once, where one is gone
    "erasing SELECT id FROM onedoor.to_erase": "walks",  # as below, once at the start
    "erasing SELECT id, round FROM onedoor.to_erase": "walks",  # its index has nothing in it but what is still to be done
    "erasures SELECT person_id FROM onedoor.erased": "",  # once, at the start
    "erasing INSERT INTO onedoor.to_erase": "",  # once, at the start
    "traces DELETE FROM onedoor.answer": "",  # once, when somebody is erased: an index would cost every request
    "rebuilding SELECT EXISTS (SELECT FROM onedoor.mark live": "",  # once, before a rebuild is swapped in
    "rebuilding DELETE FROM onedoor.mark": "",  # once, when it is
}


def sample(name: str, kind: str, *, page: int) -> Any:
    """An argument by its name and its type in PostgreSQL: what a filled table has in its first row."""
    if kind.endswith("[]"):
        return [sample(name.removesuffix("s"), kind[:-2], page=page)]
    beyond_all, beyond_row = place(None)
    match kind, name:
        case "uuid", "row":
            return beyond_row if page == 0 else UUID(int=7 << 120)
        case "uuid", _:
            return the_first("p1" if "person" in name else "1")
        case "timestamptz", "at" if page == 0:
            return beyond_all
        case "timestamptz", _:
            return datetime.now(UTC) - timedelta(days={"at": 500, "begins": 90}.get(name, 0))
        case "date", _:
            return date(1988, 5, 17)
        case "bool", _:
            return False
        case (("int4" | "int8"), _):
            return 51
        case "float8", _:
            return {"south": 3.5, "north": 4.5, "west": 3.5, "east": 4.5, "lat": 4, "lon": 4, "metres": 5000}[name]
        case (("text" | "varchar"), _):
            column = {"partner": "partner_id"}.get(name, name)
            return filling.WORDS.get(column, [f"{column}-1"])[0]
    raise TypeError(f"say here what a {kind} called {name} is for example")


def the_first(what: str) -> UUID:
    return UUID(hashlib.md5(what.encode(), usedforsecurity=False).hexdigest())


SOMEBODY = on_behalf_of(
    council="northmere", persons=[the_first("p1")], partner="busy", officers=["lee"]
)  # whom every third restricted case is shown to


@dataclass
class Crowd:
    """The services' databases, each filled, and their pools."""

    databases: dict[str, Database] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def as_role(self, service: str, role: str) -> Any:
        """A transaction of a role with the settings that a request of its first caller has. It changes nothing that stays."""
        return self.databases[service].begin(role, SOMEBODY)


@asynccontextmanager
async def crowded(servers: Servers) -> AsyncIterator[Crowd]:
    """All of them, made new."""
    made, suffix = Crowd(), uuid4().hex[:12]

    async def fill(service: Service) -> None:
        made.addresses[service.name] = prepared(servers, service, suffix=suffix)
        connection = await asyncpg.connect(made.addresses[service.name])
        for each in filling.statements(service, few=SMALL, short=SHORT, ledger=service.name == LEDGER_OF):
            await connection.execute(each)
        await connection.close()
        told = Settings(profile="test", database_url=servers.address() + f"_{suffix}", **NOWHERE)
        made.databases[service.name] = Database(told, service=service.name)
        await made.databases[service.name].open()

    await asyncio.gather(*map(fill, SERVICES.values()))
    yield made
    for database in made.databases.values():
        await database.close()
    dropped(servers, made.addresses.values())


NOWHERE: dict[str, Any] = {"nats_url": "nats://", "councils_file": "", "issuer": "", "issuer_keys": ""}


def refuse(tree: plans.Plan, what: str) -> None:
    """Fail where a plan goes another way than by an index, unless that is allowed."""
    wrong = [fault for fault in plans.faults(tree, small=SMALL) if not allowed(what, fault)]
    assert wrong == [], f"{what}\n{plans.drawn(tree)}"


def allowed(what: str, fault: str) -> bool:
    return any(what.startswith(name) and fault.startswith(start) for name, start in ALLOWED.items())
