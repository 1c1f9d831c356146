"""Whoever acts for a person reads who was asked to help them, and what came of it; never what was shared, and moves nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from common.contracts.people.representations import RepresentationEnded, RepresentationEvent, RepresentationGiven
from common.runtime.ids import new_id
from common.testing.stream import publish, said

SCOPE = {"kind": "attorney", "visible_to": ["northmere"], "told_to_resident": "", "told_to_representative": ""}


class Attorney:
    """Joanne, who acts for Albert as soon as that was heard."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.albert, self.joanne, self.representation = desk, new_id(), new_id(), new_id()
        self.said = 0

    async def hears(self, event: RepresentationEvent) -> None:
        self.said += 1
        row = said(event, self.representation, self.said, person_id=self.albert)
        await publish(self.desk.town.nats, [row], speaker="customer-account")
        await self.desk.town.heard(f"representation/{self.representation}@{self.said}")

    def token(self, **scope: Any) -> dict[str, str]:
        known = {"may": ["see", "tell", "decide"], "representation": self.representation}
        headers = self.desk.town.representative(self.albert, self.joanne, **known | scope)
        return {**headers, "Onedoor-Council": "northmere"}


@pytest.fixture
async def attorney(desk: Any) -> Attorney:
    made = Attorney(desk)
    given = {"representative_id": made.joanne, "may": ["see"], "effective_from": "2026-01-05"}
    await made.hears(RepresentationGiven(**SCOPE | given))
    return made


async def test_they_see_the_referral_and_its_outcome_but_not_what_was_shared(desk: Any, attorney: Attorney) -> None:
    sent = await desk.sent(person_id=str(attorney.albert))
    listed = (await desk.get("/me/referrals", attorney.token())).json()["items"]
    shown = (await desk.get(f"/referrals/{sent['referral_id']}", attorney.token())).json()
    assert [each["referral_id"] for each in listed] == [sent["referral_id"]]
    for each in (*listed, shown):
        assert (each["shared"], each["field_groups"]) == (None, ["identity", "money"])
        assert (each["person_id"], each["next_actions"]) == (str(attorney.albert), [])
    for transition, told in (("accept", {}), ("start", {}), ("outcome", {"outcome": "got_help"})):
        await desk.moved(sent["referral_id"], desk.advice, transition, **told)
    assert (await desk.get(f"/referrals/{sent['referral_id']}", attorney.token())).json()["outcome"] == "got_help"


async def test_their_look_is_an_entry_and_they_move_nothing(desk: Any, attorney: Attorney) -> None:
    sent = await desk.sent(person_id=str(attorney.albert))
    refused = await desk.move(sent["referral_id"], attorney.token(), "withdraw")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/in-person-only")
    await desk.get(f"/referrals/{sent['referral_id']}", attorney.token())
    rows = "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND actor_id = $1"
    looks = [row["data"] for row in await desk.town.sql("partner-gateway", rows, str(attorney.joanne))]
    assert [(look["role"], look["persons"]) for look in looks] == [("representative", [str(attorney.albert)])]


async def test_of_anybody_else_they_are_shown_nothing(desk: Any, attorney: Attorney) -> None:
    other = await desk.sent()
    assert (await desk.get(f"/referrals/{other['referral_id']}", attorney.token())).status_code == 404
    for headers in (attorney.token(representation=new_id()), attorney.token(may=["tell"])):
        assert (await desk.get("/me/referrals", headers)).status_code == 403


async def test_once_it_ended_they_are_shown_nothing_more(desk: Any, attorney: Attorney) -> None:
    assert (await desk.get("/me/referrals", attorney.token())).status_code == 200
    ended = {"representative_id": attorney.joanne, "because": "person_asked"}
    await attorney.hears(RepresentationEnded(**SCOPE | ended))
    refused = await desk.get("/me/referrals", attorney.token())
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-acting")
    kept = "SELECT visible_to, acts FROM acts_for WHERE representation_id = $1"
    rows = await desk.town.sql("partner-gateway", kept, UUID(str(attorney.representation)))
    assert [tuple(row) for row in rows] == [([], False)]
