"""Spans over OTLP, as a backend receives them: the right ones, nothing of a person in them, and nobody waits for the backend."""

from __future__ import annotations

import asyncio
import gzip
import logging
import statistics
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from common.embedded import Nats, free_port
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.toy.hearer.app import service as hearer
from common.testing.toy.speaker.app import service as speaker
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

# All that may be said of a span. Anything else may hold what somebody typed.
MAY_BE_SAID = {
    *("http.request.method", "http.response.status_code", "http.route", "error.type", "server.port"),
    *("onedoor.event", "onedoor.consumer", "onedoor.correlation_id", "onedoor.aggregate_id", "onedoor.reference"),
}
TYPED = ("Priya", "07700", "ZZ99", "Weavers")
STOPPED = 8.0  # seconds that the runner gives its services to stop


@dataclass
class Span:
    """One span that arrived, and the service that sent it."""

    service: str
    raw: Any

    @property
    def attributes(self) -> dict[str, Any]:
        return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in self.raw.attributes}

    @property
    def linked(self) -> set[bytes]:
        return {link.trace_id for link in self.raw.links}


@dataclass
class Backend:
    """A backend that takes OTLP over HTTP. It answers once `answers` is set."""

    port: int
    bodies: list[bytes] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    answers: threading.Event = field(default_factory=threading.Event)

    def spans(self) -> list[Span]:
        """What has arrived so far."""
        found: list[Span] = []
        for body in list(self.bodies):
            for one in ExportTraceServiceRequest.FromString(body).resource_spans:
                about = {each.key: each.value.string_value for each in one.resource.attributes}
                found += [Span(about["service.name"], span) for scope in one.scope_spans for span in scope.spans]
        return found


@contextmanager
def listening() -> Iterator[Backend]:
    backend = Backend(free_port())
    backend.answers.set()

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            backend.paths.add(self.path)
            backend.bodies.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            backend.answers.wait(60)
            answer = ExportTraceServiceResponse().SerializeToString()
            try:
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                """Whoever sent it has given up."""

        def log_message(self, *words: Any) -> None:
            """Not on the tests' own output."""

    server = ThreadingHTTPServer(("127.0.0.1", backend.port), Takes)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield backend
    finally:
        backend.answers.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def backend() -> Iterator[Backend]:
    with listening() as found:
        yield found


@asynccontextmanager
async def town(
    servers: Servers, nats: Nats, monkeypatch: pytest.MonkeyPatch, *, port: int | None
) -> AsyncIterator[Platform]:
    """The two toys, told of a backend on this port, or of none."""
    if port:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    else:
        monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    async with platform(servers, nats, [speaker, hearer]) as running:
        yield running


async def start_a_tally(town: Platform) -> httpx.Response:
    me = {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    answer = await town["toy-speaker"].client.post("/tallies", json={"amount": 1}, headers=me)
    assert answer.status_code == 201
    return answer


async def arrived(town: Platform, backend: Backend, *names: str) -> list[Span]:
    """The spans, as soon as all of these are among them."""

    async def look() -> list[Span]:
        spans = backend.spans()
        return spans if set(names) <= {span.raw.name for span in spans} else []

    found: list[Span] = await town.until(look, seconds=15)
    return found


async def test_a_request_and_what_heard_it_arrive_as_one_trace_and_the_next_request_links_to_it(
    servers: Servers, nats: Nats, monkeypatch: pytest.MonkeyPatch, backend: Backend
) -> None:
    async with town(servers, nats, monkeypatch, port=backend.port) as running:
        client = running["toy-speaker"].client
        me = {**running.resident(new_id()), "Onedoor-Council": "northmere"}
        started = await client.post("/tallies", json={"amount": 1}, headers=me)
        made = started.json()["id"]
        await running.heard(started)
        added = await client.post(f"/tallies/{made}/additions", json={"amount": 2}, headers=me)
        await running.heard(added)
        names = ("POST /tallies", "hear tally.started", "POST /tallies/{tally_id}/additions", "hear tally.added")
        spans = await arrived(running, backend, *names)
    of = {span.raw.name: span for span in spans}
    request, heard = of["POST /tallies"], of["hear tally.started"]
    later, heard_later = of["POST /tallies/{tally_id}/additions"], of["hear tally.added"]

    assert backend.paths == {"/v1/traces"}
    assert (request.service, heard.service) == ("toy-speaker", "toy-hearer")
    assert (heard.raw.trace_id, heard.raw.parent_span_id) == (request.raw.trace_id, request.raw.span_id)
    assert (heard_later.raw.trace_id, heard_later.raw.parent_span_id) == (later.raw.trace_id, later.raw.span_id)
    assert later.raw.trace_id != request.raw.trace_id
    assert request.raw.trace_id in later.linked
    assert (request.raw.kind, heard.raw.kind) == (request.raw.SPAN_KIND_SERVER, heard.raw.SPAN_KIND_CONSUMER)
    assert all(span.raw.start_time_unix_nano < span.raw.end_time_unix_nano for span in of.values())

    assert request.attributes["http.route"] == "/tallies"
    assert request.attributes["http.response.status_code"] == 201
    assert heard.attributes["onedoor.event"] == "tally.started"
    assert heard.attributes["onedoor.consumer"] == "toy-hearer-keep-copies"
    assert heard.attributes["onedoor.aggregate_id"] == made
    stories = {span.attributes["onedoor.correlation_id"] for span in (request, heard, later, heard_later)}
    assert len(stories) == 1


async def test_nothing_that_somebody_typed_leaves_in_a_span(
    servers: Servers, nats: Nats, monkeypatch: pytest.MonkeyPatch, backend: Backend
) -> None:
    async with town(servers, nats, monkeypatch, port=backend.port) as running:
        client, me = running["toy-speaker"].client, running.resident(new_id())
        asked = [
            await client.get("/faults", headers=me),  # its exception quotes a name and a number
            await client.get(
                "/tallies/Priya-Nair?postcode=ZZ99+1TB", headers={**me, "User-Agent": "Priya 07700 900031"}
            ),
            await client.get("/Priya/Weavers-Row", headers=me),
            await client.post("/tallies", json={"amount": "14 Weavers Row"}, headers=me),
        ]
        assert [answer.status_code for answer in asked] == [500, 422, 404, 422]
        spans = await arrived(running, backend, "GET /faults", "GET /tallies/{tally_id}", "POST /tallies")
    assert {name for span in spans for name in span.attributes} <= MAY_BE_SAID
    assert {event.name for span in spans for event in span.raw.events} == set()
    assert {span.raw.status.message for span in spans} == {""}
    for word in TYPED:
        assert not any(word.encode() in body for body in backend.bodies), word


async def test_who_asks_whether_a_service_is_ready_leaves_no_span(
    servers: Servers, nats: Nats, monkeypatch: pytest.MonkeyPatch, backend: Backend
) -> None:
    async with town(servers, nats, monkeypatch, port=backend.port) as running:
        for path in ("/ready", "/live", "/ready"):
            assert (await running["toy-speaker"].client.get(path)).status_code == 200
        await running.heard(await start_a_tally(running))
        spans = await arrived(running, backend, "POST /tallies", "hear tally.started")
    assert [span.raw.name for span in spans if "ready" in span.raw.name or "live" in span.raw.name] == []


async def paces(running: Platform) -> list[float]:
    """How long each of many requests took, one after another, for longer than a few exports."""
    taken: list[float] = []
    give_up = time.monotonic() + 2.5
    while time.monotonic() < give_up:
        began = time.perf_counter()
        await start_a_tally(running)
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(0.005)
    return taken


@pytest.mark.parametrize("state", ["down", "slow"])
async def test_a_backend_that_is_away_or_slow_neither_fails_nor_slows_a_request_nor_floods_the_log(
    servers: Servers,
    nats: Nats,
    monkeypatch: pytest.MonkeyPatch,
    backend: Backend,
    caplog: pytest.LogCaptureFixture,
    state: str,
) -> None:
    async with town(servers, nats, monkeypatch, port=None) as running:
        alone = statistics.median(await paces(running))
    backend.answers.clear()
    port = free_port() if state == "down" else backend.port
    with caplog.at_level(logging.WARNING):
        async with town(servers, nats, monkeypatch, port=port) as running:
            last = await start_a_tally(running)
            beside = await paces(running)
            await running.heard(last)
            said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
            leaving = time.monotonic()
        left = (time.monotonic() - leaving) / len(running.services)  # they are stopped one after another
    assert len(beside) > 50
    assert statistics.median(beside) < 2 * alone + 0.005
    assert max(beside) < 1  # no export holds the loop
    assert len(said) <= 2 * len(running.services) + 4, said
    assert left < STOPPED, f"a service took {left:.1f} s to stop"
    assert backend.bodies or state == "down"


async def test_spans_arrive_again_once_a_backend_that_was_down_is_there(
    servers: Servers, nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as backend:
        backend.answers.clear()
        async with town(servers, nats, monkeypatch, port=backend.port) as running:
            await start_a_tally(running)
            await asyncio.sleep(1)
            backend.answers.set()
            await running.heard(await start_a_tally(running))
            await arrived(running, backend, "POST /tallies", "hear tally.started")
