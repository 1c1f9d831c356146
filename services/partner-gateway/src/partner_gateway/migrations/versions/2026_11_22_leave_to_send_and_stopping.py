"""leave to send a referral and stopping what is withdrawn."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "83245ea8bd35"
down_revision = "3d2590d6c87b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=True),
        sa.Column("referrals", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("told_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("confirmed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "withdrawal_of_council",
        "withdrawal",
        ["council", "told_at", "id"],
        unique=False,
        postgresql_where="partner_id IS NULL",
    )
    op.create_index("withdrawal_of_partner", "withdrawal", ["partner_id", "told_at", "id"], unique=False)
    op.add_column("referral", sa.Column("held_back", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("referral", sa.Column("delayed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("referral", sa.Column("stopped_at", postgresql.TIMESTAMP(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("referral", "stopped_at")
    op.drop_column("referral", "delayed_at")
    op.drop_column("referral", "held_back")
    op.drop_index("withdrawal_of_partner", table_name="withdrawal")
    op.drop_index("withdrawal_of_council", table_name="withdrawal", postgresql_where="partner_id IS NULL")
    op.drop_table("withdrawal")
