"""who has a key is read from its index."""

from alembic import op

revision = "e7d2a94c5b18"
down_revision = "c41f7d0e92b5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("match_key_pkey", "match_key", type_="primary")
    op.create_primary_key("match_key_pkey", "match_key", ["person_id", "key"])
    op.drop_index("match_key_of_person", table_name="match_key")
    op.create_index("match_key_seen", "match_key", ["key"], postgresql_include=["person_id", "visible_to"])


def downgrade() -> None:
    op.drop_index("match_key_seen", table_name="match_key")
    op.create_index("match_key_of_person", "match_key", ["person_id"])
    op.drop_constraint("match_key_pkey", "match_key", type_="primary")
    op.create_primary_key("match_key_pkey", "match_key", ["key", "person_id"])
