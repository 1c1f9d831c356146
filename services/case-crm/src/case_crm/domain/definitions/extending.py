"""A council's own version of another's service: the other's document, and the differences, each with its reason."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from common.contracts.base import Code, CouncilId, Line
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from case_crm.domain.definitions.flaws import Flaw, Flawed
from case_crm.domain.definitions.part import Part, Version

OWN = ("service", "version", "councils", "extends", "differences")
_NAMES = ("question", "transition")

Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/]+)+$", max_length=200)]
"""A JSON pointer. Questions and transitions go by their names, not by numbers; any other list is one value."""


class Difference(Part):
    """One place where a council's service is another than the one it extends. Without `is`, what was there is taken out.

    `was` is what the other has there, noted as the definition is read; without it there is nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, serialize_by_alias=True)

    at: Pointer
    is_: Any = Field(default=None, alias="is")
    was: Any = None
    because: Line


class LocalDefinition(Part):
    """A service of these councils that is another's, but for its differences."""

    service: Code
    version: Version
    councils: tuple[CouncilId, ...] = Field(min_length=1)
    extends: Code
    differences: tuple[Difference, ...] = ()

    @model_validator(mode="after")
    def _is_the_same_service(self) -> Self:
        if self.extends != self.service:
            raise Flawed([Flaw("a council's own version has the name of the service that it extends", "extends")])
        return self


def rendered(local: LocalDefinition, base: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document of a council's own version. Raises Flawed where a difference leads nowhere, or makes none."""
    document = without(base, [])
    flaws, ledger = [], []
    for number, difference in enumerate(local.differences):
        said = difference.model_dump(exclude_unset=True)
        try:
            was = _put(document, difference.at, said["is"]) if "is" in said else _take_out(document, difference.at)
        except (LookupError, ValueError) as fault:
            flaws.append(Flaw(fault.args[0], "differences", number))
        else:
            ledger.append({**said, "was": was})
    if flaws:
        raise Flawed(flaws)
    return document | local.model_dump(mode="json") | {"differences": ledger}


def without(document: Mapping[str, Any], places: Iterable[str]) -> dict[str, Any]:
    """What of a document is everybody's: all but these places, and what each council says of its own version."""
    left = copy.deepcopy({key: value for key, value in document.items() if key not in OWN})
    for place in places:
        try:
            _take_out(left, place)
        except LookupError:
            continue  # only the other council has it
    return left


def _put(document: Any, at: str, value: Any) -> Any:
    """Put a value where a pointer leads. Gives what was there."""
    holder, part = _target(document, at)
    was = _found(holder, part)
    if was == value:
        raise ValueError("it is the same there already")
    if isinstance(holder, dict):
        holder[part] = value
    elif not (isinstance(value, dict) and part in [value.get(name) for name in _NAMES]):
        raise ValueError("what is put into a list has the name that the place says")
    elif was is None:
        holder.append(value)
    else:
        holder[holder.index(was)] = value
    return was


def _take_out(document: Any, at: str) -> Any:
    holder, part = _target(document, at)
    was = _found(holder, part)
    if was is None:
        raise LookupError("there is nothing to take out")
    if isinstance(holder, dict):
        del holder[part]
    else:
        holder.remove(was)
    return was


def _target(document: Any, at: str) -> tuple[Any, str]:
    """The mapping or list in which the pointer's last part is, and that part. Raises LookupError or ValueError."""
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in at.split("/")[1:]]
    if (way or [last])[0] in OWN:
        raise ValueError("this is each council's own already")
    for part in way:
        document = _found(document, part)
    if not isinstance(document, dict | list):
        raise LookupError("it leads nowhere")
    return document, last


def _found(holder: Any, part: str) -> Any:
    """What is in a mapping under a key, or in a list under a name; None where there is nothing."""
    if isinstance(holder, dict):
        return holder.get(part)
    items = holder if isinstance(holder, list) else []
    return next((i for i in items if isinstance(i, dict) and part in [i.get(name) for name in _NAMES]), None)
