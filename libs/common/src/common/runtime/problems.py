"""Refusals as people and programs read them: RFC 9457 problem+json, rendered in this one place."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from common.contracts.base import Refusal
from common.runtime.mistakes import sentence
from common.runtime.store.database import AWAY, HELD
from common.runtime.store.writer import Conflict, NotSaved

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class NotFound(Refusal, status=404):
    """We cannot find that."""


class NotUnderstood(Refusal, status=422):
    """We could not understand what was sent."""


class TooLarge(Refusal, status=413):
    """What was sent is larger than we accept."""


class NoSuchPage(Refusal, status=404):
    """There is nothing at this address."""


class NotThatWay(Refusal, status=405):
    """This address does not take that kind of request."""


class WrongFormat(Refusal, status=415):
    """Please send JSON (application/json)."""


class NotReadable(Refusal, status=400):
    """We could not read the request."""


class Busy(Refusal, status=409):
    """Somebody else is changing this at this moment. Please try again."""


class AnotherRequest(Refusal, status=422):
    """Something else was sent with this Idempotency-Key before. Please send this with a new one."""


class TooOften(Refusal, status=429):
    """This was tried too often. Please wait a minute, then try again."""


class NotNow(Refusal, status=503):
    """We cannot save or read anything at this moment. Please try again; with the same Idempotency-Key nothing is done twice."""


class OurFault(Refusal, status=500):
    """Something went wrong on our side."""


_BY_STATUS: dict[int, type[Refusal]] = {
    404: NoSuchPage,
    405: NotThatWay,
    413: TooLarge,
    415: WrongFormat,
    400: NotReadable,
}


def render(refusal: Refusal, *, headers: dict[str, str] | None = None) -> Response:
    """The answer a refusal makes: type, title, status, and what else it says."""
    body = {"type": refusal.kind(), "title": refusal.title, "status": refusal.status}
    if refusal.detail:
        body["detail"] = refusal.detail
    body.update(refusal.members)
    extra = dict(headers or {})
    if refusal.status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    if wait := {429: refusal.members.get("seconds_to_wait", 60), 503: 1}.get(refusal.status):
        extra["Retry-After"] = str(wait)
    return Response(orjson.dumps(body), refusal.status, extra, MEDIA_TYPE)


def refusal_of(fault: Exception) -> Refusal:
    """What the caller is told of any exception. Unknown ones say nothing of themselves."""
    if isinstance(fault, Refusal):
        return fault
    if isinstance(fault, RequestValidationError):
        return _not_understood(fault)
    if isinstance(fault, HTTPException):
        return _BY_STATUS.get(fault.status_code, NotReadable)()
    if isinstance(fault, Conflict):
        return Busy()
    if isinstance(fault, (NotSaved, *AWAY, *HELD)):
        return NotNow()
    log.error("unexpected %s in a request", type(fault).__name__, exc_info=_frames(fault))
    return OurFault()


def _frames(fault: Exception) -> Any:
    """The traceback with the exception's message left out: messages of databases and validators quote values."""
    return (RuntimeError, RuntimeError(type(fault).__name__), fault.__traceback__)


def _not_understood(fault: RequestValidationError) -> Refusal:
    """Each mistake by where it is and what is expected there; never what was sent."""
    errors = [{"pointer": _pointer(error["loc"]), "detail": sentence(error)} for error in fault.errors()]
    if any(error["type"] == "json_invalid" for error in fault.errors()):
        return NotReadable("The body is not JSON.")
    return NotUnderstood(errors=errors[:50])


def _pointer(location: Iterable[Any]) -> str:
    return "/" + "/".join(str(part) for part in location)


def install(app: FastAPI) -> None:
    """Answer every kind of failure of `app` as problem+json."""

    async def answer(request: Request, fault: Exception) -> Response:
        refusal = refusal_of(fault)
        headers = {"Allow": ", ".join(allowed(request))} if isinstance(refusal, NotThatWay) else None
        return render(refusal, headers=headers)

    for kind in (Refusal, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)


def allowed(request: Request) -> list[str]:
    """Every method that this address takes, whichever route takes it."""
    methods: set[str] = set()
    for pattern, takes in request.app.state.methods:
        if pattern.match(request.url.path):
            methods |= takes
    return sorted(methods)


def documented(refusals: Iterable[type[Refusal]]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may refuse so: one entry a status, naming each problem type."""
    found: dict[int | str, list[type[Refusal]]] = {}
    for refusal in refusals:
        found.setdefault(refusal.status, []).append(refusal)
    return {
        status: {
            "description": " Or: ".join(refusal.title for refusal in kinds),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, kinds in sorted(found.items())
    }


PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `type` says which refusal it is; `title` is written for a person.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
