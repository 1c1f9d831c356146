"""Who is surely one person is joined without an officer where their council has that done and nothing speaks against it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from common.contracts.people.accounts import AccountStatus
from common.embedded.issuer import PERMISSIONS
from common.runtime.settings import read_councils
from common.testing.platform import COUNCILS, Platform, serving
from customer_account.app import service
from customer_account.domain.joining import Half, Joined, joined_without_officer

Registers = Callable[..., Awaitable[dict[str, Any]]]
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]
NORTHMERE_DOES = COUNCILS.replace("calendar: northmere", "calendar: northmere, joins_sure_pairs: true")
PAIR = """
SELECT id, sure, outcome, decided_by FROM possible_duplicate
WHERE $1::uuid IN (one_person, other_person) AND $2::uuid IN (one_person, other_person)
"""
WAITING = "SELECT 1 FROM onedoor.timer WHERE name IN ('look_for_duplicates', 'join_sure')"
_years = count(1931)


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    return {"councils": NORTHMERE_DOES}


async def compared(town: Platform, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The pair of these two, once nobody is to be compared or joined any more."""

    async def settled() -> bool:
        town.step(seconds=3)
        return not await town.sql("customer-account", WAITING)

    await town.until(settled)
    (pair,) = await town.sql("customer-account", PAIR, one["person_id"], other["person_id"])
    return dict(pair)


async def account(town: Platform, person: dict[str, Any]) -> Any:
    return await town.get("customer-account", f"/persons/{person['person_id']}/account", town.officer())


async def tell(town: Platform, person: dict[str, Any], council: str = "northmere", **told: str) -> None:
    """Have an officer record what makes somebody like another only after they were registered."""
    for kind, value in told.items():
        said = {"kind": kind, "value": value, "channel": "phone"}
        await town.post("customer-account", f"/persons/{person['person_id']}/facts", said, town.officer(council))


def known() -> dict[str, str]:
    year = next(_years)
    letters = "ABCDEFGHJK"
    return {
        "date_of_birth": f"{year}-03-09",
        "postcode": f"ZZ99 {year % 10}{letters[year // 10 % 10]}C",
        "phone": f"07700 90{year}",
    }


async def two(town: Platform, register: Registers, **both: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two records that are unlike each other as yet, and what makes the second like the first."""
    said = known()
    one = await register(full_name="Margaret Ashworth", **said, **both)
    return one, await register(full_name="Blodwen Mostyn", **both) | {"told": {"full_name": "Maggie Ashworth", **said}}


async def test_what_is_surely_one_person_is_joined_and_can_be_parted_for_good(
    town: Platform, register: Registers
) -> None:
    earlier, later = await two(town, register)
    await tell(town, later, **later["told"])
    pair = await compared(town, earlier, later)
    assert (pair["outcome"], pair["decided_by"]) == ("same", "customer-account")
    joined = await account(town, later)
    assert (joined["status"], joined["merged_into"]) == ("merged_into", earlier["person_id"])
    assert (await account(town, earlier))["status"] == "provisional"
    said = (
        "SELECT data, actor_kind, actor_id FROM onedoor.said WHERE name = 'person.merged' AND aggregate_id = $1::uuid"
    )
    (merged,) = await town.sql("customer-account", said, later["person_id"])
    assert (merged["data"]["into"], merged["data"]["because"]) == (earlier["person_id"], "same_person")
    assert (merged["actor_kind"], merged["actor_id"]) == ("service", "customer-account")
    client = town["customer-account"].client
    parted = await client.delete(f"/persons/{later['person_id']}/merge", headers=town.officer())
    assert parted.status_code == 200, parted.text
    await tell(town, later, email="maggie@example.org")  # she is compared again, and an officer's word stands
    assert (await compared(town, earlier, later))["outcome"] == "different"
    assert (await account(town, later))["status"] == "provisional"


async def test_whoever_an_officer_told_apart_is_asked_about(town: Platform, register: Registers) -> None:
    said = known()
    one = await register(full_name="Margaret Ashworth", **said)
    again = await register(full_name="Maggie Ashworth", **said, not_the_same_as=[one["person_id"]])
    pair = await compared(town, one, again)
    assert (pair["sure"], pair["outcome"]) == (True, None)


async def test_a_council_that_does_not_have_it_done_is_asked(town: Platform, register: Registers) -> None:
    one, other = await two(town, register, council="southholt")
    await tell(town, other, "southholt", **other["told"])
    pair = await compared(town, one, other)
    assert (pair["sure"], pair["outcome"]) == (True, None)


async def test_whoever_signed_up_and_told_what_another_is_known_by_is_not_led_to_their_record(
    town: Platform, register: Registers
) -> None:
    said = known()
    one = await register(full_name="Margaret Ashworth", **said)
    client, stranger = town["customer-account"].client, town.resident(councils=["northmere"])
    for kind, value in (said | {"full_name": "Maggie Ashworth"}).items():
        told = {"kind": kind, "value": value, "channel": "online"}
        assert (await client.post("/me/facts", json=told, headers=stranger)).is_success
    me = (await client.get("/me", headers=stranger)).json()
    pair = await compared(town, one, me)
    assert (pair["sure"], pair["outcome"]) == (True, None)


async def test_whoever_is_protected_is_asked_about(town: Platform, register: Registers) -> None:
    one, other = await two(town, register)
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    protecting = {"reason": "domestic_abuse", "review_on": in_spring, "asked_by": "person"}
    cleared = town.officer(permissions=CLEARED)
    await town.post("customer-account", f"/persons/{one['person_id']}/protections", protecting, cleared)
    await tell(town, other, **other["told"])
    pair = await compared(town, one, other)
    assert (pair["sure"], pair["outcome"]) == (True, None)


async def test_whoever_is_under_a_legal_hold_is_asked_about(town: Platform, register: Registers) -> None:
    one, other = await two(town, register)
    in_spring = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    held = {"because": "claim", "reference": "NBC-LEG-2026/14", "review_on": in_spring}
    holder = town.officer(permissions=["holds:write", *PERMISSIONS["officer"].split()])
    await town.post("customer-account", f"/persons/{one['person_id']}/legal-holds", held, holder)
    await tell(town, other, **other["told"])
    pair = await compared(town, one, other)
    assert (pair["sure"], pair["outcome"]) == (True, None)


async def test_pairs_from_before_are_joined_once_a_council_has_it_done(
    town: Platform, register: Registers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await two(town, register, council="southholt")
    await tell(town, other, "southholt", **other["told"])
    assert (await compared(town, one, other))["outcome"] is None
    both = tmp_path / "councils.yaml"
    both.write_text(NORTHMERE_DOES.replace("calendar: southholt", "calendar: southholt, joins_sure_pairs: true"))
    running: Any = town["customer-account"].inner.ground  # two that are told otherwise would leave it to each other
    monkeypatch.setitem(running.councils, "southholt", read_councils(both)["southholt"])
    async with serving(service, town.told["customer-account"].model_copy(update={"councils_file": both})):

        async def joined() -> bool:
            town.step(minutes=1)
            (pair,) = await town.sql("customer-account", PAIR, one["person_id"], other["person_id"])
            return bool(pair["outcome"] == "same")

        await town.until(joined)


EARLY, LATE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
HALF = Half(
    person_id=UUID(int=7),
    kind="person",
    since=EARLY,
    visible_to=frozenset({"northmere"}),
    status=AccountStatus.PROVISIONAL,
    protected=False,
    left_alone=False,
    told_apart=False,
)
NEXT = replace(HALF, person_id=UUID(int=3), since=LATE)


def test_the_later_record_leads_on_to_the_earlier_whichever_is_named_first() -> None:
    joined = Joined(alias=NEXT.person_id, into=HALF.person_id)
    assert joined_without_officer(HALF, NEXT, {"northmere"}) == joined
    assert joined_without_officer(NEXT, HALF, {"northmere"}) == joined
    told_apart_from_others_before = replace(HALF, told_apart=True)
    assert joined_without_officer(told_apart_from_others_before, NEXT, {"northmere"}) == joined


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "organisation"},
        {"visible_to": frozenset({"northmere", "southholt"})},
        {"visible_to": frozenset()},
        {"protected": True},
        {"left_alone": True},
        {"told_apart": True},
        *({"status": status} for status in AccountStatus if status is not AccountStatus.PROVISIONAL),
    ],
)
def test_whatever_speaks_against_it_leaves_it_to_an_officer(other: dict[str, Any]) -> None:
    assert joined_without_officer(HALF, replace(NEXT, **other), {"northmere", "southholt"}) is None
    if "told_apart" not in other:
        assert joined_without_officer(replace(HALF, **other), NEXT, {"northmere", "southholt"}) is None


def test_every_council_that_sees_them_has_it_done() -> None:
    both = frozenset({"northmere", "southholt"})
    halves = replace(HALF, visible_to=both), replace(NEXT, visible_to=both)
    assert joined_without_officer(*halves, {"northmere"}) is None
    assert joined_without_officer(*halves, both) is not None
