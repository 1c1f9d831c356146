"""Rules of a definition: CEL over the answers of its form. Without loops, without effects, compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from cel_expr_python import cel
from pydantic import StringConstraints

Rule = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400, pattern=r"^[^\x00]+$")]
"""CEL that is true or false: over `answers.<question>` (given now or held), `today`, `years(from, to)` and `days(from, to)`."""

Kinds = tuple[tuple[str, str], ...]
"""The questions that a rule may name, each with its type."""

TODAY = "today"
# Numbers are of no one type, so that a rule may compare 3 with 3.5: the others are checked as the rule is compiled.
_TYPES = {
    "text": cel.Type.STRING,
    "date": cel.Type.STRING,
    "choice": cel.Type.STRING,
    "yes_no": cel.Type.BOOL,
    "number": cel.Type.DYN,
}
_QUOTED = re.compile(r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_LOOP = re.compile(r"undeclared reference to '(?:all|exists|exists_one|existsOne|map|filter)'")
_NAMED = re.compile(r"\banswers\s*\.\s*([a-z][a-z0-9_]*)")
# What else CEL has, comments and texts in three or marked quotes, would hide from the patterns above what a rule reads.
_PLAIN = re.compile(rf"""(?:[^"'/]|/(?!/)|(?<![A-Za-z]){_QUOTED.pattern}(?!["']))*""")
_NO_LOOPS = "stdlib: {disable_macros: true}"  # every loop of CEL is a macro


class BadRule(ValueError):
    """A rule that cannot be taken: why, in one sentence."""


def holds(rule: str, kinds: Kinds, answers: Mapping[str, Any], today: date) -> bool | None:
    """Whether a rule holds; None where that hangs on what is not answered yet. Raises BadRule."""
    given = {f"answers.{name}": answers[name] for name in named(rule) if name in answers}
    value = compiled(rule, kinds).eval(data={**given, TODAY: today.isoformat()})
    return value.value() if value.type() == cel.Type.BOOL else None


@lru_cache(maxsize=1024)
def named(rule: str) -> frozenset[str]:
    """The questions that a rule reads."""
    return frozenset(_NAMED.findall(unquoted(rule)))


def unquoted(rule: str) -> str:
    """A rule without the words of its texts."""
    return _QUOTED.sub('""', rule)


@lru_cache(maxsize=8192)
def compiled(rule: str, kinds: Kinds) -> cel.Expression:
    """A rule, ready to run. Raises BadRule where it is not CEL, names what is not asked, may run away or gives no yes or no."""
    if not _PLAIN.fullmatch(rule):
        raise BadRule('a rule has no comments, and its texts are in plain quotes: "so"')
    try:
        expression = _environment(kinds).compile(rule)
    except RuntimeError as fault:
        raise BadRule(_sentence(str(fault))) from None
    if expression.return_type() != cel.Type.BOOL:
        raise BadRule("a rule is true or false, and this one is neither")
    return expression


@lru_cache(maxsize=1024)
def _environment(kinds: Kinds) -> cel.Env:
    between = [_between("years", _years), _between("days", _days)]
    variables = {f"answers.{name}": _TYPES[kind] for name, kind in kinds}
    language = cel.NewEnvConfigFromYaml(_NO_LOOPS)
    return cel.NewEnv(config=language, variables={**variables, TODAY: cel.Type.STRING}, functions=between)


def _between(name: str, count: Any) -> cel.FunctionDecl:
    text = cel.Type.STRING
    overload = cel.Overload(id=name, return_type=cel.Type.INT, parameters=[text, text], is_member=False, impl=count)
    return cel.FunctionDecl(name, [overload])


def _years(since: str, until: str) -> int:
    """Whole years from one day to another, as birthdays count them."""
    begun, now = date.fromisoformat(since), date.fromisoformat(until)
    return now.year - begun.year - ((now.month, now.day) < (begun.month, begun.day))


def _days(since: str, until: str) -> int:
    return (date.fromisoformat(until) - date.fromisoformat(since)).days


def _sentence(fault: str) -> str:
    """What the compiler says, in one line."""
    if _LOOP.search(fault):
        return "a rule that goes through lists may run away: compare the answers one by one"
    found = re.search(r"ERROR: <input>:\d+:(\d+): ([^\n]*)", fault)
    return f"at character {found[1]}: {found[2].partition(' (in container')[0]}" if found else "it is too deep"
