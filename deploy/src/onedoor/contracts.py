"""Writes what the platform promises, from the code: JSON Schemas, OpenAPI, AsyncAPI, the event catalogue page."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from case_crm.domain.definitions import LocalDefinition, ServiceDefinition
from common.contracts.base import Event
from common.contracts.keys import KEY_OWNER, PURPOSES, SEALED_KINDS
from common.contracts.people import portable
from common.embedded.issuer import SERVICES
from common.runtime.app import create_app
from common.runtime.envelope import subject
from common.runtime.service import Service
from pydantic import TypeAdapter

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "libs/common/published"
CATALOGUE = ROOT / "docs/events.md"


def services() -> list[Service]:
    """The five services, in their order."""
    return [importlib.import_module(f"{name.replace('-', '_')}.app").service for name in SERVICES]


def catalogue() -> list[type[Event]]:
    """Every event of the contracts, by name; those of tests are not among them."""
    known = [event for event in Event.catalogue.values() if event.__module__.startswith("common.contracts.")]
    return sorted(known, key=lambda event: event.name)


def documents() -> Iterator[tuple[Path, str]]:
    """Every generated file with its text."""
    found = services()
    for event in catalogue():
        yield PUBLISHED / "events" / f"{event.name}.json", _json(schema_of(event))
    for service in found:
        yield PUBLISHED / "openapi" / f"{service.name}.json", _json(create_app(service).openapi())
    yield PUBLISHED / "asyncapi.json", _json(asyncapi())
    yield PUBLISHED / "keys.json", _json(purposes())
    yield PUBLISHED / "portable-data.json", _json(portable.schema())
    yield PUBLISHED / "service-definition.json", _json(definition_schema())
    yield CATALOGUE, page(found)


def purposes() -> dict[str, Any]:
    """Who may open which sealed values, and for what; and which kinds of facts are sealed under which class."""
    return {
        "owner": KEY_OWNER,
        "purposes": {name: dict(why) for name, why in PURPOSES.items()},
        "kinds": dict(SEALED_KINDS),
    }


def definition_schema() -> dict[str, Any]:
    """The JSON Schema of a council service's file, for editors: a whole definition, or one that extends another."""
    schema = TypeAdapter(ServiceDefinition | LocalDefinition).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's data."""
    schema = event.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://onedoor.example/events/{event.name}.json",
        **schema,
        "x-aggregate": event.aggregate,
        "x-speaker": event.speaker,
    }


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3: a channel an event, in CloudEvents' NATS binary mode."""
    channels, operations, messages = {}, {}, {}
    for event in catalogue():
        key = event.name.replace(".", "_")
        channels[key] = {
            "address": subject(event.aggregate, event.name),
            "messages": {key: {"$ref": f"#/components/messages/{key}"}},
        }
        operations[f"say_{key}"] = {"action": "send", "channel": {"$ref": f"#/channels/{key}"}}
        messages[key] = {
            "name": event.name,
            "summary": _first_line(event),
            "contentType": "application/json",
            "headers": {"$ref": "#/components/schemas/envelope"},
            "payload": {"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": schema_of(event)},
        }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Onedoor events", "version": "1", "license": {"name": "MIT"}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"envelope": ENVELOPE}},
    }


ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 attributes as NATS headers; values are percent-encoded.",
    "required": [
        "ce-specversion",
        "ce-id",
        "ce-source",
        "ce-type",
        "ce-time",
        "ce-aggregate",
        "ce-aggregateid",
        "ce-sequence",
    ],
    "properties": {
        "ce-specversion": {"const": "1.0"},
        "ce-id": {"type": "string", "format": "uuid"},
        "ce-source": {"type": "string", "description": "The speaker, as a path."},
        "ce-type": {"type": "string", "description": "The event's name."},
        "ce-time": {"type": "string", "format": "date-time", "description": "When it occurred."},
        "ce-recordedtime": {"type": "string", "format": "date-time"},
        "ce-datacontenttype": {"const": "application/json"},
        "ce-aggregate": {"type": "string"},
        "ce-aggregateid": {"type": "string", "format": "uuid"},
        "ce-sequence": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "The gap-free version in its aggregate.",
        },
        "ce-era": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "Raised when the speaker's database was restored. Order is by era, then by sequence.",
        },
        "ce-previousera": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "The era of the version before, where it is another.",
        },
        "ce-council": {"type": "string"},
        "ce-personid": {"type": "string", "format": "uuid"},
        "ce-authtype": {"type": "string", "description": "The kind of actor."},
        "ce-authid": {"type": "string"},
        "ce-onbehalfof": {
            "type": "string",
            "format": "uuid",
            "description": "The person for whom the actor did it, where the actor is a representative.",
        },
        "ce-representationid": {
            "type": "string",
            "format": "uuid",
            "description": "By which representation they acted.",
        },
        "ce-correlationid": {"type": "string", "format": "uuid", "description": "One per story."},
        "ce-causationid": {"type": "string", "format": "uuid"},
        "ce-traceparent": {"type": "string"},
    },
}


def page(found: list[Service]) -> str:
    """The event catalogue as people read it: who says what to whom, with which fields."""
    lines = [
        "# Event catalogue",
        "",
        "Generated by `make contracts` from `libs/common/src/common/contracts`; do not edit.",
        "",
        "| event | said by | aggregate | heard by | fields | what happened |",
        "|---|---|---|---|---|---|",
    ]
    for event in catalogue():
        heard = ", ".join(
            sorted({service.name for service in found for s in service.heard_by() if event.aggregate in s.aggregates})
        )
        fields = ", ".join(f"`{name}`" for name in event.model_fields) or "–"
        lines.append(
            f"| {event.name} | {event.speaker} | {event.aggregate} | {heard or '–'} | {fields} | {_first_line(event)} |"
        )
    return "\n".join(lines) + "\n"


def _first_line(event: type[Event]) -> str:
    return (event.__doc__ or "").strip().splitlines()[0]


def _json(document: Any) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write() -> None:
    """Write every generated file, and take away those that nothing generates any more."""
    made = dict(documents())
    for old in [*PUBLISHED.rglob("*.json")]:
        if old not in made:
            old.unlink()
    for file, text in made.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def stale() -> list[str]:
    """Generated files that are not what the code would write."""
    made = dict(documents())
    wrong = [file for file, text in made.items() if not file.exists() or file.read_text() != text]
    wrong += [file for file in PUBLISHED.rglob("*.json") if file not in made]
    return sorted(str(file.relative_to(ROOT)) for file in wrong)


if __name__ == "__main__":
    write()
