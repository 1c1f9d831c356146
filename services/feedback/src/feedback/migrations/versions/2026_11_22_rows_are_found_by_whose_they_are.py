"""rows are found by whose they are."""

from alembic import op

revision = "f635c3abb003"
down_revision = "b323d5a8c534"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("seen_of_person", "seen", ["person_id", "case_id"], unique=False)
    op.create_index("submission_of_person", "submission", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index("submission_of_person", table_name="submission")
    op.drop_index("seen_of_person", table_name="seen")
