"""information-sharing agreements, and of what kind a partner is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c27d80f1a6e4"
down_revision = "c307ad85b8a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partner", sa.Column("kind", sa.String(), server_default="other", nullable=False))
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("councils", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("signatures", postgresql.JSONB(), nullable=False),
        sa.Column("revoked_because", sa.String(), nullable=True),
        sa.Column("drafted_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("agreement_by_age", "agreement", ["drafted_at", "id"])
    op.create_index("agreement_of_partner", "agreement", ["partner_id", "drafted_at", "id"])
    op.create_index(
        "agreement_in_force",
        "agreement",
        ["partner_id"],
        postgresql_where=sa.text("status IN ('active', 'review_due')"),
    )


def downgrade() -> None:
    op.drop_table("agreement")
    op.drop_column("partner", "kind")
