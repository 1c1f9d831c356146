"""Somebody of Southholt who asked to be erased, and was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onedoor import story


async def furnish_erased(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """One that is granted: `proof` is the reference of its page."""
    known = {"full_name": "Dee Marlow", "phone": "07700 900066", "channel": "phone"}
    person = (await stage.post("customer-account", "/persons", known, lee))["person_id"]
    asks = {"right": "erasure", "channel": "phone"}
    request = await stage.post("customer-account", f"/persons/{person}/rights-requests", asks, lee)
    names["proof"] = request["proof_reference"]
    path = f"/rights-requests/{request['id']}/decision"
    await stage.post("customer-account", path, {"granted": True}, lee, want=200)

    async def shown() -> Any:
        try:
            return await stage.get("customer-account", f"/erasures/{names['proof']}")
        except story.StoryBroken:
            return None

    async def done() -> bool:
        return (await shown())["status"] == "done"

    await stage.until(shown, "a request to be erased is granted")
    await stage.until(done, "somebody is erased")
