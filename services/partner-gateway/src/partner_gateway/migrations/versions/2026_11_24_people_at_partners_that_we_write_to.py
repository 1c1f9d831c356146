"""People at partners that we write to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e0385bd02464"
down_revision = "e5a20c7f4b18"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("duties", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("registered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("partner_contact_by_email", "partner_contact", ["partner_id", "email"], unique=True)


def downgrade() -> None:
    op.drop_index("partner_contact_by_email", table_name="partner_contact")
    op.drop_table("partner_contact")
