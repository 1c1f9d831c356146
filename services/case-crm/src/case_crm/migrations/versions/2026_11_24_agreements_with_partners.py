"""Agreements with partners."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "8d30485e07fb"
down_revision = "704b0952ec6a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_agreement",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("councils", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id"),
    )
    op.create_index("known_agreement_with_partner", "known_agreement", ["partner_id", "ends_on"], unique=False)


def downgrade() -> None:
    op.drop_index("known_agreement_with_partner", table_name="known_agreement")
    op.drop_table("known_agreement")
