"""the runtime knows who acts for whom."""

import sqlalchemy as sa
from alembic import op

revision = "e07d41b6a953"
down_revision = "9c12d8d3c2fe"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("known_representation")
    op.execute("DROP TABLE IF EXISTS shadow.known_representation")


def downgrade() -> None:
    op.create_table(
        "known_representation",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("representation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("acts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("representation_id"),
    )
