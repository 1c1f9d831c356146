"""referrals go on to somebody else."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e5a20c7f4b18"
down_revision = "d81f3b6c09a7"
branch_labels = None
depends_on = None

NEW = ("rerouted_from", "rerouted_to", "asked_as")


def upgrade() -> None:
    for name in NEW:
        op.add_column("referral", sa.Column(name, sa.Uuid(), nullable=True))
    op.add_column("referral", sa.Column("person_asked_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("referral", sa.Column("outcome_agreed", sa.Boolean(), server_default="false", nullable=False))
    waiting = sa.text("person_asked_at IS NOT NULL")
    op.create_index("referral_waiting", "referral", ["person_id", "partner_id"], postgresql_where=waiting)
    op.create_index("referral_asked_as", "referral", ["asked_as"], postgresql_where=sa.text("asked_as IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("referral_asked_as", "referral")
    op.drop_index("referral_waiting", "referral")
    for name in ("outcome_agreed", "person_asked_at", *NEW):
        op.drop_column("referral", name)
