"""No answer, no release: what the person last said decides, and of a withdrawal and a release that meet one is first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.base import Channel
from common.contracts.partners.withdrawals import WithdrawalAcknowledged
from common.contracts.people.consents import AnswerConsent, ConsentCannotGoThere, ConsentState, WithdrawConsent
from common.contracts.people.releases import BecauseRefused, CapturedWithIt, ReleaseGranted, ReleaseRequested
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said
from customer_account.domain import consents, releases
from customer_account.domain.consents import Consent, Ledger
from hypothesis import given
from hypothesis import strategies as st

Registers = Callable[..., Awaitable[dict[str, Any]]]
NAME, GATEWAY, COUNCIL = "customer-account", "partner-gateway", "southholt"
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]


def requested(**changes: Any) -> ReleaseRequested:
    """A referral asks to share identity and money with Southholt, unless told otherwise."""
    told = {
        "subject": "referral",
        "subject_id": new_id(),
        "purpose": "referral",
        "recipient": COUNCIL,
        "field_groups": ["identity", "money"],
        "consent": None,
    }
    return ReleaseRequested(**told | changes)


def captured(*groups: str, **changes: Any) -> CapturedWithIt:
    told = {
        "consent_id": new_id(),
        "purpose": "referral",
        "recipient": COUNCIL,
        "field_groups": list(groups or ("identity", "money")),
        "wording_version": "1",
        "given_via": "phone",
        "given_at": datetime.now(UTC),
    }
    return CapturedWithIt(**told | changes)


async def ask(town: Platform, person: Any, asks: ReleaseRequested) -> Any:
    """The answer to a release that is asked for: the event's name and what it says."""
    release = new_id()
    await publish(town.nats, [said(asks, release, 1, person_id=UUID(str(person)))], speaker=GATEWAY)
    await town.heard(f"release/{release}@1")
    (answer,) = [row for row in await said_of(town, person) if row["data"].get("subject_id") == str(asks.subject_id)]
    return answer


async def said_of(town: Platform, person: Any) -> list[Any]:
    sql = "SELECT name, version, data FROM onedoor.said WHERE aggregate = 'consents' AND aggregate_id = $1 ORDER BY version"
    return await town.sql(NAME, sql, UUID(str(person)))


async def mine(town: Platform, person: Any) -> list[dict[str, Any]]:
    answer = await town[NAME].client.get("/me/consents", headers=town.resident(person))
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def withdrawn(town: Platform, person: Any, consent: Any) -> httpx.Response:
    path = f"/me/consents/{consent}/withdrawal"
    answer = await town[NAME].client.post(path, json={"channel": "online"}, headers=town.resident(person))
    assert answer.status_code == 200, answer.text
    return answer


# -- what is released


async def test_what_was_captured_with_it_goes_and_is_on_record_with_when(town: Platform) -> None:
    person, given_with_it = new_id(), captured("identity", "money", "outcome")
    answer = await ask(town, person, asks := requested(consent=given_with_it))
    assert (answer["name"], answer["data"]["field_groups"]) == ("release.granted", ["identity", "money"])
    assert answer["data"]["consents"] == [str(given_with_it.consent_id)]
    assert [row["name"] for row in await said_of(town, person)] == ["consent.given", "release.granted"]
    assert (await mine(town, person))[0]["released_at"] is not None
    await publish(town.nats, [said(asks, again := new_id(), 1, person_id=person)], speaker=GATEWAY)
    await town.heard(f"release/{again}@1")
    assert len(await said_of(town, person)) == 2  # what has its answer keeps it


async def test_never_more_goes_than_was_agreed_to_nor_than_was_asked_for(town: Platform) -> None:
    asks = requested(field_groups=["identity", "health"], consent=captured("identity", "money"))
    answer = await ask(town, new_id(), asks)
    assert (answer["name"], answer["data"]["field_groups"]) == ("release.granted", ["identity"])


@pytest.mark.parametrize("other", [{"recipient": "northmere"}, {"purpose": "contact_me"}, {"field_groups": ["health"]}])
async def test_consent_for_something_else_is_none_for_this(town: Platform, other: dict[str, Any]) -> None:
    answer = await ask(town, new_id(), requested(**other, consent=captured("identity", "money")))
    assert (answer["name"], answer["data"]["because"]) == ("release.refused", "consent_missing")


async def test_nothing_about_a_person_needs_no_consent(town: Platform) -> None:
    answer = await ask(town, new_id(), requested(field_groups=[]))
    assert (answer["name"], answer["data"]["field_groups"]) == ("release.granted", [])


async def test_what_was_agreed_to_for_a_time_that_is_over_is_asked_for_again(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    body = {
        "purpose": "referral",
        "recipient": COUNCIL,
        "field_groups": ["identity", "money"],
        "wording_version": "1",
        "channel": "phone",
        "answer": "given",
        "expires_at": (datetime.now(UTC) + timedelta(days=3)).isoformat(),
    }
    assert (await client.post(f"/persons/{person}/consents", json=body, headers=town.officer())).status_code == 201
    before = await ask(town, person, requested())
    assert datetime.fromisoformat(before["data"]["valid_until"]) == datetime.fromisoformat(body["expires_at"])
    town.step(days=4)
    after = await ask(town, person, requested())
    town.step(days=-4)
    assert (after["name"], after["data"]["because"]) == ("release.refused", "ask_again")


async def test_of_a_protected_person_only_what_they_said_since_counts_and_no_answer_says_why(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    assert (await ask(town, person, requested(consent=captured())))["name"] == "release.granted"
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    mark = {"reason": "domestic_abuse", "review_on": in_spring, "asked_by": "person"}
    sam = town.officer(permissions=CLEARED)
    assert (await client.post(f"/persons/{person}/protections", json=mark, headers=sam)).status_code == 201
    for groups in (["identity"], []):
        refused = await ask(town, person, requested(field_groups=groups))
        assert (refused["name"], refused["data"]["because"]) == ("release.refused", "ask_again")
        assert "protect" not in str(refused["data"])
    assert (await ask(town, person, requested(consent=captured())))["name"] == "release.granted"
    assert (await ask(town, person, requested(field_groups=[])))["name"] == "release.granted"


# -- stopping


async def test_a_recipient_is_told_to_stop_and_the_person_reads_when_it_has(town: Platform) -> None:
    person, given_with_it = new_id(), captured()
    await ask(town, person, first := requested(consent=given_with_it))
    await ask(town, person, second := requested(field_groups=["money"]))
    (shown,) = (await withdrawn(town, person, given_with_it.consent_id)).json()["items"]
    assert "Southholt Council was told to stop. It has not confirmed this yet" in shown["stopped"]
    stops = (await said_of(town, person))[-1]["data"]["stops"]
    assert set(stops) == {str(first.subject_id), str(second.subject_id)}
    refused = await ask(town, person, requested(consent=given_with_it))
    assert (refused["name"], refused["data"]["because"]) == ("release.refused", "consent_withdrawn")
    await acknowledged(town, person, given_with_it)
    (shown,) = await mine(town, person)
    day = datetime.now(UTC).date()
    assert shown["stopped"] == f"Southholt Council has confirmed that it stopped on {day.day} {day:%B %Y}."
    assert [row["name"] for row in await said_of(town, person)][-1] == "consent.stopped"


async def test_who_does_not_say_in_time_that_it_stopped_is_flagged_once_and_may_still_say_so(town: Platform) -> None:
    person, given_with_it = new_id(), captured()
    await ask(town, person, requested(consent=given_with_it))
    await withdrawn(town, person, given_with_it.consent_id)

    async def flagged() -> Any:
        return (await mine(town, person))[0]["overdue"]

    town.step(days=6)
    assert not await flagged()
    town.step(days=2)
    await town.until(flagged)
    town.step(days=20)
    assert "has not confirmed it in time" in (await mine(town, person))[0]["stopped"]
    await acknowledged(town, person, given_with_it)
    town.step(days=-28)
    assert (await mine(town, person))[0]["overdue"] is False
    names = [row["name"] for row in await said_of(town, person)]
    assert names[-2:] == ["consent.withdrawal_unconfirmed", "consent.stopped"]


async def acknowledged(town: Platform, person: UUID, consent: CapturedWithIt) -> None:
    event = WithdrawalAcknowledged(consent_id=consent.consent_id, recipient=COUNCIL)
    await publish(town.nats, [said(event, consent.consent_id, 1, person_id=person)], speaker=GATEWAY)
    await town.heard(f"withdrawal/{consent.consent_id}@1")


# -- the same as a model says

T0 = datetime(2026, 12, 1, tzinfo=UTC)
GROUPS = ("identity", "money", "health")
SOME = st.lists(st.sampled_from(GROUPS), min_size=1, unique=True)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), SOME),
        st.tuples(st.sampled_from(["give", "refuse", "withdraw", "release"]), st.integers(0, 5)),
    ),
    max_size=25,
)


@given(STEPS)
def test_whatever_happens_a_no_is_never_a_yes_without_a_new_question_and_the_last_word_decides(told: Any) -> None:
    ledger, last_word, states = Ledger(), dict.fromkeys(GROUPS, BecauseRefused.CONSENT_MISSING.value), []
    for number, (what, detail) in enumerate(told):
        at = T0 + timedelta(minutes=number)
        if what == "ask":
            ledger = ledger.with_(asked(detail, at))
        elif what == "release":
            check(ledger, last_word, at)
        elif detail < len(ledger.consents):
            before = ledger.consents[detail]
            ledger, happened = tried(ledger, before, what, at)
            if happened:
                states.append((before.state, ledger.consents[detail].state))
                word = {"give": "yes", "refuse": "consent_refused", "withdraw": "consent_withdrawn"}[what]
                last_word |= dict.fromkeys(before.field_groups, word)
    check(ledger, last_word, T0 + timedelta(days=1))
    assert {was for was, now in states if now is ConsentState.GIVEN} <= {ConsentState.REQUESTED}
    assert {was for was, now in states if now is ConsentState.WITHDRAWN} <= {ConsentState.GIVEN}


def asked(field_groups: list[str], at: datetime) -> Consent:
    told = {
        "purpose": "referral",
        "recipient": COUNCIL,
        "lawful_basis": "consent",
        "wording_version": "1",
        "language": None,
    }
    return Consent(
        id=new_id(), state=ConsentState.REQUESTED, field_groups=field_groups, asked_by="officer", asked_at=at, **told
    )


def tried(ledger: Ledger, consent: Consent, what: str, at: datetime) -> tuple[Ledger, bool]:
    """The ledger afterwards, and whether anything happened."""
    try:
        if what == "withdraw":
            return consents.withdrawn(ledger, consent, WithdrawConsent(channel=Channel.PHONE), now=at)[0], True
        said_so = ConsentState.GIVEN if what == "give" else ConsentState.REFUSED
        answer = AnswerConsent(answer=said_so, channel=Channel.PHONE)
        return consents.answered(ledger, consent, answer, at=at)[0], True
    except ConsentCannotGoThere:
        return ledger, False


def check(ledger: Ledger, last_word: dict[str, str], at: datetime) -> None:
    """For each group alone and for all together: what goes is what the model's last word lets go."""
    for wanted in (*([group] for group in GROUPS), list(GROUPS)):
        answer = releases.decide(ledger, requested(field_groups=wanted), only_since=None, now=at)
        may = sorted(group for group in wanted if last_word[group] == "yes")
        if isinstance(answer, ReleaseGranted):
            assert [group.value for group in answer.field_groups] == may
        else:
            assert may == []
            assert answer.because.value in {last_word[group] for group in wanted}
