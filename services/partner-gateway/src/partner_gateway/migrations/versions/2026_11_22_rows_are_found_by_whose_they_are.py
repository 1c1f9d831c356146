"""rows are found by whose they are."""

from alembic import op

revision = "30a14734bd58"
down_revision = "b4e19a7d5f60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("known_case_of_person", "known_case", ["person_id"], unique=False)
    op.create_index("withdrawal_of_person", "withdrawal", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index("withdrawal_of_person", table_name="withdrawal")
    op.drop_index("known_case_of_person", table_name="known_case")
