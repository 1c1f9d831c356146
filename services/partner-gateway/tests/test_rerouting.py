"""A referral goes on to somebody else: what was shared goes with it, once, and only as the person says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from common.contracts.people.consents import ConsentGiven, ConsentRefused, ConsentWithdrawn
from common.runtime.ids import new_id
from common.testing.partnering import activate, agree, join

SHARED = {"identity": {"full_name": "Ewa Kowalska", "preferred_language": "pl"}, "money": {"arrears": 412}}


@pytest.fixture(autouse=True)
def real_time(desk: Any) -> Iterator[None]:
    yield
    desk.town.step(seconds=-desk.town.clock.offset().total_seconds())


async def view(desk: Any, referral: str, who: Any = None) -> Any:
    answer = await desk.get(f"/referrals/{referral}", who or desk.officer)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def another(desk: Any) -> str:
    """A partner of a test's own."""
    name = f"helpers-{uuid4().hex[:8]}"
    await join(desk.town, name, "Warm Hearths")
    return name


async def passed_on(desk: Any, referral: str, to: str, who: Any = None, **told: Any) -> str:
    """The referral that takes the place of one, once it is made and asked for."""
    shown = await desk.moved(referral, who or desk.officer, "reroute", to_partner=to, **told)
    assert (shown["status"], shown["shared"]) == ("rerouted", None)
    child: str = (await view(desk, referral, who if who is desk.fire else desk.officer))["rerouted_to"]
    await desk.town.until(lambda: asked(desk, child))
    return child


async def asked(desk: Any, child: str) -> bool:
    return bool(await desk.asks(child))


async def waiting(desk: Any, referral: str, to: str) -> str:
    """One that waits for its person to say whether its new receiver may be told."""
    child = await passed_on(desk, referral, to)
    await desk.refused(child, "consent_missing")
    assert (await view(desk, child))["person_is_asked"]
    return child


async def says(desk: Any, referral: Any, to: str, *groups: str, given: bool = True) -> None:
    told: dict[str, Any] = {
        "consent_id": new_id(),
        "purpose": "referral",
        "recipient": to,
        "field_groups": list(groups or ("identity", "money", "outcome")),
        "lawful_basis": "consent",
        "wording_version": "1",
        "language": "pl",
        "given_via": "text",
        "answered_at": datetime.now(UTC),
        "expires_at": None,
        "supersedes": [],
    }
    event = (ConsentGiven if given else ConsentRefused)(**told)
    await desk.answered(UUID(referral["person_id"]), event)


async def again(desk: Any, child: str) -> Any:
    """What is asked of customer-account for it once its person has spoken."""
    sql = "SELECT asked_as FROM referral WHERE id = $1::uuid"

    async def found() -> Any:
        [row] = await desk.town.sql("partner-gateway", sql, child)
        rows = await desk.asks(str(row["asked_as"])) if row["asked_as"] else []
        return rows[0] if rows else None

    return await desk.town.until(found)


# -- the way of story c


async def test_who_cannot_help_makes_way_and_nothing_is_told_again(desk: Any) -> None:
    first, other = await desk.sent(who=desk.fire, shared=SHARED), await another(desk)
    await desk.moved(first["referral_id"], desk.advice, "reject", reason="no_capacity")
    child = await passed_on(desk, first["referral_id"], other, who=desk.fire)
    theirs = desk.partner(other)
    assert (await desk.get(f"/referrals/{child}", theirs)).status_code == 404
    ask = (await desk.asks(child))[0]["data"]
    assert (ask["recipient"], ask["field_groups"], ask["consent"]) == (other, ["identity", "money", "outcome"], None)
    await desk.refused(child, "consent_missing")
    shown = await view(desk, child, desk.fire)
    assert (shown["status"], shown["person_is_asked"], shown["rerouted_from"]) == (
        "sending",
        True,
        first["referral_id"],
    )
    [sought] = await desk.said(child, "consent_request")
    assert (sought["name"], str(sought["person_id"])) == ("consent.sought", first["person_id"])
    assert sought["data"]["recipient"] == other
    assert "Ewa" not in str(sought["data"])

    await says(desk, first, other)
    answer = (await again(desk, child))["data"]
    await desk.granted(answer["subject_id"])
    seen = await view(desk, child, theirs)
    assert (seen["status"], seen["shared"], seen["person_id"]) == ("sent", SHARED, first["person_id"])
    assert (seen["rerouted_from"], seen["made_by"]) == (None, "partner")  # who was asked before is no concern of theirs
    for step in ("accept", "start"):
        await desk.moved(child, theirs, step)
    await desk.moved(child, theirs, "outcome", outcome="got_help")
    told = await view(desk, child, desk.fire)
    assert (told["outcome"], told["shared"], told["person_is_asked"]) == ("got_help", None, False)
    names = [row["name"] for row in await desk.said(first["referral_id"], "referral")]
    assert names == ["referral.sent", "referral.rejected", "referral.rerouted"]
    assert (await desk.moved(first["referral_id"], desk.fire, "close"))["status"] == "closed"


async def test_whoever_passes_it_on_reads_who_else_may_help_and_why(desk: Any) -> None:
    need = f"passed_on_{uuid4().hex[:8]}"
    refuses = await desk.published(name="Asked", needs=[need], partner_id="warmth-advice")
    await desk.published(name="The same house", needs=[need], partner_id="warmth-advice")
    later = await desk.published(name="Later", needs=[need], partner_id="frs-nsfr", waiting_days=9)
    soon = await desk.published(name="Soon", needs=[need], partner_id="frs-nsfr", capacity=2, waiting_days=1)
    first = await desk.sent(service_id=refuses["service_id"])
    path = f"/referrals/{first['referral_id']}/alternatives"
    await desk.moved(first["referral_id"], desk.advice, "reject", reason="no_capacity")
    found = (await desk.get(path, desk.officer)).json()
    assert [each["service_id"] for each in found] == [soon["service_id"], later["service_id"]]
    assert [reason["code"] for reason in found[0]["reasons"]] == [
        "serves_need",
        "serves_district",
        "has_capacity",
        "waiting",
    ]
    child = await passed_on(desk, first["referral_id"], found[0]["partner_id"], service_id=found[0]["service_id"])
    assert (await view(desk, child))["service_name"] == "Soon"
    sql = "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1"
    looks = [row["data"]["reason"] for row in await desk.town.sql("partner-gateway", sql, first["person_id"])]
    assert "looked for who else may help" in looks


async def test_who_was_asked_without_naming_a_service_has_no_alternatives_to_it(desk: Any) -> None:
    first = await desk.sent()
    path = f"/referrals/{first['referral_id']}/alternatives"
    assert (await desk.get(path, desk.officer)).json() == []
    assert (await desk.get(path, desk.advice)).status_code == 403
    assert (await desk.get(path, desk.town.officer("southholt"))).status_code == 404


async def test_who_agreed_already_is_not_asked_again(desk: Any) -> None:
    first, other = await desk.sent(), await another(desk)
    child = await passed_on(desk, first["referral_id"], other)
    await desk.granted(child)
    assert (await view(desk, child, desk.partner(other)))["status"] == "sent"
    assert await desk.said(child, "consent_request") == []


@pytest.mark.parametrize("before", ["sent", "received", "accepted", "rejected"])
async def test_the_receiver_itself_may_pass_it_on(desk: Any, before: str) -> None:
    first, other = (await desk.sent())["referral_id"], await another(desk)
    if before == "received":
        await desk.moved(first, desk.advice, "acknowledge")
    elif before != "sent":
        told = {"reason": "wrong_service"} if before == "rejected" else {}
        await desk.moved(first, desk.advice, before.removesuffix("ed"), **told)
    child = await passed_on(desk, first, other, who=desk.advice)
    await desk.granted(child)
    assert (await view(desk, child, desk.partner(other)))["shared"] == SHARED
    seen = await view(desk, first, desk.advice)
    assert (seen["shared"], seen["rerouted_to"]) == (None, None)
    assert (await desk.get(f"/referrals/{child}", desk.advice)).status_code == 404
    assert [each["transition"] for each in (await view(desk, first))["next_actions"]] == ["close", "enter_in_error"]


# -- what the person says, or does not


async def test_who_says_no_is_heard_and_nobody_else_is_told(desk: Any) -> None:
    first, other = await desk.sent(), await another(desk)
    child = await waiting(desk, first["referral_id"], other)
    await says(desk, first, other, given=False)
    shown = await view(desk, child)
    assert (shown["status"], shown["ended_because"], shown["person_is_asked"]) == ("not_made", "consent_refused", False)
    assert (await desk.get(f"/referrals/{child}", desk.partner(other))).status_code == 404
    [row] = await desk.town.sql("partner-gateway", "SELECT shared FROM referral WHERE id = $1::uuid", child)
    assert "Ewa" not in str(row["shared"])


async def test_who_says_nothing_for_a_fortnight_is_left_alone(desk: Any) -> None:
    first, other = await desk.sent(), await another(desk)
    child = await waiting(desk, first["referral_id"], other)
    desk.town.step(days=15)

    async def over() -> Any:
        shown = await view(desk, child)
        return shown if shown["status"] == "not_made" else None

    assert (await desk.town.until(over))["ended_because"] == "consent_missing"


async def test_a_word_about_somebody_else_or_something_else_moves_nothing(desk: Any) -> None:
    first, other = await desk.sent(), await another(desk)
    child = await waiting(desk, first["referral_id"], other)
    await says(desk, first, "frs-nsfr")
    await says(desk, {"person_id": str(new_id())}, other)
    shown = await view(desk, child)
    assert (shown["status"], shown["person_is_asked"]) == ("sending", True)


async def test_what_is_taken_back_while_it_waits_stays_so(desk: Any) -> None:
    first, other = await desk.sent(), await another(desk)
    child = await waiting(desk, first["referral_id"], other)
    await desk.moved(child, desk.officer, "withdraw")
    await says(desk, first, other)
    assert (await view(desk, child))["status"] == "withdrawn"
    sql = "SELECT count(*) AS asked FROM onedoor.said WHERE name = 'release.requested' AND person_id = $1::uuid"
    [row] = await desk.town.sql("partner-gateway", sql, first["person_id"])
    assert row["asked"] == 2  # for the first, and for this one


# -- who, to whom, and twice


async def test_it_is_passed_on_once_however_many_do_so_at_once(desk: Any) -> None:
    first, other, third = (await desk.sent())["referral_id"], await another(desk), await another(desk)
    answers = await asyncio.gather(
        *(desk.move(first, desk.officer, "reroute", to_partner=to) for to in (other, third, other, third))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    child = (await view(desk, first))["rerouted_to"]
    await desk.town.until(lambda: asked(desk, child))
    sql = "SELECT count(*) AS made FROM referral WHERE rerouted_from = $1::uuid"
    [row] = await desk.town.sql("partner-gateway", sql, first)
    assert row["made"] == 1


async def test_only_who_has_it_or_owns_it_passes_it_on_to_somebody_who_may_have_it(desk: Any) -> None:
    first, other = (await desk.sent())["referral_id"], await another(desk)
    assert (await desk.move(first, desk.partner(other), "reroute", to_partner=other)).status_code == 404
    assert (await desk.move(first, desk.resident(), "reroute", to_partner=other)).status_code == 404
    itself = await desk.move(first, desk.officer, "reroute", to_partner="warmth-advice")
    assert (itself.status_code, itself.json()["type"]) == (422, "/problems/to-whom")
    nobody = await desk.move(first, desk.officer, "reroute", to_partner="nobody-at-all")
    assert (nobody.status_code, nobody.json()["type"]) == (422, "/problems/unknown-partner")
    await activate(desk.town, "no-agreement-yet")
    for told, problem in ((None, "no-agreement"), (["identity"], "beyond-agreement")):
        if told:
            await agree(desk.town, "no-agreement-yet", shown=told)
        refused = await desk.move(first, desk.officer, "reroute", to_partner="no-agreement-yet")
        assert refused.json()["type"] == f"/problems/{problem}"
    assert (await view(desk, first))["status"] == "sent"


async def test_a_full_service_is_refused_with_alternatives(desk: Any) -> None:
    first, other = (await desk.sent())["referral_id"], await another(desk)
    full = await desk.published(partner_id=other, name="Full house", capacity=0)
    to = {"to_partner": other, "service_id": full["service_id"]}
    refused = await desk.move(first, desk.officer, "reroute", **to)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/service-full")
    child = await passed_on(desk, first, other, service_id=full["service_id"], despite_full=True)
    assert (await view(desk, child))["service_name"] == "Full house"


async def test_what_is_under_way_is_not_passed_on(desk: Any) -> None:
    first, other = (await desk.sent())["referral_id"], await another(desk)
    for step in ("accept", "start"):
        await desk.moved(first, desk.advice, step)
    refused = await desk.move(first, desk.officer, "reroute", to_partner=other)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/referral-cannot-go-there")


async def test_when_consent_is_taken_back_what_was_asked_for_again_stops_too(desk: Any) -> None:
    first, other = await desk.sent(), await another(desk)
    child = await waiting(desk, first["referral_id"], other)
    await says(desk, first, other)
    subject = (await again(desk, child))["data"]["subject_id"]
    await desk.granted(subject)
    groups = ["identity", "money", "outcome"]
    told = {"consent_id": new_id(), "purpose": "referral", "recipient": other, "field_groups": groups}
    await desk.answered(
        UUID(first["person_id"]), ConsentWithdrawn(**told, withdrawn_at=datetime.now(UTC), stops=[subject])
    )
    seen = await view(desk, child, desk.partner(other))
    assert (seen["status"], seen["shared"]) == ("cancelled", None)
    withdrawn = (await desk.get("/withdrawals", desk.partner(other))).json()["items"]
    assert withdrawn[0]["referrals"] == [child]
