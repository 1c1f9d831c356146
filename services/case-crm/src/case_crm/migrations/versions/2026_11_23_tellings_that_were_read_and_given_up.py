"""tellings that were read and given up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f32e3adeb128"
down_revision = "d2d2a470dfc4"
branch_labels = None
depends_on = None


OVER = "status IN ('completed', 'completed_with_exceptions', 'superseded', 'withdrawn', 'expired', {}'linked')"


def upgrade() -> None:
    op.add_column("telling", sa.Column("previewed", sa.String(), nullable=True))
    op.add_column("telling", sa.Column("previewed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("telling", sa.Column("abandoned_by", sa.String(), nullable=True))
    op.add_column("telling", sa.Column("abandoned_because", sa.String(), nullable=True))
    op.drop_index("telling_over", table_name="telling")
    op.create_index("telling_over", "telling", ["begun_at"], postgresql_where=OVER.format("'abandoned', "))
    op.create_index("telling_of_root", "telling", ["root_id"])


def downgrade() -> None:
    op.drop_index("telling_of_root", table_name="telling")
    op.drop_index("telling_over", table_name="telling")
    op.create_index("telling_over", "telling", ["begun_at"], postgresql_where=OVER.format(""))
    op.drop_column("telling", "abandoned_because")
    op.drop_column("telling", "abandoned_by")
    op.drop_column("telling", "previewed_at")
    op.drop_column("telling", "previewed")
