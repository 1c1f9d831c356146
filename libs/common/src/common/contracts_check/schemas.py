"""Walking two JSON Schemas side by side: references, unions, objects, arrays. HTTP is next door in openapi."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from common.contracts_check.breakage import Breakage, Json, Place, Side, broken, into, narrower, wider
from common.contracts_check.limits import limit_breakages
from common.contracts_check.objects import extra_rule_breakages, presence_breakages, rule_for_extras
from common.contracts_check.references import bare_reference, looked_up
from common.contracts_check.shapes import ANYTHING, Shape, shapes_of
from common.contracts_check.variants import paired


def event_breakages(old: Json, new: Json) -> list[Breakage]:
    """What breaks when an event's JSON Schema changes from `old` to `new`; empty when nothing does.

    Yesterday's readers must read what is said today, and today's readers everything said before. So fields may be
    added (with a default when they are required) and open lists (`x-extensible-enum`) may grow; every other change of
    meaning is a breakage. Raises `BrokenReference`.
    """
    return list(schema_breakages(old, new, at=Place("#", Side.EVENT, old, new)))


def schema_breakages(old: Any, new: Any, *, at: Place) -> Iterator[Breakage]:
    """Breakages of one side between two schemas. A definition both use by name is compared once, under its name."""
    pair = (_identity(old), _identity(new), at.side)
    shared = bare_reference(old) if bare_reference(old) == bare_reference(new) else None
    if pair in at.met:
        return
    at.met.add(pair)
    if shared is not None:
        at = replace(at, where=shared)
        old, new = looked_up(shared, at.old), looked_up(shared, at.new)
    yield from _shape_breakages(old, new, at=at)
    if shared is None:
        # Met again elsewhere under other names it is worth saying again; only a circle must end.
        at.met.discard(pair)


def _shape_breakages(old: Any, new: Any, *, at: Place) -> Iterator[Breakage]:
    (before, was_nullable), (after, is_nullable) = shapes_of(old, at.old), shapes_of(new, at.new)
    if is_nullable and not was_nullable:
        yield from wider(at, "may now be null")
    if was_nullable and not is_nullable:
        yield from narrower(at, "may no longer be null")
    both, gone, added = paired(before, after)
    for one, other in both:
        yield from _variant_breakages(one, other, at=at)
    for shape in gone:
        yield from broken(at, f"can no longer be {_named(shape)}")
    for shape in added:
        yield from wider(at, f"can now also be {_named(shape)}")


def _variant_breakages(old: Shape, new: Shape, *, at: Place) -> Iterator[Breakage]:
    if old.reference is not None and old.reference == new.reference:
        yield from schema_breakages({"$ref": old.reference}, {"$ref": new.reference}, at=at)
        return
    if old.kind != new.kind:
        yield from _kind_breakages(old.kind, new.kind, at=at)
        if {old.kind, new.kind} != {"integer", "number"}:
            return  # nothing said of one kind can be weighed against another
    yield from limit_breakages(old.schema, new.schema, at=at)
    yield from _object_breakages(old.schema, new.schema, at=at)
    yield from _array_breakages(old.schema, new.schema, at=at)


def _kind_breakages(old: str, new: str, *, at: Place) -> Iterator[Breakage]:
    said = f"the type was {old} and is now {new}"
    if (old, new) == ("integer", "number") or new == ANYTHING:
        yield from wider(at, said)
    elif (old, new) == ("number", "integer") or old == ANYTHING:
        yield from narrower(at, said)
    else:
        yield from broken(at, said)


def _object_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    yield from presence_breakages(old, new, at=at)
    yield from extra_rule_breakages(old, new, at=at)
    for keyword in ("properties", "patternProperties"):
        after = new.get(keyword, {})
        for name, before in old.get(keyword, {}).items():
            if name in after:
                yield from schema_breakages(before, after[name], at=into(at, name))
    yield from _extra_breakages(old, new, at=at)
    if "propertyNames" in old and "propertyNames" in new:
        yield from schema_breakages(old["propertyNames"], new["propertyNames"], at=into(at, "{name}"))


def _extra_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    before, after = rule_for_extras(old), rule_for_extras(new)
    if isinstance(before, dict) and isinstance(after, dict):
        yield from schema_breakages(before, after, at=into(at, "{}"))
    if "additionalProperties" in old and before is not False:
        # A field listed only now could be there before, and held whatever the rule for unlisted fields let pass.
        for name in (name for name in new.get("properties", {}) if name not in old.get("properties", {})):
            yield from schema_breakages(before, new["properties"][name], at=into(at, name))


def _array_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    if "items" in old or "items" in new:
        yield from schema_breakages(old.get("items", True), new.get("items", True), at=into(at, "*"))
    before, after = old.get("prefixItems", []), new.get("prefixItems", [])
    if len(before) != len(after):
        yield from broken(at, f"had {len(before)} fixed positions and now has {len(after)}")
    for position, (one, other) in enumerate(zip(before, after, strict=False)):
        yield from schema_breakages(one, other, at=into(at, str(position)))


def _identity(node: Any) -> str:
    return bare_reference(node) or json.dumps(node, sort_keys=True, default=str)


def _named(shape: Shape) -> str:
    if shape.tags:
        return "/".join(sorted(shape.tags))
    name = (shape.reference or "").rpartition("/")[2] or shape.schema.get("title", "")
    return f"{shape.kind} ({name})" if name else shape.kind
