"""From a service to a running application: connect, run the parts, serve. Nothing happens before the lifespan."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from common.runtime import problems
from common.runtime.hearing.again import Again
from common.runtime.hearing.consumers import Consumer
from common.runtime.hearing.errands import Errands
from common.runtime.hearing.hearing import Hearing
from common.runtime.hearing.ringing import Ringer
from common.runtime.holdings import Holding
from common.runtime.keeping.keeping import Keeping
from common.runtime.principal import Principal
from common.runtime.rights.collecting import Collecting
from common.runtime.rights.erasing import Erasing
from common.runtime.rights.packing import Packing
from common.runtime.rights.retention import Nightly, Retention
from common.runtime.saying.publisher import Publisher
from common.runtime.saying.repeating import Repeating
from common.runtime.saying.stream import Stream
from common.runtime.service import Service
from common.runtime.serving import health, openapi
from common.runtime.serving.bodies import BodyLimit
from common.runtime.serving.looks import Looks
from common.runtime.serving.serving import Serving
from common.runtime.serving.sessions import EndedSessions, ending
from common.runtime.serving.tokens import Tokens, trusted
from common.runtime.serving.waiting import Waiting
from common.runtime.settings import CannotServe, Settings, read_councils
from common.runtime.store.clock import Clock
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.ground import Ground
from common.runtime.store.references import References
from common.runtime.store.statement import statement
from common.runtime.store.work import table_of
from common.runtime.store.writer import Writer
from common.runtime.transaction import Transaction
from common.runtime.watching.housekeeping import forget
from common.runtime.watching.parts import Parts
from common.runtime.watching.spans import Recorder
from common.runtime.watching.telemetry import recorder

WRITING_ROLES = ("officer", "resident", "partner", "public")


def create_app(service: Service, settings: Settings | None = None) -> FastAPI:
    """The application of one service. Settings are read from the environment when it starts, unless given."""
    tracing = _LateProvider()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        told = settings or Settings()  # from the environment
        openapi.serve_documentation(app, shown=told.profile != "production")
        running = _Running(service, told)
        tracing.real, tracing.off = running.traces, not told.tracing
        try:
            await running.start(app)
            yield
        except CannotServe as reason:
            app.state.cannot_serve = str(
                reason
            )  # for whoever started us: the server itself would show a trace of calls
            raise
        finally:
            await running.stop()

    app = FastAPI(
        title=service.title,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry=_quiet(tracing),
    )
    problems.install(app)
    app.add_middleware(BodyLimit, uploads=[path for api in service.api for path in api.uploads()])
    for api in service.api:
        app.include_router(api)
    app.include_router(health.router)
    app.state.methods = [(route.path_regex, route.methods) for api in service.api for route in api.paths()]
    openapi.describe(app, service)
    return app


def _quiet(tracing: _LateProvider) -> TelemetryConfig:
    """Spans and nothing else."""
    return {
        "tracer_provider": tracing,  # type: ignore[typeddict-item]  # it is asked for a tracer and nothing else
        "logs": False,  # they would carry what people typed
        "metrics": False,
        "operation_spans": False,
        "exclude": lambda scope: tracing.off or scope.get("path") in health.PATHS,  # asked every few seconds
    }


class _LateProvider:
    """FastAPI wants its tracer provider when it is made; ours exists once the lifespan begins."""

    real: Any = None
    off = False

    def get_tracer(self, *args: Any, **kwargs: Any) -> Any:
        return self.real.get_tracer(*args, **kwargs)


class _Running:
    """One service between start and stop."""

    def __init__(self, service: Service, told: Settings) -> None:
        self.service = service
        self.told = told
        self.database = Database(told, service=service.name)
        self.stream = Stream(told.nats_url.get_secret_value(), name=service.name)
        tables = [*map(table_of, service.rows())]
        self.keeping = Keeping(service.name, told, tables=tables, database=self.database, stream=self.stream)
        self.ground = Ground(
            read_councils(told.councils_file),
            audit_key_file=told.audit_key_file,
            sign_in_file=told.sign_in_file,
            signing_keys_file=told.signing_keys_file,
            resident_issuer=told.resident_issuer,
            partner_issuer=told.partner_issuer,
            notify_file=told.notify_file,
            outbox=told.outbox,
            keeper=self.keeping.keeper,
            objects=self.keeping.objects,
            shelf=self.keeping.shelf,
            clamd=told.clamd,
            invented=told.profile != "production",
        )
        self.traces = recorder(service.name, store=told.trace_store) if told.tracing else Recorder([])
        self.clock = Clock(told.clock_file)
        self.ended = [EndedSessions(self.stream, service=service.name, by=event) for event in ending(service.name)]
        self.publisher = Publisher(self.stream, self.database, speaker=service.name)
        self.again = Again(service.name, stream=self.stream, database=self.database, erased=self.ground.erased)
        self.repeating = self._repeating()
        self.ringer = self._ringer()
        self.errands = Errands(self.service.errands(), told=self.told, **self._ringing())
        self.packing = Errands(self._packing().errands(), told=self.told, **self._ringing())
        self.retention = Retention(service.name, service.schedules(self.ground.councils), own=service.destroys)
        self.again.ringer = self.ringer
        self.writers = {role: self._writer(role) for role in WRITING_ROLES}
        self.erasing: Erasing | None = None
        self.parts = Parts()

    def _writer(self, role: str) -> Writer:
        return Writer(self.database, role, published=self.publisher.committed, seal=self.ground.keeper.seal)

    def _repeating(self) -> Repeating:
        beside: dict[str, Any] = {"stream": self.stream, "database": self.database, "publisher": self.publisher}
        return Repeating(self.service.name, **beside, eras=self.ground.eras)

    def _ringer(self) -> Ringer:
        errands = self.service.errands()
        rings = {name: ring for name, ring in self.service.rings().items() if name not in errands}
        return Ringer(rings, **self._ringing())

    def _packing(self) -> Packing:
        tables = map(table_of, self.service.rows())
        collecting = Collecting(self.service.holdings(), tables, self.database, self.ground.keeper, self.ground.shelf)
        return Packing(self.service.name, collecting, self.ground.objects)

    def _ringing(self) -> dict[str, Any]:
        return {
            "service": self.service.name,
            "database": self.database,
            "clock": self.clock,
            "published": self.publisher.committed,
            "recorder": self.traces,
            "ground": self.ground,
        }

    async def start(self, app: FastAPI) -> None:
        await self.database.open()
        await self.ground.eras.read(self.database)
        await self.ground.erased.read(self.database)
        await self.keeping.open()
        self._assemble()
        app.state.onedoor = self._serving()
        app.state.health = health.Health(self.database, self.stream, self.parts)
        app.state.running = self
        await self._prepare()
        await self.retention.begin(self.database, now=self.clock.now())
        if self.erasing:
            await self.erasing.replay()
        self.parts.start()
        gc.collect()
        gc.freeze()  # what is here now stays: the collector need not look at it again (p99 37 to 9 ms)
        gc.set_threshold(50_000, 20, 100)

    async def _prepare(self) -> None:
        """What the service wants written before it serves: published data that came with this release."""
        if self.service.prepares is None:
            return
        context = on_behalf_of(council=None)
        me = Principal(role="service", id=self.service.name)
        opens = partial(self.database.begin, "hearer", context, reading=True)
        tx = Transaction(me, now=self.clock.now(), opens=opens, ground=self.ground)
        try:
            await self.service.prepares(tx, self.told)
        finally:
            await tx.release()
        if not tx.work.empty():
            await self.ground.keeper.seal(tx.work)
            async with self.database.begin("hearer", context) as connection:
                sql, arguments = statement([tx.work])
                await connection.execute(sql, *arguments)

    async def stop(self) -> None:
        await self.parts.stop()
        await self.stream.close()
        await self.database.close()
        await self.keeping.close()
        self.traces.shutdown()

    def _assemble(self) -> None:
        self.parts.add("connection to events", self.stream.run)
        for each in self.ended:
            self.parts.add(f"what ends by {each.subject}", each.run)
        self.parts.add("publisher", self.publisher.run)
        self.parts.add("sweep", self.publisher.sweep)
        self.parts.add("clearing", self.publisher.clear)
        self.parts.add("housekeeping", partial(forget, self.database))
        self.parts.add("saying again", self.repeating.run)
        self.parts.add("healing", self.again.heal)
        self.parts.add("parked messages", self.again.unpark)
        self.parts.add("eras", self.again.keep_to_eras)
        for name, run in self.keeping.parts():
            self.parts.add(name, run)
        for role, writer in self.writers.items():
            self.parts.add(f"writer for {role}", writer.run)
        if self.ringer.rings:
            self.parts.add("timers", self.ringer.run)
        if self.errands.rings:
            self.parts.add("errands", self.errands.run)
        if of_people := self.service.holdings().of_people:
            self.parts.add("packing", self.packing.run)
            self.erasing = self._erasing(of_people)
            self.parts.add("erasing", self.erasing.run)
        if self.retention.schedules:
            self.parts.add("retention", Nightly(self.retention, self.stream, **self._ringing()).run)
        for subscriber in self.service.heard_by():
            live, shadow = (self._hearing(subscriber, shadow=shadow) for shadow in (False, True))
            self.again.add(live, shadow)
            consumer = Consumer(self.stream, live, shadow, self.again)
            self.parts.add(f"hearing {subscriber.name}", consumer.run)
            self.parts.add(f"binding {subscriber.name}", consumer.bind)

    def _erasing(self, of_people: Mapping[str, Holding]) -> Erasing:
        return Erasing(
            self.service.name,
            holdings=of_people,
            schedules=self.retention.schedules.values(),
            tables=[*map(table_of, self.service.rows())],
            rebuilt=self.service.rebuilt(),
            consumers=list(self.service.consumers()),
            own=self.service.erases,
            database=self.database,
            clock=self.clock,
            published=self.publisher.committed,
            ground=self.ground,
        )

    def _hearing(self, subscriber: Any, *, shadow: bool) -> Hearing:
        return Hearing(
            subscriber,
            service=self.service.name,
            database=self.database,
            clock=self.clock,
            published=self.publisher.committed,
            recorder=self.traces,
            ground=self.ground,
            shadow=shadow,
        )

    def _serving(self) -> Serving:
        return Serving(
            database=self.database,
            writers=self.writers,
            tokens=Tokens(trusted(self.told), audience=self.service.name, ended=self.ended),
            clock=self.clock,
            waiting=Waiting(self.database, self.again.hearings),
            looks=Looks(system=self.service.name),
            references=References(self.database, self.ground.councils),
            ground=self.ground,
            gates=self.service.gates(),
        )
