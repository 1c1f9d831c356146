"""One row of a file as the command that imports it, and what is odd about it. Pure: a row that cannot be used says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any

from common.contracts.cases import ImportCase
from pydantic import ValidationError

from onedoor.importing.mapping import ISO, Choice, ImportMapping, Step

DONE_BEFORE_IT_BEGAN = "done_before_it_began"  # as case-crm calls it
STEPS_OUT_OF_ORDER = "steps_out_of_order"
CHANNEL_NOT_LISTED = "channel_not_listed"
_BELIEVED = range(1901, 2100)  # other systems write 0001-01-01, 1900-01-01 or 9999-12-31 where they mean nothing


class Unusable(Exception):
    """The row cannot be imported. The message is the reason, for whoever will mend the row."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A row as we say it."""

    command: ImportCase
    oddities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cells:
    """A row's values, as the mapping wants them read."""

    values: Mapping[str, str]
    mapping: ImportMapping
    zone: tzinfo

    def get(self, column: str) -> str | None:
        """What a column says; None where it says nothing."""
        value = self.values[column].strip()
        return None if not value or value in self.mapping.nothing else value

    def needed(self, column: str) -> str:
        value = self.get(column)
        if value is None:
            raise Unusable(f"{column} is empty")
        return value

    def moment(self, column: str) -> datetime | None:
        """When a column says; in the file's zone where the value names none."""
        value = self.get(column)
        if value is None:
            return None
        for form in self.mapping.dates.formats:
            if (read := _parsed(value, form)) is not None:
                return self._believed(column, value, read)
        raise Unusable(f"{column}: {value!r} is not a moment ({' or '.join(self.mapping.dates.formats)})")

    def _believed(self, column: str, value: str, read: datetime) -> datetime:
        if read.year not in _BELIEVED:
            raise Unusable(f"{column}: {value!r} cannot be; where it means nothing, list it under `nothing`")
        return read if read.tzinfo else read.replace(tzinfo=self.zone)


def translate(values: Mapping[str, str], mapping: ImportMapping, *, zone: tzinfo) -> Translated:
    """The command for a row. Raises Unusable."""
    cells = _Cells(values, mapping, zone)
    source_id = cells.needed(mapping.id)
    cells.needed(mapping.opened_at)
    said: dict[str, Any] = {
        "source": mapping.source,
        "source_id": source_id,
        "service": _chosen(cells, mapping.service),
        "channel": _chosen(cells, mapping.channel),
        "opened_at": cells.moment(mapping.opened_at),
        "answers": {question: told for question, column in mapping.answers.items() if (told := cells.get(column))},
        "steps": list(_steps(cells)),
    }
    command = _checked(said)
    return Translated(command, tuple(_oddities(cells, command)))


def _chosen(cells: _Cells, choice: Choice[Any]) -> Any:
    value = cells.get(choice.column) if choice.column else None
    word = choice.chosen(value)
    if word is None:
        raise Unusable(f"{choice.column}: {value!r} is not in the mapping" if value else f"{choice.column} is empty")
    return word


def _steps(cells: _Cells) -> Iterator[dict[str, Any]]:
    steps = cells.mapping.steps
    fitting = [step for step in steps if _fits(cells, step)]
    if steps and not fitting:
        asked = sorted({column for step in steps for column in step.asks})
        raise Unusable("no step of the mapping fits: " + ", ".join(f"{c} is {cells.get(c)!r}" for c in asked))
    for step in fitting:
        if step.stage:
            yield {"at": _first_moment(cells, step), "stage": step.stage, "result": step.result}


def _fits(cells: _Cells, step: Step) -> bool:
    return (
        all(cells.get(column) in values for column, values in step.when.items())
        and all(cells.get(column) is not None for column in step.present)
        and all(cells.get(column) is None for column in step.absent)
    )


def _first_moment(cells: _Cells, step: Step) -> datetime:
    for column in step.at:
        if (moment := cells.moment(column)) is not None:
            return moment
    raise Unusable(f"it became {step.stage}, and does not say when: {' and '.join(step.at)} empty")


def _checked(said: dict[str, Any]) -> ImportCase:
    try:
        return ImportCase.model_validate(said)
    except ValidationError as fault:
        mistakes = (f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in fault.errors())
        raise Unusable("; ".join(mistakes)) from None


def _oddities(cells: _Cells, command: ImportCase) -> Iterator[str]:
    moments = [step.at for step in command.steps]
    if any(moment < command.opened_at for moment in moments):
        yield DONE_BEFORE_IT_BEGAN
    if any(later < earlier for earlier, later in pairwise(moments)):
        yield STEPS_OUT_OF_ORDER
    channel = cells.mapping.channel
    if channel.column and not channel.knows(cells.get(channel.column)):
        yield CHANNEL_NOT_LISTED


def _parsed(value: str, form: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if form == ISO else datetime.strptime(value, form)  # noqa: DTZ007 - the zone is given by whoever asked
    except ValueError:
        return None
