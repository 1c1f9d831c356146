"""which cases are restricted."""

import sqlalchemy as sa
from alembic import op

revision = "c93be1f7264a"
down_revision = "501af71922b1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restricted_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("shown_to", sa.ARRAY(sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("restricted_case")
