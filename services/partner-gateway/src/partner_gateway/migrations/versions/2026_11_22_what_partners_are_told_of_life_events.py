"""what partners are told of life events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c307ad85b8a1"
down_revision = "30a14734bd58"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("interest", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("sends", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("fact_kinds", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("told_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("acknowledge_by", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("act_by", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_move", sa.String(), nullable=True),
        sa.Column("effect", sa.String(), nullable=True),
        sa.Column("effective_date", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("delivery_of_matter", "delivery", ["matter_id", "partner_id", "told_at"], unique=False)
    op.create_index("delivery_of_partner", "delivery", ["partner_id", "told_at", "id"], unique=False)
    op.create_index("delivery_of_person", "delivery", ["person_id"], unique=False)
    op.create_index("delivery_over", "delivery", ["council", "told_at"], unique=False)


def downgrade() -> None:
    op.drop_index("delivery_over", table_name="delivery")
    op.drop_index("delivery_of_person", table_name="delivery")
    op.drop_index("delivery_of_partner", table_name="delivery")
    op.drop_index("delivery_of_matter", table_name="delivery")
    op.drop_table("delivery")
