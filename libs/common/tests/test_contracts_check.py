"""Every change of an event's schema that breaks a reader is refused, and every other one is let through."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from annotated_types import Ge, Gt, Le, MaxLen, MinLen, MultipleOf
from common.contracts_check import Breakage, BrokenReference, event_breakages
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema, create_model

Json = dict[str, Any]
Fields = dict[str, Any]


def event(*, config: ConfigDict | None = None, **fields: Any) -> Json:
    """The published schema of an event with these fields: a type is required, a (type, default) is not."""
    given = {name: said if isinstance(said, tuple) else (said, ...) for name, said in fields.items()}
    made: Any = create_model  # its overloads know no fields made at run time
    schema: Json = made("CaseOpened", __config__=config, **given).model_json_schema(mode="serialization")
    return schema


def always_written(**fields: Any) -> Json:
    return event(config=ConfigDict(json_schema_serialization_defaults_required=True), **fields)


def open_list(*values: str) -> Any:
    return Annotated[str, WithJsonSchema({"type": "string", "x-extensible-enum": list(values)})]


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: int


class CatOfAnotherName(BaseModel):
    kind: Literal["cat"]
    lives: int


class CatWithoutLives(BaseModel):
    kind: Literal["cat"]


class Address(BaseModel):
    line: str
    postcode: str


class AddressWithCountry(BaseModel):
    line: str
    postcode: str
    country: str = "GB"


class AddressWithoutPostcode(BaseModel):
    line: str


def pets(*kinds: Any) -> Any:
    union = kinds[0]
    for kind in kinds[1:]:
        union = union | kind
    return Annotated[union, Field(discriminator="kind")]


LikeA = Annotated[str, StringConstraints(pattern="^a")]
LikeB = Annotated[str, StringConstraints(pattern="^b")]


def changed(was: Any, now: Any, name: str) -> Any:
    return pytest.param(event(it=was), event(it=now), "#/it", id=name)


REFUSED = [
    pytest.param(event(a=str, it=str), event(a=str), "#/it", id="a field is gone"),
    pytest.param(event(it=(str, "")), event(), "#/it", id="an optional field is gone"),
    pytest.param(event(), event(it=str), "#/it", id="a field is new and required"),
    pytest.param(
        event(config=ConfigDict(extra="forbid")), event(it=(str, "")), "#/it", id="a field is new in a closed object"
    ),
    pytest.param(
        event(), event(config=ConfigDict(extra="forbid")), "#", id="fields readers do not know are now refused"
    ),
    pytest.param(event(it=str), event(it=(str, "")), "#/it", id="a field always there may be missing"),
    pytest.param(event(it=(str, "")), event(it=str), "#/it", id="a field that could be missing is required"),
    pytest.param(always_written(it=(str, "")), always_written(it=str), "#/it", id="a required field loses its default"),
    pytest.param(
        event(it=dict[str, Any]),
        event(
            config=ConfigDict(title="x"), it=Annotated[dict[str, Any], WithJsonSchema({"type": "object", "not": {}})]
        ),
        "#/it",
        id="a keyword changes that is not weighed",
    ),
    changed(str, str | None, "a field may be null"),
    changed(str | None, str, "a field may no longer be null"),
    changed(str, int, "a type changes"),
    changed(str, list[str], "one becomes a list"),
    changed(int, float, "an integer becomes a number"),
    changed(float, int, "a number becomes an integer"),
    changed(str, Any, "a type may be anything"),
    changed(Any, str, "anything becomes a type"),
    changed(str, str | int, "a type is added to a field"),
    changed(str | int, str, "a type is taken from a field"),
    changed(Literal["a", "b"], Literal["a"], "a listed value is gone"),
    changed(open_list("a", "b"), open_list("a"), "a value of an open list is gone"),
    changed(Literal["a"], Literal["a", "b"], "a value is new in a closed list"),
    changed(Literal["a"], open_list("a", "b"), "a closed list opens and grows at once"),
    changed(open_list("a"), Literal["a"], "an open list closes"),
    changed(open_list("a"), str, "a list is given up"),
    changed(str, Literal["a"], "a list is imposed"),
    changed(Literal[1], Literal[True], "a value changes its type to one Python calls equal"),
    changed(str, LikeA, "a pattern is new"),
    changed(LikeA, str, "a pattern is gone"),
    changed(LikeA, LikeB, "a pattern changes"),
    changed(date, str, "a format is gone"),
    changed(str, UUID, "a format is new"),
    changed(date, AwareDatetime, "a format changes"),
    changed(str, Annotated[str, MinLen(1)], "a shortest length is new"),
    changed(Annotated[str, MaxLen(9)], Annotated[str, MaxLen(8)], "a longest length shrinks"),
    changed(Annotated[str, MaxLen(8)], Annotated[str, MaxLen(9)], "a longest length grows"),
    changed(Annotated[int, Le(5)], Annotated[int, Le(4)], "a maximum shrinks"),
    changed(Annotated[int, Ge(1)], Annotated[int, Gt(1)], "a minimum becomes exclusive"),
    changed(Annotated[int, MultipleOf(2)], Annotated[int, MultipleOf(3)], "a step changes"),
    changed(list[str], set[str], "items become unique"),
    changed(set[str], list[str], "items are no longer unique"),
    changed(dict[str, int], dict[str, Any], "a mapping may hold anything"),
    changed(dict[str, Any], dict[str, int], "a mapping no longer holds anything"),
    changed(dict[Literal["a", "b"], int], dict[Literal["a"], int], "a key of a mapping is gone"),
    changed(dict[str, int], dict[Literal["a"], int], "keys of a mapping are limited"),
    changed(dict[LikeA, int], dict[LikeB, int], "keys of a mapping are of another pattern"),
    changed(dict[LikeA, int], dict[LikeA, str], "a mapping by pattern holds something else"),
    changed(tuple[int, str], tuple[int, int], "a position of a tuple changes"),
    changed(tuple[int, str], tuple[int, str, str], "a tuple grows"),
    changed(pets(Cat, Dog), Cat, "a variant of a union is gone"),
    changed(pets(Cat, Dog), pets(CatWithoutLives, Dog), "a variant loses a field"),
    changed(Cat, pets(Cat, Dog), "a variant is new"),
    changed(Cat | None, pets(Cat, Dog) | None, "a variant is new beside null"),
    changed(Address, AddressWithoutPostcode, "a field within a field is gone"),
    changed(Address | None, AddressWithoutPostcode | None, "a field within a nullable field is gone"),
    changed(list[Address], list[AddressWithoutPostcode], "a field within items is gone"),
    changed(dict[str, Address], dict[str, AddressWithoutPostcode], "a field within a mapping is gone"),
]

ALLOWED = [
    pytest.param(event(), event(it=(str, "")), id="a field is new with a default"),
    pytest.param(event(), event(it=(str | None, None)), id="a field is new and may be null"),
    pytest.param(always_written(), always_written(it=(str, "")), id="a field is new, always written, with a default"),
    pytest.param(event(config=ConfigDict(extra="forbid")), event(), id="a closed object lets unknown fields pass"),
    pytest.param(event(a=str, it=int), event(it=int, a=str), id="fields change places"),
    changed(Annotated[str, Field(description="a")], Annotated[str, Field(title="b", examples=["c"])], "words change"),
    changed((str, "a"), (str, "b"), "a default changes"),
    changed(open_list("a"), open_list("a", "b"), "a value is new in an open list"),
    changed(open_list("a", "b"), open_list("b", "a"), "a list changes its order"),
    changed(Literal["a"], open_list("a"), "a closed list opens"),
    changed(list[str], Annotated[list[str], MinLen(0)], "a limit is said that always held"),
    changed(str | int | None, None | int | str, "a union changes its order"),
    changed(pets(Cat, Dog), pets(CatOfAnotherName, Dog), "a variant changes its class's name"),
    changed(Cat | Dog, pets(Cat, Dog), "a union is tagged"),
    changed(Address, AddressWithCountry, "a field within a field is new with a default"),
]


@pytest.mark.parametrize(("old", "new", "where"), REFUSED)
def test_a_change_is_refused_when(old: Json, new: Json, where: str) -> None:
    found = event_breakages(old, new)

    assert found
    assert all(breakage.where.startswith((where, "#/$defs/")) for breakage in found), found


@pytest.mark.parametrize(("old", "new"), [pytest.param(*case.values[:2], id=case.id) for case in ALLOWED])
def test_a_change_is_allowed_when(old: Json, new: Json) -> None:
    assert event_breakages(old, new) == []


@pytest.mark.parametrize("schema", [pytest.param(case.values[0], id=case.id) for case in REFUSED])
def test_no_schema_breaks_itself(schema: Json) -> None:
    assert event_breakages(schema, schema) == []


def test_a_breakage_says_where_and_what_in_a_plain_sentence() -> None:
    found = event_breakages(event(homes=list[Address]), event(homes=list[AddressWithoutPostcode]))

    assert found == [Breakage(where="#/homes/*/postcode", what="the field is gone")]


def test_one_change_of_a_limit_is_one_breakage_naming_both_values() -> None:
    (found,) = event_breakages(event(it=LikeA), event(it=LikeB))

    assert found.what.startswith("pattern was '^a' and is now '^b'")


def test_a_shared_definition_is_named_once_however_often_it_is_used() -> None:
    old = event(home=Address, work=Address, others=list[Address])
    new = {**old, "$defs": {"Address": AddressWithoutPostcode.model_json_schema()}}

    assert event_breakages(old, new) == [Breakage(where="#/$defs/Address/postcode", what="the field is gone")]


def node(name: str, **extra: Any) -> Json:
    """A tree: its children and its parent are of its own kind."""
    own = {"$ref": f"#/$defs/{name}"}
    fields = {"parent": {"anyOf": [own, {"type": "null"}]}, "children": {"type": "array", "items": own}, **extra}
    return {"$defs": {name: {"type": "object", "properties": fields}}, **own}


@pytest.mark.parametrize("name", ["Node", "NodeOfAnotherName"])
def test_definitions_that_contain_themselves_are_compared_to_the_end(name: str) -> None:
    old = node("Node", label={"type": "string"})

    assert event_breakages(old, node(name, label={"type": "string"})) == []
    assert {found.what for found in event_breakages(old, node(name))} == {"the field is gone"}


def test_a_tree_that_unfolds_its_first_level_is_the_same_tree() -> None:
    old = node("Node", label={"type": "string"})
    unfolded = {**old, **old["$defs"]["Node"]}
    del unfolded["$ref"]

    assert event_breakages(old, unfolded) == []
    assert event_breakages(unfolded, old) == []


def test_a_union_that_lists_itself_is_the_union_of_the_rest() -> None:
    own = {"$ref": "#/$defs/A"}
    old = {**own, "$defs": {"A": {"anyOf": [own, {"type": "string"}]}}}

    assert event_breakages(old, {"type": "string"}) == []


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"$ref": "#/$defs/Nowhere"}, id="to nothing"),
        pytest.param({"$ref": "https://example.org/schema"}, id="out of the document"),
        pytest.param({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}, id="round in a circle"),
        pytest.param({"$ref": "#/title", "title": "A"}, id="to no schema"),
    ],
)
def test_a_reference_is_refused_that_leads(schema: Json) -> None:
    with pytest.raises(BrokenReference):
        event_breakages(event(), schema)
