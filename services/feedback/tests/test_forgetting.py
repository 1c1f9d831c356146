"""What is counted on without its person: after two years, and when they are erased, no row says whose or what case it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from common.contracts.people.rights import ErasureRequested
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

LEADS_BACK = "num_nonnulls(person_id, case_id, correlation_id, trace)"
LEFT = (
    f"SELECT {LEADS_BACK} AS leads FROM invitation WHERE id = $1 UNION ALL "
    f"SELECT {LEADS_BACK} + num_nonnulls(comment) FROM submission WHERE id = $1 AND rating = 5"
)


@pytest.fixture
def real_time(town: Platform) -> Iterator[None]:
    yield
    town.step(seconds=-town.clock.offset().total_seconds())


async def left(town: Platform, case: Any) -> list[int]:
    """How many things in the invitation of a case, and in the answer to it, lead back."""
    return [row["leads"] for row in await town.sql("feedback", LEFT, case.rows[-1]["id"])]


async def told(case: Any) -> Any:
    """A case that ended, and its answer by the tracking reference."""
    await case.has_ended()
    answer = await case.answer({"rating": 5, "comment": "They came the next day."})
    assert answer.status_code == 201, answer.text
    return case


@pytest.mark.usefixtures("real_time")
async def test_after_two_years_the_mark_alone_is_left(town: Platform, case: Callable[..., Any]) -> None:
    each = await told(case(person=new_id()))
    assert all(await left(town, each))
    town.step(days=2 * 366 + 1)

    async def emptied() -> bool:
        return await left(town, each) == [0, 0]

    await town.until(emptied, seconds=30)


async def test_who_is_erased_leaves_no_case_to_find_them_by(town: Platform, case: Callable[..., Any]) -> None:
    each = await case(person=new_id()).has_ended()
    body, path = {"rating": 5, "comment": "They came the next day."}, f"/me/invitations/{each.rows[-1]['id']}/feedback"
    answer = await town["feedback"].client.post(path, json=body, headers=town.resident(each.person))
    assert answer.status_code == 201, answer.text
    assert all(await left(town, each))
    request = new_id()
    asked = said(ErasureRequested(persons=[each.person]), request, 1, person_id=each.person)
    await publish(town.nats, [asked], speaker="customer-account")

    async def emptied() -> bool:
        return await left(town, each) == [0, 0]

    await town.until(emptied, seconds=30)
