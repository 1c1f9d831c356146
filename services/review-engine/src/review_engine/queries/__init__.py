"""What review-engine reads, and the views that are made of it."""

from review_engine.queries import named
from review_engine.queries.views import counts, directly_follows

__all__ = ["counts", "directly_follows", "named"]
