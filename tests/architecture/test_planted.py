"""Nothing that a person typed is in a span, a line of log or a subject, wherever in whatever request they typed it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import nats as driver
import pytest
from common.embedded import Nats
from common.runtime.query import Query
from common.runtime.watching import spans
from common.testing.servers import Servers

from tests.architecture.planting import Planted, planted_everywhere
from tests.architecture.plants import HEADERS, PLANTS, PROOF, Plant, broken
from tests.architecture.routes import OPERATIONS


@pytest.fixture(scope="module")
async def planted(servers: Servers, nats: Nats) -> AsyncIterator[Planted]:
    """Everything planted everywhere, and heard by everybody who hears it."""
    async with planted_everywhere(servers, nats) as made:
        yield made


# -- what it is about


def test_nothing_that_was_typed_is_in_a_span_a_line_of_log_or_a_subject(planted: Planted) -> None:
    assert planted.watch.found(*PLANTS) == []


def test_nor_is_anything_of_those_who_were_there_before(planted: Planted) -> None:
    names = planted.world.names
    before = [Plant(name, names[name], re.escape(names[name])) for name in ("name", "phone", "address", "secret")]
    assert planted.watch.found(*before) == []


HELD = Plant("name", "Perpetua Winterbloom", "perpetua|winterbloom")


async def test_a_fault_of_ours_says_what_it_is_and_where_and_nothing_of_what_it_held(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise ValueError(f"invalid input for query argument $1: {HELD.text}")

    before = len(planted.watch.lines())
    monkeypatch.setattr(Query, "arguments", fails)
    operations = {each.service: each for each in OPERATIONS if not each.writes and each.roles != ["public"]}
    for operation in operations.values():
        await planted.ask(operation, HELD)
        assert planted.statuses[str(operation)][500] == 1
    monkeypatch.undo()
    told = [line for line in planted.watch.lines()[before:] if "unexpected ValueError in a request" in line]
    assert len(told) == len(planted.world.town.services)
    assert all("test_planted.py" in line for line in told)
    assert planted.watch.found(HELD) == []


# -- that it was looked for where it would be


def test_every_route_was_asked_with_every_plant(planted: Planted) -> None:
    assert {(str(each), plant.kind) for each in OPERATIONS for plant in PLANTS} == set(planted.asked)
    # In the query by two names that there are not, behind the path and in front of it.
    assert {each: count for each, count in planted.asked.items() if count < 4} == {}
    headers = {str(each): sum(planted.asked[str(each), plant.kind] for plant in PLANTS) for each in OPERATIONS}
    assert {each: count for each, count in headers.items() if count < len(HEADERS) + 4 * len(PLANTS)} == {}


def test_every_header_and_every_broken_body_held_every_plant(planted: Planted) -> None:
    places = {*HEADERS, *range(len([*broken({}, PLANTS[0].text)]))}
    assert set(planted.runtime) == {(place, plant.kind) for place in places for plant in PLANTS}


def test_requests_were_understood_and_misunderstood_of_every_route(planted: Planted) -> None:
    for each in OPERATIONS:
        seen = planted.statuses[str(each)]
        unheard = {401, 403, 404} - {each.sample.get("rightly")}  # unless that is what whoever has no session is told
        assert any(status < 500 and status not in unheard for status in seen), f"{each}: {seen}"
        assert each.route.body_field is None or {400, 413, 415, 422} <= seen.keys(), f"{each}: {seen}"


async def test_every_service_that_takes_words_kept_some_and_every_plant_was_kept_somewhere(planted: Planted) -> None:
    kept = {service: await kinds_kept(planted, service) for service in planted.world.town.services}
    assert set().union(*kept.values()) == {plant.kind for plant in PLANTS}
    assert {service for service, kinds in kept.items() if not kinds} <= {"review-engine"}


async def kinds_kept(planted: Planted, service: str) -> set[str]:
    """The plants that are in a row of a service, said or kept."""
    town, found = planted.world.town, set()
    tables = await town.sql(
        service,
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'onedoor') "
        "AND tablename NOT IN ('answer', 'parked')",
    )
    for table, plant in itertools.product(tables, PLANTS):
        statement = f"SELECT 1 FROM {table['name']} t WHERE t::text LIKE $1 LIMIT 1"
        if await town.sql(service, statement, f"%{plant.text}%"):
            found.add(plant.kind)
    return found


async def test_every_subscriber_was_told_something_it_could_not_take_and_said_so(planted: Planted) -> None:
    for service, running in planted.world.town.services.items():
        rows = await planted.world.town.sql(service, "SELECT DISTINCT consumer FROM onedoor.parked")
        consumers = {row["consumer"] for row in rows}
        assert consumers <= set(running.inner.again.hearings)
        assert consumers, service
        assert all(any(consumer in line for line in planted.watch.lines()) for consumer in consumers)


def test_spans_lines_and_subjects_were_watched_of_every_service(planted: Planted) -> None:
    spans_of = Counter(line.partition(":")[0] for line in planted.watch.spans())
    assert {service for service, count in spans_of.items() if count > 100} == set(planted.world.town.services)
    routes = {f"{each.method} {each.route.path_format}" for each in OPERATIONS}
    assert routes <= {name for line in planted.watch.spans() for name in routes if name in line}
    assert {"evt.case.case.opened", "evt.facts.fact.recorded", "access.access.recorded"} <= set(planted.watch.subjects)


# -- that it is found where it is


def test_a_name_in_the_name_of_a_span_is_found(planted: Planted) -> None:
    for service, running in planted.world.town.services.items():
        with running.inner.traces.start_as_current_span(f"GET /persons/{PROOF.text} {service}"):
            pass
    assert sorted(where.split(": ")[1] for where in planted.watch.found(PROOF)) == sorted(planted.world.town.services)


SECOND = Plant("name", "Ottoline Foxglovely", "ottoline|foxglovely")


async def test_it_is_found_where_a_recorder_keeps_more_than_it_should(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server span has the whole address in it: only what is listed as safe keeps it from being exported."""
    ask: dict[str, Any] = {"path": f"/persons/{quote(SECOND.text)}", "params": {"q": SECOND.text}}
    asked = next(each for each in OPERATIONS if each.route.operation_id == "person")
    await planted.ask(asked, SECOND, **ask)
    assert planted.watch.found(SECOND) == []
    monkeypatch.setattr(spans, "SAFE", spans.SAFE | {"url.path", "url.query"})
    await planted.ask(asked, SECOND, **ask)
    assert {where.split(":")[0] for where in planted.watch.found(SECOND)} == {"name in a span"}


THIRD = Plant("name", "Cordelia Nightlarch", "cordelia|nightlarch")


async def test_it_is_found_in_a_line_of_log_and_in_a_subject(planted: Planted, nats: Nats) -> None:
    logging.getLogger("common.runtime.hearing.hearing").debug("parked what %s said", THIRD.text)
    client = await driver.connect(nats.url(), allow_reconnect=False)
    await client.publish(f"evt.person.{THIRD.text.replace(' ', '-')}", b"")
    await client.flush()
    await planted.world.town.until(
        lambda: asyncio.sleep(0, THIRD.text.replace(" ", "-") in str(planted.watch.subjects))
    )
    await client.close()
    assert {where.split(":")[0] for where in planted.watch.found(THIRD)} == {"name in a log", "name in a subject"}


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("name", "GET /persons/zebedee%20quillfeather"),
        ("name", '{"message": "QUILLFEATHER, Z."}'),
        ("address", "zz997qx"),
        ("address", "ZZ99+7QX"),
        ("e-mail", "Merlinfax%40example.org"),
        ("phone", "+44 7700 900987"),
        ("phone", "07700900987"),
        ("date of birth", "19370429"),
        ("date of birth", "1937%2F04%2F29"),
    ],
)
def test_it_is_known_again_however_it_is_written(kind: str, written: str) -> None:
    assert [plant.kind for plant in PLANTS if plant.is_in(written)] == [kind]


@pytest.mark.parametrize("number", ["1795307700900987123", "a07700900987b", "5119370429001", "1937-05-29"])
def test_an_id_or_a_moment_is_not_taken_for_one(number: str) -> None:
    assert [plant.kind for plant in PLANTS if plant.is_in(number)] == []
