"""What somebody told once: begun, read, given up, told to Southholt's services (two), told to a partner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from common.contracts.tellings import DeliverySent, TellsPartner
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said
from onedoor import story


async def furnish_tellings(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """A draft, one that was read, a telling with a delivery that waits, and another."""
    names["draft_telling"] = (await _drafted(names, stage, lee))["telling_id"]
    names["given_up_telling"] = (await _drafted(names, stage, lee))["telling_id"]
    read = await _drafted(names, stage, lee)
    names["read_telling"], names["preview"] = read["telling_id"], read["preview"]
    for name in ("telling", "other_telling"):
        drafted = await _drafted(names, stage, lee)
        names[name] = drafted["telling_id"]
        path, seen = f"/tellings/{names[name]}/confirmation", {"preview": drafted["preview"]}
        await stage.post("case-crm", path, seen, lee, want=200)

    async def delivered() -> Any:
        parts = (await stage.get("case-crm", f"/tellings/{names['telling']}", lee))["parts"]
        return parts if all(part["delivery_id"] for part in parts) else None

    names["delivery"] = (await stage.until(delivered, "the deliveries"))[0]["delivery_id"]


async def _drafted(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> Any:
    facts = {
        "full_name": names["name"],
        "home_address": names["address"],
        "home_council": "southholt",
        "tenancy": "Private tenant",
        "tenancy_began_on": "2026-01-04",
    }
    ask = {"life_event": "tenancy_start", "person_id": names["person"], "channel": "phone", "facts": facts}
    return await stage.post("case-crm", "/tellings", ask, lee)


async def tell_a_partner(town: Platform, names: dict[str, str]) -> None:
    """What the partner is told, as case-crm would say it: no life event of the release names this partner."""
    delivery, by = new_id(), datetime.now(UTC) + timedelta(days=14)
    beside = {"interest": "money_advice", "council": "southholt", "recipient": names["partner"], "status": "sent"}
    tells = TellsPartner(
        delivery_id=delivery,
        council="southholt",
        matter_id=names["telling"],
        title="Money advice",
        basis="agreement",
        fact_kinds=["full_name", "home_address"],
        facts={"full_name": names["name"], "home_address": names["address"]},
        acknowledge_by=by,
        act_by=by,
    )
    event = DeliverySent(**beside, telling_id=names["telling"], tells=tells)
    row = said(event, delivery, 1, council="southholt", person_id=UUID(names["person"]))
    await publish(town.nats, [row], speaker="case-crm")
    names["told_delivery"] = str(delivery)
