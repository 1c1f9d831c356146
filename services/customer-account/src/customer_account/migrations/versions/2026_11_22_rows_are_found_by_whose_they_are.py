"""rows are found by whose they are."""

from alembic import op

revision = "ad69da51b01d"
down_revision = "fedb3346fc60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("access_disclosure_of_person", "access_disclosure", ["person_id"], unique=False)
    op.create_index("equality_note_of_person", "equality_note", ["person_id"], unique=False)
    op.create_index(
        "message_on_behalf_of", "message", ["on_behalf_of"], unique=False, postgresql_where="on_behalf_of IS NOT NULL"
    )
    op.create_index("protections_of_person", "protection", ["person_id"], unique=False)
    op.create_index("sessions_of_person", "session", ["person_id"], unique=False)
    op.create_index("sign_in_of_person", "sign_in", ["person_id"], unique=False)
    op.create_index("sign_in_link_of_person", "sign_in_link", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index("sign_in_link_of_person", table_name="sign_in_link")
    op.drop_index("sign_in_of_person", table_name="sign_in")
    op.drop_index("sessions_of_person", table_name="session")
    op.drop_index("protections_of_person", table_name="protection")
    op.drop_index("message_on_behalf_of", table_name="message", postgresql_where="on_behalf_of IS NOT NULL")
    op.drop_index("equality_note_of_person", table_name="equality_note")
    op.drop_index("access_disclosure_of_person", table_name="access_disclosure")
