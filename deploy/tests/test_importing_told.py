"""How an import is told: while it runs, and when it is over."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from common.contracts.cases import Imported
from onedoor.importing import progress
from onedoor.importing.progress import Bar, Lines
from onedoor.importing.report import Report, RowsLost
from onedoor.refusals import CannotDo
from rich.console import Console
from rich.progress import Progress


def report(rows: int) -> Report:
    return Report(file="x.csv", council="northmere", source="old", rows=rows)


def test_a_row_without_an_outcome_is_a_fault_of_ours_and_never_passed_over() -> None:
    made = report(3)
    made.outcomes[Imported.OPENED] += 1
    made.rejected += 1
    with pytest.raises(RowsLost, match=r"x\.csv has 3 rows, and 2 have an outcome"):
        made.check()
    made.outcomes[Imported.REPEATED] += 1
    made.check()
    made.outcomes[Imported.REPEATED] += 1
    with pytest.raises(RowsLost):
        made.check()


def test_in_a_log_progress_is_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines(2000)
    lines.advance(0)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    lines.advance(1)
    assert capsys.readouterr().err == "2 of 2,000 rows, 1 rejected\n"


def test_on_a_terminal_progress_is_a_bar() -> None:
    screen = io.StringIO()
    columns = progress.columns()
    with Progress(*columns, console=Console(file=screen, force_terminal=True, width=80, color_system=None)) as drawn:
        bar = Bar(drawn, 4)
        bar.advance(1)
        bar.tell("Waiting for [case-crm]")
    assert "1/4" in screen.getvalue()
    assert "1 rejected" in screen.getvalue()
    assert "Waiting for [case-crm]" in screen.getvalue()


def test_a_report_that_cannot_be_kept_is_told() -> None:
    with pytest.raises(CannotDo, match=r"/no/where\.json: No such file"):
        report(1).write(Path("/no/where.json"))
