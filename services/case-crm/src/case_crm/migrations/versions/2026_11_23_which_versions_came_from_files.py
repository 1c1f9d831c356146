"""which versions came from files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5c0d7f2e91ab"
down_revision = "f32e3adeb128"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("definition", sa.Column("file_version", sa.Integer(), nullable=True))
    op.add_column("definition", sa.Column("not_taken", postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    op.drop_column("definition", "not_taken")
    op.drop_column("definition", "file_version")
