"""what goes by itself."""

from alembic import op

revision = "be27e562b9ec"
down_revision = "83245ea8bd35"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("referral_over", "referral", ["council", "changed_at"], unique=False)
    op.create_index("withdrawal_over", "withdrawal", ["council", "told_at"], unique=False)


def downgrade() -> None:
    op.drop_index("withdrawal_over", table_name="withdrawal")
    op.drop_index("referral_over", table_name="referral")
