"""What a definition is to other councils' of the same service: they stay the same but for the differences in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from case_crm.domain.definitions.definition import ServiceDefinition
from case_crm.domain.definitions.extending import OWN, LocalDefinition, rendered, without
from case_crm.domain.definitions.flaws import Flaw, Flawed


def followed(own: Mapping[str, Any], base: Mapping[str, Any]) -> ServiceDefinition:
    """A council's own version over its base as that is now, under the next number where it is another then. Raises Flawed."""
    local = LocalDefinition.model_validate({key: own[key] for key in OWN if key in own})
    try:
        definition = ServiceDefinition.model_validate(rendered(local, base))
    except ValidationError as fault:
        raise Flawed(error["msg"].removeprefix("Value error, ") for error in fault.errors()) from fault
    if definition == ServiceDefinition.published(own):
        return definition
    return definition.model_copy(update={"version": definition.version + 1})


def parts_with(definition: ServiceDefinition, offered: Mapping[str, Mapping[str, Any]]) -> Iterator[Flaw]:
    """Where councils that a whole definition does not name would offer otherwise what they `offer`, and no ledger would say so."""
    others = {} if definition.extends else {**offered}
    for council in sorted({*others} - {*definition.councils}):
        if "extends" in others[council]:
            try:
                followed(others[council], definition.document())
            except Flawed as fault:
                yield Flaw(f"the version of {council}, which extends it, cannot follow: {fault}", "service")
        elif without(others[council], []) != without(definition.document(), []):
            why = f"{council} offers this service otherwise: extend it and say where, or publish for both"
            yield Flaw(why, "councils")


def same_but_for_number(definition: ServiceDefinition, other: Mapping[str, Any]) -> bool:
    """Whether one is as another is, whatever their numbers and whoever offers it."""
    found = ServiceDefinition.published(other)
    return definition.model_copy(update={"version": found.version, "councils": found.councils}) == found
