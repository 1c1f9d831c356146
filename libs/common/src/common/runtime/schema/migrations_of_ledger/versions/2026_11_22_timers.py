"""timers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "da87618d6ec5"
down_revision = "8c3d69b77c72"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "timer",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=False),
        sa.Column("causation_id", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.Column("failed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("aggregate_id", "name"),
        schema="onedoor",
    )
    op.create_index(
        "timer_due",
        "timer",
        ["due_at", "aggregate_id"],
        unique=False,
        schema="onedoor",
        postgresql_where=sa.text("failed IS NULL"),
    )
    op.create_index(
        "timer_failed",
        "timer",
        ["failed_at"],
        unique=False,
        schema="onedoor",
        postgresql_where=sa.text("failed IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("timer_failed", table_name="timer", schema="onedoor", postgresql_where=sa.text("failed IS NOT NULL"))
    op.drop_index("timer_due", table_name="timer", schema="onedoor", postgresql_where=sa.text("failed IS NULL"))
    op.drop_table("timer", schema="onedoor")
