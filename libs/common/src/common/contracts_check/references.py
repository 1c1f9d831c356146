"""Following `$ref` and `allOf` inside one document. Knows nothing of what a change means."""

from typing import Any

from common.contracts_check.breakage import Json

ANNOTATIONS = {
    *("title", "description", "summary", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"),
    *("externalDocs", "xml", "discriminator", "$comment", "$id", "$schema", "$defs", "definitions", "$anchor"),
}


class BrokenReference(ValueError):
    """A reference leads out of the document, to nothing, or round in a circle."""


def resolved(node: Any, document: Json) -> Json:
    """A schema with its own references followed and its `allOf` joined in; what lies deeper is left as it is."""
    if isinstance(node, bool):
        return {} if node else {"not": {}}
    seen: list[str] = []
    while "$ref" in node:
        if node["$ref"] in seen:
            raise BrokenReference(f"round in a circle: {' -> '.join(seen)}")
        seen.append(node["$ref"])
        beside = {key: value for key, value in node.items() if key != "$ref"}
        node = {**looked_up(seen[-1], document), **beside}
    return _joined(node, document)


def looked_up(reference: str, document: Json) -> Json:
    """What a local reference (`#/…`, RFC 6901) points at."""
    if not reference.startswith("#"):
        raise BrokenReference(f"leads out of the document: {reference}")
    found: Any = document
    for step in reference.lstrip("#").split("/")[1:]:
        try:
            found = found[step.replace("~1", "/").replace("~0", "~")]
        except (KeyError, TypeError) as error:
            raise BrokenReference(f"leads to nothing: {reference}") from error
    if not isinstance(found, dict):
        raise BrokenReference(f"leads to no schema: {reference}")
    return found


def bare_reference(node: Any) -> str | None:
    """The reference when a node says nothing else that matters; None for any other node."""
    if not isinstance(node, dict) or "$ref" not in node:
        return None
    reference: str = node["$ref"]
    return reference if _meaning(node) == {"$ref"} else None


def beside(node: Json, *keywords: str) -> Json:
    """What a node says beside `keywords` and its annotations."""
    return {key: node[key] for key in _meaning(node) if key not in keywords}


def _meaning(node: Json) -> set[str]:
    return {key for key in node if key not in ANNOTATIONS and (key == "x-extensible-enum" or not key.startswith("x-"))}


def _joined(node: Json, document: Json) -> Json:
    whole = {key: value for key, value in node.items() if key != "allOf"}
    for part in node.get("allOf", []):
        more = resolved(part, document)
        properties = {**more.get("properties", {}), **whole.get("properties", {})}
        required = [*more.get("required", []), *whole.get("required", [])]
        # Two parts that limit the same thing are not joined any finer: pydantic never writes them.
        whole = {**more, **whole}
        whole |= {key: value for key, value in (("properties", properties), ("required", required)) if value}
    return whole
