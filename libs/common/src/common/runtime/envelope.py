"""An event on its way: CloudEvents 1.0 in NATS binary mode. One place stamps it, one place reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

import orjson

from common import contracts  # noqa: F401 - the whole catalogue, whatever a service imports itself
from common.contracts.base import Event
from common.runtime.work import Values

EVENTS_STREAM = "EVENTS"
ACCESS_STREAM = "ACCESS"
ACCESS_AGGREGATE = "access"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as a subscriber hears it: what happened, and who, when, where and because of what."""

    event: Event | None
    id: UUID
    name: str
    speaker: str
    aggregate: str
    aggregate_id: UUID
    version: int
    era: int
    council: str
    person_id: UUID | None
    actor_kind: str
    actor_id: str
    correlation_id: UUID
    causation_id: UUID | None
    trace: str | None
    occurred: datetime
    recorded: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands: the how manieth of which aggregate."""

    aggregate: str
    aggregate_id: UUID
    version: int
    era: int

    @property
    def key(self) -> tuple[str, UUID]:
        return self.aggregate, self.aggregate_id


def subject(aggregate: str, name: str) -> str:
    """Where an event travels: `evt.<aggregate>.<event>`. No person and no council in it."""
    return f"access.{name}" if aggregate == ACCESS_AGGREGATE else f"evt.{aggregate}.{name}"


def to_headers(said: Mapping[str, Any], *, speaker: str) -> dict[str, str]:
    """The CloudEvents attributes of a row of the said log."""
    attributes = {
        "specversion": "1.0",
        "id": said["id"],
        "source": f"/{speaker}",
        "type": said["name"],
        "time": _moment(said["occurred"]),
        "datacontenttype": "application/json",
        "aggregate": said["aggregate"],
        "aggregateid": said["aggregate_id"],
        "sequence": said["version"],
        "era": said["era"],
        "recordedtime": _moment(said["recorded"]),
        "council": said["council"],
        "personid": said["person_id"],
        "authtype": said["actor_kind"],
        "authid": said["actor_id"],
        "correlationid": said["correlation_id"],
        "causationid": said["causation_id"],
        "traceparent": said["trace"],
    }
    return {f"ce-{name}": quote(str(value), safe="/:+") for name, value in attributes.items() if value is not None}


def from_message(headers: Mapping[str, str], data: bytes | Values, *, place: Place | None = None) -> Heard:
    """Read a message. An event that this release does not know is heard with `event=None`: its version still counts.

    Raises pydantic's ValidationError where the payload is not what the contract says, KeyError or ValueError where the
    envelope is broken.
    """
    place = place or address(headers)
    said = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
    contract = Event.catalogue.get(said["type"])
    payload = data if isinstance(data, dict) else orjson.loads(data)
    return Heard(
        event=contract.model_validate(payload) if contract else None,
        name=said["type"],
        speaker=said["source"].lstrip("/"),
        actor_kind=said["authtype"],
        actor_id=said["authid"],
        council=said["council"],
        trace=said.get("traceparent"),
        occurred=datetime.fromisoformat(said["time"]),
        recorded=datetime.fromisoformat(said["recordedtime"]),
        aggregate=place.aggregate,
        aggregate_id=place.aggregate_id,
        version=place.version,
        era=place.era,
        id=UUID(said["id"]),
        person_id=_id(said.get("personid")),
        correlation_id=UUID(said["correlationid"]),
        causation_id=_id(said.get("causationid")),
    )


def address(headers: Mapping[str, str]) -> Place:
    """Which aggregate and version a message is, read without its payload. Raises KeyError or ValueError."""
    return Place(
        unquote(headers["ce-aggregate"]),
        UUID(headers["ce-aggregateid"]),
        int(headers["ce-sequence"]),
        int(headers["ce-era"]),
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
