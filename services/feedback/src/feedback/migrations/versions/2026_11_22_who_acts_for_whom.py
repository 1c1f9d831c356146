"""who acts for whom."""

import sqlalchemy as sa
from alembic import op

revision = "9c12d8d3c2fe"
down_revision = "a92596f9bfc2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_representation",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("representation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("acts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("representation_id"),
    )


def downgrade() -> None:
    op.drop_table("known_representation")
