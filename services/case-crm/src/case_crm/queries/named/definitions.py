"""The reads of what councils offer."""

from __future__ import annotations

from common.runtime.query import query
from sqlalchemy import ARRAY, Text, any_, bindparam
from sqlmodel import col, select

from case_crm.tables import Definition, DefinitionVersion

DEFINITION = query(
    select(Definition).where(Definition.council == bindparam("council"), Definition.service == bindparam("service"))
)
OFFERED = query(
    select(Definition)
    .where(
        col(Definition.council) == any_(bindparam("councils", type_=ARRAY(Text))),
        Definition.service == bindparam("service"),
    )
    .order_by(Definition.council)
)
DEFINITIONS = query(
    select(Definition).where(Definition.council == bindparam("council")).order_by(Definition.service).limit(500)
)
EVERY_DEFINITION = query(select(Definition).order_by(Definition.service).limit(5000))
VERSIONS = query(
    select(DefinitionVersion)
    .where(DefinitionVersion.council == bindparam("council"), DefinitionVersion.service == bindparam("service"))
    .order_by(col(DefinitionVersion.definition_version).desc())
    .limit(200)
)
