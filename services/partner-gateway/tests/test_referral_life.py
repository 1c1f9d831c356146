"""Promises of a referral's life over HTTP: the table of states is what the service does, for each party."""

from __future__ import annotations

from typing import Any

import pytest
from common.runtime.ids import new_id
from partner_gateway.domain.moves import BY, NEXT

RECEIVER, OWNER, CLIENT = "receiver", "owner", "client"
WITH = {
    "reject": {"reason": "no_capacity"},
    "reroute": {"to_partner": "frs-nsfr"},
    "outcome": {"outcome": "got_help"},
    "fail": {"reason": "disengaged"},
}
ON_THE_WAY = {
    "sending": [],
    "not_made": [],
    "sent": [],
    "received": ["acknowledge"],
    "accepted": ["accept"],
    "rejected": ["reject"],
    "rerouted": ["reroute"],
    "withdrawn": ["withdraw"],
    "cancelled": ["cancel"],
    "expired": ["expire"],
    "in_progress": ["accept", "start"],
    "on_hold": ["accept", "start", "hold"],
    "outcome_recorded": ["accept", "start", "outcome"],
    "failed": ["accept", "start", "fail"],
    "closed": ["reject", "close"],
    "entered_in_error": ["enter_in_error"],
}
UNSENT = {"sending", "not_made"}  # which its receiver knows nothing of
ALLOWED = [(str(status), name, str(to)) for status, moves in NEXT.items() for name, to in moves.items()]
SAID = {
    "acknowledge": "received",
    "accept": "accepted",
    "reject": "rejected",
    "reroute": "rerouted",
    "withdraw": "withdrawn",
    "cancel": "cancelled",
    "expire": "expired",
    "start": "started",
    "hold": "put_on_hold",
    "resume": "resumed",
    "outcome": "outcome_recorded",
    "fail": "failed",
    "close": "closed",
    "enter_in_error": "entered_in_error",
}


class Referred:
    """A referral from the council to Warmth & Debt Advice, and everybody who has a part in it."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.person = new_id()
        self.who = {"receiver": desk.advice, "owner": desk.officer, "referrer": desk.officer}
        self.who["client"] = desk.resident(self.person)

    async def come_to(self, status: str) -> str:
        ask = self.desk.asked if status in UNSENT else self.desk.sent
        self.id: str = (await ask(person_id=str(self.person)))["referral_id"]
        if status in UNSENT:
            del self.who["receiver"]
        if status == "not_made":
            await self.desk.refused(self.id, "consent_missing")
        for transition in ON_THE_WAY[status]:
            assert (await self.move(transition)).status_code == 200
        return self.id

    async def move(self, transition: str, *, who: Any = None) -> Any:
        """Make a transition as somebody, or as whoever may; `expire` is the clock's."""
        if transition == "expire" and who is None:
            return await self._left_alone()
        asks = who or self.who[next(part for part in sorted(BY[transition]) if part in self.who)]
        return await self.desk.move(self.id, asks, transition, **WITH.get(transition, {}))

    async def _left_alone(self) -> Any:
        """What the owner sees once it has waited for too long."""

        async def expired() -> Any:
            answer = await self.desk.get(f"/referrals/{self.id}", self.desk.officer)
            return answer if answer.json()["status"] == "expired" else None

        self.desk.town.step(days=12)
        answer = await self.desk.town.until(expired)
        self.desk.town.step(days=-12)
        return answer


@pytest.mark.parametrize(("status", "transition", "to"), ALLOWED)
async def test_each_transition_is_made_by_who_may_and_said(desk: Any, status: str, transition: str, to: str) -> None:
    referred = Referred(desk)
    await referred.come_to(status)
    for part, who in referred.who.items():
        if not BY[transition] & _parts(part):
            refused = await referred.move(transition, who=who)
            assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-your-move")
    moved = await referred.move(transition)
    assert (moved.status_code, moved.json()["status"]) == (200, to)
    said = (await desk.said(referred.id, "referral"))[-1]
    assert (said["name"], said["person_id"]) == (f"referral.{SAID[transition]}", referred.person)
    assert (said["data"]["was"], said["data"]["status"]) == (status, to)
    assert moved.headers["etag"] == f'"{said["version"]}"'


def _parts(part: str) -> set[str]:
    """The officer who sent it is its referrer and its owner."""
    return {"referrer", "owner"} if part in {"referrer", "owner"} else {part}


@pytest.mark.parametrize("status", ON_THE_WAY)
async def test_every_other_transition_is_refused_to_everybody_and_changes_nothing(desk: Any, status: str) -> None:
    referred = Referred(desk)
    await referred.come_to(status)
    before = len(await desk.said(referred.id, "referral"))
    for transition in set(BY) - set(NEXT[status]):
        for who in referred.who.values():
            refused = await referred.move(transition, who=who)
            assert (refused.status_code, refused.json()["type"]) == (409, "/problems/referral-cannot-go-there")
            assert refused.json()["possible"] == sorted(NEXT[status])
    assert len(await desk.said(referred.id, "referral")) == before


async def test_what_waits_goes_on_where_it_was(desk: Any) -> None:
    referred = Referred(desk)
    await referred.come_to("accepted")
    held = await desk.moved(referred.id, desk.advice, "hold", until="2027-02-01")
    assert (held["status"], held["on_hold_until"]) == ("on_hold", "2027-02-01")
    resumed = await desk.moved(referred.id, desk.advice, "resume")
    assert (resumed["status"], resumed["on_hold_until"]) == ("accepted", None)


async def test_what_nobody_answered_in_time_is_its_owners_again_and_no_sooner(desk: Any) -> None:
    referred = Referred(desk)
    await referred.come_to("sent")
    early = await desk.move(referred.id, desk.officer, "expire")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/still-time-to-answer")
    assert early.json()["answer_by"]
    assert (await referred.move("expire")).json()["status"] == "expired"


async def test_next_actions_are_the_callers(desk: Any) -> None:
    referred = Referred(desk)
    await referred.come_to("sent")
    views = {part: (await desk.get(f"/referrals/{referred.id}", who)).json() for part, who in referred.who.items()}
    offered = {part: [action["transition"] for action in view["next_actions"]] for part, view in views.items()}
    assert offered == {
        "receiver": ["acknowledge", "accept", "reject", "reroute", "enter_in_error"],
        "owner": ["reroute", "withdraw", "enter_in_error"],
        "referrer": ["reroute", "withdraw", "enter_in_error"],
        "client": ["cancel"],
    }
    reject = views["receiver"]["next_actions"][2]
    assert reject["codes"] == [
        "not_eligible",
        "no_capacity",
        "out_of_area",
        "duplicate",
        "insufficient_information",
        "wrong_service",
    ]


async def test_a_transition_needs_its_code_and_takes_no_other(desk: Any) -> None:
    referred = Referred(desk)
    await referred.come_to("sent")
    for body in (
        {"transition": "reject"},
        {"transition": "reject", "reason": "other"},
        {"transition": "reject", "reason": "could_not_contact"},
        {"transition": "accept", "reason": "no_capacity"},
        {"transition": "reroute"},
        {},
    ):
        refused = await desk.post(f"/referrals/{referred.id}/transitions", body, desk.advice)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-understood")


async def test_somebody_elses_move_is_not_overwritten(desk: Any) -> None:
    referred = Referred(desk)
    await referred.come_to("sent")
    await desk.moved(referred.id, desk.advice, "accept")
    path = f"/referrals/{referred.id}/transitions"
    late = await desk.post(path, {"transition": "start"}, desk.advice, **{"If-Match": '"1"'})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/changed-meanwhile")


async def test_the_same_key_moves_once(desk: Any) -> None:
    referred = Referred(desk)
    await referred.come_to("sent")
    path, key = f"/referrals/{referred.id}/transitions", {"Idempotency-Key": f"move-{referred.id}"}
    first = await desk.post(path, {"transition": "accept"}, desk.advice, **key)
    again = await desk.post(path, {"transition": "accept"}, desk.advice, **key)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert len(await desk.said(referred.id, "referral")) == 2


async def test_a_partner_moves_what_it_sent_and_the_council_what_it_received(desk: Any) -> None:
    to_advice = (await desk.sent(desk.fire))["referral_id"]
    assert (await desk.moved(to_advice, desk.fire, "withdraw"))["status"] == "withdrawn"
    assert (await desk.moved(to_advice, desk.fire, "close"))["status"] == "closed"
    told = {"to_partner": None, "consent": desk.consent(recipient="northmere")}
    to_council = (await desk.sent(desk.fire, **told))["referral_id"]
    assert (await desk.moved(to_council, desk.officer, "accept"))["status"] == "accepted"
    assert (await desk.move(to_council, desk.fire, "start")).json()["type"] == "/problems/not-your-move"


async def test_a_resident_takes_back_and_the_council_closes_what_they_asked_for(desk: Any) -> None:
    me = desk.resident()
    mine = (await desk.sent(me, type="self_referral", person_id=None))["referral_id"]
    assert (await desk.moved(mine, me, "withdraw"))["status"] == "withdrawn"
    assert (await desk.move(mine, me, "close")).status_code == 403
    assert (await desk.moved(mine, desk.officer, "close"))["status"] == "closed"
