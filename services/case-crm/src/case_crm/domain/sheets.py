"""Lists of cases as tables for a spreadsheet: nobody is named in them but the officers who deal with the cases."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from common.contracts.cases.queues import QueuedCase

_COLUMNS = ("reference", "service", "title", "status", "team", "skill", "specialist", "priority")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(cases: Iterable[QueuedCase]) -> str:
    """The table, with a heading (RFC 4180). Moments are ISO 8601, with their zone."""
    sheet = StringIO()
    lines = csv.writer(sheet)
    lines.writerow([*_COLUMNS, "dealt with by", "opened", "changed", "due"])
    for case in cases:
        owner = case.owner.called if case.owner else ""
        due = min((clock.due_at for clock in case.clocks if clock.due_at), default=None)
        moments = [moment.isoformat() if moment else "" for moment in (case.opened_at, case.changed_at, due)]
        lines.writerow([*(_cell(getattr(case, name)) for name in _COLUMNS), _cell(owner), *moments])
    return sheet.getvalue()


def _cell(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
