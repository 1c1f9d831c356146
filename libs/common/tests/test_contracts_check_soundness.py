"""What the check lets through is let through by a real validator too, whatever the schemas and the values."""

from typing import Any

from common.contracts_check.breakage import Place, Side
from common.contracts_check.schemas import schema_breakages
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

Json = dict[str, Any]

# Most changes drawn at random are rightly refused, and a busy machine is no finding.
patiently = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)

NAMES = ("a", "b", "c")
VALUES = ("x", "yy", "zzz")

texts = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={"minLength": st.integers(0, 3), "maxLength": st.integers(1, 4), "pattern": st.sampled_from(["^x", "y"])},
)
lists = st.builds(lambda values: {"type": "string", "enum": values}, st.lists(st.sampled_from(VALUES), min_size=1))
numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-3, 0),
        "exclusiveMinimum": st.integers(-3, 0),
        "maximum": st.integers(0, 3),
        "multipleOf": st.sampled_from([1, 2, 4]),
    },
)
simple = st.one_of(texts, lists, numbers, st.just({"type": "boolean"}), st.just({"const": "x"}), st.just({}))


def _object(properties: Json, required: set[str], extras: Any) -> Json:
    said = {"type": "object", "properties": properties, "required": sorted(required & properties.keys())}
    return said if extras is None else {**said, "additionalProperties": extras}


def _containers(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    objects = st.builds(
        _object,
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
        st.sets(st.sampled_from(NAMES)),
        st.one_of(st.none(), st.booleans(), inner),
    )
    arrays = st.builds(lambda items, most: {"type": "array", "items": items, **most}, inner, st.sampled_from(MOST))
    unions = st.builds(lambda variants: {"anyOf": variants}, st.lists(inner | st.just({"type": "null"}), min_size=1))
    return objects | arrays | unions


MOST: list[Json] = [{}, {"maxItems": 1}, {"minItems": 1}, {"uniqueItems": True}]
schemas = st.recursive(simple, _containers, max_leaves=5)


@st.composite
def edits(draw: st.DrawFn, schema: Any) -> Any:
    """The schema with one place in it said otherwise, so that pairs are near enough to be let through often."""
    kinds = [
        key for key in ("properties", "items", "anyOf", "required") if isinstance(schema, dict) and schema.get(key)
    ]
    kind = draw(st.sampled_from(["here", *kinds]))
    if kind == "properties":
        name = draw(st.sampled_from(sorted(schema["properties"])))
        return {**schema, "properties": {**schema["properties"], name: draw(edits(schema["properties"][name]))}}
    if kind == "items":
        return {**schema, "items": draw(edits(schema["items"]))}
    if kind == "anyOf":
        return {"anyOf": [draw(edits(schema["anyOf"][0])), *schema["anyOf"][1:]]}
    if kind == "required":
        return {**schema, "required": schema["required"][1:]}
    return draw(st.one_of(schemas, st.just(schema), _loosened(schema)))


def _loosened(schema: Json) -> st.SearchStrategy[Json]:
    droppable = [key for key in schema if key not in ("type", "properties", "anyOf", "items")]
    added = st.just({**schema, "properties": {**schema.get("properties", {}), "d": {"type": "string"}}})
    nullable = st.just({"anyOf": [schema, {"type": "null"}]})
    without = [st.just({k: v for k, v in schema.items() if k != key}) for key in droppable]
    return st.one_of(nullable, *([added] if schema.get("type") == "object" else []), *without)


@st.composite
def values_of(draw: st.DrawFn, schema: Json) -> Any:
    """Values that the schema is likely to accept, with unlisted fields where it says what they may hold."""
    if "anyOf" in schema:
        return draw(values_of(draw(st.sampled_from(schema["anyOf"]))))
    if "const" in schema or "enum" in schema:
        return draw(st.sampled_from(schema.get("enum", [schema.get("const")])))
    if schema.get("type") == "object":
        return draw(_objects_of(schema))
    if schema.get("type") == "array":
        return draw(st.lists(values_of(schema["items"]), max_size=3))
    scalars = {
        "string": st.text("xyz", max_size=5),
        "integer": st.integers(-4, 4),
        "number": st.integers(-4, 4) | st.sampled_from([0.5, -1.5]),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return draw(scalars.get(schema.get("type", ""), st.one_of(*scalars.values())))


@st.composite
def _objects_of(draw: st.DrawFn, schema: Json) -> Json:
    extras = schema.get("additionalProperties")
    rule = extras if isinstance(extras, dict) else {}
    fields = {**({} if extras in (None, False) else {"d": rule, "e": rule}), **schema["properties"]}
    kept = [name for name in fields if name in schema.get("required", []) or draw(st.booleans())]
    return {name: draw(values_of(fields[name])) for name in kept}


def without_lists(schema: Any) -> Any:
    """A schema whose lists of values are given up: those of answers are documented as open, so they are not promised."""
    if isinstance(schema, list):
        return [without_lists(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if {"enum", "const"} & schema.keys():
        return {"type": "string"}
    return {key: without_lists(part) for key, part in schema.items()}


def lets_through(old: Json, new: Json, side: Side) -> bool:
    return not list(schema_breakages(old, new, at=Place("#", side, old, new)))


def accepts(schema: Json, value: Any) -> bool:
    return Draft202012Validator(schema).is_valid(value)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Json, Json]:
    schema = draw(schemas)
    return schema, draw(edits(schema))


@patiently
@given(changes(), st.data())
def test_todays_values_are_read_by_yesterdays_readers(change: tuple[Json, Json], data: st.DataObject) -> None:
    old, new = change
    assume(lets_through(old, new, Side.EVENT))
    value = data.draw(values_of(new))
    assume(accepts(new, value))

    assert accepts(old, value)


@patiently
@given(changes(), st.data())
def test_yesterdays_values_are_read_by_todays_readers(change: tuple[Json, Json], data: st.DataObject) -> None:
    old, new = change
    assume(lets_through(old, new, Side.EVENT))
    value = data.draw(values_of(old))
    assume(accepts(old, value))

    assert accepts(new, value)


@patiently
@given(changes(), st.data())
def test_answers_are_read_by_yesterdays_callers(change: tuple[Json, Json], data: st.DataObject) -> None:
    old, new = (without_lists(schema) for schema in change)
    assume(lets_through(old, new, Side.READ))
    value = data.draw(values_of(new))
    assume(accepts(new, value))

    assert accepts(old, value)


@patiently
@given(changes(), st.data())
def test_what_callers_could_send_they_may_still_send(change: tuple[Json, Json], data: st.DataObject) -> None:
    old, new = change
    assume(lets_through(old, new, Side.WRITE))
    value = data.draw(values_of(old))
    assume(accepts(old, value))

    assert accepts(new, value)


@patiently
@given(schemas)
def test_a_schema_never_breaks_itself(schema: Json) -> None:
    assert all(lets_through(schema, schema, side) for side in Side)
