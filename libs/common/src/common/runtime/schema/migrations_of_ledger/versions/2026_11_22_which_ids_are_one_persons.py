"""which ids are one person's."""

import sqlalchemy as sa
from alembic import op

revision = "0d92f6ab8c31"
down_revision = "5b7a0c93e1d4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "also_known_as",
        sa.Column("alias", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("alias"),
    )
    op.create_index("also_known_as_of", "also_known_as", ["person_id"])


def downgrade() -> None:
    op.drop_table("also_known_as")
