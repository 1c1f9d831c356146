"""Bad requests: of each kind, one for every route that takes it, made from the route's sample; and each service's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from common.embedded.issuer import PERMISSIONS, Issuer
from common.runtime.headers import IF_MATCH, KEY
from common.runtime.ids import new_id
from common.runtime.principal import OFFICIAL
from common.runtime.rules import May
from common.testing.refusals import PLANTED
from pydantic import BaseModel

from tests.architecture.routes import EVERY_PERMISSION, NAMED, OPERATIONS, Operation, content_of
from tests.architecture.world import HERE, THERE, World

OWN: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("refusals.yaml").read_text())


@dataclass(frozen=True)
class Attack:
    """One bad request to a service: what is bad in it, the route it is for (None: none), and what is sent."""

    service: str
    case: str
    operation: Operation | None
    sent: Mapping[str, Any]  # as httpx takes it

    def __str__(self) -> str:
        return f"{self.service} → {self.case}"


@dataclass(frozen=True)
class Caller:
    """A world, and the stranger whose tokens nobody should believe."""

    world: World
    stranger: Issuer

    def call(self, operation: Operation, *, by: str = "", headers: Any = None, **changes: Any) -> dict[str, Any]:
        """The sample call of a route, with `changes` in place of its path, query or body, and `headers` beside its token."""
        told = self.world.named({**operation.sample, **changes})
        sent = {
            "method": operation.method,
            "url": operation.route.path_format.format(**told.get("path", {})),
            "params": told.get("query"),
        }
        return sent | content_of(told, {**self.token(by or role(operation)), **(headers or {})})

    def token(self, role: str, **changes: Any) -> dict[str, str]:
        return {} if role == "public" else self.world.rightful(role, **changes)

    def acting(self, *, may: list[str]) -> dict[str, str]:
        """Somebody acts for the person of this world."""
        return {
            **self.world.town.representative(self.world.names["person"], new_id(), may=may),
            "Onedoor-Council": HERE,
        }

    def odd_token(self, issuer: Issuer, role: str, *, seconds: int) -> dict[str, str]:
        """A token that says the right things, from an issuer, for as long as that."""
        who = {"subject": self.world.names["person"], "councils": [HERE], "audience": self.world.town.services}
        return {"Authorization": f"Bearer {issuer.token(role, seconds=seconds, **who)}"}


Kind = Callable[[Caller, Operation], Iterator[dict[str, Any]]]
"""A kind of bad input: what of it there is to send to a route."""


def role(operation: Operation) -> str:
    """Who makes the sample call."""
    return str(operation.sample.get("by", operation.roles)[0])


def attacks(world: World, stranger: Issuer) -> Iterator[Attack]:
    """Every bad request: by service, then by kind."""
    caller = Caller(world, stranger)
    for service in world.town.services:
        for case, kind in KINDS.items():
            for operation in OPERATIONS:
                if operation.service == service:
                    yield from (Attack(service, case, operation, sent) for sent in kind(caller, operation))
        for case, told in OWN[service].items():
            operation = NAMED[f"{service} {told['of']}"]
            yield Attack(service, case, operation, _own(caller, operation, told))
        nowhere = {"method": "GET", "url": f"/{PLANTED}", "headers": caller.token("officer")}
        yield Attack(service, "an unknown address", None, nowhere)


def _own(caller: Caller, operation: Operation, told: Mapping[str, Any]) -> dict[str, Any]:
    changes = {name: told[name] for name in ("path", "query", "body", "file", "by") if name in told}
    if "with" in told:
        changes["body"] = {**operation.sample["body"], **told["with"]}
    return caller.call(operation, **changes)


# -- who asks


def _from(who: Callable[[Caller, Operation], dict[str, str]]) -> Kind:
    """The sample call of every route that is not for everybody, from somebody else."""

    def kind(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
        if not operation.rule.public:
            yield caller.call(operation, by="public", headers=who(caller, operation))

    return kind


def _expired(caller: Caller, operation: Operation) -> dict[str, str]:
    return caller.odd_token(caller.world.town.issuer, role(operation), seconds=-60)


def _strangers(caller: Caller, operation: Operation) -> dict[str, str]:
    return caller.odd_token(caller.stranger, role(operation), seconds=3600)


def _another_role(caller: Caller, operation: Operation) -> dict[str, str]:
    other = next(each for each in PERMISSIONS if each not in operation.roles)
    return caller.token(other, permissions=EVERY_PERMISSION)


def _no_permission(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    for each, permission in operation.rule.roles:
        if permission is not None:
            yield caller.call(operation, headers=caller.token(each, permissions=[]))


def _for(council: str) -> Kind:
    """The sample call, said to be for a council."""
    return _from(lambda caller, operation: {**caller.token(role(operation)), "Onedoor-Council": council})


def _which_council(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    for each in sorted(OFFICIAL & {*operation.roles}):
        yield caller.call(operation, headers=caller.token(each, councils=[HERE, THERE]))


def _for_the_person(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    """Somebody who may do anything for the person, where only the person may."""
    if "resident" in operation.roles and operation.rule.acting is None:
        yield caller.call(operation, by="public", headers=caller.acting(may=list(May)))


def _beyond_their_scope(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.rule.acting is not None:
        less = [each for each in May if each is not operation.rule.acting]
        yield caller.call(operation, by="public", headers=caller.acting(may=less))


# -- what is sent


def _body(change: Callable[[dict[str, Any]], list[Any]]) -> Kind:
    """For every route that takes a body: what `change` makes of the sample's, each in a call of its own."""

    def kind(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
        if operation.route.body_field:
            yield from (caller.call(operation, body=body) for body in change(operation.sample["body"]))

    return kind


def _wrong_types(told: dict[str, Any]) -> list[Any]:
    """Each field in turn; but the value of a fact may have any type until its kind is known."""
    return [{**told, name: [[PLANTED]]} for name in told if name != "value"]


def _unknown_field(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.route.body_field and "takes_more" not in operation.sample:
        yield caller.call(operation, body={**operation.sample["body"], "surprise": PLANTED})


def _missing_field(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    shape: Any = operation.route.body_field.field_info.annotation if operation.route.body_field else None
    fields = shape.model_fields if isinstance(shape, type) and issubclass(shape, BaseModel) else {}
    for name in (name for name, field in fields.items() if field.is_required()):
        yield caller.call(operation, body={k: v for k, v in operation.sample["body"].items() if k != name})


def _content(content: str, kind_of_it: str) -> Kind:
    """For every route that takes a body: these bytes instead."""

    def kind(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
        if operation.route.body_field:
            sent = caller.call(operation, headers={"Content-Type": kind_of_it})
            del sent["json"]
            yield {**sent, "content": content}

    return kind


def _no_id(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    for name in _ids(operation):
        yield caller.call(operation, path={**operation.sample["path"], name: PLANTED})


def _unknown_id(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.others(role(operation)) == 404:
        for name in _ids(operation):
            yield caller.call(operation, path={**operation.sample["path"], name: str(new_id())})


def _anothers(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    """What is another's: of another council, or another person's or partner's."""
    for each in operation.roles:
        if operation.others(each) == 404 and _ids(operation):
            yield from (caller.call(operation, headers=headers) for headers in caller.world.strangers(each))


def _ids(operation: Operation) -> list[str]:
    return [each.name for each in operation.route.dependant.path_params if each.field_info.annotation is UUID]


def _asking(name: str, value: str) -> Kind:
    """A value that a route's query does not take."""

    def kind(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
        if name in {each.alias for each in operation.route.dependant.query_params}:
            yield caller.call(operation, query={**operation.sample.get("query", {}), name: value})

    return kind


def _header(header: Mapping[str, Any], value: str) -> Kind:
    """A value of a header that a route takes."""

    def kind(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
        if header in operation.route.endpoint.takes:  # type: ignore[attr-defined]  # put there when it was declared
            yield caller.call(operation, headers={header["name"]: value})

    return kind


def _wrong_method(caller: Caller, operation: Operation) -> Iterator[dict[str, Any]]:
    yield {**caller.call(operation), "method": "TRACE"}  # no route is one


KINDS: dict[str, Kind] = {
    "no token": _from(lambda caller, operation: {}),
    "a token that is none": _from(lambda caller, operation: {"Authorization": f"Bearer {PLANTED}"}),
    "an expired token": _from(_expired),
    "a stranger's token": _from(_strangers),
    "a wrong role": _from(_another_role),
    "no permission": _no_permission,
    "a council that is not the caller's": _for(THERE),
    "a council's name that is none": _for(f"{PLANTED}'"),
    "no council among several": _which_council,
    "somebody who acts for the person": _for_the_person,
    "somebody who acts beyond their scope": _beyond_their_scope,
    "a wrong type": _body(_wrong_types),
    "an unknown field": _unknown_field,
    "a missing field": _missing_field,
    "a body that is not JSON": _content(f"{{{PLANTED}", "application/json"),
    "a body that is no object": _body(lambda told: [[PLANTED], PLANTED, None]),
    "a body in another format": _content(f"name={PLANTED}", "text/plain"),
    "a body that is too large": _body(lambda told: [{**told, "note": PLANTED * 300_000}]),
    "an id that is no id": _no_id,
    "an unknown id": _unknown_id,
    "an id of what is another's": _anothers,
    "a cursor that is none": _asking("cursor", PLANTED),
    "a page of nothing": _asking("limit", "0"),
    "a page of 201": _asking("limit", "201"),
    "a page of somebody": _asking("limit", PLANTED),
    "an old version": _header(IF_MATCH, '"0"'),
    "a version that is none": _header(IF_MATCH, PLANTED),
    "a key that is too long": _header(KEY, PLANTED * 50),
    "a wrong method": _wrong_method,
}
