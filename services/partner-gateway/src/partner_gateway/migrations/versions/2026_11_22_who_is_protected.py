"""who is protected."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b4e19a7d5f60"
down_revision = "be27e562b9ec"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "protection",
        sa.Column("protection_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("protection_id"),
    )
    op.create_index("protection_of_person", "protection", ["person_id"], unique=False)
    op.add_column("referral", sa.Column("granted_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.execute("UPDATE referral SET granted_at = sent_at WHERE NOT held_back")


def downgrade() -> None:
    op.drop_column("referral", "granted_at")
    op.drop_index("protection_of_person", table_name="protection")
    op.drop_table("protection")
