"""Who acts for whom, over HTTP: given on evidence, seen by both, ended by either, by time and by death; suspended by protection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from common.embedded.issuer import PERMISSIONS
from common.testing.platform import Platform
from customer_account.domain.representations import acting
from customer_account.queries.representations import representation_kinds
from customer_account.tables import Representation

Registers = Callable[..., Awaitable[dict[str, Any]]]
CLEARED = [*PERMISSIONS["officer"].split(), "protection:read", "protection:write"]
WILL = {"kind": "will", "reference": "TUO-7K4M-22Q"}
POWER = {"kind": "lasting_power", "reference": "700-123"}
SIGNED = {"kind": "signed_consent", "reference": "Letter of 3 December"}


def cleared(town: Platform, *councils: str) -> dict[str, str]:
    return town.officer(*councils, permissions=CLEARED)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


@pytest.fixture
async def albert(register: Registers) -> str:
    return str((await register(full_name="Albert Hartley"))["person_id"])


@pytest.fixture
async def joanne(register: Registers) -> str:
    return str((await register(full_name="Joanne Hartley-Price"))["person_id"])


async def give(town: Platform, person: str, by: str, *, heard: bool = True, **said: Any) -> httpx.Response:
    body = {"representative_id": by, "kind": "attorney", "evidence": POWER} | said
    told = {name: value for name, value in body.items() if value is not None}
    client = town["customer-account"].client
    answer = await client.post(f"/persons/{person}/representations", json=told, headers=town.officer())
    if answer.status_code == 201 and heard:
        await town.heard(answer)
    return answer


async def token_of(town: Platform, representation: str) -> dict[str, str]:
    """Headers of whoever acts by it, as a token says it that is made of it now."""
    [row] = await town.sql("customer-account", "SELECT * FROM representation WHERE id = $1", representation)
    given, today = Representation.model_construct(**dict(row)), town.clock.now().date()
    claims = acting(given, representation_kinds(), today, by=row["representative_id"])
    return town.bearer("resident", str(row["person_id"]), ["northmere"], acting=claims)


async def mine(town: Platform, person: str) -> dict[str, Any]:
    found = await town["customer-account"].client.get("/me/representations", headers=town.resident(person))
    assert found.status_code == 200
    shown: dict[str, Any] = found.json()
    return shown


async def labels(town: Platform, person: str) -> list[str]:
    found = await town["customer-account"].client.get("/me/timeline", headers=town.resident(person))
    return [entry["label"] for entry in found.json()["items"]]


async def protect(town: Platform, person: str) -> httpx.Response:
    review = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    marked = {"reason": "domestic_abuse", "review_on": review, "asked_by": "person"}
    client = town["customer-account"].client
    answer = await client.post(f"/persons/{person}/protections", json=marked, headers=cleared(town))
    assert answer.status_code == 201
    return answer


async def test_an_attorney_is_noted_with_what_was_seen_and_both_read_of_it(
    town: Platform, client: httpx.AsyncClient, albert: str, joanne: str
) -> None:
    given = await give(town, albert, joanne, services=["council_tax"])
    told = given.json()
    assert (told["kind"], told["state"], told["may"]) == ("attorney", "current", ["see", "tell", "decide"])
    assert (told["evidence_kind"], told["evidence_reference"]) == ("lasting_power", "700-123")
    for_me = (await mine(town, albert))["acting_for_me"][0]
    assert (for_me["name"], for_me["label"], for_me["services"]) == (
        "Joanne Hartley-Price",
        "attorney",
        ["council_tax"],
    )
    by_me = (await mine(town, joanne))["i_act_for"][0]
    assert (by_me["name"], by_me["state"]) == ("Albert Hartley", "current")
    assert (await labels(town, albert))[0] == "Somebody can act for you: your attorney"
    assert (await labels(town, joanne))[0] == "You can act for somebody: as their attorney"
    said = await town.sql(
        "customer-account", "SELECT data FROM onedoor.said WHERE name = 'representation.given' ORDER BY id DESC LIMIT 1"
    )
    assert "700-123" not in str(said[0]["data"])
    assert "Joanne" not in str(said[0]["data"])


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"evidence": None}, "evidence-needed"),
        ({"evidence": WILL}, "evidence-not-accepted"),
        ({"kind": "cousin"}, "unknown-representation-kind"),
        ({"kind": "carer", "evidence": SIGNED, "may": ["decide"]}, "more-than-kind"),
        ({"effective_to": "2020-01-01"}, "impossible-dates"),
        ({"effective_from": "1066-10-14"}, "impossible-dates"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_written(
    town: Platform, albert: str, joanne: str, said: dict[str, Any], refused: str
) -> None:
    answer = await give(town, albert, joanne, **said)
    assert problem(answer) == (422, f"/problems/{refused}")
    assert await mine(town, albert) == {"acting_for_me": [], "i_act_for": []}
    person = "SELECT FROM onedoor.said WHERE aggregate = 'representation' AND person_id::text = $1"
    assert await town.sql("customer-account", person, albert) == []


async def test_nobody_acts_for_themself_nor_twice_in_one_way(town: Platform, albert: str, joanne: str) -> None:
    assert problem(await give(town, albert, albert)) == (422, "/problems/nobody-for-themself")
    assert (await give(town, albert, joanne)).status_code == 201
    assert problem(await give(town, albert, joanne)) == (409, "/problems/acts-already")
    assert (await give(town, albert, joanne, kind="carer", evidence=SIGNED)).status_code == 201


async def test_an_executor_acts_from_the_death_on_and_an_attorney_until_then(
    town: Platform, client: httpx.AsyncClient, albert: str, joanne: str
) -> None:
    await give(town, albert, joanne)
    await give(town, albert, joanne, kind="executor", evidence=WILL)
    assert {each["kind"]: each["state"] for each in (await mine(town, joanne))["i_act_for"]} == {
        "attorney": "current",
        "executor": "not_begun",
    }
    seen = {"evidence": "certificate_seen"}
    died = await client.post(f"/persons/{albert}/death", json=seen, headers=town.officer())
    assert died.status_code == 200, died.text
    await town.heard(died)
    shown = (await client.get(f"/persons/{albert}/representations", headers=town.officer())).json()["acting_for_them"]
    states = {each["kind"]: (each["state"], each["ended_because"]) for each in shown}
    assert states == {"attorney": ("ended", "death"), "executor": ("current", None)}
    await town.heard(await client.delete(f"/persons/{albert}/death", headers=town.officer()))
    again = (await mine(town, joanne))["i_act_for"]
    assert {each["kind"]: each["state"] for each in again} == {"attorney": "ended", "executor": "not_begun"}


async def test_either_ends_it_and_an_officer_with_a_reason(
    town: Platform, client: httpx.AsyncClient, albert: str, joanne: str
) -> None:
    for who, because in ((albert, "person"), (joanne, "representative"), (None, "officer")):
        given = await give(town, albert, joanne)
        token = await token_of(town, given.json()["representation_id"])
        path = f"{'' if who is None else '/me'}/representations/{given.json()['representation_id']}/end"
        headers = town.officer() if who is None else town.resident(who)
        stale = await client.post(path, json={"reason": "Enough"}, headers=headers | {"If-Match": '"7"'})
        assert stale.status_code == 412
        ended = await client.post(
            path, json={"reason": "Enough"}, headers=headers | {"If-Match": given.headers["ETag"]}
        )
        assert (ended.status_code, ended.json()["state"]) == (200, "ended")
        assert problem(await client.get("/me/timeline", headers=token)) == (403, "/problems/not-acting")
        assert problem(await client.post(path, json={"reason": "Enough"}, headers=headers)) == (
            409,
            "/problems/representation-over",
        )
        found = "SELECT data->>'because' AS because FROM onedoor.said WHERE name = 'representation.ended' AND aggregate_id = $1"
        rows = await town.sql("customer-account", found, given.json()["representation_id"])
        assert [row["because"] for row in rows] == [because]
        await town.heard(ended)
    assert (await labels(town, joanne))[0] == "You act for somebody no longer: as their attorney"


async def test_it_ends_by_itself_after_its_last_day_and_a_parents_on_the_eighteenth_birthday(
    town: Platform, client: httpx.AsyncClient, register: Registers, joanne: str
) -> None:
    today = town.clock.now().date()
    child = str((await register(date_of_birth=today.replace(year=today.year - 18, day=1).isoformat()))["person_id"])
    certificate = {"kind": "birth_certificate", "reference": "BXCA 123"}
    grown = await give(town, child, joanne, kind="parent", evidence=certificate)
    assert problem(grown) == (422, "/problems/grown-up")
    nearly = (today + timedelta(days=3)).replace(year=today.year - 18)
    young = str((await register(date_of_birth=nearly.isoformat()))["person_id"])
    given = await give(town, young, joanne, kind="parent", evidence=certificate)
    assert given.json()["effective_to"] == (today + timedelta(days=2)).isoformat()
    town.step(days=3, hours=2)

    async def told() -> bool:
        return (await labels(town, young))[0] == "Somebody acts for you no longer: your parent"

    await town.until(told)
    shown = (await client.get(f"/persons/{young}/representations", headers=town.officer())).json()
    assert shown["acting_for_them"][0]["ended_because"] == "time"


async def test_a_person_lets_a_carer_act_and_an_executor_not(
    town: Platform, client: httpx.AsyncClient, albert: str, joanne: str
) -> None:
    asked = {"representative_id": joanne, "kind": "carer", "name": "My niece Jo"}
    appointed = await client.post("/me/representations", json=asked, headers=town.resident(albert))
    assert (appointed.status_code, appointed.json()["state"], appointed.json()["name"]) == (
        201,
        "current",
        "My niece Jo",
    )
    refused = await client.post("/me/representations", json=asked | {"kind": "executor"}, headers=town.resident(albert))
    assert problem(refused) == (422, "/problems/officer-must-see")
    unknown = await client.post("/me/representations", json=asked, headers=town.resident())
    assert unknown.status_code == 404


async def test_a_stranger_and_the_other_council_see_and_end_nothing(
    town: Platform, client: httpx.AsyncClient, register: Registers, albert: str, joanne: str
) -> None:
    given = (await give(town, albert, joanne)).json()["representation_id"]
    stranger, south, reason = str((await register())["person_id"]), town.officer("southholt"), {"reason": "Enough"}
    assert await mine(town, stranger) == {"acting_for_me": [], "i_act_for": []}
    assert (
        await client.post(f"/me/representations/{given}/end", json=reason, headers=town.resident(stranger))
    ).status_code == 404
    assert (await client.post(f"/representations/{given}/end", json=reason, headers=south)).status_code == 404
    assert (await client.get(f"/persons/{albert}/representations", headers=south)).status_code == 404
    assert (
        await client.post(f"/representations/{given}/confirmation", headers=cleared(town, "southholt"))
    ).status_code == 404
    there = str((await register(council="southholt"))["person_id"])
    body = {"representative_id": there, "kind": "attorney", "evidence": POWER}
    assert (
        await client.post(f"/persons/{albert}/representations", json=body, headers=town.officer())
    ).status_code == 404
    assert (await client.post(f"/representations/{given}/confirmation", headers=town.officer())).status_code == 403


async def test_the_other_council_that_may_see_the_person_sees_who_acts_for_them(
    town: Platform, client: httpx.AsyncClient, albert: str, joanne: str
) -> None:
    await give(town, albert, joanne)
    agreed = {"council": "southholt", "wording": "v4"}
    await town.heard(await client.post(f"/persons/{albert}/councils", json=agreed, headers=town.officer()))
    shown = await client.get(f"/persons/{albert}/representations", headers=town.officer("southholt"))
    assert [each["kind"] for each in shown.json()["acting_for_them"]] == ["attorney"]


async def test_what_an_attorney_tells_is_shown_as_told_by_them_and_who_looked_is_read(
    town: Platform, client: httpx.AsyncClient, albert: str, joanne: str
) -> None:
    given = (await give(town, albert, joanne)).json()["representation_id"]
    headers = await token_of(town, given)
    told = {"kind": "household_size", "value": 1, "channel": "online"}
    kept = await client.post("/me/facts", json=told, headers=headers)
    assert (kept.status_code, kept.json()["asserted_by"]) == (200, "representative")
    await town.heard(kept)
    for path, who, by in (
        ("/me/timeline", town.resident(albert), "Joanne Hartley-Price, acting for you"),
        ("/me/timeline", headers, "The attorney, acting for them"),
        (f"/persons/{albert}/timeline", town.officer(), "The attorney, acting for them"),
    ):
        entry = (await client.get(path, headers=who)).json()["items"][0]
        assert (entry["event"], entry["by"]) == ("fact.recorded", by)
    own = await client.get("/me/timeline", headers=town.resident(albert))
    assert own.json()["items"][1]["by"] is None

    async def read() -> bool:
        looks = (await client.get("/me/access-entries", headers=town.resident(albert))).json()["items"]
        return ("representative", None, "acted for the person, as attorney") in {
            (each["role"], each["organisation"], each["reason"]) for each in looks
        }

    await town.until(read)


# -- protection


async def test_protection_suspends_whoever_acts_until_a_cleared_officer_confirms_it(
    town: Platform, client: httpx.AsyncClient, albert: str, joanne: str
) -> None:
    given = (await give(town, albert, joanne)).json()["representation_id"]
    token = await token_of(town, given)
    assert (await client.get("/me/facts", headers=token)).status_code == 200
    marked = await protect(town, albert)
    assert problem(await client.get("/me/facts", headers=token)) == (403, "/problems/not-acting")
    theirs = (await mine(town, joanne))["i_act_for"][0]
    assert (theirs["state"], theirs["name"]) == ("suspended", None)
    await town.heard(marked)
    assert (await labels(town, joanne))[
        0
    ] == "You can act for somebody: as their attorney"  # of protection they read nothing
    assert (await labels(town, albert))[
        0
    ] == "Your attorney cannot act for you until a cleared officer has confirmed it"
    refused = await client.post(f"/representations/{given}/end", json={"reason": "No"}, headers=town.officer())
    assert problem(refused) == (403, "/problems/record-restricted")
    about_her = (await client.get(f"/persons/{joanne}/representations", headers=town.officer())).json()
    assert about_her["they_act_for"] == []
    confirmed = await client.post(f"/representations/{given}/confirmation", headers=cleared(town))
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "current")
    assert (await client.get("/me/facts", headers=token)).status_code == 200
    again = await client.post(f"/representations/{given}/confirmation", headers=cleared(town))
    assert problem(again) == (409, "/problems/nothing-to-confirm")
    assert (await client.get(f"/persons/{joanne}/representations", headers=town.officer())).json()["they_act_for"] == []


async def test_protection_undone_lets_them_act_again_and_done_again_asks_anew(
    town: Platform, client: httpx.AsyncClient, albert: str, joanne: str
) -> None:
    given = (await give(town, albert, joanne)).json()["representation_id"]
    for _ in range(2):
        marked = await protect(town, albert)
        await town.heard(marked)
        assert (await mine(town, joanne))["i_act_for"][0]["state"] == "suspended"
        await client.post(f"/representations/{given}/confirmation", headers=cleared(town))
        path = f"/protections/{marked.json()['protection_id']}/end"
        await town.heard(await client.post(path, json={"asked_by": "person"}, headers=cleared(town)))
        assert (await mine(town, joanne))["i_act_for"][0]["state"] == "current"


async def test_whoever_a_protected_person_appoints_waits_for_a_cleared_officer(
    town: Platform, client: httpx.AsyncClient, albert: str, joanne: str
) -> None:
    await town.heard(await protect(town, albert))
    asked = {"representative_id": joanne, "kind": "carer", "name": "Jo"}
    appointed = await client.post("/me/representations", json=asked, headers=town.resident(albert))
    assert appointed.json()["state"] == "suspended"
    body = {"representative_id": joanne, "kind": "attorney", "evidence": POWER}
    path = f"/persons/{albert}/representations"
    assert problem(await client.post(path, json=body, headers=town.officer())) == (403, "/problems/record-restricted")
    by_cleared = await client.post(path, json=body, headers=cleared(town))
    assert (by_cleared.json()["state"], by_cleared.json()["confirmed_at"] is None) == ("current", False)


async def test_protection_reaches_what_another_council_noted(
    town: Platform, client: httpx.AsyncClient, register: Registers, albert: str
) -> None:
    """The officer who protects cannot see a row of the other council; the subscriber can."""
    agreed = {"council": "southholt", "wording": "v4"}
    await town.heard(await client.post(f"/persons/{albert}/councils", json=agreed, headers=town.officer()))
    there = str((await register(council="southholt"))["person_id"])
    body = {"representative_id": there, "kind": "attorney", "evidence": POWER}
    path, south = f"/persons/{albert}/representations", town.officer("southholt")
    given = await client.post(path, json=body, headers=south)
    assert given.status_code == 201
    await town.sql(
        "customer-account",
        "UPDATE representation SET visible_to = '{southholt}' WHERE id = $1",
        given.json()["representation_id"],
    )
    await town.heard(await protect(town, albert))
    assert (await mine(town, there))["i_act_for"][0]["state"] == "suspended"
