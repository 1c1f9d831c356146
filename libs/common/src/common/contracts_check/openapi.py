"""Walking two OpenAPI documents side by side: operations, parameters, bodies, answers. Schemas are next door."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from common.contracts_check.breakage import Breakage, Json, Place, Side, broken, into
from common.contracts_check.references import resolved
from common.contracts_check.schemas import schema_breakages
from common.contracts_check.security import security_breakages

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
TEMPLATE = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True)
class Operation:
    """One method of one path. `names` are the path's parameters in order; callers fill them in by place."""

    label: str
    names: tuple[str, ...]
    parameters: tuple[Any, ...]
    said: Json


def openapi_breakages(old: Json, new: Json) -> list[Breakage]:
    """What breaks for callers when a service's OpenAPI document changes from `old` to `new`; empty when nothing does.

    A caller reads answers (and webhooks) and writes requests. Answers may gain fields, values of a list and statuses;
    requests may gain what is optional and accept more. Raises `BrokenReference`.
    """
    at = Place("", Side.WRITE, old, new)
    before, after = _operations(old), _operations(new)
    found: list[Breakage] = []
    for key, operation in before.items():
        here = replace(at, where=operation.label)
        if key not in after:
            found += broken(here, "the operation is gone")
        else:
            found += _operation_breakages(operation, after[key], at=replace(here, where=f"{operation.label}#"))
    return [*found, *_webhook_breakages(at)]


def _operations(document: Json) -> dict[tuple[str, str], Operation]:
    """By method and path without the names of its parameters, which no caller ever sends."""
    found = {}
    for path, reference in document.get("paths", {}).items():
        item = resolved(reference, document)
        for method in METHODS:
            if method in item:
                parameters = (*item.get("parameters", []), *item[method].get("parameters", []))
                names = tuple(TEMPLATE.findall(path))
                label = f"{method.upper()} {path}"
                found[method, TEMPLATE.sub("{}", path)] = Operation(label, names, parameters, item[method])
    return found


def _operation_breakages(old: Operation, new: Operation, *, at: Place) -> Iterator[Breakage]:
    yield from _parameter_breakages(old, new, at=into(at, "parameters"))
    yield from _body_breakages(old.said, new.said, at=into(at, "requestBody"))
    yield from _answer_breakages(old.said, new.said, at=replace(into(at, "responses"), side=Side.READ))
    yield from security_breakages(old.said, new.said, at=into(at, "security"))


def _parameter_breakages(old: Operation, new: Operation, *, at: Place) -> Iterator[Breakage]:
    before, after = _parameters(old, at.old), _parameters(new, at.new)
    for key, parameter in before.items():
        here = into(at, parameter["name"])
        if key not in after:
            yield from broken(here, f"the {parameter['in']} parameter is gone: what callers send in it has no effect")
        else:
            yield from _one_parameter_breakages(parameter, after[key], at=here)
    for key, parameter in after.items():
        if key not in before and parameter.get("required"):
            yield from broken(into(at, parameter["name"]), f"the {parameter['in']} parameter is new and required")


def _one_parameter_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    if new.get("required") and not old.get("required"):
        yield from broken(at, "the parameter was optional and is now required")
    for keyword in ("style", "explode", "allowReserved"):
        if old.get(keyword) != new.get(keyword):
            yield from broken(at, f"{keyword} has changed: what callers send is read in another way")
    yield from schema_breakages(old.get("schema", True), new.get("schema", True), at=at)
    yield from _content_breakages(old, new, at=at)


def _parameters(operation: Operation, document: Json) -> dict[tuple[str, str], Json]:
    found = {}
    for reference in operation.parameters:
        parameter = resolved(reference, document)
        where, name = parameter["in"], parameter["name"]
        if where == "path" and name in operation.names:
            found[where, str(operation.names.index(name))] = parameter
        else:
            found[where, name.lower() if where == "header" else name] = parameter
    return found


def _body_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    before, after = resolved(old.get("requestBody", {}), at.old), resolved(new.get("requestBody", {}), at.new)
    if before and not after:
        yield from broken(at, "the request body is gone: what callers send in it has no effect")
        return
    if after.get("required") and not before.get("required"):
        yield from broken(at, "a request body is now required")
    yield from _content_breakages(before, after, at=at)


def _answer_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    for status, reference in old.get("responses", {}).items():
        here = into(at, status)
        if status not in new.get("responses", {}):
            yield from broken(here, "the answer with this status is gone")
            continue
        before, after = resolved(reference, at.old), resolved(new["responses"][status], at.new)
        yield from _content_breakages(before, after, at=here)
        yield from _header_breakages(before, after, at=into(here, "headers"))


def _header_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    after = {name.lower(): header for name, header in new.get("headers", {}).items()}
    for name, reference in old.get("headers", {}).items():
        here = into(at, name)
        if name.lower() not in after:
            yield from broken(here, "the header is gone from the answer")
            continue
        before, now = resolved(reference, at.old), resolved(after[name.lower()], at.new)
        if before.get("required") and not now.get("required"):
            yield from broken(here, "the header was always there and may now be missing")
        yield from schema_breakages(before.get("schema", True), now.get("schema", True), at=here)


def _content_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    after = new.get("content", {})
    for media_type, before in old.get("content", {}).items():
        if media_type not in after:
            yield from broken(into(at, media_type), "this media type is gone")
        else:
            yield from schema_breakages(before.get("schema", True), after[media_type].get("schema", True), at=at)


def _webhook_breakages(at: Place) -> Iterator[Breakage]:
    """What we send to others, who read it."""
    after = at.new.get("webhooks", {})
    for name, before in at.old.get("webhooks", {}).items():
        here = replace(at, where=f"webhook {name}#", side=Side.READ)
        if name not in after:
            yield from broken(here, "the webhook is gone")
            continue
        for method in (method for method in METHODS if method in before):
            yield from _sent_breakages(before[method], after[name].get(method), at=here)


def _sent_breakages(old: Json, new: Json | None, *, at: Place) -> Iterator[Breakage]:
    if new is None:
        yield from broken(at, "the webhook is sent by another method")
        return
    before, after = resolved(old.get("requestBody", {}), at.old), resolved(new.get("requestBody", {}), at.new)
    yield from _content_breakages(before, after, at=at)
