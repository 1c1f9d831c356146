"""What the person of the world asked to be done with her data, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onedoor import story


async def furnish_rights(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """A package that she can fetch, something that an officer is to decide, and something that she may still take back."""
    ewa = stage.who("resident", names["person"], "southholt")
    path = "/me/rights-requests"
    names["package"] = (await stage.post("customer-account", path, {"right": "access"}, ewa))["id"]
    mine = {"right": "objection", "purpose": "referral"}
    names["my_right"] = (await stage.post("customer-account", path, mine, ewa))["id"]
    noted = {"right": "objection", "purpose": "safeguarding", "channel": "phone"}
    path = f"/persons/{names['person']}/rights-requests"
    names["right"] = (await stage.post("customer-account", path, noted, lee))["id"]

    async def ready() -> Any:
        shown = await stage.get("customer-account", f"/me/rights-requests/{names['package']}", ewa)
        return shown if shown["status"] == "ready" else None

    await stage.until(ready, "the package of what is held of her")
