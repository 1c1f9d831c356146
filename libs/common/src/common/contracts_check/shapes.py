"""The shapes a value may take: unions, nullability and type lists laid out as one flat list. No comparing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from common.contracts_check.breakage import Json
from common.contracts_check.references import bare_reference, beside, resolved

JSON_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
IMPLIED = {"properties": "object", "additionalProperties": "object", "required": "object", "items": "array"}
ANYTHING = "anything"


@dataclass(frozen=True)
class Shape:
    """One of the shapes a value may take. `tags` are its values of the union's discriminator, if it has one."""

    kind: str
    schema: Json
    reference: str | None = None
    tags: frozenset[str] = frozenset()


def shapes_of(node: Any, document: Json) -> tuple[list[Shape], bool]:
    """Every shape but null, and whether null is allowed."""
    found = list(_laid_out(node, document, tag=None, within=frozenset()))
    nullable = any(shape.kind in ("null", ANYTHING) or _lists_null(shape.schema) for shape in found)
    return [shape for shape in found if shape.kind != "null"], nullable


def listed(schema: Json) -> tuple[list[Any] | None, bool]:
    """The values a shape lists (None when it lists none), and whether the list is open to more."""
    if "x-extensible-enum" in schema:
        return list(schema["x-extensible-enum"]), True
    if "const" in schema:
        return [schema["const"]], False
    values = schema.get("enum")
    return (None if values is None else [value for value in values if value is not None]), False


def _laid_out(node: Any, document: Json, *, tag: str | None, within: frozenset[str | None]) -> Iterator[Shape]:
    reference = bare_reference(node)
    if reference is not None and reference in within:
        return  # a union that lists itself adds no shape
    schema = resolved(node, document)
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            yield from _variants(schema, keyword, document, tag=tag, within=within | {reference})
            return
    for kind in _kinds(schema):
        yield Shape(kind, schema, reference, _tags(schema, tag, document))


def _variants(
    schema: Json, keyword: str, document: Json, *, tag: str | None, within: frozenset[str | None]
) -> Iterator[Shape]:
    tag = schema.get("discriminator", {}).get("propertyName", tag)
    shared = beside(schema, keyword)
    for variant in schema[keyword]:
        # What is said beside a union holds for each of its variants.
        joined = {**resolved(variant, document), **shared} if shared else variant
        yield from _laid_out(joined, document, tag=tag, within=within)


def _kinds(schema: Json) -> list[str]:
    said = schema.get("type")
    kinds = list(said) if isinstance(said, list) else [said or _implied(schema)]
    return [*kinds, "null"] if schema.get("nullable") and "null" not in kinds else kinds


def _implied(schema: Json) -> str:
    values, _ = listed(schema)
    kinds = {JSON_TYPES.get(type(value), ANYTHING) for value in values or []}
    if values == [None] or values == []:
        return "null"
    if len(kinds) == 1:
        return kinds.pop()
    return next((kind for keyword, kind in IMPLIED.items() if keyword in schema), ANYTHING)


def _lists_null(schema: Json) -> bool:
    return None in schema.get("enum", []) and "x-extensible-enum" not in schema


def _tags(schema: Json, tag: str | None, document: Json) -> frozenset[str]:
    if tag is None or tag not in schema.get("properties", {}):
        return frozenset()
    values, _ = listed(resolved(schema["properties"][tag], document))
    return frozenset(str(value) for value in values or [])
