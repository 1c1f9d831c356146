"""What people prefer and need: told once, at the top of the record for every council, and what the law keeps on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from common.contracts.people import PreferredChannel
from common.testing.platform import Platform
from customer_account.queries.choices import FILE, BrokenChoices, preference_choices, read_choices

Registers = Callable[..., Awaitable[dict[str, Any]]]
LARGE_PRINT = {"kind": "large_print", "label": "Letters in large print", "language": None, "note": None}


async def test_what_somebody_needs_is_told_once_and_the_other_council_sees_it_first(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    path = f"/persons/{(await register())['person_id']}"
    told = {
        "channel": "phone",
        "language": "CY",
        "adjustments": [{"kind": "large_print"}, {"kind": "interpreter", "language": "PL"}, {"kind": "large_print"}],
    }
    answer = await client.put(f"{path}/preferences", json=told, headers=town.officer())
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    needs = {
        "channel": "phone",
        "language": "cy",
        "adjustments": [
            LARGE_PRINT,
            {"kind": "interpreter", "label": "An interpreter", "language": "pl", "note": None},
        ],
    }
    assert {name: answer.json()[name] for name in needs} == needs
    there = town.officer("southholt")
    assert (await client.get(f"{path}/preferences", headers=there)).status_code == 404
    await client.post(f"{path}/councils", json={"council": "southholt", "wording": "v4"}, headers=town.officer())
    record = (await client.get(path, headers=there)).json()
    assert record["needs"] == needs
    assert list(record).index("needs") < list(record).index("facts")
    assert (await client.get(f"{path}/preferences", headers=there)).json() == answer.json()


async def test_it_is_told_as_a_whole_and_what_is_left_out_is_taken_away(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    me = town.resident((await register())["person_id"])
    first = {"channel": "email", "language": "en", "adjustments": [{"kind": "other", "note": "Ring the bell twice"}]}
    await client.put("/me/preferences", json=first, headers=me)
    stale = await client.put("/me/preferences", json={}, headers={**me, "If-Match": '"0"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-meanwhile")
    same = await client.put("/me/preferences", json=first, headers={**me, "If-Match": '"1"'})
    assert (same.status_code, same.headers["ETag"]) == (200, '"1"')
    emptied = await client.put("/me/preferences", json={"channel": "post"}, headers={**me, "If-Match": '"1"'})
    shown = emptied.json()
    assert (shown["channel"], shown["language"], shown["adjustments"], shown["version"]) == ("post", None, [], 2)
    assert (await client.get("/me/preferences", headers=me)).json() == shown


async def test_a_resident_nobody_knows_says_it_all_the_same(town: Platform, client: httpx.AsyncClient) -> None:
    me = town.resident(councils=["northmere"])
    usual = (await client.get("/me/preferences", headers=me)).json()
    assert (usual["version"], usual["channel"], usual["adjustments"]) == (0, None, [])
    told = await client.put("/me/preferences", json={"adjustments": [{"kind": "bsl"}]}, headers=me)
    assert (told.status_code, told.json()["version"]) == (200, 1)
    record = (await client.get("/me", headers=me)).json()
    assert [each["kind"] for each in record["needs"]["adjustments"]] == ["bsl"]


# -- messages


def wanted(view: dict[str, Any], kind: str) -> dict[str, bool]:
    return {each["channel"]: each["wanted"] for each in view["messages"] if each["kind"] == kind}


async def test_messages_come_as_they_usually_do_until_somebody_says_otherwise(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    me = town.resident((await register())["person_id"])
    usual = (await client.get("/me/preferences", headers=me)).json()
    assert wanted(usual, "reminders") == {"email": True, "text": True, "phone": False, "post": False}
    off = [{"kind": "reminders", "channel": channel, "wanted": False} for channel in ("email", "text")]
    told = await client.put("/me/preferences", json={"messages": off}, headers=me)
    assert wanted(told.json(), "reminders") == {"email": False, "text": False, "phone": False, "post": False}
    assert wanted(told.json(), "request_updates") == wanted(usual, "request_updates")


async def test_what_the_law_requires_moves_to_another_channel_and_is_never_switched_off(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    me = town.resident((await register())["person_id"])
    no_letters = [{"kind": "bills", "channel": "post", "wanted": False}]
    refused = await client.put("/me/preferences", json={"messages": no_letters}, headers=me)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/law-requires-it")
    moved = [*no_letters, {"kind": "bills", "channel": "email", "wanted": True}]
    told = await client.put("/me/preferences", json={"messages": moved}, headers=me)
    assert (told.status_code, wanted(told.json(), "bills")) == (200, {"email": True, "post": False})
    assert {each["required"] for each in told.json()["messages"] if each["kind"] == "bills"} == {True}


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"adjustments": [{"kind": "sunshine"}]}, "unknown-adjustment"),
        ({"adjustments": [{"kind": "interpreter"}]}, "adjustment-incomplete"),
        ({"adjustments": [{"kind": "other"}]}, "adjustment-incomplete"),
        ({"adjustments": [{"kind": "braille", "note": "sunshine"}]}, "adjustment-incomplete"),
        ({"adjustments": [{"kind": "bsl", "language": "en"}]}, "adjustment-incomplete"),
        ({"messages": [{"kind": "sunshine", "channel": "email", "wanted": True}]}, "unknown-messages"),
        ({"messages": [{"kind": "bills", "channel": "text", "wanted": True}]}, "unknown-messages"),
        ({"language": "sunshine"}, "not-understood"),
        ({"channel": "sunshine"}, "not-understood"),
    ],
)
async def test_what_cannot_be_chosen_is_refused_and_nothing_of_it_kept(
    town: Platform, client: httpx.AsyncClient, register: Registers, told: dict[str, Any], problem: str
) -> None:
    path = f"/persons/{(await register())['person_id']}/preferences"
    refused = await client.put(path, json=told, headers=town.officer())
    assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{problem}")
    assert "sunshine" not in refused.text
    assert (await client.get(path, headers=town.officer())).json()["version"] == 0


async def test_others_hear_what_changed_and_nothing_of_what_somebody_needs(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    adjustments = [{"kind": "interpreter", "language": "pl"}, {"kind": "other", "note": "Ring the bell twice"}]
    told = {"language": "pl", "adjustments": adjustments}
    await client.put(f"/persons/{person}/preferences", json=told, headers=town.officer())
    said = await town.sql(
        "customer-account",
        "SELECT name, data FROM onedoor.said WHERE aggregate = 'contact' AND aggregate_id::text = $1",
        person,
    )
    assert [tuple(row) for row in said] == [
        (
            "preference.changed",
            {
                "changed": ["language", "adjustments"],
                "channel": None,
                "language": None,
                "adjustments": [],
                "visible_to": ["northmere"],
            },
        )
    ]


async def test_what_somebody_needs_lies_sealed_as_what_is_told_of_their_health_does(
    town: Platform, client: httpx.AsyncClient, register: Registers
) -> None:
    person = (await register())["person_id"]
    path = f"/persons/{person}/preferences"
    await client.put(path, json={"language": "bfi", "adjustments": [{"kind": "bsl"}]}, headers=town.officer())
    ((lies,),) = await town.sql("customer-account", "SELECT preferences FROM contact_of_person WHERE id = $1", person)
    assert list(lies) == ["sealed"]
    assert lies["sealed"].startswith("v1.special.")
    read = (await client.get(path, headers=town.officer())).json()
    assert (read["language"], [each["kind"] for each in read["adjustments"]]) == ("bfi", ["bsl"])


# -- the choices are data


async def test_whoever_writes_a_form_reads_what_there_is_to_choose(client: httpx.AsyncClient) -> None:
    shown = (await client.get("/preference-choices")).json()
    assert shown["channels"] == [each.value for each in PreferredChannel]
    assert {"en", "cy"} <= {each["code"] for each in shown["languages"]}
    assert {each["kind"]: each["needs"] for each in shown["adjustments"]} == {
        **dict.fromkeys(
            ("large_print", "easy_read", "braille", "audio", "bsl", "relay_uk", "home_visit", "extra_time"), "nothing"
        ),
        "interpreter": "language",
        "other": "note",
    }
    assert [each["kind"] for each in shown["messages"] if each["required"]] == ["decisions", "bills"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("needs: language", "needs: patience", "adjustments.interpreter.needs"),
        ("channels: [email, post], usually: [post]", "channels: [email], usually: [post]", "cannot come by"),
        ("channels: [email, post], usually: [post]", "channels: [email, post], usually: []", "the law requires it"),
        ("\nlanguages:", "\nlanguages: {", "this is not YAML"),
    ],
)
def test_a_release_with_broken_choices_does_not_start(old: str, new: str, why: str) -> None:
    text = FILE.read_text()
    assert read_choices(text, name="ours") == preference_choices()
    with pytest.raises(BrokenChoices, match=why):
        read_choices(text.replace(old, new, 1), name="broken.yaml")
