"""What feedback reads, and the views that are made of it."""

from feedback.queries import named
from feedback.queries.views import (
    invitations,
    invited_as,
    invited_by,
    shown_transaction,
    submissions,
    summary,
    tracked,
    tracking,
    transactions,
)

__all__ = [
    "invitations",
    "invited_as",
    "invited_by",
    "named",
    "shown_transaction",
    "submissions",
    "summary",
    "tracked",
    "tracking",
    "transactions",
]
