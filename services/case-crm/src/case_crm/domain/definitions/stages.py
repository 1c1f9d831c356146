"""The stages a case goes through, and the ways between them."""

from __future__ import annotations

from typing import Literal

from common.contracts.base import Code, Line
from common.contracts.cases import Result, Status

from case_crm.domain.definitions.part import Part

Role = Literal["officer", "resident", "partner"]


class Stage(Part):
    """A definition's own status: which shared status it is, and what the resident is told."""

    status: Status
    told: Line


class Transition(Part):
    """A named move between stages, and who may make it."""

    transition: Code
    label: Line
    leaves: tuple[Code, ...]
    to: Code
    by: tuple[Role, ...] = ("officer",)
    results: tuple[Result, ...] = ()
    needs_reason: bool = False
