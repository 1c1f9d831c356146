"""what was put right."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "731d30631beb"
down_revision = "5512b6e3d9a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rights_request", sa.Column("fact_id", sa.Uuid(), nullable=True))
    op.add_column("rights_request", sa.Column("says", sa.String(), nullable=True))
    op.add_column("rights_request", sa.Column("waits_since", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column(
        "rights_request",
        sa.Column("receivers", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("rights_request", "receivers")
    op.drop_column("rights_request", "waits_since")
    op.drop_column("rights_request", "says")
    op.drop_column("rights_request", "fact_id")
