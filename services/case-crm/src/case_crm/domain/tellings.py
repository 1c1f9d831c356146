"""What a telling tells to whom: decided once, from what was told and held, and what nobody is to be told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from common.agreements import Cover, outside
from common.contracts.base import Code, CouncilId
from common.contracts.cases import StillToTell, UnknownQuestion
from common.contracts.partners.consents import Purpose
from common.contracts.tellings import (
    Basis,
    NobodyElseAsked,
    NobodyToTell,
    PreviewChanged,
    ReferenceExpired,
    ReferenceNeeded,
    Sends,
    TellingCannotGoThere,
    TellingStatus,
    UnknownInterest,
    WrongPerson,
)
from common.promises import Term

from case_crm.domain.definitions.life_events import Interest, LifeEvent, Opens, ToDo, Where
from case_crm.domain.definitions.part import Part

NEVER_CHANGE = ("date_of_birth", "national_insurance_number", "nhs_number")
SAID_NO, NOBODY_TO_ASK, NEVER_TOLD, NO_AGREEMENT = "said_no", "nobody_to_ask", "never_told", "no_agreement"
_D, _R = TellingStatus.DRAFT, TellingStatus.PREVIEWED
_C, _P = TellingStatus.CONFIRMED, TellingStatus.IN_PROGRESS
_DONE, _EXCEPT = TellingStatus.COMPLETED, TellingStatus.COMPLETED_WITH_EXCEPTIONS
_AFTER = {"supersede": TellingStatus.SUPERSEDED, "withdraw": TellingStatus.WITHDRAWN}
_GONE = {"expire": TellingStatus.EXPIRED, "abandon": TellingStatus.ABANDONED}
MOVES: Mapping[TellingStatus, Mapping[str, TellingStatus]] = {
    _D: {"change": _D, "preview": _R, **_GONE},
    _R: {"change": _D, "preview": _R, "confirm": _C, "link": TellingStatus.LINKED, **_GONE},
    _C: {"dispatch": _P, "link": TellingStatus.LINKED, **_AFTER},
    _P: {"complete": _DONE, "complete_with_exceptions": _EXCEPT, **_AFTER},
    _DONE: _AFTER,
    _EXCEPT: _AFTER,
}


class Planned(Part):
    """One recipient's part as it was decided: which kinds of facts go there, by when, or why none does."""

    interest: Code
    council: CouncilId
    title: str
    recipient: str
    partner: bool
    owner: Code
    escalates_to: Code
    basis: Basis
    gives: tuple[Code, ...]
    withheld: tuple[Code, ...] = ()
    outside_agreement: tuple[Code, ...] = ()
    shared_record: bool = False
    consent_by: UUID | None = None
    purpose: str | None = None
    field_groups: tuple[str, ...] = ()
    acknowledge: Term
    act: Term
    sends: Sends = Sends.TELLING
    excluded: str | None = None
    opens: Opens | None = None
    tasks: tuple[ToDo, ...] = ()
    case_reference: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.council, self.interest


@dataclass(frozen=True, slots=True)
class Told:
    """What decides a plan: facts by kind, who said no to whom, which kinds tell where somebody protected is.

    `held` are those that we hold by another telling than this; `agreed` is what each partner may be shown today.
    """

    facts: Mapping[str, Any]
    said_no: Collection[tuple[str, str]] = ()
    locating: Collection[str] = ()
    person_id: UUID | None = None
    other_person_id: UUID | None = None
    held: Mapping[str, Any] = field(default_factory=dict)
    agreed: Mapping[str, Cover] = field(default_factory=dict)

    def may_be_shown(self, partner: str, council: str) -> frozenset[str]:
        """The field groups that a partner may be shown for a council. (Councils have what they need by law.)"""
        return self.agreed.get(partner, Cover(partner)).shown(council, Purpose.TELL_US_ONCE)


UNTOLD = frozenset({_D, _R})
"""Where nobody was told yet: it may be changed, read, confirmed and given up."""


def move(status: str, name: str) -> TellingStatus:
    """Where a telling goes. Raises TellingCannotGoThere."""
    found = MOVES.get(TellingStatus(status), {}).get(name)
    if found is None:
        raise TellingCannotGoThere
    return found


def check_untold(status: str) -> None:
    """Raises TellingCannotGoThere where it is not a draft any more."""
    if status not in UNTOLD:
        raise TellingCannotGoThere


def check_told(event: LifeEvent, facts: Mapping[str, Any], held: Mapping[str, Any]) -> None:
    """Raises UnknownQuestion for what is not asked, WrongPerson where it does not fit whom it is about."""
    if unknown := sorted(set(facts) - event.kinds):
        raise UnknownQuestion(questions=unknown)
    if any(kind in facts and kind in held and _plain(facts[kind]) != _plain(held[kind]) for kind in NEVER_CHANGE):
        raise WrongPerson


def check_other(event: LifeEvent, other_person_id: UUID | None) -> None:
    """Raises NobodyElseAsked where somebody else is named, and no recipient waits for them to agree."""
    asked = any(each.consent and each.consent.by == "other_person" for each in event.interests)
    if other_person_id is not None and not asked:
        raise NobodyElseAsked


def still_to_tell(event: LifeEvent, facts: Mapping[str, Any]) -> list[str]:
    """The kinds of facts that must be told and are not known yet."""
    return [each.fact_kind for each in event.asks if each.required and each.fact_kind not in facts]


def check_complete(event: LifeEvent, facts: Mapping[str, Any]) -> None:
    """Raises StillToTell with what is missing."""
    if missing := still_to_tell(event, facts):
        raise StillToTell(questions=[asked(event, kind) for kind in missing])


def asked(event: LifeEvent, kind: str) -> dict[str, Any]:
    """What is asked of a kind of fact, as a refusal names it."""
    [text] = [each.text for each in event.asks if each.fact_kind == kind]
    return {"question": kind, "text": text, "type": "text", "options": []}


def check_told_to(parts: Sequence[Planned]) -> None:
    """Raises NobodyToTell where none of the councils and partners is interested."""
    if not parts:
        raise NobodyToTell


def check_reference(event: LifeEvent, *, given: bool, registered_on: date | None, today: date) -> None:
    """Raises ReferenceNeeded, or ReferenceExpired from the day after its last one on."""
    if event.registrar_days is None:
        return
    if not given or registered_on is None:
        raise ReferenceNeeded
    if not registered_on <= today <= registered_on + timedelta(days=event.registrar_days):
        raise ReferenceExpired


def plan(event: LifeEvent, told: Told, councils: Collection[str]) -> list[Planned]:
    """One part for every interest that matches: what goes there, or why nothing does."""
    return [
        _planned(interest, council, told)
        for interest in event.interests
        for council in interest.councils
        if council in councils and _matches(interest.where, council, told.facts)
    ]


def check_known(parts: Sequence[Planned], said_no: Collection[tuple[str, str]]) -> None:
    """Raises UnknownInterest where somebody says no to a recipient that there is not."""
    if set(said_no) - {part.key for part in parts}:
        raise UnknownInterest


def opens_cases(parts: Sequence[Planned]) -> list[Planned]:
    """The parts for which a case is opened: what comes after them is told to that same case."""
    return [part for part in parts if part.opens and not part.excluded and part.sends is Sends.TELLING]


def fingerprint(parts: Sequence[Planned], facts: Mapping[str, Any]) -> str:
    """The name of a preview: another as soon as anything in it is otherwise."""
    whole = json.dumps([[part.model_dump(mode="json") for part in parts], dict(facts)], sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def check_preview(seen: str, parts: Sequence[Planned], facts: Mapping[str, Any]) -> None:
    """Raises PreviewChanged where it is not what was read."""
    if seen != fingerprint(parts, facts):
        raise PreviewChanged


def _planned(interest: Interest, council: str, told: Told) -> Planned:
    known = [kind for kind in interest.needs if kind in told.facts]
    kept = [kind for kind in known if interest.shared_record and kind in told.locating]
    beyond = outside(known, told.may_be_shown(interest.partner, council)) if interest.partner else []
    consent = interest.consent
    asked = None
    if consent is not None:
        asked = told.person_id if consent.by == "person" else told.other_person_id
    part = Planned(
        interest=interest.interest,
        council=council,
        title=interest.title,
        recipient=interest.partner or council,
        partner=interest.partner is not None,
        owner=interest.owner,
        escalates_to=interest.escalates_to,
        basis=interest.basis,
        gives=tuple(kind for kind in known if kind not in {*kept, *beyond}),
        withheld=tuple(kept),
        outside_agreement=tuple(beyond),
        shared_record=interest.shared_record,
        consent_by=asked,
        purpose=consent.purpose.value if consent else None,
        field_groups=tuple(group.value for group in consent.field_groups) if consent else (),
        acknowledge=interest.acknowledge,
        act=interest.act,
        opens=interest.opens,
        tasks=interest.tasks,
    )
    return part.model_copy(update={"excluded": _why_not(part, told, needs_consent=consent is not None)})


def _why_not(part: Planned, told: Told, *, needs_consent: bool) -> str | None:
    """Why a recipient is not told, where it is not."""
    if part.key in told.said_no:
        return SAID_NO
    nothing_left = bool(part.outside_agreement) and not part.gives
    if part.partner and (nothing_left or not told.may_be_shown(part.recipient, part.council)):
        return NO_AGREEMENT
    return NOBODY_TO_ASK if needs_consent and part.consent_by is None else None


def _matches(where: Where, council: str, facts: Mapping[str, Any]) -> bool:
    used = facts.get("services_used")
    return (
        (where.council_is is None or facts.get(where.council_is) == council)
        and (where.uses is None or (isinstance(used, list) and f"{council}:{where.uses}" in used))
        and (where.told is None or where.told in facts)
    )


def _plain(value: Any) -> str:
    return "".join(str(value).split()).upper()
