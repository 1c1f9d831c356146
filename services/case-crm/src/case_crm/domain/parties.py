"""Who may give somebody a part in a case, and what a councillor's part rests on."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.cases import AddParty, ConsentNeeded, HasAPart, NotForYou, PartyRole, PartyView


def check_party(command: AddParty, *, by: str, parties: Sequence[PartyView]) -> None:
    """Raises NotForYou, ConsentNeeded or HasAPart. That a person asks for their councillor is their consent."""
    councillor = command.role is PartyRole.COUNCILLOR
    if by == "resident" and not councillor:
        raise NotForYou
    if by == "officer" and councillor and not command.consent:
        raise ConsentNeeded
    if command.officer_id in {each.officer_id for each in parties}:
        raise HasAPart
