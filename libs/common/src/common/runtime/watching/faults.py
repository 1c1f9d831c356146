"""What may be told of a fault: its kind and its place, never what it held."""

from __future__ import annotations


def kind_and_place(fault: Exception) -> str:
    """`ValueError at forms.py:41`: the fault's kind, and file and line of the innermost frame."""
    last = fault.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = f"{last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno}" if last else "unknown"
    return f"{type(fault).__name__} at {where}"
