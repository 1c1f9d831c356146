"""Acting for somebody: what each way of it asks for and allows, whether it is so on a day, and what a token says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, Self
from uuid import UUID

from common.contracts.base import Code, Line, May
from common.contracts.people.representations import (
    AppointRepresentative,
    Evidence,
    EvidenceNeeded,
    EvidenceNotAccepted,
    GiveRepresentation,
    GrownUp,
    MoreThanKind,
    NobodyForThemself,
    NotAtTheMoment,
    NotBegunYet,
    OfficerMustSee,
    RepresentationKindView,
    RepresentationOver,
    UnknownRepresentationKind,
)
from common.contracts.people.representations import (
    RepresentationState as State,
)
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from customer_account.domain.days import Days, check


class Death(StrEnum):
    """What the death of the person brings about."""

    BEGINS = "begins"
    ENDS = "ends"
    GOES_ON = "goes_on"


class RepresentationKind(BaseModel):
    """A way of acting for somebody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Line
    means: Line
    may: list[May] = Field(min_length=1)
    usually: list[May] = Field(min_length=1)
    evidence: dict[Code, Line] = Field(min_length=1)
    by_person: bool = False
    death: Death
    until_age: int | None = Field(default=None, ge=1, le=130)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if not set(self.usually) <= set(self.may):
            raise ValueError("it usually allows what it may not")
        return self


RepresentationKinds = Mapping[str, RepresentationKind]
_read = TypeAdapter(dict[Code, RepresentationKind])


class Kept(Protocol):
    """A representation as it is kept, as far as it matters for whether somebody may act by it."""

    id: UUID
    person_id: UUID
    representative_id: UUID
    kind: str
    may: list[str]
    services: list[str] | None
    effective_from: date
    effective_to: date | None
    died: bool
    suspended_at: datetime | None
    ended_at: datetime | None


def kinds_of(document: Any) -> RepresentationKinds:
    """The kinds that a document declares. Raises pydantic's ValidationError with where and why it cannot be."""
    return _read.validate_python(document)


def views_of(kinds: RepresentationKinds) -> list[RepresentationKindView]:
    """Every kind as it is shown to those who write forms."""
    return [RepresentationKindView(kind=code, **kind.model_dump()) for code, kind in kinds.items()]


def kind_of(kinds: RepresentationKinds, code: str) -> RepresentationKind:
    """Raises UnknownRepresentationKind."""
    if code not in kinds:
        raise UnknownRepresentationKind(possible=list(kinds))
    return kinds[code]


def check_evidence(kind: RepresentationKind, evidence: Evidence | None) -> Evidence:
    """What an officer saw. Raises EvidenceNeeded, or EvidenceNotAccepted where it does not show a representation of this kind."""
    if evidence is None:
        raise EvidenceNeeded(possible=kind.evidence)
    if evidence.kind not in kind.evidence:
        raise EvidenceNotAccepted(possible=kind.evidence)
    return evidence


def check_by_person(kind: RepresentationKind) -> None:
    """Raises OfficerMustSee where the person's own word is not enough."""
    if not kind.by_person:
        raise OfficerMustSee(possible=kind.evidence)


def scope(kind: RepresentationKind, may: list[May] | None) -> list[str]:
    """What they may, in order. Raises MoreThanKind."""
    if may is not None and not set(may) <= set(kind.may):
        raise MoreThanKind(possible=kind.may)
    return [each.value for each in May if each in (may or kind.usually)]


def days(
    kind: RepresentationKind,
    told: GiveRepresentation | AppointRepresentative,
    *,
    today: date,
    born: date | None,
) -> Days:
    """From when until when. Raises ImpossibleDates, or GrownUp where the person is too old for it by then."""
    found = Days(told.effective_from or today, told.effective_to)
    check(found, today)
    if kind.until_age is None or born is None:
        return found
    last = birthday(born, kind.until_age) - timedelta(days=1)
    if last < max(found.first or today, today):
        raise GrownUp
    return Days(found.first, min(found.last or last, last))


def birthday(born: date, age: int) -> date:
    """The day on which somebody is of this age: of those born on a twenty-ninth of February, the first of March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def check_two(person_id: UUID, representative_id: UUID) -> None:
    """Raises NobodyForThemself."""
    if person_id == representative_id:
        raise NobodyForThemself


def state(kept: Kept, kinds: RepresentationKinds, today: date) -> State:
    """How it stands on a day. A kind that no release knows any more, or not yet, is as good as not begun."""
    kind = kinds.get(kept.kind)
    over = kept.effective_to is not None and kept.effective_to < today
    if kept.ended_at is not None or over or (kind and kind.death is Death.ENDS and kept.died):
        return State.ENDED
    if kept.suspended_at is not None:
        return State.SUSPENDED
    if kind is None or kept.effective_from > today or (kind.death is Death.BEGINS and not kept.died):
        return State.NOT_BEGUN
    return State.CURRENT


def acting(kept: Kept, kinds: RepresentationKinds, today: date, *, by: UUID) -> dict[str, Any]:
    """What a token says of who acts, beside its `sub`, the represented person. Raises as `check_acting`."""
    check_acting(kept, kinds, today)
    return {
        "act": {"sub": str(by)},
        "acts": {
            "representation": str(kept.id),
            "kind": kept.kind,
            "may": list(kept.may),
            "services": "all" if kept.services is None else list(kept.services),
        },
    }


def check_acting(kept: Kept, kinds: RepresentationKinds, today: date) -> None:
    """Raises RepresentationOver, NotAtTheMoment or NotBegunYet where nobody may act by it on that day."""
    refusals = {State.ENDED: RepresentationOver, State.SUSPENDED: NotAtTheMoment, State.NOT_BEGUN: NotBegunYet}
    found = state(kept, kinds, today)
    if found in refusals:
        raise refusals[found]


def ended_by_death(kept: Iterable[Any], kinds: RepresentationKinds) -> list[Any]:
    """Those that end with the death of the person and have not ended."""
    return [
        each for each in kept if each.ended_at is None and each.kind in kinds and kinds[each.kind].death is Death.ENDS
    ]


def after_death(kept: Iterable[Kept], kinds: RepresentationKinds, today: date) -> UUID | None:
    """Whoever acts for somebody who has died, by what begins with a death: the first of several. None where nobody does."""
    for each in sorted(kept, key=lambda each: (each.effective_from, each.id)):
        kind = kinds.get(each.kind)
        over = each.ended_at or each.suspended_at or (each.effective_to is not None and each.effective_to < today)
        if kind and kind.death is Death.BEGINS and not over and each.effective_from <= today:
            return each.representative_id
    return None
