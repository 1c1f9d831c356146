"""What goes to whom is read with its values, by whoever may see them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from common.contracts.people import FactRecorded, FactsProtected
from common.contracts.people.representations import RepresentationGiven
from common.embedded import Nats
from common.embedded.issuer import PERMISSIONS
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said
from common.testing.telling import CARING, Teller

NAME = FactRecorded(
    fact_id=new_id(),
    kind="full_name",
    value=CARING["full_name"],
    asserted_by="person",
    channel="phone",
    told_at=datetime(2026, 12, 1, tzinfo=UTC),
    told_to="northmere",
    told_to_service="customer-account",
    verification="verified",
    visible_to=["northmere", "southholt"],
)
TOLD = {kind: value for kind, value in CARING.items() if kind != "full_name"}


def values(preview: dict[str, Any]) -> dict[str, tuple[str, Any, bool]]:
    """What is shown of each fact, the same with every recipient: where it comes from, its value, and whether that is hidden."""
    found: dict[str, tuple[str, Any, bool]] = {}
    for each in (each for recipient in preview["recipients"] for each in recipient["gives"]):
        shown = each["source"], each["value"], each["hidden"]
        assert found.setdefault(each["fact_kind"], shown) == shown
    return found


async def drafted(teller: Teller, nats: Nats, *more: Any) -> dict[str, Any]:
    """A telling about somebody whose name is held already."""
    person = UUID(teller.person)
    events = [NAME.model_copy(update={"fact_id": new_id()}), *more]
    rows = [said(event, person, number, person_id=person) for number, event in enumerate(events, 1)]
    await publish(nats, rows, speaker="customer-account")
    await teller.town.heard(f"facts/{person}@{len(events)}")
    preview: dict[str, Any] = (await teller.draft("caring", TOLD)).json()
    return preview


async def test_a_preview_shows_what_is_told_and_what_is_held_with_its_value(teller: Teller, nats: Nats) -> None:
    preview = await drafted(teller, nats)
    shown = values(preview)
    assert shown == {
        kind: ("held" if kind == "full_name" else "told", value, False)
        for kind, value in CARING.items()
        if kind in shown
    }
    assert {"full_name", "home_address"} <= {*shown}
    path = f"/tellings/{preview['telling_id']}/preview"
    assert values(await teller.get(path, teller.resident)) == shown
    await teller.confirmed(preview)
    assert values(await teller.get(path)) == shown


async def test_where_somebody_protected_is_an_officer_reads_only_if_they_are_cleared(
    teller: Teller, nats: Nats, town: Platform
) -> None:
    preview = await drafted(teller, nats, FactsProtected(kinds=["home_address"], visible_to=["northmere"]))
    assert values(preview)["home_address"] == ("told", None, True)
    assert "Weavers" not in str(preview)
    path = f"/tellings/{preview['telling_id']}/preview"
    cleared = town.officer("northmere", permissions=[*PERMISSIONS["officer"].split(), "protection:read"])
    for who in (cleared, teller.resident):
        assert values(await teller.get(path, who))["home_address"] == ("told", CARING["home_address"], False)
    await teller.confirmed(preview)
    assert values(await teller.get(path))["home_address"][1:] == (None, True)


async def test_whoever_acts_for_somebody_reads_what_they_told_and_nothing_that_was_held(
    teller: Teller, nats: Nats, town: Platform
) -> None:
    preview = await drafted(teller, nats)
    attorney, representation = new_id(), new_id()
    may = ["see", "tell", "decide"]
    words = {"told_to_resident": "", "told_to_representative": ""}
    given = RepresentationGiven(
        representative_id=attorney, kind="attorney", may=may, visible_to=[], effective_from="2026-01-05", **words
    )
    await publish(nats, [said(given, representation, 1, person_id=UUID(teller.person))], speaker="customer-account")
    await town.heard(f"representation/{representation}@1")
    acts = town.representative(teller.person, attorney, may=may, representation=representation)
    who = {**acts, "Onedoor-Council": "northmere"}
    path = f"/tellings/{preview['telling_id']}/preview"
    assert {shown[1:] for shown in values(await teller.get(path, who)).values()} == {(None, True)}
    own = values((await teller.draft("caring", TOLD, who)).json())
    assert own["full_name"] == ("held", None, True)
    assert own["home_address"] == ("told", CARING["home_address"], False)
