"""Protecting a person: for how long, until somebody looks again."""

from __future__ import annotations

from datetime import date, timedelta

from common.contracts.people import WrongDays

LONGEST = timedelta(days=366)


def days_of(since: date | None, review_on: date, *, today: date) -> tuple[date, date]:
    """Since when somebody is protected, and when that is looked at. Raises WrongDays."""
    began = since or today
    if began > today:
        raise WrongDays(errors=[{"pointer": "/since", "detail": "this day is still to come"}])
    return began, next_review(review_on, today=today)


def next_review(review_on: date, *, today: date) -> date:
    """The day of the next review. Raises WrongDays unless it is after today and within a year."""
    if not today < review_on <= today + LONGEST:
        raise WrongDays(errors=[{"pointer": "/review_on", "detail": "this must be after today, and within a year"}])
    return review_on
