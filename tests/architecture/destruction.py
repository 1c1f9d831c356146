"""Cases that ended long ago, the lists of them that officers made, and one that was destroyed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from common.runtime.ids import new_id
from common.testing.platform import Platform
from onedoor import story

_PROPOSED = {"service": "adult_social_care", "ended_before": "2014-01-01"}
_STONE = """
INSERT INTO tombstone (case_id, council, reference, service, status, opened_at, ended_at, destroyed_at)
VALUES ($1, $2, $3, 'missed_bin', 'closed', now(), now(), now())
"""


async def furnish_destruction(
    names: dict[str, str], stage: story.Stage, lee: Mapping[str, str], colleague: Mapping[str, str]
) -> None:
    """A list to look at, one to take a case off, one to stop, one that a colleague proposed; and a case on none."""
    for name, who in (("list", lee), ("list_to_shorten", lee), ("list_to_stop", lee), ("list_to_confirm", colleague)):
        case = await _ended(names, stage, lee, name)
        names[name] = (await stage.post("case-crm", "/destruction-lists", _PROPOSED, who))["list_id"]
        names[f"case_on_{name}"] = case
    await _ended(names, stage, lee, "none")


async def _ended(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str], row: str) -> str:
    """A case that two people look at before it goes, and whose time is over."""
    told = {
        "source": "old_care",
        "source_id": row,
        "service": "adult_social_care",
        "channel": "unknown",
        "opened_at": "2012-03-03T09:00:00Z",
        "person_id": names["person"],
        "answers": {"hard": names["secret"]},
        "steps": [
            {"at": "2012-04-03T09:00:00Z", "stage": "decided", "result": "decided_refused"},
            {"at": "2012-05-03T09:00:00Z", "stage": "closed"},
        ],
    }
    return str((await stage.post("case-crm", "/imported-cases", told, lee))["case_id"])


async def bury(names: dict[str, str], town: Platform, council: str) -> None:
    """What is left of a case that was destroyed: in a world without nights, written by hand."""
    names["stone"] = "SDC-7K3TX-4"
    await town.sql("case-crm", _STONE, UUID(str(new_id())), council, names["stone"])
