"""Bad input to the five services: each gets its problem, in words that a person understands, and nothing is half-written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from case_crm.publishing import FILES
from common.embedded.issuer import Issuer
from common.runtime.saying import publisher
from common.runtime.settings import CannotServe
from common.testing.platform import Platform, serving
from common.testing.refusals import PLANTED, agrees, refused

from tests.architecture.attacks import KINDS, OWN, Attack, Caller, attacks
from tests.architecture.routes import NAMED
from tests.architecture.world import World

GOLDEN = Path(__file__).with_name("refusals.golden")
TABLES = """
SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname IN ('public', 'onedoor', 'shadow') ORDER BY 1
"""
Rows = dict[str, dict[str, tuple[int, str]]]  # by service and table: how many there are, and a digest of them
# What is sent once, and then, under the same key, with something else in it. review-engine has nothing to write.
TWICE: dict[str, tuple[str, dict[str, Any]]] = {
    "customer-account": ("record_my_fact", {"value": 3}),
    "case-crm": ("record_interaction", {"note": f"{PLANTED} rang"}),
    "feedback": ("answer_invitation", {"comment": f"{PLANTED} was kind"}),
    "partner-gateway": ("publish_service", {"name": f"{PLANTED}'s Room"}),
}
# What a service has no route for.
WITHOUT = {
    "review-engine": {
        *("somebody who acts for the person", "somebody who acts beyond their scope"),
        *("a wrong type", "an unknown field", "a missing field", "a body that is not JSON", "a body that is no object"),
        *("a body in another format", "a body that is too large", "a key that is too long"),
        *("an old version", "a version that is none", "an id that is no id", "an unknown id"),
        *("an id of what is another's", "a cursor that is none"),
        *("a page of nothing", "a page of 201", "a page of somebody"),
    },
}


@dataclass(frozen=True)
class Attacked:
    """What was sent and answered, and what the tables held before and after."""

    answers: list[tuple[Attack, httpx.Response]]
    before: Rows
    after: Rows


@pytest.fixture(scope="module", autouse=True)
def prompt() -> Iterator[None]:
    """Ids leave the list of what is to be said soon after it was: only then do the tables stand still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publisher, "HOLD", 0.5)
        yield


@pytest.fixture(scope="module")
async def attacked(world: World, tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    stranger = Issuer(tmp_path_factory.mktemp("stranger"))
    stranger.ensure()
    again = await sent_once(Caller(world, stranger))
    before = await kept(world.town)
    answers = []
    for attack in [*attacks(world, stranger), *again]:
        answers.append((attack, await world.town[attack.service].client.request(**attack.sent)))
    return Attacked(answers, before, await kept(world.town))


async def sent_once(caller: Caller) -> list[Attack]:
    """Send something under a key to each service. Gives what then comes under the same key with something else in it."""
    again = []
    for service, (name, other) in TWICE.items():
        operation, key = NAMED[f"{service} {name}"], {"Idempotency-Key": f"{PLANTED}'s key"}
        answer = await caller.world.town[service].client.request(**caller.call(operation, headers=key))
        assert answer.is_success, answer.text
        sent = caller.call(operation, headers=key, body={**operation.sample["body"], **other})
        again.append(Attack(service, "a key that was used for something else", operation, sent))
    return again


async def kept(town: Platform) -> Rows:
    """How many rows each table of each service holds, and a digest of them, once nothing is on its way any more."""
    for service in town.services:
        await town.until(lambda service=service: _nothing_is_due(town, service))
    await town.all_heard()
    for service in town.services:
        await town.until(lambda service=service: _all_is_published(town, service))
    return {service: await _rows(town, service) for service in town.services}


async def _nothing_is_due(town: Platform, service: str) -> bool:
    due = "SELECT FROM onedoor.timer WHERE due_at <= $1 AND failed IS NULL AND name <> 'access_seal'"
    return not await town.sql(service, due, town.clock.now())


async def _all_is_published(town: Platform, service: str) -> bool:
    return not await town.sql(service, "SELECT FROM onedoor.to_say")


# Whom somebody was refused to see, they tried to see: that leaves its entry, and nothing else.
NO_LOOKS = {
    "onedoor.said": "WHERE aggregate <> 'access'",
    "onedoor.to_say": "WHERE aggregate <> 'access'",
    "onedoor.mark": "WHERE aggregate <> 'access'",
    "public.access_entry": "WHERE false",
    "public.access_unsealed": "WHERE false",
    "public.access_seal": "WHERE false",
    # A calendar that was published at the start is looked at a while later, and once more: on a slow day, in between.
    "onedoor.timer": "WHERE name NOT IN ('access_seal', 'calendar_days_closed')",
}
# What a start has done a minute and ten minutes later, and then daily, comes round by itself: that it is set counts, not when.
BY_ITSELF = {
    "onedoor.timer": "to_jsonb(each) - CASE WHEN name IN ('attachments_sweep', 'tellings_reconciled') "
    "THEN ARRAY['due_at', 'correlation_id', 'causation_id', 'trace'] ELSE '{}' END"
}


async def _rows(town: Platform, service: str) -> dict[str, tuple[int, str]]:
    tables = [row["name"] for row in await town.sql(service, TABLES)]
    assert {"onedoor.said", "onedoor.to_say", "onedoor.answer", "onedoor.timer"} <= {*tables}
    digest = "md5(string_agg(row::text, ' ' ORDER BY row::text))"
    counts = (
        f"SELECT '{name}' AS name, count(*) AS rows, {digest} AS digest "
        f"FROM (SELECT {BY_ITSELF.get(name, 'each')} AS row FROM {name} each {NO_LOOKS.get(name, '')}) seen"
        for name in tables
    )
    return {row["name"]: (row["rows"], row["digest"]) for row in await town.sql(service, " UNION ALL ".join(counts))}


def test_each_bad_request_gets_its_problem(attacked: Attacked) -> None:
    lines = [f"{attack} → {refused(answer, case=str(attack))}" for attack, answer in attacked.answers]
    agrees(GOLDEN, sorted(dict.fromkeys(lines), key=lambda line: line.partition(" → ")[0]))


def test_the_routes_of_a_service_refuse_the_same_thing_alike(attacked: Attacked) -> None:
    found: dict[str, set[str]] = {}
    for attack, answer in attacked.answers:
        found.setdefault(str(attack), set()).add(answer.json()["type"])
    assert {case: types for case, types in found.items() if len(types) > 1} == {}


def test_every_refusal_is_among_those_that_its_route_documents(world: World, attacked: Attacked) -> None:
    documents = {name: running.app.openapi()["paths"] for name, running in world.town.services.items()}
    for attack, answer in attacked.answers:
        if attack.operation is None or answer.status_code == 405:  # there is no route that could say so
            continue
        route = documents[attack.service][attack.operation.route.path_format][attack.operation.method.lower()]
        told = route["responses"].get(str(answer.status_code), {}).get("description", "nothing")
        assert answer.json()["title"] in told.split(" Or: "), f"{attack} of {attack.operation}"


def test_nothing_is_half_written(attacked: Attacked) -> None:
    for service, before in attacked.before.items():
        changed = {name: (told, attacked.after[service][name]) for name, told in before.items()}
        assert {name: pair for name, pair in changed.items() if pair[0] != pair[1]} == {}, service


def test_every_service_is_attacked_with_each_kind_of_bad_input_that_it_takes(attacked: Attacked) -> None:
    for service, own in OWN.items():
        tried = {attack.case for attack, _ in attacked.answers if attack.service == service}
        assert {*KINDS} - tried == WITHOUT.get(service, set()), service
        assert {*own} <= tried


# -- a definition that an installation brings; what else may be wrong in one is tried in case-crm's own tests


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("lgsl: 524", "lgsl: [", "missed_bin.yaml: line 8: this is not YAML"),
        ("start: reported", "start: nowhere", "missed_bin.yaml: line 14: start: it starts at the stage nowhere, which"),
        ("Which bin was it?", "Which one?", "missed_bin.yaml: version: .* has version 5 already; a change needs a higher number"),
        ("questions:", "enquiries:", "missed_bin.yaml: .*line 10: enquiries: Extra inputs are not permitted"),
        ("status: resolved", "status: finished", "missed_bin.yaml: line 18: stages.done.status: Input should be 'submitted'"),
    ],
)  # fmt: skip
async def test_a_service_does_not_start_with_a_wrong_definition_and_publishes_none_of_its_folder(
    world: World, tmp_path: Path, change: str, to: str, said: str
) -> None:
    good, bad = (FILES / f"{name}.yaml" for name in ("blue_badge", "missed_bin"))
    (tmp_path / good.name).write_text(good.read_text().replace("version: 6", "version: 7"))
    assert change in bad.read_text()
    (tmp_path / bad.name).write_text(bad.read_text().replace(change, to, 1))
    case_crm = world.town["case-crm"].service
    told = world.town.told[case_crm.name].model_copy(update={"definitions": tmp_path})
    before = await kept(world.town)
    with pytest.raises(CannotServe, match=said):
        async with serving(case_crm, told):
            pass
    assert await kept(world.town) == before
