"""what goes by itself."""

from alembic import op

revision = "d5dd6fd0ec68"
down_revision = "a61f0d7c2b48"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("case_over", "case_file", ["council", "changed_at"], unique=False)


def downgrade() -> None:
    op.drop_index("case_over", table_name="case_file")
