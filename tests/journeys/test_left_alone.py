"""What happens by itself: a partner does not answer, a person says nothing more. Months of one story, told by the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers
from onedoor import helping, story
from onedoor.contracts import services
from onedoor.spans import Span, Stores


@dataclass
class LeftAlone:
    """The stage, and what the story came to."""

    town: Platform
    stage: story.Stage
    person: str = field(default_factory=lambda: str(new_id()))
    case: dict[str, Any] = field(default_factory=dict)
    referral: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.resident = self.stage.who("resident", self.person, "northmere")
        self.officer = self.stage.who("officer", "sam", "northmere")

    async def until(self, door: str, path: str, status: str) -> dict[str, Any]:
        async def reached() -> Any:
            shown = await self.stage.get(door, path, self.officer)
            return shown if shown["status"] == status else None

        found: dict[str, Any] = await self.stage.until(reached, f"{path} {status}")
        return found

    async def spans(self, name: str, then: str, hearers: set[str]) -> list[Span]:
        """The story as `onedoor trace` reads it, once it has a span of this name, and what followed in each of these services."""

        async def written() -> Any:
            for running in self.town.services.values():
                running.inner.traces.force_flush()
            stores = Stores(self.town.home / "traces")
            spans = stores.story(stores.first(correlation_id=self.stage.story))
            heard = {span.service for span in spans if span.name == then}
            return spans if any(span.name == name for span in spans) and heard >= hearers else None

        found: list[Span] = await self.town.until(written)
        return found


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """All services, and an idle second replica of those with timers."""
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(platform(servers, nats, services()))
        for service in services():
            if service.rings():
                await stack.enter_async_context(serving(service, running.told[service.name]))
        yield running


@pytest.fixture(scope="module")
async def told(town: Platform) -> LeftAlone:
    doors = {name: running.client for name, running in town.services.items()}
    stage = story.Stage(doors, town.issuer.token, lambda line: None)
    await helping.a_partner_and_its_service(stage)
    told = LeftAlone(town, stage)
    await a_year(told)
    return told


async def a_year(told: LeftAlone) -> None:
    """A bin is missed; the charity that is asked about a debt never answers; months later the bin is done, and that is that."""
    stage, town = told.stage, told.town
    asked = {"service": "missed_bin", "channel": "online", "answers": {"address": story.ADDRESS, "bin": "Rubbish"}}
    told.case = await stage.post("case-crm", "/cases", asked, told.resident)
    await town.heard(stage.after)
    refer = {
        "to_partner": story.PARTNER,
        "person_id": told.person,
        "reason": "debt_advice",
        "case_id": told.case["case_id"],
        "shared": {},
    }
    told.referral = await stage.post("partner-gateway", "/referrals", refer, told.officer)
    await told.until("partner-gateway", f"/referrals/{told.referral['referral_id']}", "sent")
    town.step(days=350)
    await told.until("partner-gateway", f"/referrals/{told.referral['referral_id']}", "expired")
    place = f"/cases/{told.case['case_id']}"
    done = {"transition": "resolve", "result": "fixed"}
    await stage.post("case-crm", f"{place}/transitions", done, told.officer, want=200)
    town.step(days=20)
    await told.until("case-crm", place, "closed")


async def test_the_referral_is_its_owners_again_and_the_case_is_closed(told: LeftAlone) -> None:
    place = f"/referrals/{told.referral['referral_id']}"
    referral = await told.stage.get("partner-gateway", place, told.officer)
    assert [action["transition"] for action in referral["next_actions"]] == ["close", "enter_in_error"]
    case = await told.stage.get("case-crm", f"/cases/{told.case['case_id']}", told.officer)
    assert (case["status"], case["result"]) == ("closed", "fixed")
    assert case["changed_at"] > referral["answer_by"] > case["opened_at"]


async def test_all_of_it_is_one_story(told: LeftAlone) -> None:
    said = {
        name: await told.town.sql(
            name, "SELECT name FROM onedoor.said WHERE correlation_id = $1 ORDER BY id", UUID(told.stage.story)
        )
        for name in ("case-crm", "partner-gateway")
    }
    assert [row["name"] for row in said["case-crm"] if row["name"].startswith("case.")] == [
        "case.opened",
        "case.resolved",
        "case.closed",
    ]
    assert [row["name"] for row in said["partner-gateway"] if row["name"].startswith("referral.")] == [
        "referral.sent",
        "referral.expired",
    ]


async def test_who_said_nothing_was_asked_once_how_it_went(told: LeftAlone) -> None:
    """Closing what was resolved is no second ending."""

    async def followed() -> Any:
        tracked = await told.stage.get("feedback", f"/tracking/{told.case['tracking_reference']}")
        return tracked if tracked["status"] == "closed" else None

    tracked = await told.stage.until(followed, "the tracking page")
    assert tracked["feedback_invited"] is True
    case = UUID(told.case["case_id"])
    watched = "SELECT version FROM onedoor.mark WHERE aggregate_id = $1 AND consumer = 'feedback-invite-feedback'"

    async def heard() -> bool:
        return [row["version"] for row in await told.town.sql("feedback", watched, case)] == [3]

    await told.town.until(heard)
    asked = await told.town.sql("feedback", "SELECT 1 FROM invitation WHERE case_id = $1", case)
    assert len(asked) == 1


async def test_the_person_sees_on_one_timeline_what_happened_by_itself(told: LeftAlone) -> None:
    async def seen() -> Any:
        page = await told.stage.get("customer-account", "/me/timeline", told.resident, limit=200)
        events = [entry["event"] for entry in page["items"]]
        return events if "case.closed" in events else None

    events = await told.stage.until(seen, "the timeline")
    assert {"case.opened", "referral.sent", "referral.expired", "case.resolved", "case.closed"} <= set(events)


@pytest.mark.parametrize(
    ("timer", "set_by", "then"),
    [
        ("timer referral_unanswered", "POST /referrals", "hear referral.expired"),
        ("timer case_silence", "POST /cases/{case_id}/transitions", "hear case.closed"),
    ],
)
async def test_the_trace_of_what_the_clock_did_is_linked_to_what_it_was_set_by(
    told: LeftAlone, timer: str, set_by: str, then: str
) -> None:
    hearers = {"customer-account", "feedback" if then == "hear case.closed" else "review-engine"}
    spans = await told.spans(timer, then, hearers)
    (rang,) = [span for span in spans if span.name == timer]
    (setting,) = [span for span in spans if span.name == set_by]
    assert rang.parent_id is None
    assert set(rang.links) == {setting.trace_id}
    assert rang.correlation_id == setting.correlation_id == told.stage.story
    assert {span.service for span in spans if span.name == then and span.trace_id == rang.trace_id} >= hearers
