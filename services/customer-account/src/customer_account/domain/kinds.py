"""Fact kinds: what may be kept of a person, and whether a value is written as its kind is. No file is read here."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

from common.contracts.base import Code, Line, Refusal
from common.contracts.partners.consents import KnownGroup
from common.contracts.people import FactKindView, Sensitivity, UnknownFactKind, WrongShape
from jsonschema import Draft202012Validator, SchemaError, ValidationError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from customer_account.domain import identifiers

MOST_MISTAKES = 20
_ON_EARTH = timedelta(hours=14)  # a date has begun when it has begun anywhere
_A_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # what no database and no reader can take
_WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no (true or false)",
    "array": "a list",
}
_LIMITS = {
    "maxLength": "this must be at most {} characters long",
    "minimum": "this must be {} or more",
    "maximum": "this must be {} or less",
    "maxItems": "this must be a list of at most {}",
}


class Rule(StrEnum):
    """What a JSON Schema cannot say of numbers and addresses."""

    EMAIL = "email"
    NINO = "national_insurance_number"
    NHS_NUMBER = "nhs_number"
    PHONE = "phone"
    POSTCODE = "postcode"
    UPRN = "uprn"


class FactKind(BaseModel):
    """One kind of fact."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Line
    group: KnownGroup
    written: Line
    sensitivity: Sensitivity
    shape: dict[str, Any]
    has_begun: bool = False
    changes: bool = True
    fresh_for_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    locates: bool = False
    rule: Rule | None = None

    @model_validator(mode="after")
    def _can_be_checked(self) -> Self:
        try:
            Draft202012Validator.check_schema(self.shape)
        except SchemaError as fault:
            raise ValueError(f"the shape is not a JSON Schema: {fault.message}") from fault
        for problem in _unbounded(self.shape):
            raise ValueError(problem)
        return self

    @cached_property
    def validator(self) -> Draft202012Validator:
        return Draft202012Validator(self.shape)


FactKinds = Mapping[str, FactKind]
_read = TypeAdapter(dict[Code, FactKind])


def kinds_of(document: Any) -> FactKinds:
    """The kinds that a document declares. Raises pydantic's ValidationError with where and why it cannot be."""
    return _read.validate_python(document)


def views_of(kinds: FactKinds) -> list[FactKindView]:
    """Every kind as it is shown to those who write forms."""
    return [
        FactKindView(kind=code, **kind.model_dump(exclude={"group", "has_begun", "locates", "rule"}))
        for code, kind in kinds.items()
    ]


def locating(kinds: FactKinds) -> list[str]:
    """The kinds that tell where a person is, or how to reach them."""
    return sorted(code for code, kind in kinds.items() if kind.locates)


def sensitivity_of(kinds: FactKinds, code: str, *, protected: bool) -> Sensitivity:
    """How carefully a fact of this kind is handled, of somebody who is `protected` or is not."""
    kind = kinds.get(code)
    if kind is None:
        return Sensitivity.PROTECTED if protected else Sensitivity.PERSONAL
    return Sensitivity.PROTECTED if protected and kind.locates else kind.sensitivity


def checked(
    kinds: FactKinds, code: str, value: Any, *, now: datetime, invented: bool = False, at: str = "/value"
) -> Any:
    """`value` as it is kept. Raises UnknownFactKind, or WrongShape with where and why, never with what was sent.

    Of somebody who is `invented`, numbers are taken that nobody was ever given.
    """
    kind = kinds.get(code)
    if kind is None:
        raise UnknownFactKind("The kinds we keep are listed at /fact-kinds.")
    tidy = _tidied(value)
    mistakes = [
        {"pointer": at + "".join(f"/{part}" for part in error.absolute_path), "detail": _why(error, kind)}
        for error in kind.validator.iter_errors(tidy)
    ] or [{"pointer": at, "detail": why} for why in _beyond_shape(kind, tidy, now, invented=invented)]
    if mistakes:
        raise WrongShape(kind.written, errors=mistakes[:MOST_MISTAKES])
    return tidy


def _tidied(value: Any) -> Any:
    """Without spaces around it. Values are plain or lists of plain ones: nothing deeper is looked into."""
    if isinstance(value, list):
        return [item.strip() if isinstance(item, str) else item for item in value]
    return value.strip() if isinstance(value, str) else value


def _why(error: ValidationError, kind: FactKind) -> str:
    """One mistake in words. They are made of the schema alone: the validator's own message quotes the value."""
    rule = str(error.validator)
    wanted: Any = error.validator_value
    if rule == "type":
        names = [wanted] if isinstance(wanted, str) else wanted
        return f"this must be {' or '.join(_WORDS[name] for name in names)}"
    if rule == "enum":
        return f"this must be one of: {', '.join(map(str, wanted))}"
    plain = rule in _LIMITS and kind.shape.get("format") != "date"
    return _LIMITS[rule].format(wanted) if plain else kind.written


def _beyond_shape(kind: FactKind, value: Any, now: datetime, *, invented: bool) -> Iterator[str]:
    """What a JSON Schema cannot say."""
    if any(isinstance(item, float) and not math.isfinite(item) for item in _items(value)):
        yield "this must be a number"
    if any(isinstance(item, str) and _NO_TEXT.search(item) for item in _items(value)):
        yield "this has characters that are no text"
    if kind.shape.get("format") == "date":
        day = _as_date(value)
        if day is None:
            yield "this is not a date of the calendar"
        elif kind.has_begun and day > (now + _ON_EARTH).date():
            yield "this date is still to come"
    if kind.rule and not _keeps(kind.rule, value, invented=invented):
        yield kind.written


def _keeps(rule: Rule, value: str, *, invented: bool) -> bool:
    try:
        if rule == Rule.NINO:
            identifiers.national_insurance_number(value, invented=invented)
        else:
            getattr(identifiers, rule)(value)
    except Refusal:
        return False
    return True


def _as_date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if _A_DATE.fullmatch(value) else None
    except ValueError:
        return None


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _unbounded(shape: Mapping[str, Any]) -> Iterator[str]:
    """What a shape leaves open that must have an end: nobody keeps a book in a fact, or a number no database takes."""
    types = shape.get("type", [])
    for name in [types] if isinstance(types, str) else types:
        if name not in _WORDS:
            yield f"a fact is text, a number, yes or no, or a list of them; not {name}"
        if name == "string" and "maxLength" not in shape:
            yield "text needs a maxLength"
        if name in {"number", "integer"} and not {"minimum", "maximum"} <= set(shape):
            yield "a number needs a minimum and a maximum"
        if name == "array":
            yield from _unbounded_list(shape)
    if not types:
        yield "the shape needs a type"


def _unbounded_list(shape: Mapping[str, Any]) -> Iterator[str]:
    items = shape.get("items", {})
    if "maxItems" not in shape:
        yield "a list needs maxItems"
    if items.get("type") == "array":
        yield "a list holds no lists"
    yield from _unbounded(items)
