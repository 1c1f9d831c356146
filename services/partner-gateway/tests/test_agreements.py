"""An information-sharing agreement from its draft to its end, over HTTP and by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.testing.partnering import activate, agree, agreement_with
from common.testing.platform import platform
from common.testing.servers import Servers
from partner_gateway.app import service
from partner_gateway.domain.agreements import MOVES

HELPERS = "the-helpers"
SIGNS = {"transition": "sign", "signed_by": "Ada Admin", "for_partner": "Hal Helper"}


@pytest.fixture(scope="module")
async def desk(servers: Servers, nats: Nats, at_its_desk: Any) -> AsyncIterator[Any]:
    async with platform(servers, nats, [service]) as town:
        made = await at_its_desk(town)
        await activate(town, HELPERS, "The Helpers")
        yield made


@pytest.fixture(autouse=True)
def real_time(desk: Any) -> Any:
    yield
    desk.town.step(seconds=-desk.town.clock.offset().total_seconds())


def draft(desk: Any, councils: tuple[str, ...] = ("northmere",), **told: Any) -> dict[str, Any]:
    return agreement_with(HELPERS, councils, today=today(desk)) | told


def today(desk: Any) -> date:
    day: date = desk.town.clock.now().date()
    return day


def admin(desk: Any, council: str = "northmere") -> Any:
    return desk.town.bearer("administrator", "ada", [council])


async def drafted(desk: Any, councils: tuple[str, ...] = ("northmere",), **told: Any) -> str:
    answer = await desk.post("/agreements", draft(desk, councils, **told), admin(desk, councils[0]))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["agreement_id"])


async def move(desk: Any, agreement: str, body: dict[str, Any], council: str = "northmere", **headers: str) -> Any:
    return await desk.post(f"/agreements/{agreement}/transitions", body, admin(desk, council), **headers)


async def shown(desk: Any, agreement: str, who: Any = None) -> Any:
    answer = await desk.get(f"/agreements/{agreement}", who or desk.officer)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def names(desk: Any, agreement: str) -> list[str]:
    return [row["name"] for row in await desk.said(agreement, "agreement")]


# -- its life


async def test_it_is_in_force_once_every_council_and_the_partner_have_signed(desk: Any) -> None:
    both = ("northmere", "southholt")
    agreement = await drafted(desk, both)
    assert (await move(desk, agreement, {"transition": "activate"})).json()["type"] == (
        "/problems/agreement-cannot-go-there"
    )
    nobody = await move(desk, agreement, SIGNS | {"for_partner": None})
    assert (nobody.status_code, nobody.json()["type"]) == (422, "/problems/who-signed-for-the-partner")
    first = (await move(desk, agreement, SIGNS)).json()
    assert (first["status"], first["in_force"]) == ("draft", False)
    again = await move(desk, agreement, SIGNS)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/signed-already")
    second = (await move(desk, agreement, {"transition": "sign", "signed_by": "Sol Signer"}, "southholt")).json()
    assert second["status"] == "signed"
    assert [(each["council"], each["signed_by"]) for each in second["signatures"]] == [
        (None, "Hal Helper"),
        ("northmere", "Ada Admin"),
        ("southholt", "Sol Signer"),
    ]
    active = (await move(desk, agreement, {"transition": "activate"}, "southholt")).json()
    assert (active["status"], active["in_force"]) == ("active", True)
    assert [each["transition"] for each in active["next_actions"]] == ["review", "revoke"]
    assert await names(desk, agreement) == [
        "agreement.drafted",
        "agreement.signed",
        "agreement.signed",
        "agreement.activated",
    ]
    said = (await desk.said(agreement, "agreement"))[-1]["data"]
    assert (said["councils"], [term["purpose"] for term in said["terms"]]) == (list(both), ["referral", "tell_us_once"])
    assert said["terms"] == second["terms"]
    assert "Ada" not in str([row["data"] for row in await desk.said(agreement, "agreement")])


async def test_it_is_to_be_looked_at_again_stays_in_force_and_ends_by_itself(desk: Any) -> None:
    days = {"review_on": str(today(desk) + timedelta(days=20)), "ends_on": str(today(desk) + timedelta(days=40))}
    agreement = await agreed(desk, **days)
    desk.town.step(days=20)
    await until(desk, agreement, "review_due")
    assert (await shown(desk, agreement))["in_force"]
    reviewed = {"transition": "review", "review_on": str(today(desk) + timedelta(days=10))}
    assert (await move(desk, agreement, reviewed)).json()["status"] == "active"
    desk.town.step(days=10)
    await until(desk, agreement, "review_due")
    desk.town.step(days=11)
    ended = await until(desk, agreement, "expired")
    assert (ended["in_force"], ended["next_actions"]) == (False, [])
    assert await names(desk, agreement) == [
        "agreement.drafted",
        "agreement.signed",
        "agreement.activated",
        "agreement.review_due",
        "agreement.reviewed",
        "agreement.review_due",
        "agreement.expired",
    ]
    assert await timers(desk, agreement) == []


async def test_a_draft_that_nobody_signed_ends_too(desk: Any) -> None:
    days = {"review_on": str(today(desk) + timedelta(days=2)), "ends_on": str(today(desk) + timedelta(days=3))}
    agreement = await drafted(desk, **days)
    desk.town.step(days=5)
    await until(desk, agreement, "expired")
    assert (await move(desk, agreement, SIGNS)).status_code == 409


async def test_whoever_signed_may_end_it_at_once(desk: Any) -> None:
    agreement = await agree(desk.town, HELPERS)
    why = {"transition": "revoke", "reason": "They lost a laptop."}
    over = (await move(desk, agreement, why, "southholt")).json()
    assert (over["status"], over["in_force"], over["revoked_because"]) == ("revoked", False, "They lost a laptop.")
    assert await timers(desk, agreement) == []
    assert (await names(desk, agreement))[-1] == "agreement.revoked"
    for transition in MOVES:
        assert (await move(desk, agreement, SIGNS)).status_code == 409, transition


async def test_it_begins_on_its_day(desk: Any) -> None:
    agreement = await drafted(desk, begins_on=str(today(desk) + timedelta(days=3)))
    assert (await move(desk, agreement, SIGNS)).status_code == 200
    early = await move(desk, agreement, {"transition": "activate"})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/agreement-not-begun")
    assert early.json()["begins_on"] == str(today(desk) + timedelta(days=3))
    desk.town.step(days=3)
    assert (await move(desk, agreement, {"transition": "activate"})).json()["in_force"]


# -- who, and what is refused


async def test_a_council_that_is_no_part_of_it_neither_drafts_signs_nor_ends_it(desk: Any) -> None:
    other = await desk.post("/agreements", draft(desk), admin(desk, "southholt"))
    assert (other.status_code, other.json()["type"]) == (403, "/problems/not-your-agreement")
    agreement = await drafted(desk)
    for body in (SIGNS, {"transition": "activate"}, {"transition": "revoke", "reason": "We do not like it."}):
        refused = await move(desk, agreement, body, "southholt")
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-your-agreement")
    assert (await desk.post("/agreements", draft(desk), desk.officer)).status_code == 403
    assert (await shown(desk, agreement, admin(desk, "southholt")))["next_actions"] == []


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"partner_id": "nobody-at-all"}, "unknown-partner"),
        ({"councils": ["northmere", "atlantis"]}, "not-served-here"),
        ({"begins_on": "2031-01-01", "review_on": "2030-01-01"}, "agreement-dates"),
        ({"review_on": "2020-01-01"}, "agreement-dates"),
        ({"ends_on": "2020-01-01"}, "agreement-dates"),
        ({"review_on": "2099-01-01", "ends_on": "2099-12-31"}, "agreement-dates"),
    ],
)
async def test_what_could_not_be_kept_is_not_written_down(desk: Any, told: dict[str, Any], problem: str) -> None:
    answer = await desk.post("/agreements", draft(desk) | told, admin(desk))
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}")


async def test_a_purpose_is_named_once_with_known_groups(desk: Any) -> None:
    term = {"purpose": "referral", "basis": "public_task", "shown": ["contact"]}
    twice = await desk.post("/agreements", draft(desk, terms=[term, term]), admin(desk))
    assert twice.json()["type"] == "/problems/same-purpose-twice"
    for wrong in ({"shown": ["shoe_size"]}, {"basis": "because"}, {"purpose": "marketing"}, {"basis": None}):
        answer = await desk.post("/agreements", draft(desk, terms=[term | wrong]), admin(desk))
        assert answer.status_code == 422, wrong


async def test_a_review_is_within_three_years_and_before_it_ends(desk: Any) -> None:
    agreement = await agree(desk.town, HELPERS)
    for day in (today(desk), today(desk) + timedelta(days=5000)):
        refused = await move(desk, agreement, {"transition": "review", "review_on": str(day)})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/agreement-dates")


async def test_of_two_who_sign_at_once_both_have_and_of_two_for_one_council_one_has(desk: Any) -> None:
    agreement = await drafted(desk, ("northmere", "southholt"))
    answers = await asyncio.gather(
        move(desk, agreement, SIGNS),
        move(desk, agreement, SIGNS),
        move(desk, agreement, SIGNS, "southholt"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409]
    assert (await shown(desk, agreement))["status"] == "signed"


async def test_a_partner_reads_its_own_and_no_other(desk: Any) -> None:
    ours, theirs = desk.partner(HELPERS), desk.fire
    agreement = await drafted(desk)
    assert (await shown(desk, agreement, ours))["next_actions"] == []
    assert (await desk.get(f"/agreements/{agreement}", theirs)).status_code == 404
    listed = (await desk.get("/agreements", theirs, partner_id=HELPERS)).json()["items"]
    assert {each["partner_id"] for each in listed} == {"frs-nsfr"}
    assert (await move(desk, agreement, SIGNS, Authorization=ours["Authorization"])).status_code == 403


async def test_they_are_listed_latest_first_in_pages(desk: Any) -> None:
    made = [await drafted(desk, title=f"Listed {number}") for number in range(3)]
    first = (await desk.get("/agreements", desk.officer, partner_id=HELPERS, limit=2)).json()
    rest = (await desk.get("/agreements", desk.officer, partner_id=HELPERS, limit=2, cursor=first["next"])).json()
    found = [each["agreement_id"] for each in first["items"] + rest["items"]]
    assert found[:3] == made[::-1]


async def test_an_edit_by_an_old_version_is_refused(desk: Any) -> None:
    agreement = await drafted(desk)
    assert (await move(desk, agreement, SIGNS, **{"If-Match": '"7"'})).status_code == 412
    assert (await shown(desk, agreement))["signatures"] == []


async def agreed(desk: Any, **told: Any) -> str:
    agreement = await drafted(desk, **told)
    assert (await move(desk, agreement, SIGNS)).status_code == 200
    assert (await move(desk, agreement, {"transition": "activate"})).status_code == 200
    return agreement


async def until(desk: Any, agreement: str, status: str) -> Any:
    async def reached() -> Any:
        found = await shown(desk, agreement)
        return found if found["status"] == status else None

    return await desk.town.until(reached)


async def timers(desk: Any, agreement: str) -> list[str]:
    sql = "SELECT name FROM onedoor.timer WHERE aggregate_id = $1"
    return [row["name"] for row in await desk.town.sql("partner-gateway", sql, UUID(agreement))]
