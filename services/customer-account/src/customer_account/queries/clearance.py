"""Who may see the record of a person who is protected. Whoever tries without clearance leaves an entry, and is told no more."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import RecordRestricted
from common.runtime.reading import Reading

CLEARANCE = "protection:read"


def cleared(session: Reading) -> bool:
    """Whether the caller may see records of people who are protected."""
    return CLEARANCE in session.me.permissions


def look(session: Reading, person_id: UUID, why: str, *, protected: bool) -> None:
    """Somebody else looks at a person. Raises RecordRestricted where the person is protected and they are not cleared."""
    if not protected:
        session.saw([person_id], why)
    elif cleared(session):
        session.saw([person_id], f"{why}: it is restricted, they are cleared for it")
    else:
        refuse(session, [person_id], why)


def refuse(session: Reading, persons: list[UUID], why: str) -> None:
    """Leave the entry of a look that is refused, and raise RecordRestricted."""
    session.saw(persons, f"{why}: it is restricted, they were refused")
    raise RecordRestricted
