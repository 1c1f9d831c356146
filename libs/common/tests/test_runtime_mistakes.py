"""A value that does not fit is told of in words for whoever sent it, and is not among them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, get_args
from uuid import UUID

import pytest
from common.contracts.base import Command, Line, When
from common.runtime.mistakes import _WORDS, sentence
from pydantic import EmailStr, Field, TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Paint(Command):
    colour: Colour


@pytest.mark.parametrize(
    ("shape", "sent", "told"),
    [
        (date, "1979-02-30", "write this as a day of the calendar, like 2027-03-01"),
        (date, "tomorrow", "write this as a day of the calendar, like 2027-03-01"),
        (datetime, "noon", "write this as a day and time with its zone, like 2027-03-01T09:30:00Z"),
        (When, "2027-03-01T09:30:00", "write this as a day and time with its zone, like 2027-03-01T09:30:00Z"),
        (UUID, "Priya", "this is not an id as we give them"),
        (Paint, {"colour": "Priya"}, "this must be one of: 'red' or 'green'"),
        (Paint, {}, "this is needed"),
        (Paint, {"colour": "red", "Priya": 1}, "there is no such field here"),
        (Paint, "Priya", "this must be a group of fields (a JSON object)"),
        (Line, "x" * 201, "this must be at most 200 characters long"),
        (Line, 7, "this must be text"),
        (bool, "perhaps", "this must be yes or no (true or false)"),
        (int, "seven", "this must be a whole number"),
        (int, 7.5, "this must be a whole number"),
        (Annotated[int, Field(le=5)], 6, "this must be 5 or less"),
        (Annotated[list[int], Field(max_length=2)], [1, 2, 3], "this must be a list of at most 2"),
        (EmailStr, "Priya at home", "value is not a valid email address: An email address must have an @-sign."),
    ],
)
def test_what_does_not_fit_is_told_in_a_persons_words(shape: Any, sent: object, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(shape).validate_python(sent)
    assert [sentence(error) for error in refused.value.errors()] == [told]


def test_every_kind_that_has_words_is_one_that_the_validator_knows() -> None:
    assert {*_WORDS} <= {*get_args(ErrorType)}
