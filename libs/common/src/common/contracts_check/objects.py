"""Which fields an object has, must have, and may have beside. What the fields hold is compared in schemas."""

from collections.abc import Iterator

from common.contracts_check.breakage import Breakage, Json, Place, Side, broken, into, narrower, wider


def presence_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    """Breakages by fields that went, came, or are now always or no longer always there."""
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in before:
        if name not in after:
            yield from broken(into(at, name), "the field is gone")
        else:
            yield from _kept_breakages(name, old, new, at=into(at, name))
    for name in after:
        if name not in before:
            yield from _added_breakages(name, old, new, at=into(at, name))


def extra_rule_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    """Breakages by what is said of fields beyond the listed ones.

    A closed object that no longer says so is no breakage: nothing but its listed fields is written yet, and adding
    one at the same time is refused at that field.
    """
    before, after = rule_for_extras(old), rule_for_extras(new)
    if before is not False and after is False:
        yield from narrower(at, "fields it does not list were let pass and are now refused")
    elif before is False and "additionalProperties" in new and after is not False:
        yield from wider(at, "only the listed fields could come and now others may")
    elif before is True and isinstance(after, dict):
        yield from narrower(at, "fields it does not list could hold anything and are now limited")
    elif isinstance(before, dict) and after is True:
        yield from wider(at, "fields it does not list were limited and may now hold anything")
    if set(old.get("patternProperties", {})) != set(new.get("patternProperties", {})):
        yield from broken(at, "the patterns of its field names have changed")
    if ("propertyNames" in old) != ("propertyNames" in new):
        yield from broken(at, "the rule for its field names came or went")


def rule_for_extras(schema: Json) -> bool | Json:
    """What fields it does not list may hold: anything (True), nothing (False), or what a schema says."""
    said: bool | Json = schema.get("additionalProperties", True)
    return True if said == {} else said


def _kept_breakages(name: str, old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    was_required, is_required = name in old.get("required", []), name in new.get("required", [])
    if was_required and not is_required:
        yield from wider(at, "the field was always there and may now be missing")
    elif at.side is Side.EVENT and _may_be_missing(name, old) and not _may_be_missing(name, new):
        yield from narrower(at, "the field must now be there: events said without it cannot be read (give a default)")
    elif at.side is Side.WRITE and is_required and not was_required:
        yield from narrower(at, "the field was optional and is now required")


def _added_breakages(name: str, old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    if rule_for_extras(old) is False:
        yield from wider(at, "the field is new in an object whose readers were told that nothing would be added")
    if at.side is Side.EVENT and not _may_be_missing(name, new):
        yield from narrower(at, "the field is new and required: events said before cannot be read (give a default)")
    if at.side is Side.WRITE and name in new.get("required", []):
        yield from narrower(at, "the field is new and required: whoever does not know it is refused")


def _may_be_missing(name: str, schema: Json) -> bool:
    # pydantic can list a field with a default as required, since it is always written; to a reader it never is.
    return name not in schema.get("required", []) or "default" in _said_of(name, schema)


def _said_of(name: str, schema: Json) -> Json:
    said = schema.get("properties", {}).get(name)
    return said if isinstance(said, dict) else {}
