"""Drawing spans as text: a waterfall for each trace. Pure: spans in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

from onedoor.spans import Span

_BAR = 24
_NAME = 56


def story(spans: Sequence[Span]) -> Iterator[str]:
    """Every trace of a story in the order in which they began, with a line on the whole."""
    by_trace = sorted(spans, key=lambda span: span.trace_id)
    traces = [list(own) for _, own in groupby(by_trace, key=lambda span: span.trace_id)]
    traces.sort(key=lambda own: min(span.started for span in own))
    services = {span.service for span in spans}
    failed = sum(span.failed for span in spans)
    yield f"{_count(len(traces), 'trace')}, {_count(len(spans), 'span')}, {_count(len(services), 'service')}" + (
        f", {_count(failed, 'error')}" if failed else ""
    )
    for own in traces:
        yield ""
        yield from trace(own)


def trace(spans: Sequence[Span]) -> Iterator[str]:
    """One trace: its head, then its spans below their parents."""
    began, ended = min(span.started for span in spans), max(span.ended for span in spans)
    at = datetime.fromtimestamp(began / 1e9, UTC).isoformat(sep=" ", timespec="milliseconds")
    stories = ", ".join(sorted({span.correlation_id for span in spans if span.correlation_id})) or "none"
    yield f"trace {spans[0].trace_id}  {at}  {(ended - began) / 1e6:.1f} ms  story {stories}"
    wide = max(len(span.service) for span in spans)
    for depth, span in _nested(spans):
        name = ("  " * depth + _title(span))[:_NAME]
        mark = "  ✗ error" if span.failed else ""
        bar = _bar(span, began=began, ended=ended)
        yield f"  {bar}  {span.service:{wide}}  {name:{_NAME}} {span.milliseconds:9.1f} ms{mark}"


def _title(span: Span) -> str:
    """`hear case.opened: add-to-timeline`, since several of one service may hear the same."""
    return f"{span.name}: {span.consumer.removeprefix(f'{span.service}-')}" if span.consumer else span.name


def _nested(spans: Sequence[Span]) -> Iterator[tuple[int, Span]]:
    """Each span with its depth, parents before their children, in order of time. One without its parent is a root."""
    ids = {span.span_id for span in spans}
    children: dict[str | None, list[Span]] = {}
    for span in sorted(spans, key=lambda span: (span.started, span.span_id)):
        children.setdefault(span.parent_id if span.parent_id in ids else None, []).append(span)
    todo = [(0, span) for span in reversed(children.get(None, []))]
    while todo:
        depth, span = todo.pop()
        yield depth, span
        todo += [(depth + 1, child) for child in reversed(children.get(span.span_id, []))]


def _bar(span: Span, *, began: int, ended: int) -> str:
    scale = _BAR / max(ended - began, 1)
    start = min(int((span.started - began) * scale), _BAR - 1)
    length = max(1, min(round((span.ended - span.started) * scale), _BAR - start))
    return "·" * start + "█" * length + "·" * (_BAR - start - length)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
