"""who acts for whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "6c826ea94253"
down_revision = "6d8edcc02a70"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "representation",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=True),
        sa.Column("representative_name", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("may", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("services", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("evidence_kind", sa.String(), nullable=True),
        sa.Column("evidence_reference", sa.String(), nullable=True),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("died", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("confirmed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("representation_by", "representation", ["representative_id"], unique=False)
    op.create_index("representation_of", "representation", ["person_id"], unique=False)
    op.create_index(
        "representation_running",
        "representation",
        ["person_id", "representative_id", "kind"],
        unique=True,
        postgresql_where="ended_at IS NULL",
    )
    op.add_column("timeline_entry", sa.Column("representation_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("timeline_entry", "representation_id")
    op.drop_index("representation_running", table_name="representation", postgresql_where="ended_at IS NULL")
    op.drop_index("representation_of", table_name="representation")
    op.drop_index("representation_by", table_name="representation")
    op.drop_table("representation")
