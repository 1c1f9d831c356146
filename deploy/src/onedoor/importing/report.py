"""What became of the rows: counted, told, and kept in a file. Sends nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.contracts.base import Channel
from common.contracts.cases import Imported, ImportedView

from onedoor.importing.rows import Row
from onedoor.importing.translating import Translated
from onedoor.refusals import CannotDo


class RowsLost(Exception):
    """The import's own count does not come out: a fault of ours."""


@dataclass
class Report:
    """The counts of one run over a file of `rows` rows."""

    file: str
    council: str
    source: str
    rows: int
    outcomes: Counter[Imported] = field(default_factory=Counter)
    rejected: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    oddities: Counter[str] = field(default_factory=Counter)
    odd_rows: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def accounted(self) -> int:
        """How many rows have an outcome."""
        return self.outcomes.total() + self.rejected

    def note(self, row: Row, translated: Translated, view: ImportedView, *, also: list[str]) -> None:
        """Count a row that was imported, and what is odd about it by our own reading or case-crm's."""
        self.outcomes[view.outcome] += 1
        self.channels[translated.command.channel.value] += 1
        if odd := sorted({*translated.oddities, *view.oddities, *also}):
            self.oddities.update(odd)
            self.odd_rows.append(
                {
                    "line": row.line,
                    "source_id": translated.command.source_id,
                    "reference": view.reference,
                    "oddities": odd,
                }
            )

    def check(self) -> None:
        """Raise RowsLost where a row of the file has no outcome, or more than one."""
        if self.accounted != self.rows:
            raise RowsLost(f"{self.file} has {self.rows} rows, and {self.accounted} have an outcome")

    def write(self, file: Path) -> None:
        """Keep the report as JSON. Raises CannotDo where it cannot be written."""
        try:
            file.write_text(json.dumps(self.as_json(), indent=1) + "\n")
        except OSError as fault:
            raise CannotDo(f"{file}: {fault.strerror or fault}") from None

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "council": self.council,
            "source": self.source,
            "finished": self.accounted == self.rows,
            "rows": self.rows,
            **{outcome.value: self.outcomes[outcome] for outcome in Imported},
            "rejected": self.rejected,
            "channels": dict(sorted(self.channels.items())),
            "oddities": dict(sorted(self.oddities.items())),
            "odd_rows": sorted(self.odd_rows, key=lambda odd: odd["line"]),
            "seconds": round(self.seconds, 3),
        }

    def lines(self) -> Iterator[str]:
        """The outcome as a person reads it."""
        again, other = self.outcomes[Imported.REPEATED], self.outcomes[Imported.SECOND_INTERACTION]
        yield (
            f"{self.accounted:,} rows = {self.outcomes[Imported.OPENED]:,} opened + {again + other:,} repeated "
            f"({again:,} the same again, {other:,} by another channel, kept as a second interaction) "
            f"+ {self.rejected:,} rejected, in {self.seconds:.1f} s"
        )
        if unknown := self.channels[Channel.UNKNOWN.value]:
            yield f"{unknown:,} without a channel stay unknown."
        for oddity, count in sorted(self.oddities.items()):
            yield f"{count:,} odd and kept as they are: {oddity.replace('_', ' ')}."
