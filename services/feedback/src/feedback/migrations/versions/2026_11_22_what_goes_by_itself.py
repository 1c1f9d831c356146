"""what goes by itself."""

import sqlalchemy as sa
from alembic import op

revision = "b323d5a8c534"
down_revision = "e07d41b6a953"
branch_labels = None
depends_on = None

LEADS_BACK = "case_id IS NOT NULL OR correlation_id IS NOT NULL OR trace IS NOT NULL"
INVITATION_OVER = f"person_id IS NOT NULL OR {LEADS_BACK}"
SUBMISSION_OVER = f"person_id IS NOT NULL OR comment IS NOT NULL OR {LEADS_BACK}"


def upgrade() -> None:
    for table in ("invitation", "submission"):
        op.alter_column(table, "case_id", existing_type=sa.Uuid(), nullable=True)
    op.create_index(
        "invitation_over",
        "invitation",
        ["council", "invited_at"],
        unique=False,
        postgresql_where=INVITATION_OVER,
    )
    op.create_index(
        "submission_over",
        "submission",
        ["council", "submitted_at"],
        unique=False,
        postgresql_where=SUBMISSION_OVER,
    )


def downgrade() -> None:
    op.drop_index("submission_over", table_name="submission", postgresql_where=SUBMISSION_OVER)
    op.drop_index("invitation_over", table_name="invitation", postgresql_where=INVITATION_OVER)
    for table in ("invitation", "submission"):
        op.alter_column(table, "case_id", existing_type=sa.Uuid(), nullable=False)
