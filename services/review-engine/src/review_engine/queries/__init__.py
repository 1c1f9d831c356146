"""What review-engine reads, and the views that are made of it."""

from review_engine.queries import named
from review_engine.queries.views import asked_again, counts, directly_follows

__all__ = ["asked_again", "counts", "directly_follows", "named"]
