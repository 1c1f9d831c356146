"""who acts for whom."""

import sqlalchemy as sa
from alembic import op

revision = "5b7a0c93e1d4"
down_revision = "1b3dca07f62a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acts_for",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("representation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("acts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("representation_id"),
    )
    op.create_index("acts_for_of_person", "acts_for", ["person_id"])
    op.create_index("acts_for_of_representative", "acts_for", ["representative_id"])


def downgrade() -> None:
    op.drop_table("acts_for")
