"""One request, from the caller's token to the answer after the commit."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from opentelemetry import trace

from common.contracts.base import Refusal
from common.contracts.people.holds import LegalHoldEvent
from common.runtime import problems
from common.runtime.ids import new_id
from common.runtime.principal import OFFICIAL, PUBLIC, Principal
from common.runtime.reading import Reading, SayWhichCouncil, SecondRead
from common.runtime.routes import Manner, as_id
from common.runtime.rules import NotSignedIn, Rule, everybody, for_council
from common.runtime.serving.answers import caller_of, fingerprint_of, kept_as, to_store
from common.runtime.serving.limiting import keep_to_limits
from common.runtime.serving.looks import Looks
from common.runtime.serving.throttle import Throttle
from common.runtime.serving.tokens import Tokens
from common.runtime.serving.waiting import BEHIND, HEADER, Waiting, cookie
from common.runtime.store.clock import Clock
from common.runtime.store.database import Database, on_behalf_of
from common.runtime.store.ground import Ground
from common.runtime.store.references import References
from common.runtime.store.writer import Conflict, Writer
from common.runtime.transaction import ChangedMeanwhile, Transaction

# Officers' policies test an array by a setting that is known as the statement is planned: they set it before.
ONE_STATEMENT = frozenset({"resident", "partner", "public"})
Inner = Callable[[Request], Awaitable[Response]]
TRIES = 60  # of many who add to one thing at the same moment, one is first each time
CORRELATION = "Onedoor-Correlation"
_ANSWERED = "SELECT * FROM onedoor.answer WHERE caller = $1 AND key = $2"


class Serving:
    """What a running service holds for its requests."""

    def __init__(
        self,
        *,
        database: Database,
        writers: dict[str, Writer],
        tokens: Tokens,
        clock: Clock,
        waiting: Waiting,
        looks: Looks,
        references: References,
        ground: Ground,
        gates: Sequence[Callable[[Reading], Awaitable[None]]] = (),
    ) -> None:
        self.database = database
        self.writers = writers
        self.tokens = tokens
        self.clock = clock
        self.waiting = waiting
        self.looks = looks
        self.references = references
        self.ground = ground
        self.throttle = Throttle()
        self.gates = gates

    async def serve(self, request: Request, inner: Inner, *, rule: Rule, manner: Manner) -> Response:
        """Run `inner` with a session of the caller's; again, from a fresh load, where that may end better.

        Nothing is done twice by it: until it ends well, a route has loaded and decided, and nothing is written.
        """
        me = await self._admit(request, rule)
        if not manner.uploads:
            _json_only(request, or_a_form=manner.exchange is not None and manner.exchange.form)
        if manner.exchange and manner.exchange.tries:
            address = request.client.host if request.client else ""
            self.throttle.admit(request.url.path, address, most=manner.exchange.tries)
        limit = self.throttle.allow(str(me.client), most=me.requests_a_minute) if me.requests_a_minute else {}
        behind = not await self._heard(request, me)
        key = request.headers.get("idempotency-key") if manner.writes and not manner.exchange else None
        outside: dict[str, Any] = {}
        conflicts, pauses = 0, self.waiting.pauses(writes=manner.writes)
        while True:
            try:
                answer = await self._run(request, inner, me, key, manner, outside)
                break
            except SecondRead:  # taken to read once until it reads again: then, and ever after, in a snapshot
                manner.reads_several.add(me.database_role)
            except problems.NotFound:  # it may be on its way here
                if (pause := next(pauses, None)) is None:
                    raise
                await asyncio.sleep(pause)
            except Conflict:
                conflicts += 1
                if key and (stored := await self._stored(request, me, key)):
                    return stored
                if request.headers.get("if-match"):
                    raise ChangedMeanwhile from None
                if conflicts == TRIES:
                    raise
                await asyncio.sleep(random.uniform(0, min(conflicts * 0.002, 0.03)))  # noqa: S311 - so that all do not come again at once
        if manner.exchange:
            answer.headers["Cache-Control"] = "no-store"
        answer.headers.update(limit)
        if behind:
            answer.headers[BEHIND] = "true"
        return answer

    async def _admit(self, request: Request, rule: Rule) -> Principal:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if rule == everybody or (rule.public and not token):
            return PUBLIC  # what is open to everybody is done as the public, whoever comes
        if kind.lower() != "bearer":
            raise NotSignedIn
        me = for_council(await self.tokens.read(token.strip()), request.headers.get("onedoor-council"))
        if not rule.public:
            rule.admit(me)
            if me.role in OFFICIAL and me.council is None and me.councils:
                raise SayWhichCouncil  # unsaid, they would be shown nothing, and the entry of a look would name nobody
        rule.admit_acting(me)
        if me.person_id in self.ground.erased or me.id in self.ground.erased:
            raise NotSignedIn
        return me

    async def _heard(self, request: Request, me: Principal) -> bool:
        after = request.headers.get(HEADER) or request.cookies.get(HEADER)
        return await self.waiting.until(after, role=me.database_role) if after else True

    async def _run(
        self,
        request: Request,
        inner: Inner,
        me: Principal,
        key: str | None,
        manner: Manner,
        outside: dict[str, Any],
    ) -> Response:
        reads = self._reads(me, manner)
        if not manner.writes:
            return await self._read(request, inner, me, reads)
        return await self._write(request, inner, me, key, manner, reads | {"outside": outside})

    async def _read(self, request: Request, inner: Inner, me: Principal, reads: dict[str, Any]) -> Response:
        session = Reading(me, now=self.clock.now(), ground=self.ground, **reads)
        request.state.session = session
        try:
            answer = await self._let_in(session, inner, request)
        except Refusal:
            await self._leave_entry(session)  # whom somebody was refused to see, they tried to see
            raise
        finally:
            await session.release()
        await self._leave_entry(session)
        _tag(answer, session)
        return answer

    async def _let_in(self, session: Reading, inner: Inner, request: Request) -> Response:
        """Run the route, where no gate has anything against the caller."""
        for gate in self.gates:
            await gate(session)
        return await inner(request)

    async def _leave_entry(self, session: Reading) -> None:
        """Record whom the caller saw, or tried to see, and what they fetched, before they are answered."""
        await session.release()  # one request never holds two connections
        tx = Transaction(session.me, now=session.now, opens=_not_read, ground=self.ground, story=new_id())
        key = self._enter(session, tx)
        for event, about in session.noted:
            tx.say_once(event, about=about)
        if not tx.work.empty():
            await self.writers[session.me.database_role].commit(tx.work)
        if key:
            self.looks.committed(key)

    def _enter(self, session: Reading, tx: Transaction) -> str | None:
        """Say in `tx` whom `session` saw; None where it saw nobody else, or the same a moment ago."""
        others = session.seen - {session.me.looker}
        if not others or session.me.role == "public":
            return None
        return self.looks.record(tx, frozenset(others), session.why, case=session.case)

    async def _write(
        self, request: Request, inner: Inner, me: Principal, key: str | None, manner: Manner, reads: dict[str, Any]
    ) -> Response:
        caller = caller_of(me, request.url.path) if key else None
        story = as_id(request.headers.get(CORRELATION)) or new_id()
        tx = Transaction(
            me,
            now=self.clock.now(),
            **reads,
            ground=self.ground,
            story=story,
            caller=caller,
            references=self.references.next,
        )
        tx.expected = _version(request.headers.get("if-match"))
        request.state.session = tx
        try:
            answer = await self._let_in(tx, inner, request)
            if not manner.though_restricted:
                await keep_to_limits(tx, self.database)
        except Refusal:
            await tx.release()  # what looks for the stored answer may need this very connection
            if key and (stored := await self._stored(request, me, key)):
                return stored
            await self._leave_entry(tx)
            raise
        finally:
            await tx.release()
        _tag(answer, tx)
        answer.headers[CORRELATION] = str(tx.story)
        trace.get_current_span().set_attribute("onedoor.correlation_id", str(tx.story))
        if tx.after:
            answer.headers[HEADER] = ", ".join(tx.after)
            answer.headers.append("Set-Cookie", cookie(tx.after))
        look = self._enter(tx, tx)
        if key and caller:
            tx.work.answer = await to_store(request, answer, caller, key, tx)
        if not tx.work.empty():
            self._check_begun(tx)
            await self.writers[tx.me.database_role].commit(tx.work)
        if look:
            self.looks.committed(look)
        return answer

    def _check_begun(self, tx: Transaction) -> None:
        """Nothing new begins for somebody who was erased. What the law has us keep of them goes on to its end, and may be held."""
        begun = (
            said for said in tx.work.said if said["version"] == 1 and said["aggregate"] != LegalHoldEvent.aggregate
        )
        if any(said["person_id"] in self.ground.erased for said in begun):
            raise problems.NotFound

    async def _stored(self, request: Request, me: Principal, key: str) -> Response | None:
        """What this caller was answered under this key; AnotherRequest where it was for something else."""
        caller = caller_of(me, request.url.path)
        behalf = on_behalf_of(council=me.council, callers=[caller])
        rows = await self.database.read(me.database_role, behalf, _ANSWERED, [caller, key])
        if not rows:
            return None
        row = rows[0]
        if row["fingerprint"] != await fingerprint_of(request):
            raise problems.AnotherRequest
        if looked := row["looked"]:  # shown again, it is a look again
            session = Reading(me, now=self.clock.now(), opens=_not_read)
            session.saw(map(UUID, looked["persons"]), looked["why"], case=as_id(looked["case"]))
            await self._leave_entry(session)
        body = self.ground.keeper.unwrap(row["body"], about=kept_as(caller, key))
        return Response(body, row["status"], row["headers"])

    def _reads(self, me: Principal, manner: Manner) -> dict[str, Any]:
        """How a session reads: as the caller, in a snapshot, or with a single statement where that is all it does."""
        persons = [me.person_id] if me.person_id else ()
        behalf = on_behalf_of(council=me.council, persons=persons, partner=me.partner, officers=me.shown_as)
        role = me.database_role
        opens = partial(self.database.begin, role, behalf, reading=True)
        if me.acting or role in manner.reads_several or role not in ONE_STATEMENT:
            return {"opens": opens}
        return {"opens": opens, "alone": partial(self.database.read, role, behalf)}


def _not_read() -> Any:
    raise RuntimeError("an access entry is written without a look")


def _json_only(request: Request, *, or_a_form: bool) -> None:
    """A body in any other format is not guessed at."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if or_a_form and kind == "application/x-www-form-urlencoded":
        return
    if request.method != "GET" and kind != "application/json" and not kind.endswith("+json"):
        raise problems.WrongFormat


def _tag(answer: Response, session: Reading) -> None:
    trace.get_current_span().set_attribute("onedoor.statements", session.statements)
    if session.version is not None:
        answer.headers["ETag"] = f'"{session.version}"'


def _version(if_match: str | None) -> int | None:
    """The version in an If-Match header; one we never gave out matches nothing."""
    if not if_match or if_match.strip() == "*":
        return None
    plain = if_match.strip().removeprefix("W/").strip('"')
    return int(plain) if plain.isdigit() else -1
