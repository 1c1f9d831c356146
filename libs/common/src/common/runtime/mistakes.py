"""What is wrong with a value that was sent, in words for whoever sent it. What was sent is not among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DAY = "write this as a day of the calendar, like 2027-03-01"
_MOMENT = "write this as a day and time with its zone, like 2027-03-01T09:30:00Z"
_ID = "this is not an id as we give them"
_GROUP = "this must be a group of fields (a JSON object)"
_NUMBER = "this must be a number"
_WHOLE = "this must be a whole number"
_YES_OR_NO = "this must be yes or no (true or false)"

_WORDS: Mapping[str, str] = {
    "missing": "this is needed",
    "extra_forbidden": "there is no such field here",
    "string_type": "this must be text",
    "string_pattern_mismatch": "this is not written as we write it",
    "string_too_short": "this must be at least {min_length} characters long",
    "string_too_long": "this must be at most {max_length} characters long",
    "too_short": "this must be a list of at least {min_length}",
    "too_long": "this must be a list of at most {max_length}",
    "list_type": "this must be a list",
    "enum": "this must be one of: {expected}",
    "literal_error": "this must be one of: {expected}",
    "union_tag_invalid": "this must be one of: {expected_tags}",
    "union_tag_not_found": "say which kind this is, in {discriminator}",
    "greater_than": "this must be more than {gt}",
    "greater_than_equal": "this must be {ge} or more",
    "less_than": "this must be less than {lt}",
    "less_than_equal": "this must be {le} or less",
    "finite_number": _NUMBER,
    "int_from_float": _WHOLE,
    "decimal_max_digits": "this must have at most {max_digits} digits",
    "decimal_max_places": "this must have at most {decimal_places} digits after the point",
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing", "decimal_type", "decimal_parsing"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _YES_OR_NO),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), _ID),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), _GROUP),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), _DAY),
    **dict.fromkeys(
        (
            "datetime_type",
            "datetime_parsing",
            "datetime_from_date_parsing",
            "timezone_aware",
            "datetime_object_invalid",
        ),
        _MOMENT,
    ),
}


def sentence(error: Mapping[str, Any]) -> str:
    """What a validator found, by its kind and what it wanted; of a kind without words of ours, the validator's own."""
    words = _WORDS.get(error["type"])
    return words.format(**error.get("ctx", {})) if words else str(error["msg"]).removeprefix("Value error, ")
