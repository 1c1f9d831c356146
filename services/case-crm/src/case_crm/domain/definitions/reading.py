"""A definition from the text of its file; what is wrong with it is said by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from case_crm.domain.definitions.definition import ServiceDefinition
from case_crm.domain.definitions.extending import LocalDefinition, rendered
from case_crm.domain.definitions.flaws import Flaw, Flawed

Base = Callable[[str], Mapping[str, Any] | None]
"""The document of the service that another extends, by its name."""


Further = Callable[[ServiceDefinition], Iterable[Flaw]]
"""What else may be wrong with a definition that hangs together: whatever it does not say itself."""


_DEEP = 20  # lists and mappings in one another


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with a definition: in which line, where in the document (keys, joined by dots), and why."""

    line: int
    at: str
    why: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"line {self.line}", self.at, self.why) if part)


class SaidTwice(yaml.MarkedYAMLError):
    """A mapping says one key twice, so that what comes first would be lost."""

    def __str__(self) -> str:
        return str(self.problem)


class NotSound(Exception):
    """A definition cannot be taken; with its every mistake."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = list(mistakes)


def read(text: str, base: Base = lambda service: None, further: Further = lambda definition: ()) -> ServiceDefinition:
    """A definition from its YAML. Raises NotSound."""
    try:
        tree, document = parsed(text)
    except (yaml.YAMLError, ValueError) as fault:  # the latter: a date that is none
        mark = getattr(fault, "problem_mark", None)
        why = str(fault) if isinstance(fault, SaidTwice) else "this is not YAML"
        raise NotSound([Mistake(mark.line + 1 if mark else 1, "", why)]) from fault
    try:
        definition = ServiceDefinition.model_validate(_whole(document, base))
        if flaws := [*further(definition)]:
            raise Flawed(flaws)
    except Flawed as fault:
        raise NotSound([_mistake(tree, flaw.at, flaw) for flaw in fault.flaws]) from fault
    except ValidationError as fault:
        raise NotSound([mistake for error in fault.errors() for mistake in _of(error, tree)]) from fault
    return definition


def said(text: str, key: Literal["service", "councils", "extends"]) -> Any:
    """What a definition says of itself under a key, as far as it can be read; None where it says nothing."""
    try:
        document = parsed(text)[1]
    except (yaml.YAMLError, ValueError):
        return None
    return document.get(key) if isinstance(document, dict) else None


def parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """The tree of a text, with its lines, and what it says. Raises YAMLError or ValueError."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _DEEP:
            raise yaml.YAMLError("a short text that would take for ever to read")
    loader = yaml.CSafeLoader(text)
    tree = loader.get_single_node()
    _check_keys(tree)
    return tree, tree and loader.construct_document(tree)


def _check_keys(node: yaml.Node | None) -> None:
    """Raises SaidTwice at the second of two keys that are the same."""
    if isinstance(node, yaml.MappingNode):
        said: set[str] = set()
        for key, value in node.value:
            if str(key.value) in said:
                raise SaidTwice(problem=f"{key.value} is said twice", problem_mark=key.start_mark)
            said.add(str(key.value))
            _check_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            _check_keys(each)


def _whole(document: Any, base: Base) -> Any:
    if not isinstance(document, dict) or "extends" not in document:
        return document
    local = LocalDefinition.model_validate(document)
    if (extended := base(local.extends)) is None:
        raise Flawed([Flaw(f"there is no service {local.extends} to extend", "extends")])
    return rendered(local, extended)


def _of(error: Any, tree: yaml.Node | None) -> list[Mistake]:
    fault = error.get("ctx", {}).get("error")
    if isinstance(fault, Flawed):
        return [_mistake(tree, flaw.at, flaw) for flaw in fault.flaws]
    return [_mistake(tree, error["loc"], error["msg"].removeprefix("Value error, "))]


def _mistake(tree: yaml.Node | None, at: Sequence[str | int], why: str) -> Mistake:
    return Mistake(_line(tree, at), ".".join(map(str, at)), str(why))


def _line(node: yaml.Node | None, at: Sequence[str | int]) -> int:
    """The line of a place, or of the nearest thing around it that the text has."""
    line = 1
    for part in at:
        below: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if found:
                line, below = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            below = node.value[part]
            line = below.start_mark.line + 1
        if below is None:
            return line
        node = below
    return line
