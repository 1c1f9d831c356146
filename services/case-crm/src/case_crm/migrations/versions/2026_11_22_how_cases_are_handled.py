"""how cases are handled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "625c7380b4dd"
down_revision = "b5e238d13398"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_entry",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("what", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("entry_of_case", "case_entry", ["case_id", "at", "id"], unique=False)
    op.create_index("entry_of_person", "case_entry", ["person_id", "case_id"], unique=False)
    op.create_table(
        "case_link",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("relation", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "other_id"),
    )
    op.create_index("link_of_person", "case_link", ["person_id", "case_id"], unique=False)
    op.create_table(
        "case_party",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("called", sa.String(), nullable=False),
        sa.Column("since", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "officer_id"),
    )
    op.create_index(
        "party_by_officer", "case_party", ["council", "officer_id", "role", "since", "case_id"], unique=False
    )
    op.create_index("party_of_person", "case_party", ["person_id", "case_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("officer_id", sa.String(), nullable=True),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("window_from", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("task_of_case", "task", ["case_id", "due_at", "id"], unique=False)
    op.create_index(
        "task_of_officer",
        "task",
        ["council", "officer_id", "due_at", "id"],
        unique=False,
        postgresql_where="state = 'open'",
    )
    op.create_index("task_of_person", "task", ["person_id", "case_id"], unique=False)
    op.create_index("task_to_do", "task", ["council", "due_at", "id"], unique=False, postgresql_where="state = 'open'")
    op.add_column("case_file", sa.Column("owner_id", sa.String(), nullable=True))
    op.add_column("case_file", sa.Column("owner_called", sa.String(), nullable=True))
    op.add_column("case_file", sa.Column("handoffs", sa.Integer(), server_default="0", nullable=False))
    op.create_index("case_of_need", "case_file", ["need_id", "opened_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("case_of_need", table_name="case_file")
    op.drop_column("case_file", "handoffs")
    op.drop_column("case_file", "owner_called")
    op.drop_column("case_file", "owner_id")
    op.drop_index("task_to_do", table_name="task", postgresql_where="state = 'open'")
    op.drop_index("task_of_person", table_name="task")
    op.drop_index("task_of_officer", table_name="task", postgresql_where="state = 'open'")
    op.drop_index("task_of_case", table_name="task")
    op.drop_table("task")
    op.drop_index("party_of_person", table_name="case_party")
    op.drop_index("party_by_officer", table_name="case_party")
    op.drop_table("case_party")
    op.drop_index("link_of_person", table_name="case_link")
    op.drop_table("case_link")
    op.drop_index("entry_of_person", table_name="case_entry")
    op.drop_index("entry_of_case", table_name="case_entry")
    op.drop_table("case_entry")
