"""The HTTP door: every route declares who may use it, what it may refuse, and holds one session that ends before the answer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from re import Pattern
from typing import Annotated, Any, TypeVar, get_args, get_type_hints
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from common.contracts.base import PERSON, Refusal
from common.runtime import files, problems
from common.runtime.headers import AFTER, COUNCIL, DISPOSITION, IF_MATCH, KEY, check_headers
from common.runtime.limits import closes, despite
from common.runtime.reading import Reading, SayWhichCouncil
from common.runtime.rules import BeyondScope, InPersonOnly, NotActing, NotSignedIn, NotYourCouncil, NotYours, Rule
from common.runtime.transaction import ChangedMeanwhile, Transaction

Endpoint = TypeVar("Endpoint", bound=Callable[..., Coroutine[Any, Any, Any]])
CREATES = "x-onedoor-creates"


async def _session(request: Request) -> Any:
    return request.state.session


Tx = Annotated[Transaction, Depends(_session)]
"""A write session: the route changes something."""

Read = Annotated[Reading, Depends(_session)]
"""A read session: the route changes nothing but access entries."""


async def _sent(request: Request) -> files.Upload:
    return files.Upload(request)


Sent = Annotated[files.Upload, Depends(_sent)]
"""The file that an upload brings."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """How an exchange goes about it: whether it may be a form, and how often a minute one address may try it."""

    form: bool = False
    tries: int | None = None


@dataclass(slots=True)
class Manner:
    """How a route goes about it: whether it writes, and for whom it was found to read more than once."""

    writes: bool
    exchange: Exchange | None = None
    though_restricted: str = ""
    uploads: bool = False
    reads_several: set[str] = field(default_factory=set)  # login roles


class Route(APIRoute):
    """Admits the caller, opens the session, runs the endpoint, commits, and only then answers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()
        rule: Rule = self.endpoint.rule  # type: ignore[attr-defined]  # Api marks it
        manner = Manner(self.endpoint.writes, self.endpoint.exchange, despite(self.endpoint))  # type: ignore[attr-defined]  # as above
        manner.uploads = self.endpoint.uploads  # type: ignore[attr-defined]  # as above
        takes: list[dict[str, Any]] = self.endpoint.takes  # type: ignore[attr-defined]  # as above

        async def handle(request: Request) -> Response:
            check_headers(request, takes)
            try:
                answered: Response = await request.app.state.onedoor.serve(request, inner, rule=rule, manner=manner)
            except (Refusal, HTTPException, RequestValidationError):
                raise
            except Exception as fault:  # left to the server, its message would be logged, and may quote a person
                return problems.render(problems.refusal_of(fault))
            return answered

        return handle


class Api(APIRouter):
    """A service's routes. `allow` is required; `refuses` are the refusals of the command, beside those any route has."""

    def __init__(self, *, tag: str) -> None:
        super().__init__(route_class=Route, tags=[tag])

    def paths(self) -> list[Route]:
        """Its routes, in order."""
        return [route for route in self.routes if isinstance(route, Route)]

    def uploads(self) -> list[Pattern[str]]:
        """The paths of those that take files."""
        return [route.path_regex for route in self.paths() if route.endpoint.uploads]  # type: ignore[attr-defined]  # Api marks it

    def read(
        self,
        path: str,
        *,
        allow: Rule,
        refuses: Sequence[type[Refusal]] = (),
        sees_nobody: str = "",
        found_by_post: bool = False,
    ) -> Callable[[Endpoint], Endpoint]:
        """A GET (or, for a search by what must not be in a URL, a POST) that changes nothing.

        A view with people in it must be recorded by `read.saw`, except where `sees_nobody` says why it need not be.
        """
        method = "POST" if found_by_post else "GET"
        return self._route(path, method, allow, refuses, writes=False, status=200, sees_nobody=sees_nobody)

    def file(
        self, path: str, *, allow: Rule, media_type: str | Sequence[str], refuses: Sequence[type[Refusal]] = ()
    ) -> Callable[[Endpoint], Endpoint]:
        """A GET that is answered with a `File` of one of these kinds, and changes nothing; that it was fetched can be noted."""
        kinds = [media_type] if isinstance(media_type, str) else media_type
        return self._route(path, "GET", allow, refuses, writes=False, status=200, file=kinds)

    def create(
        self, path: str, *, allow: Rule, refuses: Sequence[type[Refusal]] = ()
    ) -> Callable[[Endpoint], Endpoint]:
        """A POST that makes something new; takes an Idempotency-Key."""
        return self._route(path, "POST", allow, refuses, writes=True, status=201, takes=[KEY])

    def upload(
        self, path: str, *, allow: Rule, media_types: Sequence[str], refuses: Sequence[type[Refusal]] = ()
    ) -> Callable[[Endpoint], Endpoint]:
        """A POST whose body is a file (`Sent`), and makes something new of it; takes an Idempotency-Key."""
        takes = [KEY, DISPOSITION]
        return self._route(path, "POST", allow, refuses, writes=True, status=201, takes=takes, uploads=media_types)

    def edit(
        self,
        path: str,
        *,
        allow: Rule,
        refuses: Sequence[type[Refusal]] = (),
        method: str = "POST",
        versioned: bool = True,
    ) -> Callable[[Endpoint], Endpoint]:
        """A change of something that exists; takes If-Match, where it is one thing with a version that a caller may have read.

        Its view shows the version that it has now. Raises ShowsNoVersion.
        """
        takes = [KEY, IF_MATCH] if versioned else [KEY]
        also = [*refuses, *([ChangedMeanwhile] if versioned else [])]
        register = self._route(path, method, allow, also, writes=True, status=200, takes=takes)
        return _versioned(register) if versioned else register

    def exchange(
        self,
        path: str,
        *,
        allow: Rule,
        refuses: Sequence[type[Refusal]] = (),
        form: bool = False,
        tries_a_minute: int | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        """A POST that is answered with what opens doors (a token, a cookie), or shuts them.

        Nothing of the answer is kept, so it takes no Idempotency-Key. `form`: it may be sent as one, as OpenID Connect has it.
        """
        also = [*refuses, *([problems.TooOften] if tries_a_minute else [])]
        exchange = Exchange(form=form, tries=tries_a_minute)
        return self._route(path, "POST", allow, also, writes=True, status=200, exchange=exchange)

    def _route(
        self,
        path: str,
        method: str,
        allow: Rule,
        refuses: Sequence[type[Refusal]],
        *,
        writes: bool,
        status: int,
        exchange: Exchange | None = None,
        takes: Iterable[dict[str, Any]] = (),
        sees_nobody: str = "",
        file: Sequence[str] = (),
        uploads: Sequence[str] = (),
    ) -> Callable[[Endpoint], Endpoint]:
        answers: dict[str, Any] = {"response_class": files.File} if file else {}

        def register(endpoint: Endpoint) -> Endpoint:
            wrapped: Any = _watched(endpoint, sees_nobody=sees_nobody)
            wrapped.exchange, wrapped.uploads = exchange, bool(uploads)
            headers = [*([] if allow.public else [COUNCIL]), AFTER, *takes]
            wrapped.rule, wrapped.writes, wrapped.sees_nobody, wrapped.takes = allow, writes, sees_nobody, headers
            self.add_api_route(
                path,
                wrapped,
                methods=[method],
                status_code=status,
                responses=problems.documented([*_refusals(allow, path, method, writes), *closes(wrapped), *refuses])
                | (files.documented(file) if file else {}),
                **answers,
                operation_id=endpoint.__name__,
                openapi_extra={
                    "parameters": headers,
                    "x-onedoor-access": allow.describe(),
                    **({"requestBody": files.documented_body(uploads)} if uploads else {}),
                    **({} if allow.public else {"security": [{"platform": []}]}),
                },
            )
            return endpoint

        return register


def _refusals(allow: Rule, path: str, method: str, writes: bool) -> list[type[Refusal]]:
    """What any such route may refuse."""
    also: list[type[Refusal]] = [problems.NotUnderstood, problems.NotNow, problems.OurFault, SayWhichCouncil]
    if not allow.public:
        also += [NotSignedIn, NotYours, NotYourCouncil]
    if any(role == "resident" for role, _ in allow.roles):
        also += [BeyondScope, NotActing] if allow.acting else [InPersonOnly]
    if "{" in path:
        also.append(problems.NotFound)
    if writes:
        also += [problems.Busy, problems.AnotherRequest]
    if method != "GET":
        also += [problems.TooLarge, problems.WrongFormat, problems.NotReadable]
    return also


class UnseenLook(Exception):
    """A route shows a person to somebody else, and never said whom it saw: call `saw`, or declare `sees_nobody`."""


class UnscopedAct(Exception):
    """A route says it is by service, and never said which service it was about: call `in_service`."""


class ShowsNoVersion(Exception):
    """A route takes If-Match, and its view shows no version to send there next: add `version`, or declare `versioned=False`."""


def _versioned(register: Callable[[Endpoint], Endpoint]) -> Callable[[Endpoint], Endpoint]:
    """The same for an endpoint whose view shows a version, from which its ETag is made."""

    def checked(endpoint: Endpoint) -> Endpoint:
        if "version" not in getattr(get_type_hints(endpoint).get("return"), "model_fields", ()):
            raise ShowsNoVersion(endpoint.__name__)
        return register(endpoint)

    return checked


def _watched(endpoint: Endpoint, *, sees_nobody: str) -> Any:
    """The endpoint, noting the version of the view it gives (the ETag), and refusing a look at a person unseen."""
    shows = not sees_nobody and names_person(get_type_hints(endpoint, include_extras=True).get("return"))

    @functools.wraps(endpoint)
    async def watched(*args: Any, **kwargs: Any) -> Any:
        view = await endpoint(*args, **kwargs)
        for session in kwargs.values():
            if isinstance(session, Reading):
                session.version = getattr(view, "version", None)
                if shows and not session.looked and session.me.role not in {"resident", "public"}:
                    raise UnseenLook(endpoint.__name__)
                if session.me.acting and session.me.acting.services is not None and not session.scoped:
                    raise UnscopedAct(endpoint.__name__)
        return view

    return watched


def names_person(shape: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """Whether a view, or anything in it, has a field that names a person."""
    if shape in seen:
        return False
    if PERSON in getattr(shape, "__metadata__", ()):
        return True
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        hints = get_type_hints(shape, include_extras=True)
        return any(names_person(hints[name], seen | {shape}) for name in shape.model_fields if name in hints)
    return any(names_person(part, seen) for part in get_args(shape))


def as_id(text: str | None) -> UUID | None:
    """A UUID from a header; None where there is none or it is not one."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
