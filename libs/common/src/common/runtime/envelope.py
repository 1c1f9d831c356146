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
from common.runtime.ids import read_id
from common.runtime.store.work import Values

EVENTS_STREAM = "EVENTS"
ACCESS_STREAM = "ACCESS"
KEYS_STREAM = "KEYS"
PACKAGES = "packages"  # the bucket of the object store
PACKAGES_STREAM = f"OBJ_{PACKAGES}"
ATTACHMENTS = "attachments"  # the other one: what lies there, lies for years
ATTACHMENTS_STREAM = f"OBJ_{ATTACHMENTS}"
ACCESS_AGGREGATE = "access"
_OPTIONAL = {
    "person_id": "ce-personid",
    "on_behalf_of": "ce-onbehalfof",
    "representation_id": "ce-representationid",
    "causation_id": "ce-causationid",
    "trace": "ce-traceparent",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as a subscriber hears it: what happened, and who, when, where and because of what.

    Where a representative did it, the actor is the representative, of kind `representative`; `on_behalf_of` is whom for.
    """

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
    on_behalf_of: UUID | None = None
    representation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands: the how manieth of which aggregate, in which era, and in which era the one before it was said."""

    aggregate: str
    aggregate_id: UUID
    version: int
    era: int
    follows: int

    @property
    def at(self) -> tuple[int, int]:
        """What its order is by."""
        return self.era, self.version

    @property
    def before(self) -> tuple[int, int]:
        """What must have been heard before it, or something later that its owner no longer knows of."""
        return self.follows, self.version - 1

    @property
    def key(self) -> tuple[str, UUID]:
        return self.aggregate, self.aggregate_id


def subject(aggregate: str, name: str) -> str:
    """Where an event travels: `evt.<aggregate>.<event>`. No person and no council in it."""
    return f"access.{name}" if aggregate == ACCESS_AGGREGATE else f"evt.{aggregate}.{name}"


def to_headers(said: Mapping[str, Any], *, speaker: str) -> dict[str, str]:
    """The CloudEvents attributes of a row of the said log. Where a value may be any text, it is percent-encoded."""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": str(said["id"]),
        "ce-source": f"/{speaker}",
        "ce-type": said["name"],
        "ce-time": _moment(said["occurred"]),
        "ce-datacontenttype": "application/json",
        "ce-aggregate": said["aggregate"],
        "ce-aggregateid": str(said["aggregate_id"]),
        "ce-sequence": str(said["version"]),
        "ce-era": str(said["era"]),
        "ce-recordedtime": _moment(said["recorded"]),
        "ce-council": said["council"],
        "ce-authtype": said["actor_kind"],
        "ce-authid": quote(said["actor_id"], safe="/:+"),
        "ce-correlationid": str(said["correlation_id"]),
    }
    if said["follows"] != said["era"]:
        headers["ce-previousera"] = str(said["follows"])
    for name, header in _OPTIONAL.items():
        if (value := said.get(name)) is not None:
            headers[header] = str(value)
    return headers


def from_message(headers: Mapping[str, str], data: bytes | Values, *, place: Place | None = None) -> Heard:
    """Read a message. An event that this release does not know is heard with `event=None`: its version still counts.

    Raises pydantic's ValidationError where the payload is not what the contract says, KeyError or ValueError where the
    envelope is broken.
    """
    place = place or address(headers)
    name = headers["ce-type"]
    contract = Event.catalogue.get(name)
    payload = data if isinstance(data, dict) else orjson.loads(data)
    return Heard(
        event=contract.model_validate(payload) if contract else None,
        name=name,
        speaker=headers["ce-source"].lstrip("/"),
        actor_kind=headers["ce-authtype"],
        actor_id=unquote(headers["ce-authid"]),
        on_behalf_of=_id(headers.get("ce-onbehalfof")),
        representation_id=_id(headers.get("ce-representationid")),
        council=headers["ce-council"],
        trace=headers.get("ce-traceparent"),
        occurred=datetime.fromisoformat(headers["ce-time"]),
        recorded=datetime.fromisoformat(headers["ce-recordedtime"]),
        aggregate=place.aggregate,
        aggregate_id=place.aggregate_id,
        version=place.version,
        era=place.era,
        id=read_id(headers["ce-id"]),
        person_id=_id(headers.get("ce-personid")),
        correlation_id=read_id(headers["ce-correlationid"]),
        causation_id=_id(headers.get("ce-causationid")),
    )


def address(headers: Mapping[str, str]) -> Place:
    """Which aggregate and version a message is, read without its payload. Raises KeyError or ValueError."""
    era = headers["ce-era"]
    return Place(
        headers["ce-aggregate"],
        read_id(headers["ce-aggregateid"]),
        int(headers["ce-sequence"]),
        int(era),
        int(headers.get("ce-previousera", era)),
    )


def _id(text: str | None) -> UUID | None:
    return read_id(text) if text else None


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
