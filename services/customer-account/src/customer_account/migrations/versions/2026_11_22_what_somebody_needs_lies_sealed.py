"""what somebody needs lies sealed, and is not in what is said of it."""

from alembic import op

revision = "5b7e0c41d2aa"
down_revision = "49d64db5540e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The rows lie open until the service starts, which seals them.
    op.execute(
        'UPDATE onedoor.said SET data = data || \'{"channel": null, "language": null, "adjustments": []}\' '
        "WHERE name = 'preference.changed'"
    )


def downgrade() -> None:
    """What was not said is not known: an event reads as if nothing was needed."""
