"""What limits a value: listed values, bounds, patterns, formats. Knows neither objects nor arrays' items."""

from collections.abc import Callable, Iterator
from typing import Any

from common.contracts_check.breakage import Breakage, Json, Place, Side, broken, narrower, wider
from common.contracts_check.shapes import listed

LOWER = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
UPPER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
EXACT = ("pattern", "format", "contentEncoding", "contentMediaType")
READERS = "what may come is refused by those who know the old limit"
WRITERS = "what was accepted before is refused"
COUNTED_FROM_ZERO = frozenset({"minLength", "minItems", "minProperties"})
# Keywords whose meaning is not weighed: any change of them is refused, rather than let through unseen.
NOT_WEIGHED = (
    *("not", "if", "then", "else", "contains", "minContains", "maxContains", "contentSchema"),
    *("dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties"),
)

Verdicts = tuple[bool, bool]  # may mean more than before, may mean less than before


def limit_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    """Breakages by values, bounds, patterns and formats of two schemas of one kind."""
    yield from _listed_breakages(old, new, at=at)
    for keyword, verdict in VERDICTS.items():
        more, less = verdict(keyword, old, new)
        harms = [READERS] * (more and at.side.refuses_wider) + [WRITERS] * (less and at.side.refuses_narrower)
        if harms:
            said = f"{keyword} was {_shown(old.get(keyword))} and is now {_shown(new.get(keyword))}"
            yield from broken(at, f"{said}: {', and '.join(harms)}")
    for keyword in NOT_WEIGHED:
        if old.get(keyword) != new.get(keyword):
            yield from broken(at, f"{keyword} has changed, and this check cannot tell whom that breaks")


def _listed_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    (before, was_open), (after, is_open) = listed(old), listed(new)
    if before is None and after is not None:
        yield from narrower(at, f"any value was allowed, now only {_values(after)}")
    elif before is not None and after is None:
        yield from wider(at, f"the values were {_values(before)}, now any value may come")
    elif before is not None and after is not None:
        yield from _changed_list(_without(before, after), _without(after, before), was_open, at=at)
        if was_open and not is_open:
            yield from narrower(at, "the list of values was open to new ones and is now closed")


def _changed_list(gone: list[Any], added: list[Any], was_open: bool, *, at: Place) -> Iterator[Breakage]:
    if gone:
        yield from broken(at, f"{_values(gone)} is gone from the values")
    # Responses document their lists as open. In an event only a list published as open is read with `other` in mind.
    if added and at.side is Side.EVENT and not was_open:
        yield from wider(at, f"{_values(added)} is new in a closed list: readers cannot read it as `other`")


def _lower(keyword: str, old: Json, new: Json) -> Verdicts:
    nothing = 0 if keyword in COUNTED_FROM_ZERO else float("-inf")
    before, after = old.get(keyword, nothing), new.get(keyword, nothing)
    return after < before, after > before


def _upper(keyword: str, old: Json, new: Json) -> Verdicts:
    before, after = old.get(keyword, float("inf")), new.get(keyword, float("inf"))
    return after > before, after < before


def _exact(keyword: str, old: Json, new: Json) -> Verdicts:
    before, after = old.get(keyword), new.get(keyword)
    changed = before != after
    return changed and before is not None, changed and after is not None


def _multiple(keyword: str, old: Json, new: Json) -> Verdicts:
    before, after = old.get(keyword), new.get(keyword)
    if before is None or after is None:
        return _exact(keyword, old, new)
    return after % before != 0, before % after != 0


def _unique(keyword: str, old: Json, new: Json) -> Verdicts:
    before, after = old.get(keyword, False), new.get(keyword, False)
    return before and not after, after and not before


VERDICTS: dict[str, Callable[[str, Json, Json], Verdicts]] = {
    **dict.fromkeys(LOWER, _lower),
    **dict.fromkeys(UPPER, _upper),
    **dict.fromkeys(EXACT, _exact),
    "multipleOf": _multiple,
    "uniqueItems": _unique,
}


def _without(values: list[Any], others: list[Any]) -> list[Any]:
    # By type as well, since Python holds 1 and True to be the same.
    known = [(type(other), other) for other in others]
    return [value for value in values if (type(value), value) not in known]


def _values(values: list[Any]) -> str:
    return ", ".join(repr(value) for value in values)


def _shown(value: Any) -> str:
    return "unsaid" if value is None else repr(value)
