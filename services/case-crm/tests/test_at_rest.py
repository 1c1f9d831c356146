"""What was answered of a sealed kind lies sealed with its case, also what an earlier release left open."""

from __future__ import annotations

import importlib
import json
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.keys import KeyGranted
from common.runtime.ids import new_id
from common.runtime.sealed import token_of
from common.testing.platform import Platform

BIN = {"address": "14 Weavers Row", "bin": "Rubbish"}
KEPT = "SELECT answers, sealed_answers FROM case_file WHERE id = $1"
MIGRATION = "case_crm.migrations.versions.2026_11_22_answers_of_sealed_kinds_lie_apart"


async def opened(town: Platform, **more: Any) -> httpx.Response:
    me = {**town.resident(new_id()), "Onedoor-Council": "northmere"}
    body = {"service": "missed_bin", "channel": "online", "answers": BIN} | more
    answer = await town["case-crm"].client.post("/cases", json=body, headers=me)
    assert answer.status_code == 201, answer.text
    return answer


async def shown(town: Platform, case: str) -> dict[str, Any]:
    answer = await town["case-crm"].client.get(f"/cases/{case}", headers=town.officer())
    found: dict[str, Any] = answer.json()["answers"]
    return found


async def test_an_answer_of_a_sealed_kind_lies_apart_and_sealed(town: Platform) -> None:
    case = (await opened(town)).json()["case_id"]
    [row] = await town.sql("case-crm", KEPT, UUID(case))
    assert row["answers"] == {"bin": "Rubbish"}
    assert (token_of(row["sealed_answers"]) or "").startswith("v1.special.")
    assert await shown(town, case) == BIN


async def test_answers_put_with_another_case_of_the_same_person_are_shown_to_nobody(town: Platform) -> None:
    case, other = [(await opened(town)).json()["case_id"] for _ in range(2)]
    put = "UPDATE case_file SET (sealed_answers, person_id) = (SELECT sealed_answers, person_id FROM case_file WHERE id = $1)"
    await town.sql("case-crm", f"{put} WHERE id = $2", UUID(case), UUID(other))
    assert await shown(town, other) == {"bin": "Rubbish"}
    assert await shown(town, case) == BIN


async def test_what_an_earlier_release_kept_open_is_put_apart_and_sealed(town: Platform) -> None:
    case = (await opened(town)).json()["case_id"]
    as_before = "UPDATE case_file SET answers = $2, sealed_answers = '{}' WHERE id = $1"
    await town.sql("case-crm", as_before, UUID(case), BIN)
    await town.sql("case-crm", importlib.import_module(MIGRATION)._APART)
    [row] = await town.sql("case-crm", KEPT, UUID(case))
    assert (row["answers"], row["sealed_answers"]) == ({"bin": "Rubbish"}, {"address": "14 Weavers Row"})
    assert await town["case-crm"].inner.keeping.resealing.seal_all() == 1
    [row] = await town.sql("case-crm", KEPT, UUID(case))
    assert "Weavers" not in json.dumps(dict(row))
    assert await shown(town, case) == BIN


async def test_a_key_that_its_owner_answered_before_it_is_kept_here_is_no_conflict(
    town: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner is told first; its grant may come before the commit of what the key seals."""
    keeper = town["case-crm"].inner.keeping.keeper
    granted, opening = keeper.ring.source, 0
    make, seal = type(granted).make, type(keeper).seal

    async def answered_at_once(self: Any, wanted: Any, work: Any) -> Any:
        made = await make(self, wanted, work)
        keys = [(person, key) for person, each in made.items() for key in each.by_name.values()]
        await self.take(
            [
                (KeyGranted(person_id=person, under=key.name.under, version=key.name.version), key.secret)
                for person, key in keys
            ]
        )
        return made

    async def counting(self: Any, work: Any) -> None:
        nonlocal opening
        opening += sum(said["name"] == "case.opened" for said in work.said)
        await seal(self, work)

    monkeypatch.setattr(type(granted), "make", answered_at_once)
    monkeypatch.setattr(town["case-crm"].inner.writers["resident"], "seal", partial(counting, keeper))
    case = (await opened(town)).json()["case_id"]
    assert await shown(town, case) == BIN
    assert opening == 1  # else it was tried anew after a conflict
