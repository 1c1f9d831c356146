"""answers of sealed kinds lie apart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "edc2b344b9fe"
down_revision = "793fa6520e34"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "case_file",
        sa.Column("sealed_answers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    # They lie open until the service starts, which seals them.
    op.execute(_APART)


_APART = """
UPDATE case_file SET answers = case_file.answers - apart.names, sealed_answers = apart.answers FROM (
    SELECT c.id, array_agg(a.key) AS names, jsonb_object_agg(a.key, a.value) AS answers FROM case_file c
    JOIN definition_version d USING (council, service, definition_version)
    CROSS JOIN LATERAL jsonb_each(c.answers) a
    JOIN LATERAL jsonb_array_elements(d.document -> 'questions') q ON q ->> 'question' = a.key
    WHERE q ->> 'fact_kind' IN (
        'accessibility_need', 'blue_badge_need', 'blue_badge_number', 'council_tax_account', 'disability', 'email', 'employer',
        'home_address', 'landlord', 'medical_equipment', 'national_insurance_number', 'new_address', 'phone', 'postcode',
        'previous_address', 'property_number', 'repair_access_notes')
    GROUP BY c.id) apart
WHERE apart.id = case_file.id
"""


def downgrade() -> None:
    op.drop_column("case_file", "sealed_answers")
