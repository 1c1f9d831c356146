"""How a process ended and the last thing it said, as a sentence. Reads logs; touches no process."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from signal import Signals

_TAIL = 16_384


def how(code: int) -> str:
    """`was killed (SIGKILL)` of a process's exit code -9, `ended (exit code 3)` of 3."""
    return f"was killed ({Signals(-code).name})" if code < 0 else f"ended (exit code {code})"


def last_words(log: Path, *, since: int = 0) -> str:
    """The last complaint in a log, and where to read more. `since` is where this run's part of it begins."""
    for line in reversed(_tail(log, since).splitlines()):
        if complaint := _complaint(line):
            return f"{complaint} (see {log})"
    return f"see {log}"


def _complaint(line: str) -> str:
    """What an error line says, without its trace of calls. A line that is not structured is taken for an error."""
    said, level = line, "error"
    with suppress(ValueError, KeyError, TypeError):
        entry = json.loads(line)
        said, level = entry["message"], entry["level"]
    lines = said.strip().splitlines()
    return lines[-1] if lines and level in {"error", "critical"} else ""


def _tail(log: Path, since: int) -> str:
    with suppress(OSError), log.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(since, end - _TAIL))
        return file.read().decode(errors="replace")
    return ""
