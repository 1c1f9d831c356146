"""Which kinds of facts were asked again."""

import sqlalchemy as sa
from alembic import op

revision = "9c2cfcb01a85"
down_revision = "d2c84f1b7a36"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("fact_kind", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("evidence", "fact_kind")
