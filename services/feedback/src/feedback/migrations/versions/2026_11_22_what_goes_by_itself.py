"""what goes by itself."""

from alembic import op

revision = "b323d5a8c534"
down_revision = "e07d41b6a953"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "invitation_over",
        "invitation",
        ["council", "invited_at"],
        unique=False,
        postgresql_where="person_id IS NOT NULL",
    )
    op.create_index(
        "submission_over",
        "submission",
        ["council", "submitted_at"],
        unique=False,
        postgresql_where="person_id IS NOT NULL OR comment IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index(
        "submission_over", table_name="submission", postgresql_where="person_id IS NOT NULL OR comment IS NOT NULL"
    )
    op.drop_index("invitation_over", table_name="invitation", postgresql_where="person_id IS NOT NULL")
