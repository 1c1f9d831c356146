"""which versions came from files, and whose references are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5c0d7f2e91ab"
down_revision = "f32e3adeb128"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("definition", sa.Column("file_version", sa.Integer(), nullable=True))
    op.add_column("definition", sa.Column("not_taken", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_table(
        "registrar_reference",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("telling_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_index(op.f("ix_registrar_reference_person_id"), "registrar_reference", ["person_id"])
    op.create_index("registrar_reference_of_telling", "registrar_reference", ["telling_id"], unique=True)
    op.create_index("telling_put_right", "telling", ["root_id"], postgresql_where="status = 'superseded'")
    op.execute(
        "INSERT INTO registrar_reference SELECT reference_in_use, person_id, root_id FROM telling "
        "WHERE reference_in_use IS NOT NULL AND person_id IS NOT NULL ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.drop_index("telling_put_right", table_name="telling")
    op.drop_table("registrar_reference")
    op.drop_column("definition", "not_taken")
    op.drop_column("definition", "file_version")
