"""What a person reads of their consents, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from common.contracts.people.consents import ConsentState

from customer_account.domain.consents import Consent
from customer_account.domain.days import day_of
from customer_account.domain.wordings import Wordings, listed, what_for

S = ConsentState
_SENTENCES: Mapping[ConsentState, str] = {
    S.REQUESTED: "You are asked whether {who} may know {groups}, {purpose}. You have not answered yet.",
    S.GIVEN: "{who} may know {groups}, {purpose}. You agreed on {answered}{until}.",
    S.REFUSED: "{who} may not know {groups}, {purpose}. You said no on {answered}.",
    S.WITHDRAWN: "{who} may no longer know {groups}, {purpose}. You took back your agreement on {withdrawn}.",
    S.EXPIRED: "{who} may no longer know {groups}, {purpose}. Your agreement ended on {expires}.",
    S.SUPERSEDED: "You agreed on {answered} that {who} may know {groups}, {purpose}. A later agreement took its place.",
}
_SETTLED = "You were asked whether {who} may know {groups}, {purpose}. What you answered since took its place."


def told(consent: Consent, known: Wordings, *, who: str) -> str:
    """Who may know what, what for, and since when."""
    until = f", until {date_of(consent.expires_at)}" if consent.expires_at else ""
    unanswered = consent.state is S.SUPERSEDED and consent.answered_at is None
    sentence = (_SETTLED if unanswered else _SENTENCES[consent.state]).format(
        who=who,
        groups=listed(known, consent.field_groups),
        purpose=what_for(known, consent.purpose),
        answered=date_of(consent.answered_at),
        withdrawn=date_of(consent.withdrawn_at),
        expires=date_of(consent.expires_at),
        until=until,
    )
    return sentence[0].upper() + sentence[1:]


def stopped(consent: Consent, *, who: str) -> str | None:
    """Whether the recipient of what the person agrees to no longer has stopped."""
    if consent.state is not S.WITHDRAWN:
        return None
    if consent.confirmed_at is not None:
        return f"{who} has confirmed that it stopped on {date_of(consent.confirmed_at)}."
    if consent.overdue:
        return f"{who} was told to stop and has not confirmed it in time. Ask your council what was done about it."
    if consent.confirm_by is not None:
        return f"{who} was told to stop. It has not confirmed this yet: it has until {date_of(consent.confirm_by)}."
    return "Nothing had been shared, so there is nobody who must stop."


def date_of(moment: datetime | None) -> str:
    """A day as it is written in a letter: 18 December 2026."""
    if moment is None:
        return ""
    day = day_of(moment)
    return f"{day.day} {day:%B %Y}"
