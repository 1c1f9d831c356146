"""The file: its heading, its rows one by one, and the file of those that were rejected. Knows nothing of cases."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from onedoor.importing.mapping import ImportMapping
from onedoor.refusals import CannotDo

REASON = "rejected_because"
_UNREADABLE = "surrogateescape"  # bytes that are not text survive reading and writing unchanged


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the file has it. `broken` says why it has no values that could be named."""

    line: int
    fields: Sequence[str]
    values: dict[str, str]
    broken: str | None = None


class Table:
    """A CSV file with a heading. Raises CannotDo where it is not one, or lacks a column that the mapping names."""

    def __init__(self, file: Path, mapping: ImportMapping) -> None:
        self.file = file
        self.mapping = mapping
        self.heading: list[str] = []
        self.count = sum(1 for _ in self)
        self._refuse_missing()

    def __iter__(self) -> Iterator[Row]:
        with _telling(self.file), _opened(self.file, self.mapping) as stream:
            records = _records(stream, self.mapping.delimiter)
            self.heading = self._heading(next(records, _Record(1, 1, [], closed=True)).fields)
            yield from (_row(record, self.heading, self.mapping.encoding) for record in records)

    def _heading(self, fields: list[str]) -> list[str]:
        names = [name.strip() for name in fields]
        if not any(names):
            raise CannotDo(f"{self.file} has no heading")
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise CannotDo(f"{self.file} has more than one column {', '.join(repeated)}")
        return names

    def _refuse_missing(self) -> None:
        missing = [f"{column} ({place})" for place, column in self.mapping.columns() if column not in self.heading]
        if missing:
            raise CannotDo(
                f"{self.file} lacks columns that the mapping names: {', '.join(dict.fromkeys(missing))}; "
                f"it has {', '.join(self.heading)}"
            )


@dataclass(frozen=True, slots=True)
class _Record:
    """One record of the file, from its first line to its last. `closed`: its quotes are where they should be."""

    line: int
    last: int
    fields: list[str]
    closed: bool


def _records(stream: Iterable[str], delimiter: str) -> Iterator[_Record]:
    """The records of a CSV file but for empty lines. Raises CannotDo with the line that cannot be read."""
    lines: list[str] = []
    reader = csv.reader(_kept(stream, lines), delimiter=delimiter)
    try:
        for fields in reader:
            if fields:
                first = reader.line_num - len(lines) + 1
                yield _Record(first, reader.line_num, fields, closed=len(lines) == 1 or _is_closed(lines, delimiter))
            lines.clear()
    except csv.Error as fault:
        raise CannotDo(f"line {reader.line_num - len(lines) + 1} cannot be read as CSV: {fault}") from None


def _kept(stream: Iterable[str], lines: list[str]) -> Iterator[str]:
    for line in stream:
        lines.append(line)
        yield line


def _is_closed(lines: list[str], delimiter: str) -> bool:
    """A record of several lines may be a quote left open that swallows the rows after it: read strictly, it shows."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _row(record: _Record, heading: list[str], encoding: str) -> Row:
    line, fields = record.line, record.fields
    if not record.closed:
        return Row(line, fields, {}, f"a quote is left open: it runs to line {record.last}")
    if len(fields) != len(heading):
        return Row(line, fields, {}, f"it has {len(fields)} columns, and the heading {len(heading)}")
    if not _is_text(fields):
        return Row(line, fields, {}, f"it holds bytes that are no text in {encoding}")
    return Row(line, fields, dict(zip(heading, fields, strict=True)))


def _is_text(fields: Sequence[str]) -> bool:
    try:
        return b"\x00" not in "".join(fields).encode()
    except UnicodeEncodeError:
        return False


class Rejects:
    """The rejected rows with their original columns and why: mended, the file can be imported as it is."""

    def __init__(self, file: Path, stream: IO[str], table: Table) -> None:
        self._file, self._stream = file, stream
        self._columns = [name for name in table.heading if name != REASON]
        self._reason = table.heading.index(REASON) if REASON in table.heading else None
        self._encoding = _plain_encoding(table.mapping)
        self._writer = csv.writer(stream, delimiter=table.mapping.delimiter, lineterminator="\n")
        self._write([*self._columns, REASON])

    def add(self, row: Row, reason: str) -> None:
        """Keep a row. What it has more than the heading goes behind the reason, so that nothing of it is lost."""
        said = f"line {row.line}: {reason}".encode(self._encoding, "backslashreplace").decode(self._encoding)
        fields = list(row.fields)
        if self._reason is not None and not row.broken:
            del fields[self._reason]
        width = len(self._columns)
        self._write([*fields[:width], *[""] * (width - len(fields)), said, *fields[width:]])

    def _write(self, fields: list[str]) -> None:
        with _telling(self._file):
            self._writer.writerow(fields)
            self._stream.flush()


@contextmanager
def rejects_file(file: Path, table: Table) -> Iterator[Rejects]:
    """A fresh file of rejects. Raises CannotDo where it cannot be written, or is the very file that is read."""
    if file.exists() and file.samefile(table.file):
        raise CannotDo(f"{file} is the file to import: say another one for --rejects")
    with _telling(file):
        out = file.open("w", encoding=_plain_encoding(table.mapping), errors=_UNREADABLE, newline="")
    try:
        yield Rejects(file, out, table)
    finally:
        with _telling(file):
            out.close()


def _plain_encoding(mapping: ImportMapping) -> str:
    return mapping.encoding.removesuffix("-sig")


def _opened(file: Path, mapping: ImportMapping) -> IO[Any]:
    return file.open(encoding=mapping.encoding, errors=_UNREADABLE, newline="")


@contextmanager
def _telling(file: Path) -> Iterator[None]:
    """Say what is wrong with a file in one sentence."""
    try:
        yield
    except OSError as fault:
        raise CannotDo(f"{file}: {fault.strerror or fault}") from None
    except UnicodeError as fault:
        raise CannotDo(f"{file} cannot be read or written as text: {fault}") from None
