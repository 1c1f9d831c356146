"""People at partners: what is said of them, which names nobody. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from common.contracts.partners.contacts import ContactDuty

MOST_CONTACTS = 20
_EACH = [duty.value for duty in ContactDuty if duty is not ContactDuty.OTHER]


def in_order(duties: Iterable[str]) -> list[str]:
    """Duties, each once, in the order of the contract."""
    said = {str(duty) for duty in duties}
    return [duty.value for duty in ContactDuty if duty.value in said]


def nobody_for(contacts: Sequence[Sequence[str]]) -> list[str]:
    """The duties that nobody at a partner has, given everybody's."""
    return [duty for duty in _EACH if not any(duty in duties for duties in contacts)]


def address(email: str) -> str:
    """An address as it is kept: two that differ in case are one mailbox wherever partners have theirs."""
    return email.strip().lower()
