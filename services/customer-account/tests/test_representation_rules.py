"""Acting for somebody, as arithmetic: evidence, scope, days, and what a token says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from common.contracts.base import May
from common.contracts.people import (
    ImpossibleDates,
)
from common.contracts.people.representations import (
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
    RepresentationOver,
    UnknownRepresentationKind,
)
from common.embedded.issuer import ISSUER, Issuer
from common.runtime.ids import new_id
from common.runtime.keys import keys_at
from common.runtime.serving.tokens import Tokens, Trusted
from customer_account.domain import representations as rules
from customer_account.queries.representations import (
    FILE,
    BrokenRepresentationKinds,
    read_representation_kinds,
    representation_kinds,
)
from hypothesis import given
from hypothesis import strategies as st

KINDS = representation_kinds()
TODAY = date(2026, 12, 14)
NOW = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@dataclass
class Kept:
    """A representation as it may be kept."""

    kind: str = "attorney"
    may: list[str] = field(default_factory=lambda: ["see"])
    services: list[str] | None = None
    effective_from: date = TODAY
    effective_to: date | None = None
    died: bool = False
    suspended_at: datetime | None = None
    ended_at: datetime | None = None
    id: UUID = field(default_factory=new_id)
    person_id: UUID = field(default_factory=new_id)
    representative_id: UUID = field(default_factory=new_id)


def told(**said: object) -> GiveRepresentation:
    return GiveRepresentation.model_validate({"representative_id": new_id(), "kind": "parent"} | said)


def test_the_seven_ways_are_there_each_with_words_and_papers() -> None:
    assert set(KINDS) == {"executor", "administrator", "attorney", "appointee", "parent", "carer", "adviser"}
    assert {code for code, kind in KINDS.items() if kind.by_person} == {"carer", "adviser"}
    assert {code for code, kind in KINDS.items() if kind.death is rules.Death.BEGINS} == {"executor", "administrator"}
    assert all(kind.evidence for kind in KINDS.values())


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("usually: [see]", "usually: [decide]", "adviser: .* usually allows what it may not"),
        ("death: begins", "death: maybe", "executor.death: Input should be 'begins'"),
        ("until_age: 18", "until_age: [", "line .*: this is not YAML"),
    ],
)
def test_a_release_with_a_broken_file_of_them_does_not_start(change: str, to: str, said: str) -> None:
    assert change in FILE.read_text()
    with pytest.raises(BrokenRepresentationKinds, match=said):
        read_representation_kinds(FILE.read_text().replace(change, to, 1), name=FILE.name)


def test_without_a_paper_that_shows_it_nobody_acts() -> None:
    with pytest.raises(UnknownRepresentationKind):
        rules.kind_of(KINDS, "cousin")
    executor, carer = KINDS["executor"], KINDS["carer"]
    with pytest.raises(EvidenceNeeded):
        rules.check_evidence(executor, None)
    with pytest.raises(EvidenceNotAccepted):
        rules.check_evidence(executor, Evidence(kind="birth_certificate", reference="Z"))
    assert rules.check_evidence(executor, Evidence(kind="will", reference="14")).reference == "14"
    rules.check_by_person(carer)
    with pytest.raises(OfficerMustSee):
        rules.check_by_person(executor)
    with pytest.raises(NobodyForThemself):
        rules.check_two(UUID(int=1), UUID(int=1))


@given(kind=st.sampled_from(sorted(KINDS)), may=st.none() | st.lists(st.sampled_from(May), min_size=1, max_size=3))
def test_nobody_is_allowed_more_than_their_kind(kind: str, may: list[May] | None) -> None:
    if may is None:
        assert rules.scope(KINDS[kind], None) == [each.value for each in KINDS[kind].usually]
    elif set(may) <= set(KINDS[kind].may):
        assert set(rules.scope(KINDS[kind], may)) == {each.value for each in may}
    else:
        with pytest.raises(MoreThanKind):
            rules.scope(KINDS[kind], may)


@given(first=st.none() | DAYS, last=st.none() | DAYS, born=st.none() | DAYS)
def test_days_that_cannot_be_are_refused_and_a_parent_acts_until_the_child_is_of_age(
    first: date | None, last: date | None, born: date | None
) -> None:
    command = told(effective_from=first, effective_to=last)
    try:
        days = rules.days(KINDS["parent"], command, today=TODAY, born=born)
    except ImpossibleDates:
        begins = first or TODAY
        assert begins > TODAY + timedelta(days=3653) or (last and (last < begins or last < TODAY))
    except GrownUp:
        assert born
        assert rules.birthday(born, 18) <= max(first or TODAY, TODAY)
    else:
        assert days.first == (first or TODAY)
        assert days.last is None or days.last >= max(days.first, TODAY)
        assert last is None or (days.last is not None and days.last <= last)
        assert born is None or (days.last is not None and days.last < rules.birthday(born, 18))


def test_who_was_born_on_a_leap_day_is_of_age_on_the_first_of_march() -> None:
    assert rules.birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert rules.birthday(date(2008, 3, 1), 18) == date(2026, 3, 1)


@given(
    kind=st.sampled_from(sorted(KINDS)),
    first=DAYS,
    last=st.none() | DAYS,
    died=st.booleans(),
    suspended=st.booleans(),
    ended=st.booleans(),
    today=DAYS,
)
def test_a_token_is_made_only_of_what_is_current_on_the_day(
    kind: str, first: date, last: date | None, died: bool, suspended: bool, ended: bool, today: date
) -> None:
    kept = Kept(kind, ["see"], None, first, last, died, NOW if suspended else None, NOW if ended else None)
    begins = KINDS[kind].death is rules.Death.BEGINS
    fine = first <= today and (last is None or today <= last) and not ended and not suspended and died == begins
    if fine:
        assert rules.acting(kept, KINDS, today, by=kept.representative_id)["act"] == {
            "sub": str(kept.representative_id)
        }
    else:
        with pytest.raises((RepresentationOver, NotAtTheMoment, NotBegunYet)):
            rules.acting(kept, KINDS, today, by=kept.representative_id)


@pytest.mark.parametrize(
    ("kept", "refusal"),
    [
        (Kept(ended_at=NOW), RepresentationOver),
        (Kept(effective_to=date(2026, 12, 13)), RepresentationOver),
        (Kept(died=True), RepresentationOver),
        (Kept(suspended_at=NOW), NotAtTheMoment),
        (Kept(effective_from=date(2026, 12, 15)), NotBegunYet),
        (Kept(kind="executor"), NotBegunYet),
        (Kept(kind="of_tomorrow"), NotBegunYet),
    ],
)
def test_each_reason_why_nobody_acts_is_told_in_its_own_words(kept: Kept, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.acting(kept, KINDS, TODAY, by=kept.representative_id)


@pytest.mark.parametrize("services", [None, ["missed_bin"], ["council_tax", "missed_bin"]])
async def test_what_is_said_of_who_acts_is_read_by_every_service(services: list[str] | None, tmp_path: Path) -> None:
    kept, issuer = Kept("executor", ["see", "tell"], services, died=True), Issuer(tmp_path)
    tokens = Tokens([Trusted(ISSUER, keys_at(issuer.ensure()))], audience="case-crm")
    claims = rules.acting(kept, KINDS, TODAY, by=kept.representative_id)
    me = await tokens.read(issuer.token("resident", subject=str(kept.person_id), councils=["northmere"], acting=claims))
    assert (me.person_id, me.actor_id, me.on_behalf_of) == (kept.person_id, str(kept.representative_id), kept.person_id)
    assert me.acting is not None
    assert (me.acting.representation_id, me.acting.kind, sorted(me.acting.may)) == (
        kept.id,
        "executor",
        ["see", "tell"],
    )
    assert me.acting.services == (None if services is None else set(services))
