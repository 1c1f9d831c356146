"""rows are found by whose they are."""

from alembic import op

revision = "90049cf50f2d"
down_revision = "d5dd6fd0ec68"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("interaction_of_person", "interaction", ["person_id", "case_id"], unique=False)


def downgrade() -> None:
    op.drop_index("interaction_of_person", table_name="interaction")
