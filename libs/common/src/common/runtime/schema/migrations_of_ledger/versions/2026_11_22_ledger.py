"""ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "8c3d69b77c72"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recorded", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key"),
        schema="onedoor",
    )
    op.create_index("answer_recorded", "answer", ["recorded"], unique=False, schema="onedoor")
    op.create_table(
        "mark",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("aggregate", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("era", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("consumer", "aggregate_id", "aggregate"),
        schema="onedoor",
    )
    op.create_table(
        "parked",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("aggregate", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("era", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parked_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "aggregate_id", "aggregate", "version"),
        schema="onedoor",
    )
    op.create_table(
        "rebuild",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("waiting_for", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("consumer"),
        schema="onedoor",
    )
    op.create_table(
        "reference",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("next", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("council"),
        schema="onedoor",
    )
    op.create_table(
        "said",
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("aggregate", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("era", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=False),
        sa.Column("causation_id", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.Column("occurred", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("aggregate_id", "aggregate", "version"),
        schema="onedoor",
        postgresql_partition_by="RANGE (aggregate_id)",
    )
    op.create_index("said_id", "said", ["id"], unique=False, schema="onedoor")
    op.create_table(
        "to_say",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("aggregate", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("queued_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="onedoor",
    )


def downgrade() -> None:
    op.drop_table("to_say", schema="onedoor")
    op.drop_index("said_id", table_name="said", schema="onedoor")
    op.drop_table("said", schema="onedoor")
    op.drop_table("reference", schema="onedoor")
    op.drop_table("rebuild", schema="onedoor")
    op.drop_table("parked", schema="onedoor")
    op.drop_table("mark", schema="onedoor")
    op.drop_index("answer_recorded", table_name="answer", schema="onedoor")
    op.drop_table("answer", schema="onedoor")
