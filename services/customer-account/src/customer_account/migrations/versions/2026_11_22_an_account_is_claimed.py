"""an account is claimed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d37ed68242f3"
down_revision = "08aa27fa5f4b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claims_of_login",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("claimed", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("counted_since", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "wrong_claim",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id"),
    )
    op.create_index("wrong_claim_in_council", "wrong_claim", ["council", "at"], unique=False)
    op.create_index(
        "wrong_claim_of_reference", "wrong_claim", ["digest"], unique=False, postgresql_where="digest IS NOT NULL"
    )
    op.add_column("account", sa.Column("claim_digest", sa.String(), nullable=True))
    op.add_column("account", sa.Column("claim_proof", sa.String(), nullable=True))
    op.add_column("account", sa.Column("claim_expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_index(
        "account_claimable", "account", ["claim_digest"], unique=True, postgresql_where="claim_digest IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("account_claimable", table_name="account", postgresql_where="claim_digest IS NOT NULL")
    op.drop_column("account", "claim_expires_at")
    op.drop_column("account", "claim_proof")
    op.drop_column("account", "claim_digest")
    op.drop_index("wrong_claim_of_reference", table_name="wrong_claim", postgresql_where="digest IS NOT NULL")
    op.drop_index("wrong_claim_in_council", table_name="wrong_claim")
    op.drop_table("wrong_claim")
    op.drop_table("claims_of_login")
