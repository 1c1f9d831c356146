"""who acted for whom."""

import sqlalchemy as sa
from alembic import op

revision = "df0509533a92"
down_revision = "317ae4a9c94b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("said", sa.Column("on_behalf_of", sa.Uuid(), nullable=True), schema="onedoor")
    op.add_column("said", sa.Column("representation_id", sa.Uuid(), nullable=True), schema="onedoor")


def downgrade() -> None:
    op.drop_column("said", "representation_id", schema="onedoor")
    op.drop_column("said", "on_behalf_of", schema="onedoor")
