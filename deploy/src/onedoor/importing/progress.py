"""How far an import is: a bar on a terminal, a line now and then anywhere else. On standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich import progress as rich
from rich.console import Console

EVERY = 5.0  # seconds between lines


class Progress(Protocol):
    """Who is told of every row, and of whatever else is to be said meanwhile."""

    def advance(self, rejected: int) -> None: ...

    def tell(self, message: str) -> None: ...


class Lines:
    """Progress where nobody watches: in a log."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self._told = time.monotonic()

    def advance(self, rejected: int) -> None:
        self.done += 1
        if time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            self.tell(f"{self.done:,} of {self.total:,} rows, {rejected:,} rejected")

    def tell(self, message: str) -> None:
        print(message, file=sys.stderr, flush=True)


class Bar:
    """Progress where somebody watches."""

    def __init__(self, drawn: rich.Progress, total: int) -> None:
        self.drawn = drawn
        self.task = drawn.add_task("Importing", total=total, rejected=0)

    def advance(self, rejected: int) -> None:
        self.drawn.update(self.task, advance=1, rejected=rejected)

    def tell(self, message: str) -> None:
        self.drawn.console.print(message, highlight=False, markup=False)


@contextmanager
def shown(total: int) -> Iterator[Progress]:
    """Progress over `total` rows, as it suits where we write to."""
    if not sys.stderr.isatty():
        yield Lines(total)
        return
    with rich.Progress(*columns(), console=Console(stderr=True)) as drawn:
        yield Bar(drawn, total)


def columns() -> tuple[rich.ProgressColumn, ...]:
    """What the bar shows."""
    return (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeRemainingColumn(),
        rich.TextColumn("{task.fields[rejected]} rejected"),
    )
