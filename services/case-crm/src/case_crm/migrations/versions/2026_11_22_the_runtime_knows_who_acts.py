"""the runtime knows who acts for whom."""

import sqlalchemy as sa
from alembic import op

revision = "a61f0d7c2b48"
down_revision = "edc2b344b9fe"
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
