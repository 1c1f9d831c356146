"""One person's consents: what each is, what may become of it, and what the others have to do with that. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from common.contracts.people.consents import (
    AnswerConsent,
    ConsentAnswered,
    ConsentCannotGoThere,
    ConsentExpired,
    ConsentGiven,
    ConsentMoved,
    ConsentOverAlready,
    ConsentRefused,
    ConsentRequested,
    ConsentSought,
    ConsentState,
    ConsentStopped,
    ConsentWithdrawn,
    LawfulBasis,
    RecordConsent,
    WithdrawalUnconfirmed,
    WithdrawConsent,
)
from pydantic import BaseModel, ConfigDict, TypeAdapter

CONFIRM_WITHIN = timedelta(days=7)  # in which a recipient says that it stopped

S = ConsentState
NEXT: Mapping[ConsentState, Mapping[str, ConsentState]] = {
    S.REQUESTED: {"give": S.GIVEN, "refuse": S.REFUSED, "supersede": S.SUPERSEDED},
    S.GIVEN: {"withdraw": S.WITHDRAWN, "expire": S.EXPIRED, "supersede": S.SUPERSEDED},
    S.REFUSED: {},  # to agree after all is another record, of another question
    S.WITHDRAWN: {},
    S.EXPIRED: {},
    S.SUPERSEDED: {},
}
_ANSWERS = {S.GIVEN: "give", S.REFUSED: "refuse"}


class Consent(BaseModel):
    """One question whether something may be shared, as it is kept."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    state: ConsentState
    purpose: str
    recipient: str
    field_groups: list[str]
    lawful_basis: str
    wording_version: str
    language: str | None
    asked_by: str
    asked_at: datetime
    given_via: str | None = None
    answered_at: datetime | None = None
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_via: str | None = None
    withdrawn_because: str | None = None
    confirm_by: datetime | None = None
    confirmed_at: datetime | None = None
    overdue: bool = False

    @property
    def last_word(self) -> datetime | None:
        """When the person last said something of it."""
        return self.withdrawn_at or self.answered_at

    @property
    def unconfirmed(self) -> bool:
        """Whether its recipient was told to stop, and has not said that it did."""
        return self.confirm_by is not None and self.confirmed_at is None


class Release(BaseModel):
    """One answer to whoever asked whether something may go, as it is kept."""

    model_config = ConfigDict(frozen=True)

    subject_id: UUID
    subject: str
    asked_by: str
    purpose: str
    recipient: str
    field_groups: list[str]
    consents: list[UUID]
    at: datetime
    because: str | None = None
    stopped: bool = False


class Ledger(BaseModel):
    """One person's consents in the order in which they were recorded, and what was released on them."""

    model_config = ConfigDict(frozen=True)

    consents: list[Consent] = []
    releases: list[Release] = []

    def consent(self, consent_id: UUID) -> Consent | None:
        """One of them."""
        return next((each for each in self.consents if each.id == consent_id), None)

    def with_(self, *changed: Consent) -> Ledger:
        """The same with these in place of what they were, or behind the others."""
        by_id = {each.id: each for each in changed}
        kept = [by_id.pop(each.id, each) for each in self.consents]
        return self.model_copy(update={"consents": [*kept, *by_id.values()]})


Change = tuple[Ledger, ConsentMoved]


def ledger_of(consents: Any, releases: Any) -> Ledger:
    """A ledger from how it is kept."""
    return Ledger(consents=_consents.validate_python(consents), releases=_releases.validate_python(releases))


def as_kept(ledger: Ledger) -> dict[str, Any]:
    """A ledger as it is kept."""
    return ledger.model_dump(mode="json")


def moved(consent: Consent, transition: str, **changes: Any) -> Consent:
    """The consent after a named transition. Raises ConsentCannotGoThere, with what is possible."""
    following = NEXT[consent.state].get(transition)
    if following is None:
        raise ConsentCannotGoThere(possible=sorted(NEXT[consent.state]))
    return consent.model_copy(update={"state": following, **changes})


def asked(command: RecordConsent, *, consent_id: UUID, asked_by: str, now: datetime) -> Consent:
    """The question that was put. Raises ConsentOverAlready."""
    if command.expires_at is not None and command.expires_at <= now:
        raise ConsentOverAlready(errors=[{"pointer": "/expires_at", "detail": "this must lie ahead"}])
    return Consent(
        id=consent_id,
        state=S.REQUESTED,
        purpose=command.purpose.value,
        recipient=command.recipient,
        field_groups=sorted({group.value for group in command.field_groups}),
        lawful_basis=command.lawful_basis.value,
        wording_version=command.wording_version,
        language=command.language,
        asked_by=asked_by,
        asked_at=now,
        expires_at=command.expires_at,
    )


def sought(
    ledger: Ledger, asks: ConsentSought, *, wording: str, consent_id: UUID, asked_by: str, now: datetime
) -> Change | None:
    """A question that a service wants put. None where it is open already, or agreed to."""
    question = Consent(
        id=consent_id,
        state=S.REQUESTED,
        purpose=asks.purpose.value,
        recipient=asks.recipient,
        field_groups=sorted({group.value for group in asks.field_groups}),
        lawful_basis=asks.lawful_basis.value,
        wording_version=wording,
        language=None,
        asked_by=asked_by,
        asked_at=now,
    )
    stands = (each for each in ledger.consents if each.state in (S.REQUESTED, S.GIVEN))
    if any(_within(question, each) for each in stands):
        return None
    return record(ledger, question, None, now=now)


def record(ledger: Ledger, question: Consent, answer: AnswerConsent | None, *, now: datetime) -> Change:
    """A question becomes part of the ledger, with its answer where there is one already."""
    if answer is not None:
        return answered(ledger, question, answer, at=now)
    requested = ConsentRequested(
        **_common(question), wording_version=question.wording_version, language=question.language
    )
    return ledger.with_(question), requested


def answered(ledger: Ledger, question: Consent, answer: AnswerConsent, *, at: datetime) -> Change:
    """The person's answer. It takes the place of every question for no more, for the same, that is open besides; agreed to,
    also of what they had agreed to.
    """
    after = moved(question, _ANSWERS[answer.answer], given_via=answer.channel.value, answered_at=at)
    others = [each for each in ledger.consents if each.id != after.id and _within(each, after)]
    settled = [moved(each, "supersede") for each in others if each.state is S.REQUESTED]
    if after.state is S.REFUSED:
        return ledger.with_(*settled, after), ConsentRefused(**_answer(after))
    superseded = [moved(each, "supersede") for each in others if each.state is S.GIVEN]
    given = ConsentGiven(**_answer(after), expires_at=after.expires_at, supersedes=[each.id for each in superseded])
    return ledger.with_(*settled, *superseded, after), given


def withdrawn(ledger: Ledger, consent: Consent, command: WithdrawConsent, *, now: datetime) -> Change:
    """The person agrees no longer: whatever was released of these groups, to this recipient for this, is to be stopped."""
    stops = {each.subject_id for each in ledger.releases if _rests_on(each, consent)}
    after = moved(
        consent,
        "withdraw",
        withdrawn_at=now,
        withdrawn_via=command.channel.value,
        withdrawn_because=command.reason,
        confirm_by=now + CONFIRM_WITHIN if stops else None,
    )
    releases = [
        each.model_copy(update={"stopped": True}) if each.subject_id in stops else each for each in ledger.releases
    ]
    said = ConsentWithdrawn(**_common(after), withdrawn_at=now, stops=sorted(stops))
    return ledger.model_copy(update={"releases": releases}).with_(after), said


def expired(ledger: Ledger, *, now: datetime) -> list[Change]:
    """Each consent whose time is over, one after the other."""
    found: list[Change] = []
    for each in ledger.consents:
        if each.state is S.GIVEN and each.expires_at is not None and each.expires_at <= now:
            after = moved(each, "expire")
            ledger = ledger.with_(after)
            found.append((ledger, ConsentExpired(**_common(after))))
    return found


def overdue(ledger: Ledger, *, now: datetime) -> list[Change]:
    """Each withdrawal whose recipient has let the agreed days pass, one after the other, once."""
    found: list[Change] = []
    for each in ledger.consents:
        if each.unconfirmed and not each.overdue and each.confirm_by is not None and each.confirm_by <= now:
            after = each.model_copy(update={"overdue": True})
            ledger = ledger.with_(after)
            found.append((ledger, WithdrawalUnconfirmed(**_common(after))))
    return found


def confirmed(ledger: Ledger, consent: Consent, *, at: datetime) -> Change:
    """The recipient says that it stopped."""
    after = consent.model_copy(update={"confirmed_at": at, "overdue": False})
    return ledger.with_(after), ConsentStopped(**_common(after), stopped_at=at)


def ends_at(ledger: Ledger) -> datetime | None:
    """When the next consent ends by itself."""
    return _earliest(each.expires_at for each in ledger.consents if each.state is S.GIVEN)


def confirms_by(ledger: Ledger) -> datetime | None:
    """When the next recipient must have said that it stopped."""
    return _earliest(each.confirm_by for each in ledger.consents if each.unconfirmed and not each.overdue)


def _within(narrower: Consent, wider: Consent) -> bool:
    return same_use(narrower, wider) and set(narrower.field_groups) <= set(wider.field_groups)


def same_use(one: Consent | Release, other: Consent | Release) -> bool:
    """Whether they are for the same purpose, with the same recipient."""
    return (one.purpose, one.recipient) == (other.purpose, other.recipient)


def _rests_on(release: Release, consent: Consent) -> bool:
    """Whether what was released is still in use, and is stopped by this withdrawal."""
    if release.because is not None or release.stopped or not same_use(release, consent):
        return False
    return consent.id in release.consents or bool(set(release.field_groups) & set(consent.field_groups))


def _common(consent: Consent) -> dict[str, Any]:
    shown = consent.model_dump(include={"purpose", "recipient", "field_groups"})
    return {"consent_id": consent.id, **shown}


def _answer(consent: Consent) -> dict[str, Any]:
    told = consent.model_dump(include=set(ConsentAnswered.model_fields) - {"consent_id", "lawful_basis"})
    return {**told, "consent_id": consent.id, "lawful_basis": LawfulBasis(consent.lawful_basis)}


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


_consents: TypeAdapter[Sequence[Consent]] = TypeAdapter(list[Consent])
_releases: TypeAdapter[Sequence[Release]] = TypeAdapter(list[Release])
