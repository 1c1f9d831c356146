"""Whether somebody may still act for a person."""

from __future__ import annotations

from common.runtime.reading import Reading
from common.runtime.rules import NotActing

from feedback.queries import named


async def still_acting(session: Reading) -> None:
    """Raises NotActing where the representation that a token names is not known here, is another's, suspended or over."""
    acting = session.me.acting
    if acting is None:
        return
    asked = {"representation_id": acting.representation_id, "person_id": session.person}
    known = await session.one(named.KNOWN_REPRESENTATION, **asked)
    if known is None or not known.acts or known.representative_id != acting.person_id:
        session.saw([session.person], "they were refused")
        raise NotActing
