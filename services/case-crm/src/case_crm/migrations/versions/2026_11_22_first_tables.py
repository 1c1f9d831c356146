"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7cb1bc41b7bf"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_file",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("told_to_resident", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("council", "reference"),
    )
    op.create_index("case_of_person", "case_file", ["person_id", "opened_at", "id"], unique=False)
    op.create_index(
        "case_queue",
        "case_file",
        ["council", "opened_at", "id"],
        unique=False,
        postgresql_where="status NOT IN ('closed', 'withdrawn', 'cancelled')",
    )
    op.create_table(
        "definition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("council", "service"),
    )
    op.create_table(
        "definition_version",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("council", "service", "definition_version"),
    )
    op.create_table(
        "imported_row",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("channels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("council", "source", "source_id"),
    )
    op.create_table(
        "interaction",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("interaction_of_case", "interaction", ["case_id", "at"], unique=False)
    op.create_table(
        "known_fact",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("told_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("told_to", sa.String(), nullable=False),
        sa.Column("told_to_service", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("verification", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id"),
    )
    op.create_index("known_fact_of_person", "known_fact", ["person_id", "kind", "told_at"], unique=False)


def downgrade() -> None:
    op.drop_index("known_fact_of_person", table_name="known_fact")
    op.drop_table("known_fact")
    op.drop_index("interaction_of_case", table_name="interaction")
    op.drop_table("interaction")
    op.drop_table("imported_row")
    op.drop_table("definition_version")
    op.drop_table("definition")
    op.drop_index(
        "case_queue", table_name="case_file", postgresql_where="status NOT IN ('closed', 'withdrawn', 'cancelled')"
    )
    op.drop_index("case_of_person", table_name="case_file")
    op.drop_table("case_file")
