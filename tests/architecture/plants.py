"""Personal data that cannot be mistaken, and every place of a request that it can be put into."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import quote, unquote_plus

from pydantic import BaseModel

from tests.architecture.routes import Operation


@dataclass(frozen=True)
class Plant:
    """Something that a person might type, and how it is known again however it is written."""

    kind: str
    text: str
    known_by: str

    def is_in(self, line: str) -> bool:
        return re.search(self.known_by, unquote_plus(line), re.IGNORECASE) is not None


PLANTS = (
    Plant("name", "Zebedee Quillfeather", "zebedee|quillfeather"),
    Plant("address", "17 Larkspurmews Row, Southholt ZZ99 7QX", r"larkspurmews|zz99\W{0,3}7qx"),
    Plant("e-mail", "merlinfax@example.org", "merlinfax"),
    Plant("phone", "07700 900987", r"(?<![0-9a-f])(\+?44|0)?\W{0,3}7700\W{0,3}900\W{0,3}987(?![0-9a-f])"),
    Plant("date of birth", "1937-04-29", r"(?<![0-9a-f])1937\W{0,3}04\W{0,3}29(?![0-9a-f])"),
    Plant("free text", "My thistlewhisper is bad again.", "thistlewhisper"),
)
# The same for the proof that whatever is there is found: other words, so that the proof is no finding itself.
PROOF = Plant("name", "Balthazar Hemlockshade", "balthazar|hemlockshade")


# -- into bodies


def bodies(shape: Any, told: Any, plant: str) -> Iterator[Any]:
    """The body with the plant in it, once for every place there is: right or wrong ones, and fields that nobody asks for."""
    if get_origin(shape) is Annotated:
        yield from bodies(get_args(shape)[0], told, plant)
    elif get_origin(shape) in (Union, types.UnionType):
        yield plant
        for member in get_args(shape):
            yield from (body for body in bodies(member, told, plant) if body != plant)
    elif isinstance(shape, type) and issubclass(shape, BaseModel):
        yield from _in_fields(shape, told if isinstance(told, Mapping) else {}, plant)
    elif get_origin(shape) is list:
        items = told if isinstance(told, list) and told else [None]
        yield from ([body, *items[1:]] for body in bodies(get_args(shape)[0], items[0], plant))
    elif get_origin(shape) is dict:
        yield {plant: plant}
        for name, value in (told or {"contact": {"note": ""}}).items():
            yield from ({**(told or {}), name: body} for body in bodies(get_args(shape)[1], value, plant))
    else:
        yield plant


def _in_fields(shape: type[BaseModel], told: Mapping[str, Any], plant: str) -> Iterator[dict[str, Any]]:
    yield {**told, plant: plant}
    for name, inner in shape.model_fields.items():
        yield from ({**told, name: body} for body in bodies(inner.annotation, told.get(name), plant))


def broken(told: Any, plant: str) -> Iterator[tuple[bytes, str]]:
    """Bodies that are no such thing, each with the format it claims to have."""
    told = {**told, "x": plant} if isinstance(told, Mapping) else {"x": plant}
    json_of = json.dumps(told)
    yield json_of[:-2].encode(), "application/json"  # it breaks off
    yield f'{{"{plant}": {plant}}}'.encode(), "application/json"
    yield json.dumps(plant).encode(), "application/json"
    yield json.dumps([plant]).encode(), "application/json"
    yield json_of.replace(plant, f"{plant}\\u0000").encode(), "application/json"
    yield json_of.replace(plant, f"{plant}\\ud83d").encode(), "application/json"  # half a character
    yield json_of.encode() + b"\xff\xfe", "application/json"
    yield json_of.replace(plant, plant * (1024 * 1024 // len(plant) + 1)).encode(), "application/json"
    yield f"x={quote(plant)}".encode(), "application/x-www-form-urlencoded"
    yield plant.encode(), plant


# -- into addresses and headers


def addresses(operation: Operation, told: Mapping[str, Any], plant: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The path and query with the plant in each part of them, and in places that there are not."""
    path, query = dict(told.get("path", {})), dict(told.get("query", {}))
    right = operation.route.path_format.format(**path)
    for name in path:
        yield operation.route.path_format.format(**path | {name: quote(plant, safe="")}), query
    declared = [each.alias for each in operation.route.dependant.query_params]
    for name in (*declared, "q", plant):
        yield right, query | {name: plant}
    yield f"{right}/{quote(plant)}", query
    yield f"/{quote(plant)}/persons", {plant: plant}


HEADERS = (
    "Authorization",
    "Cookie",
    "Idempotency-Key",
    "If-Match",
    "Onedoor-After",
    "Onedoor-Correlation",
    "Onedoor-Council",
    "traceparent",
    "tracestate",
    "baggage",
    "Referer",
    "User-Agent",
    "X-Forwarded-For",
)
