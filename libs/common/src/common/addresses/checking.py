"""What a writer may not write of a protected person in free text."""

from __future__ import annotations

from collections.abc import Iterable

from common.addresses.finding import has_address, names_street
from common.addresses.holding import says_held
from common.contracts.people.protection import AddressInText


def check_text(text: str, held: Iterable[str], *, at: str, cleared: bool, insists: bool) -> None:
    """Raises AddressInText where a text tells, or seems to tell, where a protected person is. It never says which.

    A held address is refused always. Anything else a cleared officer may insist on; others may not, and may name no street:
    whether a guess is refused would tell them whether it is right.
    """
    seems = has_address(text) if cleared else has_address(text) or names_street(text)
    if says_held(text, held) or (seems and not (cleared and insists)):
        raise AddressInText(
            errors=[{"pointer": at, "detail": "an address seems to be in it: tell it as a fact, such as home_address"}],
            instead=["home_address", "new_address", "postcode", "phone"],
        )
