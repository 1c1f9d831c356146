"""What is no step of a journey goes: contact points, households … were kept as if they were, each on a journey of its own."""

from alembic import op

revision = "d2c84f1b7a36"
down_revision = "af1aeff5524d"
branch_labels = None
depends_on = None

STEPS = "('case', 'referral', 'signpost', 'invitation', 'feedback')"


def upgrade() -> None:
    for table in ("evidence", "journey_of"):
        op.execute(f"DELETE FROM {table} WHERE aggregate NOT IN {STEPS}")  # noqa: S608 - our own names


def downgrade() -> None:
    """What went stays away."""
