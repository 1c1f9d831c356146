"""Queues and teams."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f4269a510a2f"
down_revision = "08052679844f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_member",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("called", sa.String(), nullable=False),
        sa.Column("skills", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("specialist", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("council", "team", "officer_id"),
    )
    op.create_table(
        "saved_filter",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("filter", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("council", "officer_id", "name"),
    )
    for column in (
        sa.Column("team", sa.String(), nullable=False, server_default="triage"),
        sa.Column("skill", sa.String(), nullable=True),
        sa.Column("specialist", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("priority", sa.String(), nullable=False, server_default="normal"),
        sa.Column("queued_for", postgresql.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
    ):
        op.add_column("case_file", column)
    # Cases that are there stand where what nobody promised stands, until a clock of theirs turns.
    op.execute("UPDATE case_file SET queued_for = opened_at + interval '28 days'")
    for name in ("team", "specialist", "priority", "queued_for"):
        op.alter_column("case_file", name, server_default=None)
    op.create_index(
        "case_due",
        "case_file",
        ["council", "queued_for", "id"],
        unique=False,
        postgresql_where="status NOT IN ('closed', 'withdrawn', 'cancelled')",
    )
    op.create_index(
        "case_of_owner",
        "case_file",
        ["council", "owner_id", "queued_for", "id"],
        unique=False,
        postgresql_where="status NOT IN ('closed', 'withdrawn', 'cancelled') AND owner_id IS NOT NULL",
    )
    op.create_index(
        "case_waiting",
        "case_file",
        ["council", "team", "queued_for", "id"],
        unique=False,
        postgresql_where="status NOT IN ('closed', 'withdrawn', 'cancelled') AND owner_id IS NULL",
    )


def downgrade() -> None:
    op.drop_index(
        "case_waiting",
        table_name="case_file",
        postgresql_where="status NOT IN ('closed', 'withdrawn', 'cancelled') AND owner_id IS NULL",
    )
    op.drop_index(
        "case_of_owner",
        table_name="case_file",
        postgresql_where="status NOT IN ('closed', 'withdrawn', 'cancelled') AND owner_id IS NOT NULL",
    )
    op.drop_index(
        "case_due", table_name="case_file", postgresql_where="status NOT IN ('closed', 'withdrawn', 'cancelled')"
    )
    op.drop_column("case_file", "queued_for")
    op.drop_column("case_file", "priority")
    op.drop_column("case_file", "specialist")
    op.drop_column("case_file", "skill")
    op.drop_column("case_file", "team")
    op.drop_table("saved_filter")
    op.drop_table("team_member")
