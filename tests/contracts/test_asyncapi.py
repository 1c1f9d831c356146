"""The published AsyncAPI document, held against the AsyncAPI Initiative's own schema, and every reference in it."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from onedoor.contracts import PUBLISHED

OFFICIAL = Path(__file__).parent / "asyncapi" / "3.0.0.json"
UNCHANGED = "d4571a420e6ffb7fcc7066c95a6db1202f299a3c51daa103d0706bf30f95e626"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
Document = dict[str, Any]


@pytest.fixture(scope="module")
def official() -> Draft7Validator:
    """Their schema, which holds all that it refers to."""
    schema = json.loads(OFFICIAL.read_text())
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


@pytest.fixture
def document() -> Document:
    found: Document = json.loads((PUBLISHED / "asyncapi.json").read_text())
    return found


def faults(official: Draft7Validator, document: Document) -> list[str]:
    """All that is wrong with a document: by the official schema, then its references, then its payloads."""
    told = [f"{_place(fault.absolute_path)}: {fault.message}" for fault in official.iter_errors(document)]
    return [*told, *_references(document), *_payloads(document)]


def _place(path: Any) -> str:
    return "/" + "/".join(str(step) for step in path)


def _references(document: Document) -> Iterator[str]:
    """Those of the document itself; a payload is a document of its own, with an id."""
    without = copy.deepcopy(document)
    for message in without.get("components", {}).get("messages", {}).values():
        message.pop("payload", None)
    for place, reference in _refs(without):
        if _at(without, reference) is None:
            yield f"{place} refers to {reference}, which is not there"
    for key, channel in document.get("channels", {}).items():
        for name, message in channel.get("messages", {}).items():
            if not message.get("$ref", "").startswith("#/components/messages/"):
                yield f"/channels/{key}/messages/{name} does not refer to a message"
    for key, operation in document.get("operations", {}).items():
        if not operation.get("channel", {}).get("$ref", "").startswith("#/channels/"):
            yield f"/operations/{key} does not refer to a channel"


def _payloads(document: Document) -> Iterator[str]:
    """The official schema lets any payload pass that names a format it does not know."""
    for key, message in document.get("components", {}).get("messages", {}).items():
        payload = message.get("payload", {})
        schema = payload.get("schema", {})
        if payload.get("schemaFormat") != SCHEMA_FORMAT:
            yield f"{key}: its payload is no {SCHEMA_FORMAT}"
        for fault in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
            yield f"{key}: {_place(fault.absolute_path)}: {fault.message}"
        for place, reference in _refs(schema):
            if _at(schema, reference) is None:
                yield f"{key}: {place} refers to {reference}, which is not there"


def _refs(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every reference, with where it is. A property may be called $ref too; none of ours is."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield place, value["$ref"]
        for key, inner in value.items():
            yield from _refs(inner, f"{place}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _refs(inner, f"{place}/{number}")


def _at(root: Any, reference: str) -> Any:
    """What a reference within the document points to; None where there is nothing. Others are not followed: we have none."""
    if not reference.startswith("#/"):
        return None
    found = root
    for step in reference.removeprefix("#/").split("/"):
        step = step.replace("~1", "/").replace("~0", "~")
        found = found.get(step) if isinstance(found, dict) else None
    return found


def test_the_official_schema_is_as_it_was_taken() -> None:
    assert hashlib.sha256(OFFICIAL.read_bytes()).hexdigest() == UNCHANGED


def test_the_published_document_is_asyncapi_and_all_its_references_lead_somewhere(
    official: Draft7Validator, document: Document
) -> None:
    assert document["asyncapi"] == OFFICIAL.stem
    assert faults(official, document) == []


def test_every_published_event_has_one_channel_one_operation_and_its_own_schema(document: Document) -> None:
    events = {file.stem: json.loads(file.read_text()) for file in (PUBLISHED / "events").glob("*.json")}
    messages = document["components"]["messages"]
    assert {message["name"]: message["payload"]["schema"] for message in messages.values()} == events
    addresses = [channel["address"] for channel in document["channels"].values()]
    assert len(addresses) == len(set(addresses)) == len(events)
    told = [operation["channel"]["$ref"] for operation in document["operations"].values()]
    assert sorted(told) == sorted(f"#/channels/{key}" for key in document["channels"])


def _without_info(document: Document) -> None:
    del document["info"]


def _unknown_action(document: Document) -> None:
    document["operations"]["say_case_opened"]["action"] = "shout"


def _unknown_member(document: Document) -> None:
    document["channels"]["case_opened"]["adress"] = "evt.case.case.opened"


def _other_version(document: Document) -> None:
    document["asyncapi"] = "2.6.0"


def _lost_message(document: Document) -> None:
    del document["components"]["messages"]["case_opened"]


def _lost_channel(document: Document) -> None:
    document["operations"]["say_case_opened"]["channel"]["$ref"] = "#/channels/case_openend"


def _wrong_kind(document: Document) -> None:
    document["operations"]["say_case_opened"]["channel"]["$ref"] = "#/components/messages/case_opened"


def _lost_envelope(document: Document) -> None:
    document["components"]["messages"]["case_opened"]["headers"]["$ref"] = "#/components/schemas/envelop"


def _elsewhere(document: Document) -> None:
    document["components"]["messages"]["case_opened"]["headers"]["$ref"] = "https://example.org/envelope.json"


def _lost_definition(document: Document) -> None:
    document["components"]["messages"]["case_opened"]["payload"]["schema"].pop("$defs")


def _no_schema(document: Document) -> None:
    document["components"]["messages"]["case_opened"]["payload"]["schema"]["type"] = "objekt"


DOCTORED: dict[Callable[[Document], None], str] = {
    _without_info: "'info' is a required property",
    _unknown_action: "/operations/say_case_opened",
    _unknown_member: "/channels/case_opened",
    _other_version: "/asyncapi: '3.0.0' was expected",
    _lost_message: "/channels/case_opened/messages/case_opened refers to #/components/messages/case_opened",
    _lost_channel: "/operations/say_case_opened/channel refers to #/channels/case_openend",
    _wrong_kind: "/operations/say_case_opened does not refer to a channel",
    _lost_envelope: "refers to #/components/schemas/envelop, which is not there",
    _elsewhere: "refers to https://example.org/envelope.json, which is not there",
    _lost_definition: "case_opened: ",
    _no_schema: "case_opened: /type: 'objekt'",
}


@pytest.mark.parametrize("doctor", DOCTORED, ids=lambda doctor: doctor.__name__.strip("_"))
def test_a_doctored_document_is_refused(
    official: Draft7Validator, document: Document, doctor: Callable[[Document], None]
) -> None:
    doctor(document)
    assert any(DOCTORED[doctor] in fault for fault in faults(official, document)), faults(official, document)
