"""With other weights everybody is compared anew, by itself, a page at a time; whoever asks sees how far that is."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from common.testing.platform import Platform, serving
from customer_account.app import service
from customer_account.commands import comparing
from customer_account.queries import weights

Registers = Callable[..., Awaitable[dict[str, Any]]]
LIKENESS = {"date_of_birth": "1951-04-02", "postcode": "ZZ99 4CB", "phone": "07700 900451"}
LOOKS = "SELECT count(*) FROM onedoor.timer WHERE name = 'look_for_duplicates'"
PAIRS = "SELECT count(*) FROM possible_duplicate WHERE $1::uuid IN (one_person, other_person)"


RELEASED = weights.FILE


@pytest.fixture
def weighed_by(tmp_path: Path) -> Iterator[Callable[[Path], None]]:
    """Weights by which nobody is like anybody, until others are put in their place. At the end the release's own are back."""
    strict = tmp_path / "weights.json"
    strict.write_text(json.dumps(json.loads(RELEASED.read_text()) | {"ask_from": 1000, "link_from": 1000}))

    def by(file: Path) -> None:
        weights.FILE = file
        weights.weights.cache_clear()
        weights.weights_digest.cache_clear()

    by(strict)
    yield by
    by(RELEASED)


async def progress(town: Platform) -> Any:
    return await town.get("customer-account", "/duplicates/comparing", town.officer())


async def compared(town: Platform) -> None:
    """Everybody who was to be compared has been."""

    async def done() -> bool:
        town.step(seconds=3)
        return bool((await town.sql("customer-account", LOOKS))[0][0] == 0)

    await town.until(done)


async def test_other_weights_find_whom_the_ones_before_did_not(
    town: Platform, register: Registers, weighed_by: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = await progress(town)
    assert (nobody["people"], nobody["ended_at"] is not None) == (0, True)
    one = await register(full_name="Ngozi Okonkwo", **LIKENESS)
    await register(full_name="Ngozi Okonkwo", **LIKENESS, not_the_same_as=[one["person_id"]])
    await compared(town)
    told = town.told["customer-account"]
    async with serving(service, told):  # a release that came with the strict ones
        begun = await progress(town)
        assert (begun["people"], begun["compared"], begun["ended_at"]) == (2, 0, None)
    assert (await town.sql("customer-account", PAIRS, one["person_id"]))[0][0] == 0
    weighed_by(RELEASED)
    monkeypatch.setattr(comparing, "PAGE", 1)
    async with serving(service, told):  # and the one after it
        assert (await progress(town))["begun_at"] > begun["begun_at"]
        town.step(minutes=9)
        assert (await progress(town))["compared"] == 0  # what ran before may still compare
        town.step(minutes=2)
        await town.until(lambda: over(town))
    ended = await progress(town)
    assert (ended["people"], ended["compared"]) == (2, 2)
    await compared(town)
    assert (await town.sql("customer-account", PAIRS, one["person_id"]))[0][0] == 1
    async with serving(service, told):  # the same weights: nothing is to be done
        assert await progress(town) == ended


async def over(town: Platform) -> bool:
    town.step(seconds=3)
    return (await progress(town))["ended_at"] is not None


async def test_a_release_leaves_the_weights_of_another_to_it(
    town: Platform, register: Registers, weighed_by: Callable[[Path], None]
) -> None:
    await register(full_name="Ewa Kowalska", date_of_birth="1984-01-30")
    async with serving(service, town.told["customer-account"]):
        begun = await progress(town)
    weighed_by(RELEASED)  # who goes on running has these
    due = "SELECT due_at FROM onedoor.timer WHERE name = 'compare_anew'"
    (before,) = await town.sql("customer-account", due)
    town.step(minutes=11)

    async def later() -> bool:
        (now,) = await town.sql("customer-account", due)
        return bool(now["due_at"] > before["due_at"])

    await town.until(later)
    assert await progress(town) == begun
    town.step(days=1)  # nobody went on with it: whoever began it runs no more
    await town.until(lambda: over(town))
    anew = await progress(town)
    assert (anew["begun_at"] > begun["begun_at"], anew["compared"]) == (True, anew["people"])
