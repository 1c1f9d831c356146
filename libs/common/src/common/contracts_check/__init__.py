"""Whether a change of a published contract breaks somebody. Pure: documents in, breakages out; no files, no git."""

from common.contracts_check.breakage import Breakage
from common.contracts_check.openapi import openapi_breakages
from common.contracts_check.references import BrokenReference
from common.contracts_check.schemas import event_breakages

__all__ = ["Breakage", "BrokenReference", "event_breakages", "openapi_breakages"]
