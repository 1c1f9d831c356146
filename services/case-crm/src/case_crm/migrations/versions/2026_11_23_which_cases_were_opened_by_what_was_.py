"""which cases were opened by what was told once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d2d2a470dfc4"
down_revision = "ba41a6d524a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("delivery_id", sa.Uuid(), nullable=True))
    op.add_column("case_file", sa.Column("kept_back", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("delivery", sa.Column("opens", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("delivery", sa.Column("case_id", sa.Uuid(), nullable=True))
    op.add_column("delivery", sa.Column("case_reference", sa.String(), nullable=True))
    op.add_column("task", sa.Column("team", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("task", "team")
    op.drop_column("delivery", "case_reference")
    op.drop_column("delivery", "case_id")
    op.drop_column("delivery", "opens")
    op.drop_column("case_file", "kept_back")
    op.drop_column("case_file", "delivery_id")
