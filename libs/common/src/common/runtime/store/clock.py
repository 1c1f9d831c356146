"""The one clock. Real time in production; settable and steppable for all services at once in the embedded and test profiles."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Tells `now`, aware and in UTC. Real time unless a file, shared by all services of one machine, holds an offset."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._read_at = -1
        self._offset = timedelta()

    def now(self) -> datetime:
        """The platform's time. Tokens, traces and TLS do not use it: they keep real time."""
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        """How far the platform's time is from real time. A file that cannot be read leaves the last known offset."""
        if self.file is None:
            return timedelta()
        try:
            changed = os.stat(self.file).st_mtime_ns
        except FileNotFoundError:
            return timedelta()
        if changed != self._read_at:
            self._offset = timedelta(seconds=json.loads(self.file.read_text())["offset_seconds"])
            self._read_at = changed
        return self._offset

    def set(self, moment: datetime) -> None:
        """Make `moment` the time for every process that shares the file; it runs on from there."""
        self._write(moment - datetime.now(UTC))

    def step(self, by: timedelta) -> None:
        """Move time forward (or back) for every process that shares the file."""
        self._write(self.offset() + by)

    def _write(self, offset: timedelta) -> None:
        if self.file is None:
            raise RuntimeError("real time cannot be set")
        draft = self.file.with_suffix(".draft")
        draft.write_text(json.dumps({"offset_seconds": offset.total_seconds()}))
        draft.replace(self.file)  # readers see the old offset or the new one, never half a file
