"""The routes of all services, each with the sample of how it is called that samples.yaml has for it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from common.embedded.issuer import PERMISSIONS
from common.runtime.principal import OFFICIAL
from common.runtime.routes import Route
from onedoor.contracts import services

HERE, THERE = "southholt", "northmere"  # where everything was made, and where nobody knows of it
SAMPLES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("samples.yaml").read_text())


@dataclass(frozen=True)
class Operation:
    """One route of one service, with the sample of how it is called."""

    service: str
    route: Route
    sample: Mapping[str, Any]  # empty where there is none

    def __str__(self) -> str:
        return f"{self.service} {self.route.operation_id}"

    @property
    def method(self) -> str:
        return next(iter(self.route.methods or ()))

    @property
    def rule(self) -> Any:
        return self.route.endpoint.rule  # type: ignore[attr-defined]  # put there when the route was declared

    @property
    def writes(self) -> bool:
        return bool(self.route.endpoint.writes)  # type: ignore[attr-defined]

    @property
    def roles(self) -> list[str]:
        return [role for role, _ in self.rule.roles]

    @property
    def everybodys(self) -> bool:
        return "everybodys" in self.sample

    def others(self, role: str) -> int | str | None:
        """What the sample brings those whom it is not for: a status, or `nothing`; None where it is for everybody."""
        told = self.sample.get("others")
        found: int | str | None = told[role] if isinstance(told, dict) else told
        return found


def content_of(told: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """What a sample sends as its body, beside these headers, as httpx takes it."""
    if "file" in told:
        [(kind, content)] = told["file"].items()
        return {"content": base64.b64decode(content), "headers": {"Content-Type": kind, **headers}}
    return {"headers": dict(headers)} | ({"json": told["body"]} if "body" in told else {})


OPERATIONS = [
    Operation(service.name, route, SAMPLES.get(service.name, {}).get(str(route.operation_id), {}))
    for service in services()
    for api in service.api
    for route in api.paths()
]
KINDS = {
    "operation": lambda each: True,
    "closed": lambda each: not each.rule.public,
    "worded": lambda each: each.route.body_field is not None,
    "reading": lambda each: not each.writes,
    "writing": lambda each: each.writes,
    "guarded_reading": lambda each: not each.writes and not each.everybodys,
    "guarded_writing": lambda each: each.writes and not each.everybodys,
    "official": lambda each: bool(OFFICIAL & {*each.roles}),
}
NAMED = {str(each): each for each in OPERATIONS}
EVERY_PERMISSION = sorted({permission for each in PERMISSIONS.values() for permission in each.split()})
