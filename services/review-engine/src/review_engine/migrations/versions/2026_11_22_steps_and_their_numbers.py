"""What is no step of a journey goes (contact points, households …), and all numbers of a journey are found by it."""

from alembic import op

revision = "d2c84f1b7a36"
down_revision = "af1aeff5524d"
branch_labels = None
depends_on = None

STEPS = "('case', 'referral', 'signpost', 'invitation', 'feedback')"


def upgrade() -> None:
    for table in ("evidence", "journey_of"):
        op.execute(f"DELETE FROM {table} WHERE aggregate NOT IN {STEPS}")  # noqa: S608 - our own names
    op.create_index("journey_of_journey", "journey_of", ["journey"], unique=False)


def downgrade() -> None:
    op.drop_index("journey_of_journey", table_name="journey_of")
