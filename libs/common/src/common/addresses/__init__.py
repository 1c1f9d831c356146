"""UK postal addresses in free text: whether a note seems to have one in it, and whether it has one that is held. Pure text."""

from common.addresses.checking import check_text
from common.addresses.finding import has_address, names_street
from common.addresses.holding import says_held

__all__ = ["check_text", "has_address", "names_street", "says_held"]
