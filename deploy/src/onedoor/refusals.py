"""What the command line cannot do, said in one plain sentence; when a process cannot start, `CannotStart` says it."""

from __future__ import annotations


class CannotDo(Exception):
    """The command was understood and cannot be done. The message is one plain sentence."""


class NeverStarted(CannotDo):
    """Nothing was ever started from this home."""
