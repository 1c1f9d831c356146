"""Somebody whose data is kept and not used, made over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from onedoor import story


async def furnish_limits(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """Somebody who asked for it on the phone, and the request that an officer granted."""
    someone = {"full_name": "Aled Pryce", "channel": "phone"}
    names["limited"] = (await stage.post("customer-account", "/persons", someone, lee))["person_id"]
    asked = {"right": "restriction", "channel": "phone"}
    path = f"/persons/{names['limited']}/rights-requests"
    names["restriction"] = (await stage.post("customer-account", path, asked, lee))["id"]
    granted = {"granted": True, "because": "accuracy_contested"}
    path = f"/rights-requests/{names['restriction']}/decision"
    await stage.post("customer-account", path, granted, lee, want=200)
