"""Contact points: what is kept of each, and whether it may be used at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.people import (
    ContactKind,
    HoursCannotBe,
    NotThatKindOfNumber,
    SafeHours,
    SetContactPoint,
    ToldAlready,
    TooManyKept,
)
from pydantic import BaseModel, ConfigDict, TypeAdapter

from customer_account.domain import identifiers
from customer_account.domain.finding import email_key, phone_key

MOST_POINTS = 20
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTE = timedelta(minutes=1)
_LOOKED_AHEAD = 15  # days: in the week of a change of clocks a time of that day may not be there at all
_NUMBERS = {ContactKind.MOBILE, ContactKind.LANDLINE, ContactKind.TEXT_RELAY}


class ContactPoint(BaseModel):
    """A way to reach a person, as it is kept. `safe_said_at`: when it was said that a message can be left there."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: ContactKind
    value: str
    label: str | None
    preferred: bool
    safe_to_leave_message: bool
    safe_hours: list[SafeHours]
    time_zone: str
    verified_at: datetime | None = None
    safe_said_at: datetime | None = None

    def safe_since(self, since: datetime | None) -> bool:
        """Whether a message can be left there, as was said, or made sure of with the person, since that moment."""
        said = [at for at in (self.safe_said_at, self.verified_at) if at is not None]
        return self.safe_to_leave_message and since is not None and any(at >= since for at in said)


_points = TypeAdapter(list[ContactPoint])


def points_of(document: Any) -> list[ContactPoint]:
    """Contact points from how they are kept; none of somebody who was erased."""
    return _points.validate_python(document) if isinstance(document, list) else []


def as_kept(points: Sequence[ContactPoint]) -> Any:
    """Contact points as they are kept."""
    return _points.dump_python(list(points), mode="json")


# -- changing them


def point(
    command: SetContactPoint, *, point_id: UUID, time_zone: str, now: datetime, was: ContactPoint | None = None
) -> ContactPoint:
    """What is kept from now on. Who was reached there once is still known to be, while the value is the same."""
    _check_hours(command)
    value = _written(command.kind, command.value)
    same = was is not None and (was.kind, was.value) == (command.kind, value)
    return ContactPoint(
        id=point_id,
        time_zone=time_zone,
        verified_at=was.verified_at if was and same else None,
        safe_said_at=_safe_said_at(command, was if same else None, now),
        **{**dict(command), "value": value},
    )


def _safe_said_at(command: SetContactPoint, same: ContactPoint | None, now: datetime) -> datetime | None:
    if not command.safe_to_leave_message:
        return None
    return same.safe_said_at if same and same.safe_to_leave_message else now


def put(points: Sequence[ContactPoint], new: ContactPoint) -> list[ContactPoint]:
    """All of them with a new one, or one in place of what was. At most one is preferred: the latest that was said to be.

    Raises ToldAlready or TooManyKept.
    """
    others = [each for each in points if each.id != new.id]
    if any((each.kind, each.value) == (new.kind, new.value) for each in others):
        raise ToldAlready
    if len(others) >= MOST_POINTS:
        raise TooManyKept
    if new.preferred:
        others = [each.model_copy(update={"preferred": False}) for each in others]
    place = next((at for at, each in enumerate(points) if each.id == new.id), len(others))
    return [*others[:place], new, *others[place:]]


def findable(points: Iterable[ContactPoint], told: dict[str, Any]) -> dict[str, str | None]:
    """By which number and e-mail address a person is found: what they `told` as a fact; else the first they are reached by."""
    points = list(points)
    numbers = [each.value for each in points if each.kind in _NUMBERS]
    emails = [each.value for each in points if each.kind is ContactKind.EMAIL]
    return {
        "phone": _first(phone_key, told.get("phone"), *numbers),
        "email": _first(email_key, told.get("email"), *emails),
    }


def _first(key: Callable[[str], str], *values: str | None) -> str | None:
    return next((key(value) for value in values if value), None)


def _written(kind: ContactKind, value: str) -> str:
    match kind:
        case ContactKind.EMAIL:
            return identifiers.email(value)
        case ContactKind.TEXT_RELAY:
            return identifiers.relayed_phone(value)
        case ContactKind.MOBILE | ContactKind.LANDLINE:
            number = identifiers.phone(value)
            if number.startswith("+44") and number.startswith("+447") != (kind is ContactKind.MOBILE):
                raise NotThatKindOfNumber
            return number
    return value


def _check_hours(command: SetContactPoint) -> None:
    if command.safe_hours and command.kind is ContactKind.POST:
        raise HoursCannotBe
    if any(hours.from_ >= hours.to for hours in command.safe_hours):
        raise HoursCannotBe


# -- using them


def may_contact(point: ContactPoint, now: datetime) -> bool:
    """Whether the person may be reached there at this moment: what the clocks of the council show is within the safe hours."""
    return not point.safe_hours or _is_safe(point.safe_hours, now.astimezone(ZoneInfo(point.time_zone)))


def next_safe_time(point: ContactPoint, now: datetime) -> datetime | None:
    """The first moment from now on, to the minute, at which the person may be reached, in UTC; None where that is now, or never."""
    if may_contact(point, now):
        return None
    zone = ZoneInfo(point.time_zone)
    today = now.astimezone(zone).date()
    for ahead in range(_LOOKED_AHEAD):
        day = today + timedelta(days=ahead)
        for moment in _minutes_to_try(point.safe_hours, day, zone):
            if moment > now and _is_safe(point.safe_hours, moment.astimezone(zone)):
                return moment
    return None


def _minutes_to_try(safe: Sequence[SafeHours], day: date, zone: ZoneInfo) -> Iterable[datetime]:
    """The moments at which safe hours can begin on a day; where the clocks change that day, every minute of it."""
    first, last = (datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    if last - first == timedelta(days=1):
        opens = sorted(hours.from_ for hours in safe if _DAYS[day.weekday()] in hours.days)
        return [datetime.combine(day, time.fromisoformat(each), zone).astimezone(UTC) for each in opens]
    return (first + minute * _MINUTE for minute in range((last - first) // _MINUTE))


def _is_safe(safe: Sequence[SafeHours], shown: datetime) -> bool:
    """Whether what the clocks show, by day and minute, is within any of these hours."""
    at, day = shown.strftime("%H:%M"), _DAYS[shown.weekday()]
    return any(day in hours.days and hours.from_ <= at < hours.to for hours in safe)


def told_as_fact(kind: ContactKind, value: str) -> ContactPoint:
    """A number or an address of which nothing more is known than that it is somebody's."""
    plain: dict[str, Any] = {"label": None, "preferred": False, "safe_to_leave_message": False, "safe_hours": []}
    return ContactPoint(id=UUID(int=0), kind=kind, value=value, time_zone="UTC", **plain)
