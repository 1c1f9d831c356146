"""who is protected."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "4fd5e665373a"
down_revision = "7cb1bc41b7bf"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "protected_person",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )


def downgrade() -> None:
    op.drop_table("protected_person")
