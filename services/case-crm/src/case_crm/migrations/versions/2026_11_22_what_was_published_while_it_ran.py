"""what was published while it ran."""

import sqlalchemy as sa
from alembic import op

revision = "b8b80b28b1c3"
down_revision = "221df5169d3e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("definition", sa.Column("while_running", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("definition", "while_running")
