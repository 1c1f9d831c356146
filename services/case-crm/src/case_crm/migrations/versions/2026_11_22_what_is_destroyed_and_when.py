"""what is destroyed and until when cases are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "9982fbdb5f40"
down_revision = "63462577a057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "destruction_item",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("because", sa.String(), nullable=True),
        sa.Column("by_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("list_id", "case_id"),
    )
    op.create_index("destruction_item_of_case", "destruction_item", ["case_id"], unique=False)
    op.create_index(
        "destruction_item_once",
        "destruction_item",
        ["council", "case_id"],
        unique=True,
        postgresql_where="outcome IS NULL",
    )
    op.create_table(
        "destruction_list",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("ended_before", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("destroys_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.String(), nullable=True),
        sa.Column("stopped_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("destruction_list_newest", "destruction_list", ["council", "proposed_at", "id"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("destroyed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("council", "reference"),
    )
    op.add_column("attachment", sa.Column("removed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.alter_column("attachment", "lies", existing_type=postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    op.create_index("duplicate_of_case", "case_duplicate", ["of_case_id"], unique=False)
    op.add_column("case_file", sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("case_file", sa.Column("disposal", sa.String(), nullable=True))
    op.add_column("case_file", sa.Column("goes_on", sa.Date(), nullable=True))
    op.drop_index(op.f("case_over"), table_name="case_file")
    op.create_index("case_over", "case_file", ["council", "goes_on"], unique=False)
    op.create_index(
        "case_to_review",
        "case_file",
        ["council", "service", "goes_on", "id"],
        unique=False,
        postgresql_where="disposal = 'review'",
    )
    op.create_index(
        "case_undated",
        "case_file",
        ["id"],
        unique=False,
        postgresql_where="disposal IS NULL AND status IN ('closed', 'withdrawn', 'cancelled')",
    )
    op.create_index("link_to_case", "case_link", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_index("link_to_case", table_name="case_link")
    op.drop_index(
        "case_undated",
        table_name="case_file",
        postgresql_where="disposal IS NULL AND status IN ('closed', 'withdrawn', 'cancelled')",
    )
    op.drop_index("case_to_review", table_name="case_file", postgresql_where="disposal = 'review'")
    op.drop_index("case_over", table_name="case_file")
    op.create_index(op.f("case_over"), "case_file", ["council", "changed_at"], unique=False)
    op.drop_column("case_file", "goes_on")
    op.drop_column("case_file", "disposal")
    op.drop_column("case_file", "decided_at")
    op.drop_index("duplicate_of_case", table_name="case_duplicate")
    op.alter_column("attachment", "lies", existing_type=postgresql.JSONB(astext_type=sa.Text()), nullable=False)
    op.drop_column("attachment", "removed_at")
    op.drop_table("tombstone")
    op.drop_index("destruction_list_newest", table_name="destruction_list")
    op.drop_table("destruction_list")
    op.drop_index("destruction_item_once", table_name="destruction_item", postgresql_where="outcome IS NULL")
    op.drop_index("destruction_item_of_case", table_name="destruction_item")
    op.drop_table("destruction_item")
