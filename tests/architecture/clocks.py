"""A case of which something was promised that may take longer, made over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from onedoor import story


async def furnish_clocks(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """A repair, which is mended within 28 days or ten working days more."""
    answers = {"address": names["address"], "phone": names["phone"], "what": "Heating", "dangerous": False}
    body = {"service": "housing_repair", "channel": "phone", "person_id": names["person"], "answers": answers}
    case = await stage.post("case-crm", "/cases", body, lee)
    names["promised_case"] = case["case_id"]
    names["clock"] = next(clock["clock_id"] for clock in case["clocks"] if clock["term"] == "repair")
