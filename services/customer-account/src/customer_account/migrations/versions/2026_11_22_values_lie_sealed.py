"""values lie sealed."""

import sqlalchemy as sa
from alembic import op

revision = "69466c933bcc"
down_revision = "12f857829fa8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("find_by", sa.Column("postcode_shown", sa.String(), nullable=True))
    # It lies open until the service starts, which seals it and makes a digest of the other.
    op.execute("UPDATE find_by SET postcode_shown = left(postcode, -3) || ' ' || right(postcode, 3)")


def downgrade() -> None:
    op.drop_column("find_by", "postcode_shown")
