"""Nothing goes to a receiver before it may: a referral waits for leave, goes with exactly what may go, or is not made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.contracts.people.consents import ConsentWithdrawn
from common.runtime.ids import new_id
from common.testing.partnering import join

SECRET = {"identity": {"full_name": "Ewa Kowalska"}, "money": {"arrears": 412}}


async def view(desk: Any, referral: Any, who: Any) -> Any:
    answer = await desk.get(f"/referrals/{referral}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def names(desk: Any, referral: Any) -> list[str]:
    return [row["name"] for row in await desk.said(referral, "referral")]


async def timers(desk: Any, referral: Any) -> list[str]:
    sql = "SELECT name FROM onedoor.timer WHERE aggregate_id = $1"
    return [row["name"] for row in await desk.town.sql("partner-gateway", sql, UUID(str(referral)))]


async def active(desk: Any, partner: str) -> Any:
    """A partner of a test's own: its lists hold nothing else."""
    await join(desk.town, partner, "The Helpers")
    return desk.partner(partner)


# -- waiting


async def test_until_there_is_leave_its_receiver_cannot_tell_that_it_exists(desk: Any) -> None:
    helpers = await active(desk, "helpers-one")
    person = new_id()
    told = {"to_partner": "helpers-one", "consent": desk.consent(recipient="helpers-one")}
    referral = (await desk.asked(person_id=str(person), **told))["referral_id"]
    assert (await desk.get(f"/referrals/{referral}", helpers)).status_code == 404
    assert (await desk.get("/referrals", helpers)).json()["items"] == []
    theirs = await view(desk, referral, desk.officer)
    assert (theirs["status"], theirs["told_to_resident"]) == (
        "sending",
        "We are making sure that The Helpers may be told this about you.",
    )
    assert [each["transition"] for each in theirs["next_actions"]] == ["withdraw", "enter_in_error"]
    assert await names(desk, referral) == []
    await desk.granted(referral)
    assert (await view(desk, referral, helpers))["status"] == "sent"
    assert len((await desk.get("/referrals", helpers)).json()["items"]) == 1
    assert await timers(desk, referral) == ["referral_unanswered"]


async def test_a_council_that_is_asked_sees_it_no_sooner(desk: Any) -> None:
    told = {"to_partner": None, "consent": desk.consent(recipient="northmere")}
    referral = (await desk.asked(desk.fire, **told))["referral_id"]
    assert (await desk.get(f"/referrals/{referral}", desk.officer)).status_code == 404
    listed = (await desk.get("/referrals", desk.officer, box="received")).json()["items"]
    assert referral not in {each["referral_id"] for each in listed}
    await desk.granted(referral)
    assert (await view(desk, referral, desk.officer))["status"] == "sent"


async def test_what_is_asked_names_groups_and_the_consent_and_carries_no_value(desk: Any) -> None:
    made = await desk.asked(shared=SECRET)
    (asked,) = await desk.asks(made["referral_id"])
    data = asked["data"]
    assert (data["subject"], data["purpose"], data["recipient"]) == ("referral", "referral", "warmth-advice")
    assert data["field_groups"] == ["identity", "money"]
    assert data["consent"]["consent_id"] == made["consent"]["consent_id"]
    assert "Kowalska" not in str(data)


# -- leave


async def test_exactly_what_may_go_goes(desk: Any) -> None:
    person = new_id()
    referral = (await desk.asked(person_id=str(person), shared=SECRET))["referral_id"]
    await desk.granted(referral, field_groups=["identity", "health"])
    received = await view(desk, referral, desk.advice)
    assert received["shared"] == {"identity": SECRET["identity"]}
    assert (await view(desk, referral, desk.resident(person)))["shared"] == {"identity": SECRET["identity"]}
    assert (await desk.said(referral, "referral"))[0]["data"]["field_groups"] == ["identity"]


WHY = {
    "consent_missing": "You have not agreed to what would have been shared.",
    "consent_refused": "You said no to what would have been shared.",
    "consent_withdrawn": "You took back your agreement to what would have been shared.",
    "ask_again": "We must ask you again whether you agree to what would have been shared.",
}


@pytest.mark.parametrize("because", WHY)
async def test_without_leave_it_is_not_made_and_who_sent_it_reads_why(desk: Any, because: str) -> None:
    person = new_id()
    referral = (await desk.asked(desk.fire, person_id=str(person), shared=SECRET))["referral_id"]
    await desk.refused(referral, because)
    theirs = await view(desk, referral, desk.fire)
    assert (theirs["status"], theirs["ended_because"]) == ("not_made", because)
    assert theirs["told_to_resident"].startswith("Warmth & Debt Advice was not asked to help you. ")
    assert theirs["told_to_resident"].endswith(WHY[because])
    assert (await view(desk, referral, desk.resident(person)))["shared"] == {}
    assert (await desk.get(f"/referrals/{referral}", desk.advice)).status_code == 404
    (said,) = await desk.said(referral, "referral")
    assert (said["name"], said["data"]["reason"]) == ("referral.not_made", because)
    assert await timers(desk, referral) == []
    await desk.granted(referral)  # an answer is an answer
    assert (await view(desk, referral, desk.fire))["status"] == "not_made"


async def test_leave_that_comes_after_its_time_is_none(desk: Any) -> None:
    referral = (await desk.asked())["referral_id"]
    await desk.granted(referral, valid_until=datetime.now(UTC) - timedelta(minutes=1))
    assert (await view(desk, referral, desk.officer))["ended_because"] == "ask_again"


async def test_nothing_goes_to_a_partner_that_was_suspended_while_leave_was_asked_for(desk: Any) -> None:
    await active(desk, "helpers-two")
    told = {"to_partner": "helpers-two", "consent": desk.consent(recipient="helpers-two")}
    referral = (await desk.asked(**told))["referral_id"]
    await desk.move_partner("helpers-two", "suspend")
    await desk.granted(referral)
    assert (await view(desk, referral, desk.officer))["ended_because"] == "partner_not_active"


@pytest.mark.parametrize(("who", "transition"), [("officer", "withdraw"), ("person", "cancel")])
async def test_what_was_taken_back_meanwhile_is_not_sent(desk: Any, who: str, transition: str) -> None:
    person = new_id()
    referral = (await desk.asked(person_id=str(person)))["referral_id"]
    caller = desk.officer if who == "officer" else desk.resident(person)
    await desk.moved(referral, caller, transition)
    assert await timers(desk, referral) == []
    await desk.granted(referral)
    assert (await desk.get(f"/referrals/{referral}", desk.advice)).status_code == 404
    assert len(await names(desk, referral)) == 1


async def test_where_no_answer_comes_its_sender_is_told_once_and_it_is_asked_again_and_again(desk: Any) -> None:
    referral = (await desk.asked())["referral_id"]

    async def asked(times: int) -> bool:
        return len(await desk.asks(referral)) == times

    for times in (2, 3):
        desk.town.step(hours=1, seconds=1)
        await desk.town.until(lambda times=times: asked(times))
    delayed = await view(desk, referral, desk.officer)
    assert (delayed["status"], delayed["delayed_at"] is None) == ("sending", False)
    assert (await desk.get(f"/referrals/{referral}", desk.advice)).status_code == 404
    await desk.granted(referral)
    desk.town.step(hours=-2, seconds=-2)
    assert (await view(desk, referral, desk.advice))["status"] == "sent"
    assert await names(desk, referral) == ["referral.delayed", "referral.sent"]
    assert len({row["aggregate_id"] for row in await desk.asks(referral)}) == 3


# -- stopping


async def withdraw(desk: Any, person: UUID, *referrals: str, recipient: str = "warmth-advice") -> UUID:
    """The person agrees no longer; customer-account says what is to stop."""
    consent = new_id()
    event = ConsentWithdrawn(
        consent_id=consent,
        purpose="referral",
        recipient=recipient,
        field_groups=["identity"],
        withdrawn_at=datetime.now(UTC),
        stops=[UUID(each) for each in referrals],
    )
    await desk.answered(person, event)
    return consent


async def sent(desk: Any, person: UUID, who: Any = None, **told: Any) -> str:
    return str((await desk.sent(who, person_id=str(person), **told))["referral_id"])


async def test_what_is_open_is_cancelled_and_its_receiver_reads_nothing_more(desk: Any) -> None:
    person = new_id()
    opened, done, other = [await sent(desk, person) for _ in range(3)]
    for step, told in (("accept", {}), ("start", {}), ("outcome", {"outcome": "got_help"})):
        await desk.moved(done, desk.advice, step, **told)
    await withdraw(desk, person, opened, done)
    seen = [await view(desk, each, desk.advice) for each in (opened, done, other)]
    assert [each["status"] for each in seen] == ["cancelled", "outcome_recorded", "sent"]
    assert [each["shared"] is None for each in seen] == [True, True, False]
    assert [each["person_id"] for each in seen] == [None, None, str(person)]
    assert (await view(desk, done, desk.resident(person)))["shared"] is not None
    assert await timers(desk, opened) == []


async def test_its_receiver_is_told_and_says_that_it_stopped_once(desk: Any) -> None:
    helpers = await active(desk, "helpers-three")
    person = new_id()
    told = {"to_partner": "helpers-three", "consent": desk.consent(recipient="helpers-three")}
    referral = await sent(desk, person, **told)
    consent = await withdraw(desk, person, referral, recipient="helpers-three")
    (shown,) = (await desk.get("/withdrawals", helpers)).json()["items"]
    assert (shown["withdrawal_id"], shown["referrals"], shown["confirmed_at"]) == (str(consent), [referral], None)
    assert str(person) not in str(shown)
    path = f"/withdrawals/{consent}/confirmation"
    for who in (desk.advice, desk.officer, desk.town.officer("southholt")):
        assert (await desk.post(path, None, who)).status_code == 404
        assert str(consent) not in (await desk.get("/withdrawals", who)).text
    confirmed = await desk.post(path, None, helpers)
    assert (confirmed.status_code, confirmed.json()["confirmed_at"] is None) == (200, False)
    again = await desk.post(path, None, helpers)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/stopped-already")
    passed_on, said = await desk.said(consent, "withdrawal")
    assert passed_on["name"] == "consent.withdrawal_passed_on"
    assert (said["name"], said["person_id"], said["data"]) == (
        "consent.withdrawal_acknowledged",
        person,
        {"consent_id": str(consent), "recipient": "helpers-three"},
    )


async def test_a_council_that_was_asked_says_so_too(desk: Any) -> None:
    person = new_id()
    referral = await sent(desk, person, desk.fire, to_partner=None, consent=desk.consent(recipient="northmere"))
    consent = await withdraw(desk, person, referral, recipient="northmere")
    path = f"/withdrawals/{consent}/confirmation"
    assert (await desk.post(path, None, desk.town.officer("southholt"))).status_code == 404
    assert (await desk.post(path, None, desk.fire)).status_code == 404
    assert (await desk.post(path, None, desk.officer)).status_code == 200


async def test_what_never_went_out_needs_nobody_to_stop(desk: Any) -> None:
    person = new_id()
    referral = (await desk.asked(person_id=str(person)))["referral_id"]
    await desk.moved(referral, desk.officer, "withdraw")
    await desk.granted(referral)
    consent = await withdraw(desk, person, referral)
    assert [row["name"] for row in await desk.said(consent, "withdrawal")] == ["consent.withdrawal_acknowledged"]
    assert (await desk.post(f"/withdrawals/{consent}/confirmation", None, desk.advice)).status_code == 404


async def test_what_others_are_to_stop_is_not_ours(desk: Any) -> None:
    consent = await withdraw(desk, person := new_id(), str(new_id()))
    assert await desk.said(consent, "withdrawal") == []
    assert (await desk.get("/me/referrals", desk.resident(person))).json()["items"] == []
