"""Somebody's package, as a request keeps it: whose parts are there, which are missing, and what was made of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.people.rights import (
    HOLDERS,
    PackageGone,
    PackageNotReady,
    PackageView,
    Right,
    RightsRequestStatus,
)

GATHERED = frozenset({Right.ACCESS, Right.PORTABILITY})
"""What is answered with a package."""
_OPEN = frozenset({RightsRequestStatus.UNDER_WAY, RightsRequestStatus.READY})
Package = Mapping[str, Any]


def package_of(request_id: UUID) -> str:
    """What a package is sealed as."""
    return f"access package|{request_id}"


def is_open(status: str, right: str) -> bool:
    """Whether there is a package to be made, or to be made anew."""
    return right in GATHERED and status in _OPEN


def waits_for(status: str, right: str, package: Package | None, service: str) -> bool:
    """Whether a service's part is wanted: until the package is made, and afterwards if it is not in it, or was lost."""
    lacking = {*(package or {}).get("unanswered", []), *missing(package)}
    return is_open(status, right) and (not is_made(package) or service in lacking)


def parts_of(package: Package | None) -> dict[str, dict[str, Any]]:
    """Where the parts lie that were handed in, by service."""
    return {**(package or {}).get("parts", {})}


def asked_again(package: Package | None) -> list[str]:
    """The services whose part could not be read once, and were asked for another."""
    return [*(package or {}).get("asked_again", [])]


def missing(package: Package | None) -> list[str]:
    """The services that have not answered, in their order."""
    return [service for service in HOLDERS if service not in parts_of(package)]


def with_part(package: Package | None, service: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept once a service handed in its part."""
    return {**(package or {}), "parts": parts_of(package) | {service: {**part}}}


def without(package: Package | None, services: Collection[str]) -> dict[str, Any]:
    """What is kept once these parts could not be read."""
    left = {name: part for name, part in parts_of(package).items() if name not in services}
    return {**(package or {}), "parts": left, "asked_again": sorted({*asked_again(package), *services})}


def with_made(
    package: Package | None,
    made: Mapping[str, Any],
    *,
    unanswered: Collection[str],
    made_at: datetime,
    until: datetime,
) -> dict[str, Any]:
    """What is kept once it was made: where it lies sealed (`kept`), the digest and size of the file, and until when."""
    times = {"made_at": made_at.isoformat(), "until": until.isoformat()}
    return {**(package or {}), **made, **times, "unanswered": [*unanswered]}


def is_made(package: Package | None) -> bool:
    return "kept" in (package or {})


def is_whole(status: str, package: Package | None) -> bool:
    """Whether it is ready, and no service is missing in it."""
    return status == RightsRequestStatus.READY and is_made(package) and not (package or {})["unanswered"]


def made_of(package: Package | None, *, ended: bool) -> Package:
    """What was made. Raises PackageNotReady where that is still to come, PackageGone where its time is over."""
    if package is not None and is_made(package):
        return package
    raise PackageGone if ended else PackageNotReady


def shown(package: Package | None) -> PackageView | None:
    """What its person sees of it."""
    if package is None or not is_made(package):
        return None
    return PackageView.model_validate({name: package[name] for name in PackageView.model_fields})
