"""One story through all five services, over HTTP alone: told by `onedoor demo`, and asserted by tests/journeys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

Tell = Callable[[str], None]
Token = Callable[..., str]

ADDRESS = "41 Tower Court, Northmere ZZ99 1TB"
PARTNER = "warmth-debt-advice"


class StoryBroken(Exception):
    """The platform answered something that the story cannot go on with."""


class NotThere(StoryBroken):
    """What was asked for is not there, or not yet."""


@dataclass
class Stage:
    """Where the story is played: a client a service, a maker of tokens, and whoever listens."""

    doors: Mapping[str, httpx.AsyncClient]
    token: Token
    tell: Tell
    story: str = field(default_factory=lambda: str(uuid4()))
    after: str = ""

    def who(self, role: str, subject: str, *councils: str) -> dict[str, str]:
        """Headers of a caller; where there are several councils, the first is the one it is done for."""
        token = self.token(role, subject=subject, councils=councils)
        return {"Authorization": f"Bearer {token}", "Onedoor-Council": councils[0]}

    async def post(self, service: str, path: str, body: Any, who: Mapping[str, str], *, want: int = 201) -> Any:
        """Write something under the story's correlation id. Raises StoryBroken unless the status is `want`."""
        headers = {**who, "Onedoor-Correlation": self.story, "Onedoor-After": self.after}
        answer = await self.doors[service].post(path, json=body, headers=headers)
        self.after = answer.headers.get("Onedoor-After", self.after)
        return _body(answer, want, f"POST {path}")

    async def get(self, door: str, path: str, who: Mapping[str, str] | None = None, **query: Any) -> Any:
        """Read something that has heard what the story wrote last."""
        headers = {**(who or {}), "Onedoor-After": self.after}
        answer = await self.doors[door].get(path, params=query, headers=headers)
        return _body(answer, 200, f"GET {path}")

    async def until(self, look: Callable[[], Awaitable[Any]], what: str) -> Any:
        """Look again until there is something; services hear each other within moments."""
        for _ in range(400):
            with suppress(NotThere):  # on a busy machine a read answers before it has heard
                if found := await look():
                    return found
            await asyncio.sleep(0.025)
        raise StoryBroken(f"{what} never came")


def _body(answer: httpx.Response, want: int, what: str) -> Any:
    if answer.status_code != want:
        broken = NotThere if answer.status_code == 404 else StoryBroken
        raise broken(f"{what} was answered {answer.status_code}: {answer.text[:300]}")
    return answer.json()


@dataclass
class Told:
    """What came of the story, for whoever wants to check it."""

    story: str
    person: str = ""
    reference: str = ""
    tracking: str = ""
    still_to_tell: list[str] = field(default_factory=list)
    prefilled: dict[str, Any] = field(default_factory=dict)
    tracked: dict[str, Any] = field(default_factory=dict)
    outcome: dict[str, Any] = field(default_factory=dict)
    timeline: list[dict[str, Any]] = field(default_factory=list)
    looks: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)


async def play(stage: Stage) -> Told:
    """Play the whole story."""
    told = Told(stage.story)
    await told_once_on_the_phone(stage, told)
    await not_asked_again_by_the_other_council(stage, told)
    await tracked_and_answered(stage, told)
    await a_partner_helps_and_says_so(stage, told)
    await the_person_and_the_reviewer_see_it(stage, told)
    return told


async def told_once_on_the_phone(stage: Stage, told: Told) -> None:
    """Northmere, by phone: Sam notes once what Ewa says."""
    sam = stage.who("officer", "sam", "northmere")
    stage.tell("Northmere, on the phone. Ewa Kowalska has no e-mail address; Sam, an officer, makes her an account.")
    someone = {
        "full_name": f"Ewa Kowalska {stage.story[:4]}",
        "date_of_birth": "1988-05-17",
        "phone": "07700 900041",
        "channel": "phone",
        "not_the_same_as": [],
    }
    person = await stage.post("customer-account", "/persons", someone, sam)
    told.person = person["person_id"]
    facts = {"home_address": ADDRESS, "household_size": 5, "number_of_children": 3, "weekly_income": 312}
    for kind, value in facts.items():
        body = {"kind": kind, "value": value, "channel": "phone"}
        await stage.post("customer-account", f"/persons/{told.person}/facts", body, sam, want=200)
    stage.tell(f"  She tells where she lives, who lives with her and what comes in: {len(facts)} facts, noted once.")
    form = "/councils/northmere/services/council_tax_reduction/form"
    asked = await stage.get("case-crm", form, sam, person_id=told.person)
    told.still_to_tell = asked["still_to_tell"]
    stage.tell(
        f"  The form for paying less Council Tax asks {len(asked['questions'])} things. Still to tell: {_list(told.still_to_tell)}."
    )
    body = {
        "service": "council_tax_reduction",
        "person_id": told.person,
        "channel": "phone",
        "answers": {"savings": 150, "disability": False},
    }
    case = await stage.post("case-crm", "/cases", body, sam)
    stage.tell(f"  Her case is open: {case['reference']}. {case['told_to_resident']}")


async def not_asked_again_by_the_other_council(stage: Stage, told: Told) -> None:
    """Southholt, online: a form that knows what Northmere was told."""
    ewa = stage.who("resident", told.person, "southholt", "northmere")
    form = await stage.get("case-crm", "/councils/southholt/services/housing_repair/form", ewa)
    held = {question["question"]: question for question in form["questions"] if question["held"]}
    told.prefilled = held
    stage.tell("Southholt, online. Ewa reports a repair. What she told Northmere is there, with where it came from:")
    for name, question in held.items():
        source = question["held"]
        stage.tell(f"  {name}: {question['value']} (told to {source['told_to']} by {source['channel']})")
    body = {
        "service": "housing_repair",
        "channel": "online",
        "answers": {"what": "Heating", "dangerous": False},
    }
    case = await stage.post("case-crm", "/cases", body, ewa)
    told.reference, told.tracking = case["reference"], case["tracking_reference"]
    stage.tell(f"  Asked: {_list(form['still_to_tell'])}, and nothing else. Her repair is {told.reference}.")
    told.outcome["case_id"] = case["case_id"]


async def tracked_and_answered(stage: Stage, told: Told) -> None:
    """An officer of Southholt mends it; Ewa follows without signing in, and says what she thinks."""
    lee, case = stage.who("officer", "lee", "southholt"), told.outcome["case_id"]
    for body in ({"transition": "start_work"}, {"transition": "resolve", "result": "fixed"}):
        await stage.post("case-crm", f"/cases/{case}/transitions", body, lee, want=200)

    async def resolved() -> Any:
        page = await stage.get("feedback", f"/tracking/{told.tracking}")
        return page if page["status"] == "resolved" and page["feedback_invited"] else None

    told.tracked = await stage.until(resolved, "the tracking page")
    stage.tell(
        f"Anybody with the tracking reference sees how it stands, without signing in: {told.tracked['told_to_resident']}"
    )
    thought = {"rating": 4, "comment": "Warm again. I had to tell the plumber everything once more."}
    await stage.post("feedback", f"/tracking/{told.tracking}/feedback", thought, {})
    stage.tell("  It ended, so she is asked how it went: 4 of 5, and a comment.")


async def a_partner_helps_and_says_so(stage: Stage, told: Told) -> None:
    """A council's officer asks a charity for help, with consent; the charity closes the loop."""
    lee = stage.who("officer", "lee", "southholt")
    found = await stage.get("partner-gateway", "/directory/services", need="debt_advice", district="ZZ99")
    first = found["items"][0]
    why = " ".join(reason["text"] for reason in first["reasons"])
    stage.tell(f"Ewa also needs help with a debt. In the directory: {first['name']}. {why}")
    ask = {
        "to_partner": PARTNER,
        "service_id": first["service_id"],
        "person_id": told.person,
        "reason": "debt_advice",
        "shared": {"contact": {"phone": "07700 900041"}},
        "consent": {
            "purpose": "referral",
            "recipient": PARTNER,
            "field_groups": ["contact", "outcome"],
            "wording_version": "v1",
            "given_via": "phone",
            "given_at": datetime.now(UTC).isoformat(),
        },
        "case_id": told.outcome["case_id"],
    }
    referral = await stage.post("partner-gateway", "/referrals", ask, lee)
    charity = stage.who("partner", PARTNER, "southholt")
    place = f"/referrals/{referral['referral_id']}"
    await it_is_sent(stage, place, lee)
    for step in ({"transition": "accept"}, {"transition": "start"}, {"transition": "outcome", "outcome": "got_help"}):
        await stage.post("partner-gateway", f"{place}/transitions", step, charity, want=200)
    told.outcome = await stage.get("partner-gateway", place, lee) | told.outcome
    stage.tell(
        f"  With her yes, her phone number and nothing else goes to the charity. The officer hears: {told.outcome['outcome']}."
    )


async def it_is_sent(stage: Stage, place: str, lee: dict[str, str]) -> None:
    """A referral goes to its receiver once it is confirmed that it may be shared."""

    async def sent() -> Any:
        shown = await stage.get("partner-gateway", place, lee)
        return shown if shown["status"] == "sent" else None

    await stage.until(sent, "leave to send the referral")


async def the_person_and_the_reviewer_see_it(stage: Stage, told: Told) -> None:
    """Ewa sees what happened and who looked; a reviewer sees the journey and no person."""
    ewa = stage.who("resident", told.person, "southholt", "northmere")

    async def timeline() -> Any:
        page = await stage.get("customer-account", "/me/timeline", ewa, limit=200)
        return page["items"] if any(entry["event"] == "referral.outcome_recorded" for entry in page["items"]) else None

    async def looks() -> Any:
        return (await stage.get("customer-account", "/me/access-entries", ewa, limit=200))["items"]

    told.timeline = await stage.until(timeline, "the timeline")
    told.looks = await stage.until(looks, "the list of who looked")
    stage.tell(
        f"Ewa's timeline has {len(told.timeline)} entries, of both councils. "
        f"{len(told.looks)} looks at her data by others, each with its reason."
    )
    ada = stage.who("reviewer", "ada", "southholt")
    year = datetime.now(UTC).year
    period = {"service": "housing_repair", "from": f"{year - 1}-01-01", "to": f"{year + 2}-01-01"}

    async def counted() -> Any:
        page = await stage.get("review-engine", "/measures/counts", ada, **period)
        return page["total"] if page["total"]["opened"] else None

    told.counts = await stage.until(counted, "the reviewer's counts")
    stage.tell(
        f"A reviewer sees {told.counts['opened']} repair(s) opened in Southholt, and who they were is nowhere in it."
    )
    stage.tell(f"The whole story is one: onedoor trace {told.story}")


def _list(words: list[str]) -> str:
    return ", ".join(word.replace("_", " ") for word in words) or "nothing"
