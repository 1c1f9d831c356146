"""who was told apart from others at the desk."""

import sqlalchemy as sa
from alembic import op

revision = "c41f7d0e92b5"
down_revision = "8d14c2f7a6e3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of whoever was registered before, nobody kept whether an officer told them apart: nothing joins them by itself.
    op.add_column("person", sa.Column("told_apart", sa.Boolean(), nullable=False, server_default="true"))


def downgrade() -> None:
    op.drop_column("person", "told_apart")
