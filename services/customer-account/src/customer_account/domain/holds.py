"""Legal holds: until when one goes on before somebody looks again."""

from __future__ import annotations

from datetime import date, timedelta

from common.contracts.people.holds import WrongReview

LONGEST = timedelta(days=366)


def check_review(review_on: date, *, today: date) -> None:
    """Raises WrongReview unless it is after today and within a year."""
    if not today < review_on <= today + LONGEST:
        raise WrongReview
