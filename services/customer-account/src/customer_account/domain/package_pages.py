"""What is in a package: documents that grow record by record, so that none is ever held whole, and a page to read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from io import StringIO
from typing import Any

from common.contracts.people.portable import FORMAT
from common.contracts.people.rights import HOLDERS, Right

from customer_account.domain.days import day_of

Record = Mapping[str, Any]
FACTS = "fact"
LOOKS = "access_entry"
PORTABLE_FILE = "your-data.json"
SCHEMA_FILE = "your-data.schema.json"
FACTS_FILE = "facts.csv"
LOOKS_FILE = "who-looked.json"
FILES = "files"
_COLUMNS = ("kind", "value", "effective_from", "effective_to", "told_at", "current")


def file_of(service: str) -> str:
    """The name of the file with what a service holds."""
    return f"{HOLDERS[service].lower().replace(' ', '-')}.json"


def place_of(file: Mapping[str, Any]) -> str:
    """Where a file lies among the others: under its id, as it is called, whatever stands in its name."""
    called = str(file["called"] or "file").replace("/", " ").replace("\\", " ").strip(" .") or "file"
    return f"{FILES}/{file['id']}/{called}"


def readable(record: Record) -> dict[str, Any]:
    """A record with its columns in words."""
    return {name.replace("_", " "): value for name, value in record.items()}


class Document:
    """JSON of what one service holds: its tables, each with its records, in the order in which they come."""

    def __init__(self) -> None:
        self._tables = self._records = 0

    def begins(self, service: str) -> str:
        return f'{{"service": {_json(service)}, "called": {_json(HOLDERS[service])}, "tables": ['

    def table(self, table: str, called: str) -> str:
        before = (
            "]}, " if self._tables else ""
        ) + f'{{"table": {_json(table)}, "called": {_json(called)}, "records": ['
        self._tables, self._records = self._tables + 1, 0
        return before

    def record(self, record: Record) -> str:
        self._records += 1
        return (",\n" if self._records > 1 else "\n") + _json(record)

    def ends(self) -> str:
        return ("]}" if self._tables else "") + "]}"


def head_of_portable(reference: str, made_at: datetime) -> str:
    """How the one document of what somebody takes elsewhere begins; the services' own follow, and `]}`."""
    known = {"format": FORMAT, "reference": reference, "made_at": made_at.isoformat()}
    return _json(known)[:-1] + ', "services": ['


def row_of_fact(record: Record | None) -> str:
    """A line of the table of facts; without one, its heading."""
    line = StringIO()
    values = [_cell(record[name]) for name in _COLUMNS] if record else _COLUMNS
    csv.writer(line).writerow(values)
    return line.getvalue()


@dataclass
class Held:
    """How many records there are under each heading, by service, and how many files: counted as they go by."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    files: int = 0
    left_out: int = 0

    def table(self, service: str, called: str) -> None:
        self.counts.setdefault(service, {}).setdefault(called, 0)

    def record(self, service: str, called: str) -> None:
        self.counts[service][called] += 1

    def file(self, *, left_out: bool) -> None:
        self.files += not left_out
        self.left_out += left_out


_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc}"
    "td.n{text-align:right}.bar{display:block;height:.8rem;background:#1d4f91;min-width:1px}"
)
_TITLES = {Right.ACCESS.value: "What we hold about you", Right.PORTABILITY.value: "What you told us, to take elsewhere"}


def page(right: str, reference: str, made_at: datetime, held: Held, *, unanswered: Sequence[str]) -> str:
    """The page that a person reads first: what there is, how much of it, where, and who did not answer."""
    title = _TITLES[right]
    parts = [
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>',
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>',
        f"<h1>{title}</h1><p>Your request {escape(reference)}. Put together on {_day(made_at)}.</p>",
        *_who_is_missing(unanswered),
        "<h2>How much is held where</h2>",
        *_bars(held),
        *(part for service in held.counts for part in _service(right, service, held.counts[service])),
        *_more(right, held),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _who_is_missing(unanswered: Sequence[str]) -> Iterable[str]:
    if unanswered:
        yield "<h2>What is missing</h2><p>These did not answer in time. When they do, you can fetch this again:</p><ul>"
        yield from (f"<li>{escape(HOLDERS[service])}</li>" for service in unanswered)
        yield "</ul>"


def _bars(held: Held) -> Iterable[str]:
    sums = {service: sum(counts.values()) for service, counts in held.counts.items()}
    most = max([*sums.values(), 1])
    yield "<table><thead><tr><th>Where</th><th>Records</th><th>Compared</th></tr></thead><tbody>"
    for service, number in sums.items():
        bar = f'<span class="bar" aria-hidden="true" style="width:{100 * number // most}%"></span>'
        yield f'<tr><th>{escape(HOLDERS[service])}</th><td class="n">{number}</td><td>{bar}</td></tr>'
    yield "</tbody></table>"


def _service(right: str, service: str, counts: Mapping[str, int]) -> Iterable[str]:
    file = file_of(service) if right == Right.ACCESS else PORTABLE_FILE
    yield f"<h2>{escape(HOLDERS[service])}</h2><p>All of it is in <a href={file}>{file}</a>.</p><table><tbody>"
    for called, number in counts.items():
        yield f'<tr><th>{escape(called)}</th><td class="n">{number or "nothing"}</td></tr>'
    yield "</tbody></table>"


def _more(right: str, held: Held) -> Iterable[str]:
    yield "<h2>More</h2><ul>"
    if held.files:
        yield f"<li>{FILES}: the files that belong to it, {held.files} in all, each under its id</li>"
    if held.left_out:
        yield f"<li>{held.left_out} of your files are not in here: they are too large for it, or we cannot open them at the moment."
        yield "You can fetch each where you see the request that it belongs to.</li>"
    if right == Right.ACCESS:
        yield f"<li><a href={LOOKS_FILE}>{LOOKS_FILE}</a>: who looked at your data, when and why</li>"
    else:
        yield f"<li><a href={FACTS_FILE}>{FACTS_FILE}</a>: what you told us, as a table for a spreadsheet</li>"
        yield f"<li><a href={SCHEMA_FILE}>{SCHEMA_FILE}</a>: how the data is laid out, for whoever takes it over</li>"
    yield "<li>Where it says “sealed”, the service that keeps it cannot read it itself.</li>"
    yield "<li>If something is not right, you can ask us to put it right. If you are not content with our answer, you"
    yield 'can complain to the Information Commissioner (<a href="https://ico.org.uk">ico.org.uk</a>).</li></ul>'


def _day(moment: datetime) -> str:
    day = day_of(moment)
    return f"{day.day} {day:%B %Y}"


def _cell(value: Any) -> Any:
    """A value as a spreadsheet takes it. What would be taken for a formula is not: it was typed by somebody."""
    text = value if isinstance(value, str) else "" if value is None else _json(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
