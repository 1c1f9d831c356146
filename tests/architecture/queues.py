"""A team with somebody in it, and a filter that an officer kept, made over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from onedoor import story


async def furnish_queues(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """Nia works for the team of the waste rounds; Lee looks for what is urgent."""
    for officer in ("nia", "mo"):
        body = {"called": "Nia Frost", "skills": ["large_rounds"], "capacity": 20}
        path = f"/teams/night_team/members/{officer}"
        (await stage.doors["case-crm"].put(path, json=body, headers=dict(lee))).raise_for_status()
    kept = {"name": "Urgent of Lee", "filter": {"priority": "urgent"}}
    names["filter"] = (await stage.post("case-crm", "/queue/filters", kept, lee))["filter_id"]
