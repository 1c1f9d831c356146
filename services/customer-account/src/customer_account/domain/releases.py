"""Whether something of a person may go to somebody: decided by what the person last said of each part of it. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common.contracts.people.consents import AnswerConsent, ConsentState, LawfulBasis
from common.contracts.people.releases import (
    BecauseRefused,
    CapturedWithIt,
    ReleaseGranted,
    ReleaseRefused,
    ReleaseRequested,
)

from customer_account.domain.consents import Change, Consent, Ledger, Release, answered

B = BecauseRefused
_SAID_NO = {
    ConsentState.REFUSED: B.CONSENT_REFUSED,
    ConsentState.WITHDRAWN: B.CONSENT_WITHDRAWN,
    ConsentState.EXPIRED: B.ASK_AGAIN,
}
_WEIGHT = (B.CONSENT_REFUSED, B.CONSENT_WITHDRAWN, B.ASK_AGAIN, B.CONSENT_MISSING)  # of several, the first is told


def adopted(ledger: Ledger, captured: CapturedWithIt, *, asked_by: str) -> Change | None:
    """A consent that another service captured becomes part of the ledger under its id; None where it is already."""
    if ledger.consent(captured.consent_id) is not None:
        return None
    question = Consent(
        id=captured.consent_id,
        state=ConsentState.REQUESTED,
        purpose=captured.purpose.value,
        recipient=captured.recipient,
        field_groups=sorted({group.value for group in captured.field_groups}),
        lawful_basis=LawfulBasis.CONSENT.value,
        wording_version=captured.wording_version,
        language=None,
        asked_by=asked_by,
        asked_at=captured.given_at,
    )
    answer = AnswerConsent(answer=ConsentState.GIVEN, channel=captured.given_via)
    return answered(ledger, question, answer, at=captured.given_at)


def decide(
    ledger: Ledger, asks: ReleaseRequested, *, only_since: datetime | None, now: datetime
) -> ReleaseGranted | ReleaseRefused:
    """The answer: what the person's last word on each field group allows, and never more than is asked for.

    Of somebody who is protected, whose data is not to be used, or who objects to the purpose, only what they said since
    then (`only_since`) counts, even where no field group is asked for: that they are sent to somebody at all tells something.
    """
    words = [each for each in ledger.consents if (each.purpose, each.recipient) == (asks.purpose, asks.recipient)]
    groups = sorted({group.value for group in asks.field_groups})
    found = {group: _verdict(group, words, only_since, now) for group in groups}
    may = {group: verdict for group, verdict in found.items() if isinstance(verdict, Consent)}
    no = [verdict for verdict in found.values() if isinstance(verdict, BecauseRefused)]
    if not groups and only_since is not None and not any(_lives(each, only_since, now) for each in words):
        no = [B.ASK_AGAIN]
    common = {
        "subject": asks.subject,
        "subject_id": asks.subject_id,
        "purpose": asks.purpose,
        "recipient": asks.recipient,
    }
    if no and not may:
        return ReleaseRefused(**common, because=min(no, key=_WEIGHT.index))
    used = {each.id: each for each in may.values()}
    until = min((each.expires_at for each in used.values() if each.expires_at), default=None)
    return ReleaseGranted(**common, field_groups=list(may), consents=sorted(used), valid_until=until)


def kept(ledger: Ledger, answer: ReleaseGranted | ReleaseRefused, *, asked_by: str, now: datetime) -> Ledger:
    """The ledger with the answer in it."""
    told = answer.model_dump(
        mode="json", include={"subject", "subject_id", "purpose", "recipient", "because", "consents"}
    )
    groups = [group.value for group in answer.field_groups] if isinstance(answer, ReleaseGranted) else []
    release = Release(**{"consents": [], **told}, asked_by=asked_by, field_groups=groups, at=now)
    return ledger.model_copy(update={"releases": [*ledger.releases, release]})


def _verdict(
    group: str, words: Sequence[Consent], only_since: datetime | None, now: datetime
) -> Consent | BecauseRefused:
    """The consent that lets a field group go, by the person's last word on it; else why it may not."""
    said = [
        each
        for each in words
        if group in each.field_groups and each.last_word and each.state is not ConsentState.SUPERSEDED
    ]
    last = max(said, key=lambda each: (each.last_word, words.index(each)), default=None)
    if last is None:
        return B.CONSENT_MISSING
    if last.state is not ConsentState.GIVEN:
        return _SAID_NO[last.state]
    return last if _lives(last, only_since, now) else B.ASK_AGAIN


def _lives(consent: Consent, only_since: datetime | None, now: datetime) -> bool:
    """Whether it is given, not over, and no older than what stands against it."""
    if consent.state is not ConsentState.GIVEN or consent.answered_at is None:
        return False
    over = consent.expires_at is not None and consent.expires_at <= now
    return not over and (only_since is None or consent.answered_at >= only_since)
