"""What changes in case-crm: load, decide, write. One file per journey."""

from case_crm.commands.cases import move_case, open_case, record_interaction
from case_crm.commands.clocks import extend_clock, ring_clocks
from case_crm.commands.contacts import record_contact
from case_crm.commands.definitions import follow_definition, publish_definition
from case_crm.commands.drafts import begin_draft, end_draft, go_on_with_draft, submit_draft
from case_crm.commands.ending import close_silent_case, remind_or_close
from case_crm.commands.imports import import_case
from case_crm.commands.owners import set_owner
from case_crm.commands.parties import add_party, end_party
from case_crm.commands.relations import relate_case
from case_crm.commands.restricting import lift_restriction, restrict_case
from case_crm.commands.tasks import check_item, end_task, open_task
from case_crm.commands.timeline import write_entry

__all__ = [
    "add_party",
    "begin_draft",
    "check_item",
    "close_silent_case",
    "end_draft",
    "end_party",
    "end_task",
    "extend_clock",
    "follow_definition",
    "go_on_with_draft",
    "import_case",
    "lift_restriction",
    "move_case",
    "open_case",
    "open_task",
    "publish_definition",
    "record_contact",
    "record_interaction",
    "relate_case",
    "remind_or_close",
    "restrict_case",
    "ring_clocks",
    "set_owner",
    "submit_draft",
    "write_entry",
]
