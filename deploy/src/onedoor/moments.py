"""Times as people type them: a moment, and how far to step."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from common.runtime.store.clock import Clock

from onedoor.refusals import CannotDo

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_STEP = re.compile("([+-]?)" + "".join(rf"(?:(?P<{name}>\d+){unit})?" for unit, name in _UNITS.items()))


def moment(text: str) -> datetime:
    """`2026-12-14`, `2026-12-14T09:30`, `2026-12-14T09:30+01:00`; without a zone it is UTC; `now`. Raises CannotDo."""
    if text == "now":
        return datetime.now(UTC)
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise CannotDo(f"{text!r} is not a moment: write it as 2026-12-14T09:30") from None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def step(text: str) -> timedelta:
    """`3d`, `2h`, `1d12h`, `-30m`. Raises CannotDo."""
    found = _STEP.fullmatch(text)
    if not found or not any(found.groupdict().values()):
        raise CannotDo(f"{text!r} is not a step: write it as 3d, 2h or 1d12h")
    forward = timedelta(**{name: int(count) for name, count in found.groupdict().items() if count})
    return -forward if found[1] == "-" else forward


def told(clock: Clock) -> str:
    """The clock's time, and how far it is from real time."""
    apart = timedelta(seconds=round(clock.offset().total_seconds()))
    real = "real time" if not apart else f"{abs(apart)} {'ahead of' if apart > timedelta() else 'behind'} real time"
    return f"{clock.now().isoformat(timespec='seconds')}  ({real})"
