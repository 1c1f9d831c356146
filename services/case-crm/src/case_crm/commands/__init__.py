"""What changes in case-crm: load, decide, write. One file per journey."""

from case_crm.commands.cases import move_case, open_case, record_interaction
from case_crm.commands.imports import import_case

__all__ = ["import_case", "move_case", "open_case", "record_interaction"]
