"""What changes in case-crm: load, decide, write. One file per journey."""

from case_crm.commands.cases import close_silent_case, move_case, open_case, record_interaction
from case_crm.commands.imports import import_case

__all__ = ["close_silent_case", "import_case", "move_case", "open_case", "record_interaction"]
