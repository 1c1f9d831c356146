"""Service definitions: what each council offers, and every version that cases run on."""

from __future__ import annotations

from typing import Any

from common.runtime.tables import Aggregate, OfEverybody, document
from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class Definition(Aggregate, OfEverybody, CaseCrm, table=True):
    """One council's service, as its published version says. What it published `while_running` is its own, and in no file.

    `file_version` is the number under which a file has it. What a release brings and is `not_taken` is kept with the reason.
    """

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("council", "service"),)

    council: str
    service: str
    definition_version: int
    fingerprint: str
    while_running: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    file_version: int | None = None
    not_taken: Any = document(default=None, nullable=True)
    document: Any = document()


class DefinitionVersion(OfEverybody, CaseCrm, table=True):
    """A version as it was published. Cases run to their end on the version they began with."""

    __tablename__ = "definition_version"

    council: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    definition_version: int = Field(primary_key=True)
    document: Any = document()
